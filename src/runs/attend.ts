// So that somebody decides: a question is handed over, put off by one person, or the people it waits for are nudged. Each is one conditional write; nobody's decision is made by it.
import { type Approval, closedBecause, type Refusal } from "../approvals/approval.ts";
import { handedOver, nudged, snoozed } from "../approvals/attend.ts";
import { standingPolicy } from "../approvals/attention.ts";
import { isAmong, mayDecide } from "../approvals/policy.ts";
import { schedulesIn } from "../approvals/told.ts";
import { operatorsOf } from "./catalog.ts";
import type { ChangeDeps } from "./change.ts";
import { type MembersDeps, membersOf } from "./members.ts";
import { later } from "../approvals/later.ts";
import { amongRivals } from "./rivals.ts";
import type { ThreadKey } from "./run.ts";
import { type UnknownRequest, unknownRequest } from "./unknown-request.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

/** Nobody is nudged more often than this. */
const NUDGES_APART_MS = 5 * 60_000;

export type AttendDeps = Omit<ChangeDeps, "trail">;

/** Somebody at a card, which showed this digest. */
export interface AtCard extends ThreadKey {
  readonly interrupt: string;
  readonly digest: string;
  readonly by: string;
}

export type Attended =
  | { readonly kind: "done"; readonly approval: Approval; readonly woken: boolean }
  /** It does not wait any more, or not as it stood there. */
  | {
      readonly kind: "refused";
      readonly because: NonNullable<ReturnType<typeof closedBecause>>;
      readonly approval: Approval;
    }
  /** Whoever clicked may not do this. */
  | { readonly kind: "not-allowed"; readonly approval: Approval }
  /** The one it was to be handed to may not decide it. */
  | { readonly kind: "not-theirs"; readonly because: Refusal; readonly approval: Approval }
  | UnknownRequest;

/**
 * Makes it one person's to decide, of those who may. The others may still.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export function handOver(deps: AttendDeps, at: AtCard, to: string): Promise<Attended> {
  return attend(deps, at, async (approval, now) => {
    const policy = standingPolicy(approval);
    const heir = await deps.directory.person(to, policy.approvers.groups);
    const permission = mayDecide(heir, approval.requester, policy);
    return permission.allowed
      ? handedOver(approval, { to, by: at.by, now })
      : { kind: "not-theirs", because: permission.because, approval };
  });
}

/**
 * Puts off the reminders of one person, and nothing else.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export function snooze(deps: AttendDeps, at: AtCard, ms: number): Promise<Attended> {
  return attend(deps, at, (approval, now) => snoozed(approval, { by: at.by, until: later(now, ms) }));
}

/** Whether this person may hand it over, asked before a form is opened. @throws StorageUnavailable, DirectoryUnavailable */
export async function openHandOver(
  deps: AttendDeps,
  at: AtCard,
): Promise<
  Exclude<Attended, { kind: "done" | "not-theirs" }> | { readonly kind: "open"; readonly approval: Approval }
> {
  const approval = await deps.records.approval(at, at.interrupt);
  if (approval === undefined) return unknownRequest(deps.records, at);
  return (await barred(deps, approval, at)) ?? { kind: "open", approval };
}

type Change = (
  approval: Approval,
  now: string,
) =>
  | Approval
  | Extract<Attended, { kind: "not-theirs" }>
  | Promise<Approval | Extract<Attended, { kind: "not-theirs" }>>;

async function attend(deps: AttendDeps, at: AtCard, change: Change): Promise<Attended> {
  return amongRivals<Attended>(`The approval ${at.interrupt}`, async () => {
    const approval = await deps.records.approval(at, at.interrupt);
    if (approval === undefined) return unknownRequest(deps.records, at);
    const bar = await barred(deps, approval, at);
    if (bar !== undefined) return bar;
    const now = deps.clock.now();
    const changed = await change(approval, now);
    if ("kind" in changed) return changed;
    if (changed === approval) return { kind: "done", approval, woken: true };
    if (!(await deps.records.saveApproval(changed, later(now, SWEEP_AFTER_MS)))) return undefined;
    const { thread, interrupt, by } = at;
    deps.log.info("A question was handed over or put off.", { thread, interrupt, by });
    const woken = await wake(deps, { kind: "resume", team: at.team, thread });
    return { kind: "done", approval: changed, woken };
  });
}

async function barred(
  deps: AttendDeps,
  approval: Approval,
  at: AtCard,
): Promise<Extract<Attended, { kind: "refused" | "not-allowed" }> | undefined> {
  const operators = operatorsOf(deps, approval.workflow);
  const policy = standingPolicy(approval);
  const groups = [...new Set([...policy.approvers.groups, ...operators.groups])];
  const person = await deps.directory.person(at.by, groups);
  const mayAttend = isAmong(person, operators) || mayDecide(person, approval.requester, policy).allowed;
  if (!mayAttend) return { kind: "not-allowed", approval };
  const because = closedBecause(approval, { digest: at.digest, now: deps.clock.now() });
  return because && { kind: "refused", because, approval };
}

/**
 * Reminds whoever the open questions of a run wait for; how many of them were reminded. Who may nudge is the caller's to know, and so is waking the worker.
 *
 * @throws StorageUnavailable
 */
export async function nudgeQuestions(
  deps: Pick<AttendDeps, "records" | "clock"> & MembersDeps,
  approvals: readonly Approval[],
  by: string,
): Promise<number> {
  const now = deps.clock.now();
  const open = approvals.filter(
    (approval) => approval.state.kind === "pending" && !wasJustNudged(approval, now),
  );
  const members = await membersOf(deps, [...new Set(open.flatMap(schedulesIn))]);
  const saved = await Promise.all(
    open.map((approval) =>
      deps.records.saveApproval(nudged(approval, { by, now, members }), later(now, SWEEP_AFTER_MS)),
    ),
  );
  return saved.filter((isSaved) => isSaved).length;
}

function wasJustNudged({ attention }: Approval, now: string): boolean {
  const last = attention?.pings.findLast(({ why }) => why.kind === "nudged");
  return last !== undefined && now < later(last.at, NUDGES_APART_MS);
}
