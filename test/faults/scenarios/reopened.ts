// What was agreed to has changed by the time the run goes on: the answer is refused, and the question is asked again.
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

const running = (value: string) => [{ label: "Running now", value }];

export const reopened: RunScenario = {
  name: "reopened",
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "reopened", policy: ONE },
      (services) =>
        new StateGraph(State)
          .addNode("draw up", () => ({ plan: hands.ran("plan") }))
          .addNode("ask", async ({ plan }: Values) => {
            const asked = { title: "Go?", facts: running("v1"), action: { name: "go", args: { plan } } };
            const { kind } = await askApproval(asked, {
              revalidate: () => Promise.resolve({ facts: running("v2") }),
            });
            return { outcome: kind };
          })
          .addNode("act", async ({ plan, outcome }: Values, { idempotencyKey }: NodeConfig) => {
            await hands.act(services, { name: "deploy", key: idempotencyKey(), value: `${outcome} ${plan}` });
            return { outcome: `${outcome} ${plan}` };
          })
          .addEdge(START, "draw up")
          .addEdge("draw up", "ask")
          .addEdge("ask", "act")
          .addEdge("act", END),
      ({ outcome }) => outcome,
    ),
  people: [approver("UANA"), approver("UBO", 1_000)],
  wrong: (end) => {
    const text = `approved ${argOf(end, "plan")}`;
    const [approval] = end.approvals;
    const revision =
      approval?.revision === 2 ? [] : [`It ended at revision ${String(approval?.revision)}, and not at 2.`];
    return [...revision, ...endedWith(end, text), ...performed(end, { deploy: text })];
  },
};
