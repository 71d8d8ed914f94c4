// Threads as they come out of a log, for comparing one log with another.
import type { ThreadLog } from "../../src/graph/index.ts";
import { type Thread, threadFromLog } from "../../src/graph/thread.ts";

/** Where a thread stands, without what two logs of it need not share: a fold holds whole slots, a snapshot what is asked of them. */
export function standing(log: ThreadLog): unknown {
  const { checkpoint, parent, stored, ...rest } = threadFromLog("t", {}, log);
  return { ...rest, lengths: stored.lengths, checkpoint: brief(checkpoint), parent: brief(parent) };
}

function brief(checkpoint: Thread["checkpoint"]): unknown {
  if (checkpoint === undefined) return undefined;
  const { id, number, source, step, createdAt, ran } = checkpoint;
  return { id, number, source, step, createdAt, ran };
}
