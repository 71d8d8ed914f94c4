// The courses of a school, with how many people take them, and the deletion of one.
import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { addAct, refuse } from "../act.ts";
import type { Area } from "../area.ts";
import { nearest } from "../nearest.ts";

const SEED = [
  { name: "Agents That Ask First", students: 131 },
  { name: "Modern TypeScript", students: 214 },
  { name: "Outdated Java Tutorial", students: 3 },
  { name: "SQL for Beginners", students: 88 },
] as const;

const TABLES = `
  CREATE TABLE IF NOT EXISTS courses (name TEXT PRIMARY KEY, students INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS school (opened TEXT NOT NULL) STRICT;
`;

const Deletion = z.strictObject({
  course: z.string("course must be a string").min(1, "course must not be empty").max(200),
});

export const courses: Area = {
  tables: TABLES,
  seed: (db, at) => {
    // What was deleted does not come back at the next start.
    if (db.prepare("SELECT opened FROM school").get() !== undefined) return;
    db.prepare("INSERT INTO school (opened) VALUES (?)").run(at);
    const course = db.prepare("INSERT INTO courses (name, students) VALUES (?, ?)");
    for (const { name, students } of SEED) course.run(name, students);
  },
  routes: (app, store) => {
    const { db } = store;
    app.get("/courses", (c) => c.json({ courses: coursesIn(db) }));
    app.get("/courses/:name", (c) => {
      const { name } = c.req.param();
      const course = coursesIn(db).find((one) => one.name === name);
      return course === undefined ? refuse(c, 404, unknownCourse(db, name)) : c.json({ course });
    });
    addAct(app, store, {
      ...{ name: "deletion", path: "/course-deletions", prefix: "deletion" },
      body: Deletion,
      form: "{ course }",
      says: ({ course }) => `the course "${course}"`,
      perform: (_, { body: { course } }) => {
        const { changes } = db.prepare("DELETE FROM courses WHERE name = ?").run(course);
        return changes === 0
          ? { kind: "refused", status: 404, error: unknownCourse(db, course) }
          : { kind: "done" };
      },
    });
  },
};

const Course = z.object({ name: z.string(), students: z.number() });

function coursesIn(db: DatabaseSync): z.infer<typeof Course>[] {
  return Course.array().parse(db.prepare("SELECT name, students FROM courses ORDER BY name").all());
}

function unknownCourse(db: DatabaseSync, name: string): string {
  const known = nearest(
    name,
    coursesIn(db).map((course) => course.name),
  );
  const hint = known.length === 0 ? "There are no courses." : `Nearest: ${known.join(", ")}.`;
  return `There is no course "${name}". ${hint}`;
}
