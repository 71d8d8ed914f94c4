// What stays of a run whose details are not kept any more: when that is, and what its record still says.
import { clippedText } from "../approvals/clipped.ts";
import type { AuditTrail } from "./audit-ports.ts";
import { endOf } from "./history.ts";
import { later } from "../approvals/later.ts";
import { hasEnded, type KeptUntil } from "./retention.ts";
import type { Removed, Run } from "./run.ts";

/** How long a run is kept once it has ended. */
export interface Keeping {
  readonly detailsMs: number;
  /** For good, when it is left out; never shorter than the details. */
  readonly historyMs?: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** `historyDays` undefined is for good. */
export function keepingOf(detailsDays: number, historyDays: number | undefined): Keeping {
  return {
    detailsMs: detailsDays * DAY_MS,
    ...(historyDays !== undefined && { historyMs: historyDays * DAY_MS }),
  };
}

/** Where nobody says otherwise. */
export const DAYS_KEPT = { details: 90, history: 400 } as const;

interface KeepingDeps {
  readonly trail: Pick<AuditTrail, "sealed">;
  readonly keeping: Keeping;
}

/** When a run that has ended loses its details. @throws StorageUnavailable */
export async function detailsUntil({ trail, keeping }: KeepingDeps, run: Run): Promise<string> {
  return later(await endedAt(trail, run), keeping.detailsMs);
}

/** As far as it is known. @throws StorageUnavailable */
export async function endedAt(trail: Pick<AuditTrail, "sealed">, run: Run): Promise<string> {
  return (await endOf(trail, run)) ?? run.createdAt;
}

/** The same object, unless its time has come; else its next version, to be saved before anything of it is let go of. @throws StorageUnavailable */
export async function withoutOldDetails(deps: KeepingDeps, run: Run, now: string): Promise<Run> {
  if (!hasEnded(run.status) || run.removed !== undefined) return run;
  if (now < (await detailsUntil(deps, run))) return run;
  const { historyMs } = deps.keeping;
  const until = historyMs === undefined ? undefined : later(await endedAt(deps.trail, run), historyMs);
  return withoutDetails(run, {
    kind: "expired",
    at: now,
    // Nothing was let go of before now, and what should have been years ago DynamoDB never deletes.
    ...(until !== undefined && { historyUntil: until < now ? now : until }),
  });
}

/** Until when the rest of it is kept. */
export function keptUntil(removed: Removed, { historyMs }: Keeping): KeptUntil {
  const { at: details } = removed;
  if (removed.kind === "expired") {
    const { historyUntil: history } = removed;
    return { details, ...(history !== undefined && { history }) };
  }
  return { details, ...(historyMs !== undefined && { history: later(details, historyMs) }) };
}

/** What its history says as well stays, and what lists are made of. */
function withoutDetails(run: Run, removed: Removed): Run {
  const { progress: _, ...rest } = run;
  return { ...rest, input: {}, status: clipped(run.status), removed, version: run.version + 1 };
}

/** No longer than in the history. */
function clipped(status: Run["status"]): Run["status"] {
  if (status.kind !== "done") return status;
  const { outcome } = status;
  return { ...status, outcome: { ...outcome, text: clippedText(outcome.text) } };
}

/** A requester that is nobody: who it was is not kept either. */
export const NOBODY_KEPT = "system";

/** That there was a run of this name, and how its history ended. */
export function tombstoneOf(run: Run, removed: Extract<Removed, { kind: "purged" }>): Run {
  const { team, thread, workflow, workflowVersion, graphVersion, channel, createdAt, audit } = run;
  return {
    ...{ team, thread, workflow, workflowVersion, channel, createdAt, removed },
    ...(graphVersion !== undefined && { graphVersion }),
    requester: NOBODY_KEPT,
    input: {},
    status: { kind: "done", outcome: { good: false, text: "Purged" } },
    audit: { ...audit, entries: [] },
    version: run.version + 1,
  };
}
