// The plainest workflow there is: a plan by chance is drawn up, somebody approves it, and that very plan is carried out.
import type { DeclaredPolicy } from "../../../src/approvals/declared-policy.ts";
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import type { Workflow } from "../../../src/runs/workflow.ts";
import type { End, Hands } from "../scenario.ts";
import { argOf, endedWith, performed, workflowOf } from "./parts.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  plan: Annotation<string>(),
  outcome: Annotation<string>(),
});
type Values = typeof State.State;

export function planned(hands: Hands, name: string, policy: DeclaredPolicy): Workflow {
  return workflowOf<Values>(
    { hands, name, policy },
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
  );
}

/** What is wrong with how it ended, when it was approved. */
export function wrongPlan(end: End): readonly string[] {
  const plan = argOf(end, "plan");
  return [...endedWith(end, `did ${plan}`), ...performed(end, { deploy: plan })];
}
