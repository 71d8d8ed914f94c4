// One approval: a plan by chance is drawn up, somebody approves it, and that very plan is carried out.
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import type { RunScenario } from "../scenario.ts";
import { approver, argOf, endedWith, ONE, performed, workflowOf } from "./parts.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  plan: Annotation<string>(),
  outcome: Annotation<string>(),
});
type Values = typeof State.State;

export const deploy: RunScenario = {
  name: "deploy",
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "deploy", policy: ONE },
      (services) =>
        new StateGraph(State)
          .addNode("draw up", () => ({ plan: hands.ran("plan") }))
          .addNode("ask", ({ plan }: Values) => {
            const { kind } = askApproval({ title: "Go?", action: { name: "go", args: { plan } } });
            return { outcome: kind };
          })
          .addNode("act", async ({ plan }: Values, { idempotencyKey }: NodeConfig) => {
            await hands.act(services, { name: "deploy", key: idempotencyKey(), value: plan });
            return { outcome: `did ${plan}` };
          })
          .addEdge(START, "draw up")
          .addEdge("draw up", "ask")
          .addEdge("ask", "act")
          .addEdge("act", END),
      ({ outcome }) => outcome,
    ),
  people: [approver("UANA"), approver("UBO")],
  wrong: (end) => {
    const plan = argOf(end, "plan");
    return [...endedWith(end, `did ${plan}`), ...performed(end, { deploy: plan })];
  },
};
