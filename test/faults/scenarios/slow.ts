// A run whose steps take so long that the worker stops in between to tell how far it is, and another one goes on.
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import type { RunScenario } from "../scenario.ts";
import { approver, argOf, endedWith, ONE, performed, workflowOf } from "./parts.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  plan: Annotation<string>(),
  lines: Annotation<string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
  outcome: Annotation<string>(),
});
type Values = typeof State.State;

const LINES = 5;
/** Longer than the worker goes on without a word. */
const LINE_MS = 3_000;

export const slow: RunScenario = {
  name: "slow",
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "slow", policy: ONE },
      (services) =>
        new StateGraph(State)
          .addNode("line", () => {
            hands.takes(LINE_MS);
            return { lines: [hands.ran("line")] };
          })
          .addNode("ask", ({ lines }: Values) => {
            const action = { name: "go", args: { plan: lines.join(" ") } };
            return { outcome: askApproval({ title: "Go?", action }).kind };
          })
          .addNode("act", async ({ lines }: Values, { idempotencyKey }: NodeConfig) => {
            const plan = lines.join(" ");
            await hands.act(services, { name: "deploy", key: idempotencyKey(), value: plan });
            return { outcome: `did ${plan}` };
          })
          .addEdge(START, "line")
          .addConditionalEdges("line", ({ lines }: Values) => (lines.length < LINES ? "line" : "ask"))
          .addEdge("ask", "act")
          .addEdge("act", END),
      ({ outcome }) => outcome,
    ),
  people: [approver("UANA")],
  wrong: (end) => {
    const plan = argOf(end, "plan");
    const lines = plan.split(" ").length;
    return [
      ...(lines === LINES ? [] : [`The plan has ${lines} lines, and not ${LINES}.`]),
      ...endedWith(end, `did ${plan}`),
      ...performed(end, { deploy: plan }),
    ];
  },
};
