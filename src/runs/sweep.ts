// Finds what is due and was left behind, by a crash or a queue that did not answer, and wakes the worker for it.
import type { Homes } from "./home-ports.ts";
import { wakeForHomes } from "./homes-mark.ts";
import { type Metrics, msBetween } from "./metrics.ts";
import type { Clock, DueThread, Log, Queue, Records } from "./ports.ts";
import { OVERDUE_MS, wake } from "./wake.ts";

export interface SweepDeps {
  readonly records: Records;
  readonly homes: Pick<Homes, "marked">;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** So many wake-ups are sent at a time. */
const AT_ONCE = 10;

/** The number of threads that were woken. What was found in vain, late or twice does no harm: the worker reads the records. */
export async function sweep(deps: SweepDeps, team: string): Promise<number> {
  const due = await deps.records.due(team, deps.clock.now());
  tellOverdue(deps, due);
  let woken = 0;
  for (let from = 0; from < due.length; from += AT_ONCE) {
    const keys = due.slice(from, from + AT_ONCE);
    const sent = await Promise.all(keys.map(({ thread }) => wake(deps, { kind: "sweep", team, thread })));
    woken += sent.filter((isSent) => isSent).length;
    // A queue that is away would take its time over each of the others; they are still due at the next sweep.
    if (sent.includes(false)) break;
  }
  await wakeForHomes(deps, team);
  if (due.length > 0) deps.log.info("Due threads were woken.", { due: due.length, woken });
  return woken;
}

/** Each minute, also when there is nothing: silence would look the same as no sweeper. */
function tellOverdue({ metrics, clock }: SweepDeps, due: readonly DueThread[]): void {
  const now = clock.now();
  const ages = due.map(({ dueAt }) => msBetween(dueAt, now));
  metrics.add("Overdue", ages.filter((age) => age > OVERDUE_MS).length);
  metrics.add(
    "OldestDue",
    ages.reduce((oldest, age) => Math.max(oldest, age), 0),
  );
}
