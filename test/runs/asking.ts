// The smallest workflow that asks.
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import { Annotation, END, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";

const State = Annotation.Root({ version: Annotation<string>(), answer: Annotation<string>() });

function ask(): { answer: string } {
  const action = { name: "go", args: {} };
  return {
    answer: askApproval({ kind: "approve", title: "Go?", action, allowed: ["approve", "reject"] }).kind,
  };
}

export const askingWorkflow = defineWorkflow({
  name: "asking",
  description: "Asks once",
  example: "version=v1",
  version: "1",
  input: z.object({ version: z.string() }),
  policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
  graph: () => new StateGraph(State).addNode("ask", ask).addEdge(START, "ask").addEdge("ask", END),
  outcome: (state: typeof State.State) => ({ good: true, text: state.answer }),
});
