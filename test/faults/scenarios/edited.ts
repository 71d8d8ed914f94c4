// Somebody changes the arguments: earlier votes are void, and the others agree to what it has become.
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import type { RunScenario } from "../scenario.ts";
import { APPROVE, textOf, approver, argOf, endedWith, performed, TWO, workflowOf } from "./parts.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  plan: Annotation<string>(),
  outcome: Annotation<string>(),
});
type Values = typeof State.State;

export const edited: RunScenario = {
  name: "edited",
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "edited", policy: TWO },
      (services) =>
        new StateGraph(State)
          .addNode("draw up", () => ({ plan: hands.ran("plan") }))
          .addNode("ask", ({ plan }: Values) => {
            const schema = { type: "object", properties: { plan: { type: "string" } }, required: ["plan"] };
            const action = { name: "go", args: { plan } };
            const decision = askApproval({
              title: "Go?",
              action,
              schema,
              allowed: ["approve", "edit", "reject"],
            });
            return { outcome: decision.kind === "edited" ? textOf(decision.args["plan"]) : decision.kind };
          })
          .addNode("act", async ({ outcome }: Values, { idempotencyKey }: NodeConfig) => {
            await hands.act(services, { name: "deploy", key: idempotencyKey(), value: outcome });
            return {};
          })
          .addEdge(START, "draw up")
          .addEdge("draw up", "ask")
          .addEdge("ask", "act")
          .addEdge("act", END),
      ({ outcome }) => outcome,
    ),
  people: [
    // At once, so that it is a vote on what is changed later.
    approver("UBO"),
    {
      id: "UANA",
      afterMs: 1_000,
      vote: ({ before }) => (before === 0 ? { kind: "edit", args: { plan: "by hand" } } : APPROVE),
    },
  ],
  wrong: (end) => {
    const [approval] = end.approvals;
    const revision =
      approval?.revision === 2 ? [] : [`It ended at revision ${String(approval?.revision)}, and not at 2.`];
    return [
      ...revision,
      ...(argOf(end, "plan") === "by hand" ? [] : ["The arguments are not those that were put in by hand."]),
      ...endedWith(end, "by hand"),
      ...performed(end, { deploy: "by hand" }),
    ];
  },
};
