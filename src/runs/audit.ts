// Which entries the history of a run gains by what changed in its records.
import { actorText } from "../approvals/actor.ts";
import { type AuditEntry, entriesOfApproval } from "../approvals/audit.ts";
import { clippedText } from "../approvals/clipped.ts";
import { digestOf } from "../approvals/json.ts";
import type { Noted } from "../approvals/noted.ts";
import type { ThreadRecords } from "./ports.ts";
import type { Run } from "./run.ts";

type Recorded = Pick<ThreadRecords, "run" | "approvals">;

/** When it was noticed, and whose doing the run's change of status is, where somebody did it. */
interface Noticed {
  readonly now: string;
  readonly by?: string;
  /** Beside the records. */
  readonly noted?: readonly Noted[];
  /** The workflow declares how its runs are migrated. */
  readonly migrates?: boolean;
}

/**
 * The entries for what changed between two states of a thread's records, oldest first.
 *
 * `before` has the run as it was read, and those approvals whose entries are recorded already. Where that is not known they are
 * left out: an entry that the chain has is not recorded again.
 */
export function auditOf(before: Recorded, after: Recorded, noticed: Noticed): readonly AuditEntry[] {
  const { now, noted = [] } = noticed;
  const known = new Set(
    before.approvals.flatMap((approval) => entriesOfApproval(approval, now)).map(({ id }) => id),
  );
  const ofApprovals = after.approvals
    .flatMap((approval) => entriesOfApproval(approval, now))
    .filter(({ id }) => !known.has(id));
  const happened = [...noted, ...ofApprovals].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const { run } = after;
  const changed = run === undefined ? [] : entriesOfWorkflow(before.run, run, noticed);
  const started = run !== undefined && before.run === undefined ? [startedEntry(run)] : [];
  const alert = run === undefined ? [] : entriesOfAlert(before.run, run);
  const status = run === undefined ? [] : entriesOfStatus(before.run?.status, run, noticed);
  return [...started, ...changed, ...happened, ...alert, ...status];
}

function startedEntry(run: Run): AuditEntry {
  const { createdAt: at, requester: user, key, workflow, workflowVersion } = run;
  const by = actorText({ user, ...(key !== undefined && { key }) });
  const { thread, step } = run.replayOf ?? {};
  const replayOf = thread === undefined ? {} : { replayOf: { thread, ...(step !== undefined && { step }) } };
  const input = digestOf(run.input);
  return { kind: "started", id: "started", at, by, workflow, workflowVersion, input, ...replayOf };
}

function entriesOfAlert(before: Run | undefined, { alertResolvedAt: at }: Run): readonly AuditEntry[] {
  const isNew = at !== undefined && before?.alertResolvedAt === undefined;
  return isNew ? [{ kind: "alert-resolved", id: "alert-resolved", at }] : [];
}

/** Another version of its workflow has taken it over. */
function entriesOfWorkflow(
  before: Run | undefined,
  run: Run,
  { now: at, migrates = false }: Noticed,
): readonly AuditEntry[] {
  const { graphVersion, workflowVersion: to, version } = run;
  if (before?.graphVersion === undefined || before.graphVersion === graphVersion) return [];
  const how = migrates ? { migrated: true as const } : {};
  const versions = { from: before.workflowVersion, to };
  return [{ kind: "workflow-changed", id: `workflow-changed:${version}`, at, ...versions, ...how }];
}

/** A run can fail, be retried and fail again: the version that says so tells them apart. */
function entriesOfStatus(
  before: Run["status"] | undefined,
  { status, version }: Run,
  { now: at, by }: Noticed,
): readonly AuditEntry[] {
  if (before?.kind === status.kind) return [];
  switch (status.kind) {
    case "queued":
      return before?.kind === "failed"
        ? [{ kind: "retried", id: `retried:${version}`, at, ...(by === undefined ? {} : { by }) }]
        : [];
    case "waiting":
      return [];
    case "done": {
      const { good, text, stoppedBy } = status.outcome;
      const stopped = stoppedBy === undefined ? {} : { by: stoppedBy };
      return [{ kind: "ended", id: `ended:${version}`, at, ...stopped, good, text: clippedText(text) }];
    }
    case "failed":
      return [{ kind: "failed", id: `failed:${version}`, at, error: clippedText(status.error) }];
    case "cancelled":
      return [cancelledEntry(status)];
  }
}

function cancelledEntry({ at, by, reason }: Extract<Run["status"], { kind: "cancelled" }>): AuditEntry {
  const why = reason === undefined ? {} : { reason: clippedText(reason) };
  return { kind: "cancelled", id: "cancelled", at, by, ...why };
}
