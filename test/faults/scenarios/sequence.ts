// One node that asks twice and acts in between, and two people must agree to each question.
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import type { RunScenario } from "../scenario.ts";
import { approver, argOf, endedWith, performed, TWO, workflowOf } from "./parts.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  plan: Annotation<string>(),
  outcome: Annotation<string>(),
});
type Values = typeof State.State;

export const sequence: RunScenario = {
  name: "sequence",
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "sequence", policy: TWO },
      (services) =>
        new StateGraph(State)
          .addNode("draw up", () => ({ plan: hands.ran("plan") }))
          .addNode("ask", async ({ plan }: Values, { idempotencyKey }: NodeConfig) => {
            const action = (step: string) => ({
              title: `${step}?`,
              action: { name: step, args: { plan, step } },
            });
            const title = askApproval(action("title"));
            // Run again once the second question is answered, with the key that it had.
            await hands.act(services, { name: "draft", key: idempotencyKey(), value: plan });
            const body = askApproval(action("body"));
            const outcome = `${title.kind} ${body.kind} ${plan}`;
            await hands.act(services, { name: "publish", key: idempotencyKey(), value: outcome });
            return { outcome };
          })
          .addEdge(START, "draw up")
          .addEdge("draw up", "ask")
          .addEdge("ask", END),
      ({ outcome }) => outcome,
    ),
  people: [approver("UANA"), approver("UBO", 1_000)],
  wrong: (end) => {
    const text = `approved approved ${argOf(end, "plan")}`;
    const count =
      end.approvals.length === 2 ? [] : [`${end.approvals.length} questions were asked, and not 2.`];
    return [
      ...count,
      ...endedWith(end, text),
      ...performed(end, { draft: argOf(end, "plan"), publish: text }),
    ];
  },
};
