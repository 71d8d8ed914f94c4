// Somebody clicks at the very end of a question's time: either it counts, or it has expired; never both.
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import type { RunScenario } from "../scenario.ts";
import { approver, argOf, endedWith, ONE, performed, workflowOf } from "./parts.ts";

const EXPIRES_AFTER_MS = 90_000;

const State = Annotation.Root({
  version: Annotation<string>(),
  plan: Annotation<string>(),
  outcome: Annotation<string>(),
});
type Values = typeof State.State;

export const expiry: RunScenario = {
  name: "expiry",
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "expiry", policy: { ...ONE, expiresAfterMs: EXPIRES_AFTER_MS } },
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
  // What it takes from the question to its card, and from the click to its record, decides.
  people: [approver("UANA", EXPIRES_AFTER_MS - 500)],
  wrong: (end) => {
    const plan = argOf(end, "plan");
    const [approval] = end.approvals;
    if (approval?.state.kind === "decided")
      return [...endedWith(end, `did ${plan}`), ...performed(end, { deploy: plan })];
    const wasCounted = end.told.some(({ kind }) => kind === "recorded");
    return [
      ...(approval?.state.kind === "expired" ? [] : [`The question is ${String(approval?.state.kind)}.`]),
      ...(end.run.status.kind === "waiting"
        ? []
        : [`The run is ${end.run.status.kind}, and nobody decided.`]),
      ...(wasCounted ? ["Somebody was told that the click counted, and the question expired."] : []),
      ...performed(end, {}),
    ];
  },
};
