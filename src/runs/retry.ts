// Runs a failed run again from the step that failed, with the same answers and the same idempotency keys.
import { CLI } from "../approvals/actor.ts";
import { isAmong } from "../approvals/policy.ts";
import { operatorsOf } from "./catalog.ts";
import { type ChangeDeps, changedRun } from "./change.ts";
import { later } from "../approvals/later.ts";
import type { Run, ThreadKey } from "./run.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

export type Retried =
  | { readonly kind: "retrying"; readonly woken: boolean }
  | { readonly kind: "not-allowed" }
  | { readonly kind: "not-failed"; readonly run: Run | undefined };

/** `by` is a user by Slack's id, or `CLI`. @throws StorageUnavailable, DirectoryUnavailable */
export async function retryRun(deps: ChangeDeps, key: ThreadKey, by: string): Promise<Retried> {
  const run = await deps.records.run(key);
  if (run?.status.kind !== "failed") return { kind: "not-failed", run };
  if (!(await mayRetry(deps, run, by))) return { kind: "not-allowed" };
  const now = deps.clock.now();
  const queued = await changedRun(deps.trail, run, { status: { kind: "queued" }, now, by });
  if (!(await deps.records.saveRun(queued, later(now, SWEEP_AFTER_MS)))) {
    return { kind: "not-failed", run: await deps.records.run(key) };
  }
  deps.log.info("A failed run is retried.", { thread: key.thread, by });
  return { kind: "retrying", woken: await wake(deps, { kind: "start", ...key }) };
}

/** Invariant 12: the requester and the operators. */
async function mayRetry(deps: ChangeDeps, run: Run, by: string): Promise<boolean> {
  if (by === CLI) return true;
  const operators = operatorsOf(deps, run.workflow);
  const person = await deps.directory.person(by, operators.groups);
  if (person.kind !== "member") return false;
  return person.id === run.requester || isAmong(person, operators);
}
