// What a replay from a step takes over before its first turn: the other run's checkpoints up to where that step ran, and no answer.
import { branchOf, type Checkpointer, type Slot } from "../graph/index.ts";
import { logOf, type Run, runName } from "./run.ts";

/**
 * Copies what is still missing, so that it can be done again after a crash in its middle: each slot keeps its writer, by which the
 * checkpointer knows a repeated write.
 *
 * @throws StorageUnavailable, and an error with a sentence when there is nothing to begin with.
 */
export async function copyBeginning(checkpointer: Checkpointer, run: Run): Promise<void> {
  const { team, replayOf } = run;
  // A run that has made progress began long ago.
  if (replayOf?.slot === undefined || run.progress !== undefined) return;
  const { thread, slot: upTo } = replayOf;
  const own = await checkpointer.load(logOf(run));
  const has = own.slots.at(-1)?.number ?? (own.snapshot?.slot ?? 0) - 1;
  if (has >= upTo) return;
  const log = await checkpointer.history(logOf({ team, thread }));
  const branch = branchOf(log, { upTo, threadId: logOf(run) });
  if (branch === undefined) throw new Error(nothingToBeginWith(thread));
  if (await hasStateWithin(checkpointer, logOf({ team, thread }), branch))
    throw new Error(stateWithin(thread));
  for (const slot of branch.slice(has + 1)) await checkpointer.append(logOf(run), slot);
}

/** What a graph within a node keeps has a log of its own, which cannot be told apart by the checkpoints of this one once it went on. */
async function hasStateWithin(
  checkpointer: Checkpointer,
  threadId: string,
  branch: readonly Slot[],
): Promise<boolean> {
  const passed = new Set(
    branch.slice(0, -1).flatMap((slot) => (slot.kind === "checkpoint" ? [slot.id] : [])),
  );
  for (const within of (await checkpointer.keptWithin?.(threadId)) ?? []) {
    const { slots } = await checkpointer.history(within);
    const isOfBefore = (slot: Slot): boolean =>
      slot.kind === "checkpoint" && slot.begunFrom !== undefined && passed.has(slot.begunFrom);
    if (slots.some(isOfBefore)) return true;
  }
  return false;
}

function stateWithin(thread: string): string {
  return `This run was to go on from a step of ${runName(thread)} before which a graph within one of its nodes had kept a state of its own, and a replay does not take that over. Nothing was done; replay it from the beginning.`;
}

function nothingToBeginWith(thread: string): string {
  return `This run was to go on from a step of ${runName(thread)}, but its log does not have that step any more, or somebody had answered before it. Nothing was done; replay it from the beginning.`;
}
