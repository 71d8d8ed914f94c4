// Pull requests: the commit each is at, the changes that were applied to it, and what others push to it.
import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { addAct, refuse } from "../act.ts";
import type { Area } from "../area.ts";
import type { Performed } from "../ledger.ts";

const SEED = [
  { number: 42, title: "Type the login function", head: "9f2c1ab" },
  { number: 43, title: "Retry failed payments", head: "41d7e80" },
  { number: 57, title: "Remove the old search index", head: "c05b9d3" },
] as const;

const TABLES = `
  CREATE TABLE IF NOT EXISTS pulls (number INTEGER PRIMARY KEY, title TEXT NOT NULL, head TEXT NOT NULL) STRICT;
`;

const pr = z.int("pr must be a whole number").positive("pr must be 1 or more");
const Changes = z.strictObject({
  pr,
  head: z.string("head must be a string").min(1, "head must not be empty"),
  changes: z
    .array(z.string("changes must be texts").min(1, "changes must not be empty"), "changes must be a list")
    .min(1, "changes must not be empty"),
});

export const pulls: Area = {
  tables: TABLES,
  seed: (db) => {
    const pull = db.prepare("INSERT OR IGNORE INTO pulls (number, title, head) VALUES (?, ?, ?)");
    for (const { number, title, head } of SEED) pull.run(number, title, head);
  },
  routes: (app, store) => {
    const { db } = store;
    app.get("/pulls", (c) => c.json({ pulls: pullsIn(db) }));
    app.get("/pulls/:number", (c) => {
      const { number } = c.req.param();
      const pull = pullsIn(db).find((one) => String(one.number) === number);
      return pull === undefined ? refuse(c, 404, unknownPull(db, number)) : c.json({ pull });
    });
    addAct(app, store, {
      ...{ name: "change", noun: "set of changes", path: "/changes", prefix: "change" },
      body: Changes,
      form: "{ pr, head, changes }",
      says: (asked) => `pull request ${asked.pr} at ${asked.head}`,
      perform: (_, { body: asked, number }) => moved(db, asked, `change ${number}`),
    });
    addAct(app, store, {
      ...{ name: "push", path: "/pushes", prefix: "push" },
      body: z.strictObject({ pr }),
      form: "{ pr }",
      says: (asked) => `pull request ${asked.pr}`,
      perform: (_, { body: asked, number }) => moved(db, asked, `push ${number}`),
    });
  },
};

/** To a commit of its own, if it is still where whoever asks believes it to be. */
function moved(
  db: DatabaseSync,
  { pr: number, head }: { readonly pr: number; readonly head?: string },
  by: string,
): Performed {
  const pull = pullsIn(db).find((one) => one.number === number);
  if (pull === undefined) return { kind: "refused", status: 404, error: unknownPull(db, String(number)) };
  if (head !== undefined && head !== pull.head)
    return {
      ...{ kind: "refused", status: 409 },
      error: `Pull request ${number} is at ${pull.head} and no longer at ${head}. Look at it again.`,
    };
  const commit = createHash("sha1").update(`${pull.head} ${by}`).digest("hex").slice(0, 7);
  db.prepare("UPDATE pulls SET head = ? WHERE number = ?").run(commit, number);
  return { kind: "done", result: { commit } };
}

const Pull = z.object({ number: z.number(), title: z.string(), head: z.string() });

function pullsIn(db: DatabaseSync): z.infer<typeof Pull>[] {
  return Pull.array().parse(db.prepare("SELECT number, title, head FROM pulls ORDER BY number").all());
}

function unknownPull(db: DatabaseSync, number: string): string {
  const open = pullsIn(db).map((pull) => pull.number);
  return `There is no pull request ${number}. Open are: ${open.join(", ")}.`;
}
