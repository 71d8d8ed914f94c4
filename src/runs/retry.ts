// Runs a failed run again from the step that failed, with the same answers and the same idempotency keys.
import type { Person } from "../approvals/policy.ts";
import { auditOf } from "./audit.ts";
import type { AuditTrail } from "./audit-ports.ts";
import { withHistory } from "./history.ts";
import type { Clock, Directory, Log, Queue, Records } from "./ports.ts";
import { later, type Run, type ThreadKey } from "./run.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

export interface RetryDeps {
  readonly records: Records;
  readonly trail: AuditTrail;
  readonly queue: Queue;
  readonly directory: Directory;
  readonly operators: string;
  readonly clock: Clock;
  readonly log: Log;
}

export type Retried =
  | { readonly kind: "retrying"; readonly woken: boolean }
  | { readonly kind: "not-allowed" }
  | { readonly kind: "not-failed"; readonly run: Run | undefined };

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function retryRun(deps: RetryDeps, key: ThreadKey, by: string): Promise<Retried> {
  const run = await deps.records.run(key);
  if (run?.status.kind !== "failed") return { kind: "not-failed", run };
  const person = await deps.directory.person(by, [deps.operators]);
  if (!mayRetry(person, run, deps.operators)) return { kind: "not-allowed" };
  const now = deps.clock.now();
  const after: Run = { ...run, status: { kind: "queued" }, version: run.version + 1 };
  const { run: queued } = await withHistory(
    deps.trail,
    { before: run, after },
    auditOf({ run, approvals: [] }, { run: after, approvals: [] }, { now, by }),
  );
  if (!(await deps.records.saveRun(queued, later(now, SWEEP_AFTER_MS)))) {
    return { kind: "not-failed", run: await deps.records.run(key) };
  }
  deps.log.info("A failed run is retried.", { thread: key.thread, by });
  return { kind: "retrying", woken: await wake(deps, { kind: "start", ...key }) };
}

/** Invariant 12: the requester and the operators. */
function mayRetry(person: Person, run: Run, operators: string): boolean {
  if (person.kind !== "member") return false;
  return person.id === run.requester || person.groups.includes(operators);
}
