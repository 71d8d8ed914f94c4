// A question that cannot be shown: the run says so instead of waiting for an answer that nobody can give.
import { expect, test } from "vitest";
import * as z from "zod";
import { Annotation, interrupt, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";
import { bench } from "./support.ts";

const State = Annotation.Root({ version: Annotation<string>(), chosen: Annotation<unknown>() });

test("a question with more options than can be shown fails the run with a sentence", async () => {
  const workflow = defineWorkflow<z.ZodObject, typeof State.State>({
    ...{ name: "many", description: "Asks which", example: "", version: "1", input: z.object({}) },
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph: () =>
      new StateGraph(State)
        .addNode("ask", () => {
          const options = Array.from({ length: 101 }, (_, index) => `option ${index}`);
          return { chosen: interrupt({ question: "Which?", options }) };
        })
        .addEdge(START, "ask"),
    outcome: () => ({ good: true, text: "Chosen." }),
  });
  const { work, stored, approvals } = await bench(workflow);
  await work();
  expect((await stored())?.status).toEqual({
    kind: "failed",
    error: 'The question "Which?" has 101 options, and people can be shown 100. Ask in two steps.',
  });
  expect(await approvals()).toEqual([]);
});
