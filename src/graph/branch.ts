// The beginning of a thread that goes on from an earlier checkpoint of another one: its state and where it stands, and nothing that anybody answered.
import type { Slot, ThreadLog } from "./checkpointer.ts";
import { idOf } from "./path.ts";

/**
 * The slots of a log up to the checkpoint at slot `upTo`, for a thread with an id of its own; results of tasks behind it are not among
 * them. Ids of questions and effects follow from the thread's id, so they are new ones. Undefined when the log has no such checkpoint, or
 * when something waited at or before it: whoever goes on there would go on with answers that were given to the other thread.
 *
 * @example
 * for (const slot of branchOf(await saver.history("a"), { upTo: 2, threadId: "b" }) ?? []) await saver.append("b", slot);
 */
export function branchOf(
  { slots }: Pick<ThreadLog, "slots">,
  { upTo, threadId }: { readonly upTo: number; readonly threadId: string },
): readonly Slot[] | undefined {
  const branch = slots.slice(0, upTo + 1);
  const last = branch.at(-1);
  if (last?.kind !== "checkpoint" || last.number !== upTo) return undefined;
  const isWhole = branch.every(({ number }, index) => number === index);
  const hasWaited = branch.some((slot) => slot.kind === "pause" || slot.carried !== undefined);
  if (!isWhole || hasWaited) return undefined;
  const { breakpoint } = last;
  if (breakpoint === undefined) return branch;
  // A breakpoint is a question, too; it is kept with the checkpoint, and so is its id.
  const id = idOf([threadId, last.id, "breakpoint"]);
  return [...branch.slice(0, -1), { ...last, breakpoint: { ...breakpoint, id } }];
}
