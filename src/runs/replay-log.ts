// What a replay from a step takes over before its first turn: the other run's checkpoints up to where that step ran, and no answer.
import { branchOf, type Checkpointer } from "../graph/index.ts";
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
  for (const slot of branch.slice(has + 1)) await checkpointer.append(logOf(run), slot);
}

function nothingToBeginWith(thread: string): string {
  return `This run was to go on from a step of ${runName(thread)}, but its log does not have that step any more, or somebody had answered before it. Nothing was done; replay it from the beginning.`;
}
