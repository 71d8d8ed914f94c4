// A workflow that asks about several hosts side by side.
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import { Annotation, END, Send, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";

const State = Annotation.Root({
  count: Annotation<number>(),
  done: Annotation<string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});

export const restarting = defineWorkflow<z.ZodObject<{ count: z.ZodInt }>, typeof State.State>({
  ...{ name: "restarting", description: "Restarts hosts", example: "count=3", version: "1" },
  input: z.object({ count: z.int() }),
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph: () =>
    new StateGraph(State)
      .addNode("plan", () => ({}))
      .addNode("ask", ({ host }: { host: string }) => {
        const action = { name: "restart", args: { host } };
        const { kind } = askApproval({ title: `Restart ${host}`, target: host, action });
        return { done: [`${host} ${kind}`] };
      })
      .addEdge(START, "plan")
      .addConditionalEdges("plan", ({ count }) =>
        Array.from({ length: count }, (_, at) => new Send("ask", { host: `h${at}` })),
      )
      .addEdge("ask", END),
  outcome: ({ done }) => ({ good: true, text: done.toSorted().join(", ") }),
});
