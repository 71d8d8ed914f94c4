// Two nodes that ask side by side, and two people must agree to each; each then acts for itself.
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import type { Services } from "../../../src/runs/workflow.ts";
import type { Hands, RunScenario } from "../scenario.ts";
import { approver, argOf, endedWith, performed, TWO, workflowOf } from "./parts.ts";

const SIDES = ["legal", "finance"] as const;

const State = Annotation.Root({
  version: Annotation<string>(),
  plan: Annotation<string>(),
  said: Annotation<string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});
type Values = typeof State.State;

function side(hands: Hands, services: Services, name: string) {
  return async ({ plan }: Values, { idempotencyKey }: NodeConfig) => {
    const { kind } = askApproval({ title: `${name}?`, action: { name, args: { plan, name } } });
    const said = `${name} ${kind} ${plan}`;
    await hands.act(services, { name, key: idempotencyKey(), value: said });
    return { said: [said] };
  };
}

export const parallel: RunScenario = {
  name: "parallel",
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "parallel", policy: TWO },
      (services) =>
        new StateGraph(State)
          .addNode("draw up", () => ({ plan: hands.ran("plan") }))
          .addNode("legal", side(hands, services, "legal"))
          .addNode("finance", side(hands, services, "finance"))
          .addEdge(START, "draw up")
          .addEdge("draw up", "legal")
          .addEdge("draw up", "finance")
          .addEdge("legal", END)
          .addEdge("finance", END),
      ({ said }) => said.toSorted().join(", "),
    ),
  people: [approver("UANA"), approver("UBO")],
  wrong: (end) => {
    const plan = argOf(end, "plan");
    const texts = SIDES.map((name) => `${name} approved ${plan}`);
    return [
      ...endedWith(end, texts.toSorted().join(", ")),
      ...performed(end, Object.fromEntries(SIDES.map((name, index) => [name, texts[index] ?? ""]))),
    ];
  },
};
