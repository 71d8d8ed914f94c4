// When the sweeper is to look at a run again, after a worker has done what it could; and what is let go of for good when that is never.
import type { Advanced } from "./advance.ts";
import type { AuditTrail } from "./audit-ports.ts";
import { lastChangeOf } from "./history.ts";
import { later } from "../approvals/later.ts";
import type { Clock } from "./ports.ts";
import type { Drawn } from "./redraw.ts";
import { detailsUntil, endedAt, type Keeping, keptUntil } from "./removed.ts";
import { hasEnded, type Retention } from "./retention.ts";
import type { Removed, Run } from "./run.ts";
import { SWEEP_AFTER_MS } from "./wake.ts";

/** Cards that Slack refuses for good are tried this seldom in the end. */
const SELDOM_MS = 15 * 60_000;
/** How long after its end a run is looked at once more. */
const NOBODY_CLICKS_MS = 60 * 60_000;

export interface LookDeps {
  readonly clock: Clock;
  readonly trail: AuditTrail;
  readonly retention: Pick<Retention, "expire" | "erase">;
  readonly keeping: Keeping;
}

/** When the sweeper is to look at the run again; undefined when it need not. */
export async function nextLook(
  deps: LookDeps,
  { run, isUnfinished }: Advanced,
  { left, at = "" }: { readonly left: Drawn["left"]; readonly at: string | undefined },
): Promise<string | undefined> {
  const now = deps.clock.now();
  const isSoon = run.status.kind === "queued" || isUnfinished || left === "time" || left === "later";
  if (isSoon) return later(now, SWEEP_AFTER_MS);
  const wait = { nothing: undefined, slack: patience(run, now), repair: SELDOM_MS }[left];
  const again = wait === undefined ? undefined : lastOf(later(now, wait), at);
  if (!hasEnded(run.status)) return again;
  if (run.removed === undefined) return again ?? lookAtEnded(deps, run);
  // What a worker has written that woke up behind the purge.
  if (run.removed.kind === "purged") await deps.retention.erase(run);
  // Its record says so by now: whatever of it is deleted first, nobody misses it.
  await deps.retention.expire(run, keptUntil(run.removed, deps.keeping));
  return again ?? lookAtPurged(run.removed, now);
}

/** Once when nobody still clicks, for what was noted and told to nobody; then when its details have been kept for long enough. */
async function lookAtEnded(deps: LookDeps, run: Run): Promise<string> {
  const soon = later(await endedAt(deps.trail, run), NOBODY_CLICKS_MS);
  return deps.clock.now() < soon ? soon : detailsUntil(deps, run);
}

/** Once more, too: a click that was being noted when it was purged says who clicked, and is to be forgotten. */
function lookAtPurged({ kind, at }: Removed, now: string): string | undefined {
  const soon = later(at, NOBODY_CLICKS_MS);
  return kind === "purged" && now < soon ? soon : undefined;
}

function lastOf(one: string, other: string): string {
  return one < other ? other : one;
}

/** For as long again as the run has stood still. */
function patience(run: Run, now: string): number {
  const stood = Date.parse(now) - Date.parse(lastChangeOf(run));
  return Math.min(Math.max(stood, SWEEP_AFTER_MS), SELDOM_MS);
}
