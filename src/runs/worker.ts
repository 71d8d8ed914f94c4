// Takes a thread as far as it can go: one worker at a time, everything read from the records, so that any job may come twice, late or in any order.
import { advanceRun, type AdvanceDeps } from "./advance.ts";
import { StorageUnavailable } from "./errors.ts";
import type { Job, Lease, Leases, Queue } from "./ports.ts";
import { cardsBehind, redrawCards, type RedrawDeps } from "./redraw.ts";
import { later, type ThreadKey } from "./run.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

/** A card that Slack would not take is tried once more this soon; after that it is the sweeper's. */
const REDRAW_AFTER_SECONDS = 5;
/** SQS's own limit. */
const MAX_DELAY_SECONDS = 900;

export interface WorkDeps extends AdvanceDeps, RedrawDeps {
  readonly queue: Queue;
  readonly leases: Leases;
}

/** Until when this worker can possibly be alive: the end of its Lambda invocation, with a margin for clocks. */
export interface WorkUntil {
  readonly until: string;
}

/** @throws StorageUnavailable, so that the queue delivers the job again */
export async function work(deps: WorkDeps, job: Job, { until }: WorkUntil): Promise<void> {
  const key = { team: job.team, thread: job.thread };
  // The click that woke us shows on its card before the slow half starts, and even while another worker holds the thread.
  await redrawCards(deps, key);
  let lease = await deps.leases.acquire(key, { by: deps.newId(), now: deps.clock.now(), until });
  if (lease === undefined) {
    deps.log.info("Another worker has the thread and was nudged.", { thread: job.thread });
    return lookAgain(deps, job, until);
  }
  try {
    while (lease !== undefined) lease = await workOnce(deps, job, { lease, until });
  } catch (error) {
    // Held no longer than needed: the redelivered job should not wait for the lease to run out.
    await letGo(deps, lease);
    throw error;
  }
}

/**
 * The holder of the thread may be dead, and a dead one heeds no nudge: comes back when its lease has run out at the latest. Only
 * for what somebody waits for, so that such jobs never multiply.
 */
async function lookAgain(deps: WorkDeps, { kind, team, thread }: Job, until: string): Promise<void> {
  if (kind !== "start" && kind !== "resume") return;
  const seconds = Math.ceil((Date.parse(until) - Date.parse(deps.clock.now())) / 1_000);
  await wake(deps, { kind: "sweep", team, thread }, Math.min(seconds, MAX_DELAY_SECONDS));
}

/** Gives the thread back even when there was a nudge: the job that failed comes again and sees what the nudge was about. */
async function letGo({ leases, log }: WorkDeps, lease: Lease | undefined): Promise<void> {
  try {
    for (let held = lease; held !== undefined;) held = await leases.release(held);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    log.warn("A thread could not be given back; its lease will run out.", { thread: lease?.thread });
  }
}

async function workOnce(
  deps: WorkDeps,
  job: Job,
  held: WorkUntil & { lease: Lease },
): Promise<Lease | undefined> {
  const { team, thread } = held.lease;
  await advanceRun(deps, { team, thread }, held);
  const allDrawn = await redrawCards(deps, { team, thread });
  const isFirstTry = job.kind === "start" || job.kind === "resume";
  if (!allDrawn && isFirstTry) await wake(deps, { kind: "redraw", team, thread }, REDRAW_AFTER_SECONDS);
  await settle(deps, { team, thread });
  return deps.leases.release(held.lease);
}

/** The sweeper need not look again once the run waits for people or is over, and everything is drawn. */
async function settle(deps: WorkDeps, key: ThreadKey): Promise<void> {
  const records = await deps.records.thread(key);
  const { run, approvals } = records;
  if (run === undefined) return;
  const atRest = run.status.kind !== "queued" && run.status.kind !== "running";
  const due = atRest && !cardsBehind(records) ? undefined : later(deps.clock.now(), SWEEP_AFTER_MS);
  await deps.records.reschedule(run, due);
  if (run.status.kind !== "failed") return;
  // A failed run keeps its decisions for Retry, which puts the run itself back on the sweeper's list.
  for (const approval of approvals) {
    const isKept = approval.state.kind === "decided" && !approval.state.resumed;
    if (isKept) await deps.records.reschedule(approval, undefined);
  }
}
