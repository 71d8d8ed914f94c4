// Finds what is due and was left behind, by a crash or a queue that did not answer, and wakes the worker for it.
import type { Homes } from "./home-ports.ts";
import { wakeForHomes } from "./homes-mark.ts";
import type { Clock, Log, Queue, Records } from "./ports.ts";
import { wake } from "./wake.ts";

export interface SweepDeps {
  readonly records: Records;
  readonly homes: Pick<Homes, "marked">;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
}

/** So many wake-ups are sent at a time. */
const AT_ONCE = 10;

/** The number of threads that were woken. What was found in vain, late or twice does no harm: the worker reads the records. */
export async function sweep(deps: SweepDeps, team: string): Promise<number> {
  const due = await deps.records.due(team, deps.clock.now());
  let woken = 0;
  for (let from = 0; from < due.length; from += AT_ONCE) {
    const keys = due.slice(from, from + AT_ONCE);
    const sent = await Promise.all(keys.map((key) => wake(deps, { kind: "sweep", ...key })));
    woken += sent.filter((isSent) => isSent).length;
    // A queue that is away would take its time over each of the others; they are still due at the next sweep.
    if (sent.includes(false)) break;
  }
  await wakeForHomes(deps, team);
  if (due.length > 0) deps.log.info("Due threads were woken.", { due: due.length, woken });
  return woken;
}
