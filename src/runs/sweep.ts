// Finds what is due and was left behind, by a crash or a queue that did not answer, and wakes the worker for it.
import type { Clock, Log, Queue, Records } from "./ports.ts";
import { wake } from "./wake.ts";

export interface SweepDeps {
  readonly records: Records;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
}

/** The number of threads that were woken. */
export async function sweep(deps: SweepDeps, team: string): Promise<number> {
  const due = await deps.records.due(team, deps.clock.now());
  let woken = 0;
  for (const key of due) {
    if (await wake(deps, { kind: "sweep", ...key })) woken += 1;
  }
  if (due.length > 0) deps.log.info("Due threads were woken.", { due: due.length, woken });
  return woken;
}
