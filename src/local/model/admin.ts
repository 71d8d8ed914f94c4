// Plays src/workflows/admin.ts: understands "list the courses" and "delete the course …", by the words in the request.
import * as z from "zod";
import { parsedJson } from "../../approvals/json.ts";
import { type Called, isUnknown, refusalIn, type Script } from "./script.ts";

export const admin: Script = ({ asked: [request = ""], tools, called }) => {
  if (!tools.includes("delete_course")) return undefined;
  const wantsDeletion = /\b(delete|remove|drop)\b/i.test(request);
  const wantsList = /\b(list|show|which|what|courses)\b/i.test(request);
  if (!wantsDeletion && !wantsList)
    return "I can list the courses, and delete one. Which of them is it to be?";
  const deletions = called.filter(({ name }) => name === "delete_course");
  if (deletions.length > 0) return deletions.map(becameOf).join(" ");
  const list = called.findLast(({ name }) => name === "list_courses");
  if (list === undefined) return { calls: [["list_courses", {}]] };
  const { data: courses } = Courses.safeParse(parsedJson(list.answer));
  if (courses === undefined) return `I could not look at the courses. ${refusalIn(list) ?? ""}`.trimEnd();
  if (!wantsDeletion) return listed(courses);
  const meant = courses.filter(({ name }) => request.toLowerCase().includes(name.toLowerCase()));
  if (meant.length === 0) return `I know no such course, and have deleted none. ${listed(courses)}`;
  return { calls: meant.map(({ name }) => ["delete_course", { course: name }] as const) };
};

const Courses = z.array(z.object({ name: z.string(), students: z.int() }));

function listed(courses: z.infer<typeof Courses>): string {
  if (courses.length === 0) return "There are no courses.";
  return `These are the courses: ${courses.map(({ name, students }) => `${name} (${students} students)`).join(", ")}.`;
}

const Deletion = z.object({ course: z.string() });

function becameOf(call: Called): string {
  const course = Deletion.safeParse(parsedJson(call.args)).data?.course ?? "";
  if (isUnknown(call)) return `It is not known whether the course “${course}” was deleted.`;
  const refused = refusalIn(call);
  if (refused === undefined) return `The course “${course}” has been deleted.`;
  return `The course “${course}” was not deleted. ${refused}`;
}
