// How far a run is, as its own message tells it: the nodes that it is through with, and what comes next.
import * as z from "zod";
import type { Slot, ThreadLog } from "../graph/index.ts";

/** More than fit into one line. */
const KEPT = 12;

const NodeProgress = z.object({
  /** How often it has finished. */
  times: z.int().positive(),
  /** The slot of the checkpoint from which it ran the first time. */
  from: z.int(),
});
type NodeProgress = z.infer<typeof NodeProgress>;

export const Progress = z.object({
  /** Names of nodes in the order in which they finished; the last ones. */
  done: z.array(z.string()),
  /** How many finished before those. */
  earlier: z.int().nonnegative(),
  /** Nodes that come next: that is where a run waits, or failed. */
  next: z.array(z.string()),
  /** The slot of the thread's log up to which it is told. */
  slot: z.int(),
  /** Every node that has finished, by its name: as many as the graph has, however long it runs. */
  nodes: z.record(z.string(), NodeProgress).default({}),
});
export type Progress = z.infer<typeof Progress>;

/** `before` with what the log has since then; `before` itself when that is nothing. */
export function progressed(
  before: Progress | undefined,
  slots: readonly Slot[],
  next: readonly string[],
): Progress | undefined {
  const told = before ?? { done: [], earlier: 0, next: [], slot: -1, nodes: {} };
  const fresh = slots.filter(({ number }) => number > told.slot).flatMap(finishedIn);
  const isSame = fresh.length === 0 && next.join("\n") === told.next.join("\n");
  if (isSame) return before;
  const all = [...told.done, ...fresh];
  const done = all.slice(-KEPT);
  const earlier = told.earlier + all.length - done.length;
  return {
    ...{ done, earlier, next: next.slice(0, KEPT), slot: slots.at(-1)?.number ?? told.slot },
    nodes: finishedNodes(told, slots),
  };
}

function finishedNodes({ nodes, slot: told }: Progress, slots: readonly Slot[]): Progress["nodes"] {
  const known = new Map<string, NodeProgress>(Object.entries(nodes));
  let from = told;
  for (const slot of slots) {
    for (const name of slot.number > told ? finishedIn(slot) : []) {
      const { times, ...first } = known.get(name) ?? { times: 0, from };
      known.set(name, { ...first, times: times + 1 });
    }
    if (slot.kind === "checkpoint") from = slot.number;
  }
  return Object.fromEntries(known);
}

/** How many supersteps were committed behind a slot. */
export function stepsBehind(slots: readonly Slot[], slot: number): number {
  return slots.filter((one) => one.number > slot && finishedIn(one).length > 0).length;
}

function finishedIn(slot: Slot): readonly string[] {
  return slot.kind === "checkpoint" && slot.source === "loop" ? (slot.ran ?? []) : [];
}

/** The nodes at which a thread stands that could not go on: those that failed, where that is known. */
export function stoppedAt({ slots, memos }: Pick<ThreadLog, "slots" | "memos">): readonly string[] {
  const next = slots.at(-1)?.next ?? [];
  const namesOf = (isMeant: (failed: boolean | undefined) => boolean): readonly string[] =>
    next
      .filter(({ path }) => {
        const memo = memos.find(({ task }) => task === path);
        return isMeant(memo && memo.result.error !== undefined);
      })
      .map(({ node }) => node);
  const failed = namesOf((hasFailed) => hasFailed === true);
  return failed.length > 0 ? failed : namesOf((hasFailed) => hasFailed !== false);
}
