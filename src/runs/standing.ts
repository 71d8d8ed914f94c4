// Where a thread stands, as a snapshot of its log keeps it.
import type { Checkpoint, Standing, Thread } from "../graph/index.ts";

/** Without the values of its channels. */
export function standingOf({ slot, version, checkpoint, parent, ...thread }: Thread): Standing {
  const { begunFrom, scopes, joins, next, interrupts } = thread;
  const { toParent, breakpoint, answers, results, superseded } = thread;
  return {
    ...{ slot, version, checkpoint: briefly(checkpoint), parent: briefly(parent) },
    ...{ begunFrom, scopes, joins, next, interrupts },
    ...{ toParent, breakpoint, answers, results, superseded },
  };
}

/** A thread holds the whole slot. */
function briefly(checkpoint: Checkpoint | undefined): Checkpoint | undefined {
  if (checkpoint === undefined) return undefined;
  const { id, number, source, step, createdAt, ran } = checkpoint;
  return { id, number, source, step, createdAt, ...(ran && { ran }) };
}
