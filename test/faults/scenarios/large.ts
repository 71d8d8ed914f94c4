// Snapshots and values in several chunks stand in the way: what is loaded from them is what was agreed to.
import { createHash } from "node:crypto";
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import type { RunScenario } from "../scenario.ts";
import { approver, argOf, endedWith, ONE, performed, workflowOf } from "./parts.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  document: Annotation<string>(),
  lines: Annotation<string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
  outcome: Annotation<string>(),
});
type Values = typeof State.State;

const LINES = 6;
/** Compressed, still more than one item takes. */
const DOCUMENT_BYTES = 500_000;

/** As long as it must be, and of so little order that it stays long when it is compressed. */
function text(seed: string, bytes: number): string {
  let last = seed;
  let whole = "";
  while (whole.length < bytes) {
    last = createHash("sha512").update(last).digest("base64");
    whole += last;
  }
  return whole.slice(0, bytes);
}

function hashOf({ document, lines }: Values): string {
  return createHash("sha256")
    .update(JSON.stringify([document, lines]))
    .digest("hex")
    .slice(0, 16);
}

export const large: RunScenario = {
  name: "large",
  snapshotAfter: 3,
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "large", policy: ONE },
      (services) =>
        new StateGraph(State)
          .addNode("write", () => ({ document: text(hands.ran("document"), DOCUMENT_BYTES) }))
          .addNode("line", () => ({ lines: [text(hands.ran("line"), 3_000)] }))
          .addNode("ask", (state: Values) => {
            const { kind } = askApproval({
              title: "Go?",
              action: { name: "go", args: { hash: hashOf(state) } },
            });
            return { outcome: kind };
          })
          .addNode("act", async (state: Values, { idempotencyKey }: NodeConfig) => {
            await hands.act(services, { name: "file", key: idempotencyKey(), value: hashOf(state) });
            return { outcome: `filed ${hashOf(state)}` };
          })
          .addEdge(START, "write")
          .addEdge("write", "line")
          .addConditionalEdges("line", ({ lines }: Values) => (lines.length < LINES ? "line" : "ask"))
          .addEdge("ask", "act")
          .addEdge("act", END),
      ({ outcome }) => outcome,
    ),
  people: [approver("UANA")],
  wrong: (end) => {
    const hash = argOf(end, "hash");
    return [...endedWith(end, `filed ${hash}`), ...performed(end, { file: hash })];
  },
};
