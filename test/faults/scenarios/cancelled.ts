// Somebody cancels a run while a step of it acts: what is begun ends, and nothing new begins.
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import type { End, RunScenario } from "../scenario.ts";
import { approver, ONE, workflowOf } from "./parts.ts";

const State = Annotation.Root({ version: Annotation<string>(), plan: Annotation<string>() });
type Values = typeof State.State;

const EFFECTS = ["first", "second", "third"];

export const cancelled: RunScenario = {
  name: "cancelled",
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "cancelled", policy: ONE },
      (services) =>
        new StateGraph(State)
          .addNode("ask", () => {
            askApproval({ title: "Go?", action: { name: "go", args: {} } });
            return { plan: hands.ran("plan") };
          })
          .addNode("act", async ({ plan }: Values, { idempotencyKey }: NodeConfig) => {
            for (const name of EFFECTS)
              await hands.act(services, { name, key: idempotencyKey(), value: plan });
            return {};
          })
          .addEdge(START, "ask")
          .addEdge("ask", "act")
          .addEdge("act", END),
      ({ plan }) => plan,
    ),
  people: [approver("UANA"), { id: "UOTTO", cancels: (acts) => acts.length > 0 }],
  wrong: (end) => [...mayEnd(end), ...oncePerEffect(end)],
};

/** Cancelled when that came in time, and otherwise done. */
function mayEnd({ run, cancelledAt, acts }: End): readonly string[] {
  const { kind } = run.status;
  const done = new Set(acts.map(({ name }) => name)).size;
  if (kind === "cancelled") return [];
  if (cancelledAt !== undefined) return [`Somebody was told that the run is cancelled, and it is ${kind}.`];
  return kind === "done" && done === EFFECTS.length ? [] : [`The run is ${kind}, with ${done} effects.`];
}

function oncePerEffect({ acts }: End): readonly string[] {
  return EFFECTS.flatMap((name) => {
    const count = acts.filter((act) => act.name === name && !act.isReplay).length;
    return count > 1 ? [`"${name}" was performed ${count} times.`] : [];
  });
}
