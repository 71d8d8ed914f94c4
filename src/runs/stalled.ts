// What does not go on by itself, or takes too long, for those who operate it: one row for each run, with the one reason that matters most.
import type { Approval } from "../approvals/approval.ts";
import { lastChangeOf } from "./history.ts";
import type { HomeReads, Looked } from "./home-reads.ts";
import { hasEnded } from "./retention.ts";
import { later } from "../approvals/later.ts";
import type { Run, ThreadKey } from "./run.ts";

export interface Stalled extends ThreadKey {
  readonly workflow: string;
  readonly requester: string;
  readonly channel: string;
  /** Since then. */
  readonly at: string;
  readonly why: Stall;
}

export type Stall =
  /** Retry goes on with it. */
  | { readonly kind: "failed"; readonly error: string }
  /** Ask again opens the question once more. */
  | { readonly kind: "expired"; readonly approval: Approval }
  /** A worker should have gone on with it. */
  | { readonly kind: "overdue" }
  /** Half of the time it has, or hours without a limit, and nobody has decided. */
  | { readonly kind: "undecided"; readonly approval: Approval };

/** How long a question without an expiry may wait before it counts as forgotten. */
const PATIENCE_MS = 4 * 60 * 60_000;

interface Looking {
  readonly now: string;
  readonly operates: (workflow: string) => boolean;
}

/** What has stood still for longest comes first. */
export function stalledIn(reads: HomeReads, { now, operates }: Looking): Looked<Stalled> {
  const { failed, expired, overdue, pending } = reads;
  const found = [
    ...failed.rows.flatMap(failedRow),
    ...expired.rows.map((approval) => rowOf(approval, sinceExpiry(approval), { kind: "expired", approval })),
    ...overdue.rows.filter(isUnderWay).map((run) => rowOf(run, lastChangeOf(run), { kind: "overdue" })),
    ...pending.rows
      .filter((approval) => isForgotten(approval, now))
      .map((approval) => rowOf(approval, approval.askedAt, { kind: "undecided", approval })),
  ].filter(({ workflow }) => operates(workflow));
  const rows = new Map<string, Stalled>();
  for (const row of found) if (!rows.has(row.thread)) rows.set(row.thread, row);
  return {
    rows: [...rows.values()].sort((a, b) => (a.at < b.at ? -1 : 1)),
    isMore: [failed, expired, overdue, pending].some(({ isMore }) => isMore),
  };
}

function failedRow(run: Run): readonly Stalled[] {
  if (run.status.kind !== "failed") return [];
  return [rowOf(run, lastChangeOf(run), { kind: "failed", error: run.status.error })];
}

/** Of what is over, or has failed, only cards are overdue. */
function isUnderWay({ status }: Run): boolean {
  return !hasEnded(status) && status.kind !== "failed";
}

function sinceExpiry({ state, askedAt }: Approval): string {
  return state.kind === "expired" ? state.at : askedAt;
}

function isForgotten({ askedAt, expiresAt }: Approval, now: string): boolean {
  const halfMs = expiresAt === undefined ? PATIENCE_MS : (Date.parse(expiresAt) - Date.parse(askedAt)) / 2;
  return now > later(askedAt, halfMs);
}

function rowOf(of: Run | Approval, at: string, why: Stall): Stalled {
  const { team, thread, workflow, requester, channel } = of;
  return { team, thread, workflow, requester, channel, at, why };
}
