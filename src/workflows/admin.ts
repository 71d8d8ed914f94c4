// The assistant of a school's administrators: an agent that lists courses by itself, and asks before it deletes one.
import * as z from "zod";
import { createAgent } from "../agent/agent.ts";
import { agentOutcome } from "../agent/agent-state.ts";
import { tool } from "../agent/tool.ts";
import type { ToolContext } from "../agent/tool-context.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";

type Context = ToolContext<Services>;

const Input = z.object({
  request: z.string().min(1).max(1_000).describe("what is to be done, in your own words"),
});

const Courses = z.object({ courses: z.array(z.object({ name: z.string(), students: z.int() })) });

async function coursesIn({ services: { ops }, signal }: Context) {
  return Courses.parse(await ops.get(["courses"], { signal })).courses;
}

const listCourses = tool({
  name: "list_courses",
  description: "All courses by their names, with how many students each has.",
  input: z.object({}),
  run: (_, context: Context) => coursesIn(context),
});

/** What people decide on: nobody deletes what others have begun to use without knowing. */
async function factsOf({ course }: { readonly course: string }, context: Context) {
  const found = (await coursesIn(context)).find(({ name }) => name === course);
  return [
    { label: "Students", value: found === undefined ? "there is no such course" : `${found.students}` },
  ];
}

const deleteCourse = tool({
  name: "delete_course",
  description:
    "Deletes a course, once people have agreed. Take its name from list_courses, letter by letter.",
  input: z.object({ course: z.string().min(1).max(200) }),
  approval: {
    title: ({ course }) => `Delete the course “${course}”`,
    summary: ({ course }) => `Confirm deletion of course “${course}”? This action cannot be undone.`,
    target: ({ course }) => `the course “${course}”`,
    risk: "destructive",
    allowed: ["approve", "reject"],
    facts: factsOf,
    revalidate: async (args, context) => ({ facts: await factsOf(args, context) }),
  },
  run: ({ course }, { services: { ops }, idempotencyKey, signal }: Context) =>
    ops.post(["course-deletions"], { body: { course }, key: idempotencyKey(), signal }),
});

export const admin = defineWorkflow({
  name: "admin",
  description: "Looks after courses as you ask it to, and asks before it deletes one.",
  example: 'request="Please delete the course Outdated Java Tutorial"',
  version: "1",
  input: Input,
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph: (services) =>
    createAgent(services, {
      input: Input,
      task: ({ request }) => request,
      prompt:
        "You are the administrators' assistant of a school. Do what is asked and nothing beyond it. Look for a course's exact name before you delete it. What people reject stays undone: do not try it again. Close with a sentence on what became of the request.",
      tools: [listCourses, deleteCourse],
      limits: { steps: 12, callsAtOnce: 5 },
    }),
  outcome: ({ agent }) => agentOutcome(agent),
});
