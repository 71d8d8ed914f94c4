// Cancels a run: recorded first, then its questions are closed; the worker closes its thread.
import { personIn } from "../approvals/actor.ts";
import type { Approval } from "../approvals/approval.ts";
import { cancelledApproval } from "../approvals/course.ts";
import { clippedText } from "../approvals/clipped.ts";
import { standingPolicy } from "../approvals/attention.ts";
import { endsRun } from "../approvals/decision.ts";
import { type Approvers, isAmong, mayDecide, type Person } from "../approvals/policy.ts";
import { operatorsOf } from "./catalog.ts";
import { type ChangeDeps, changedRun } from "./change.ts";
import { StorageUnavailable } from "./errors.ts";
import type { ThreadRecords } from "./ports.ts";
import { hasEnded } from "./retention.ts";
import { later } from "../approvals/later.ts";
import { amongRivals } from "./rivals.ts";
import type { Run, ThreadKey } from "./run.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

export type Cancelled =
  /** `woken` is false when the queue did not take the job: the sweeper will have the cards drawn. */
  | { readonly kind: "cancelled"; readonly woken: boolean }
  | { readonly kind: "not-allowed" }
  | { readonly kind: "over"; readonly run: Run | undefined };

/**
 * From the moment this returns "cancelled", no click on its questions counts, no request that acts is begun, and no worker takes the run up. What one
 * commits that is in the middle of it ends when the worker that is woken has taken the thread's next slot.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export async function cancelRun(
  deps: ChangeDeps,
  key: ThreadKey,
  { by, reason = "" }: { readonly by: string; readonly reason?: string },
): Promise<Cancelled> {
  return amongRivals<Cancelled>(`The run ${key.thread}`, async () => {
    const thread = await deps.records.thread(key);
    const { run, approvals } = thread;
    if (run === undefined || hasEnded(run.status)) return { kind: "over", run };
    const operators = operatorsOf(deps, run.workflow);
    const groups = approvals.flatMap((approval) => standingPolicy(approval).approvers.groups);
    const person = await deps.directory.person(personIn(by), [...new Set([...operators.groups, ...groups])]);
    if (!mayCancel(person, thread, operators)) return { kind: "not-allowed" };
    const now = deps.clock.now();
    const why = reason === "" ? {} : { reason: clippedText(reason) };
    const status = { kind: "cancelled", by, at: now, ...why } as const;
    const cancelled = await changedRun(deps.trail, run, { status, now, by });
    if (!(await deps.records.saveRun(cancelled, later(now, SWEEP_AFTER_MS)))) return undefined;
    deps.log.info("A run was cancelled.", { thread: key.thread, by });
    // Together, since somebody waits; the worker finds right whatever it finds.
    const job = { kind: "resume", ...key } as const;
    const [woken] = await Promise.all([
      wake(deps, job),
      ...approvals.map((approval) => closeQuestion(deps, approval, status)),
    ]);
    return { kind: "cancelled", woken };
  });
}

/** One that somebody else has written meanwhile, or that could not be written, is the worker's. */
async function closeQuestion(
  { records, log }: ChangeDeps,
  approval: Approval,
  status: { readonly by: string; readonly at: string },
): Promise<void> {
  const cancelled = cancelledApproval(approval, status);
  if (cancelled === approval) return;
  try {
    await records.saveApproval(cancelled);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    const { thread, interrupt } = approval;
    log.warn("A question of a cancelled run could not be closed at once; the worker closes it.", {
      ...{ thread, interrupt, reason: error.message },
    });
  }
}

/** Invariant 12: the requester, the operators, and whoever may decide one of its questions. */
function mayCancel(person: Person, { run, approvals }: ThreadRecords, operators: Approvers): boolean {
  if (person.kind !== "member") return false;
  if (person.id === run?.requester || isAmong(person, operators)) return true;
  return approvals.some(
    (approval) => mayDecide(person, approval.requester, standingPolicy(approval)).allowed,
  );
}

/** Somebody rejected a request and the run with it. Read from the stored decision, so that whoever takes the next turn does the same. */
export function stopIn(
  approvals: readonly Approval[],
): Extract<Run["status"], { kind: "cancelled" }> | undefined {
  for (const { request, state } of approvals) {
    if (state.kind !== "decided" || !endsRun(request, state.decision)) continue;
    const { by, at } = state.decision;
    return { kind: "cancelled", by, at };
  }
  return undefined;
}
