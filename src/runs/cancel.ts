// Cancels a run: recorded first, then the worker closes its thread and its questions.
import { type Approvers, isAmong, mayDecide, type Person } from "../approvals/policy.ts";
import { operatorsOf } from "./catalog.ts";
import { type ChangeDeps, changedRun } from "./change.ts";
import type { ThreadRecords } from "./ports.ts";
import { hasEnded } from "./retention.ts";
import { later, type Run, type ThreadKey } from "./run.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

export type Cancelled =
  /** `woken` is false when the queue did not take the job: the sweeper will close the questions. */
  | { readonly kind: "cancelled"; readonly woken: boolean }
  | { readonly kind: "not-allowed" }
  | { readonly kind: "over"; readonly run: Run | undefined };

/** Losing a write more often than this to other writers of one record is not a race any more. */
const MAX_TRIES = 5;

/**
 * From the moment this returns "cancelled", no request that acts is begun, and no worker takes the run up. What one commits that is in the middle of it
 * ends when the worker that is woken has taken the thread's next slot.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export async function cancelRun(deps: ChangeDeps, key: ThreadKey, by: string): Promise<Cancelled> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const thread = await deps.records.thread(key);
    const { run, approvals } = thread;
    if (run === undefined || hasEnded(run.status)) return { kind: "over", run };
    const operators = operatorsOf(deps, run.workflow);
    const groups = approvals.flatMap(({ policy }) => policy.approvers.groups);
    const person = await deps.directory.person(by, [...new Set([...operators.groups, ...groups])]);
    if (!mayCancel(person, thread, operators)) return { kind: "not-allowed" };
    const now = deps.clock.now();
    const status = { kind: "cancelled", by, at: now } as const;
    const cancelled = await changedRun(deps.trail, run, { status, now, by });
    if (!(await deps.records.saveRun(cancelled, later(now, SWEEP_AFTER_MS)))) continue;
    deps.log.info("A run was cancelled.", { thread: key.thread, by });
    return { kind: "cancelled", woken: await wake(deps, { kind: "resume", ...key }) };
  }
  throw new Error(`The run ${key.thread} was written by others ${MAX_TRIES} times in a row.`);
}

/** Invariant 12: the requester, the operators, and whoever may decide one of its questions. */
function mayCancel(person: Person, { run, approvals }: ThreadRecords, operators: Approvers): boolean {
  if (person.kind !== "member") return false;
  if (person.id === run?.requester || isAmong(person, operators)) return true;
  return approvals.some(({ policy, requester }) => mayDecide(person, requester, policy).allowed);
}
