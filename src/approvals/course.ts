// What becomes of a question besides people's votes: it is taken up, replaced, cancelled, expires, or is asked again.
import { type Approval, deadline, isOverdue, next, remembering, votesOn, withDigest } from "./approval.ts";
import { type Decision, type ShownParts, SYSTEM } from "./decision.ts";
import type { Policy } from "./policy.ts";
import { changedVersion } from "./changed-version.ts";

/** The graph has consumed the answer. */
export function resumedApproval(approval: Approval): Approval {
  if (approval.state.kind !== "decided" || approval.state.resumed) return approval;
  const { decision } = approval.state;
  return next(approval, { kind: "decided", decision, resumed: true });
}

/** The run has failed before the graph consumed the answer, which stands. */
export function stalledApproval(approval: Approval): Approval {
  const { state } = approval;
  if (state.kind !== "decided" || state.resumed || state.stalled) return approval;
  return next(approval, { ...state, stalled: true });
}

/** The graph no longer asks this question. */
export function supersededApproval(approval: Approval, now: string): Approval {
  const isOpen = approval.state.kind === "pending" || approval.state.kind === "expired";
  return isOpen ? next(beforeClosing(approval, now), { kind: "superseded", at: now }) : approval;
}

/** The run was cancelled: whoever would decide now comes too late. */
export function cancelledApproval(
  approval: Approval,
  { by, at }: { readonly by: string; readonly at: string },
): Approval {
  const isOpen = approval.state.kind === "pending" || approval.state.kind === "expired";
  return isOpen ? next(beforeClosing(approval, at), { kind: "cancelled", by, at }) : approval;
}

/** Before it is closed undecided: the history may not have been told yet who voted, or that it had expired. */
function beforeClosing(approval: Approval, now: string): Approval {
  const tellsMore = approval.state.kind === "expired" || votesOn(approval).length > 0;
  return tellsMore ? remembering(approval, now) : approval;
}

/** Its time is over and nobody has decided: that is no decision, unless the policy says that it is one. */
export function expiredApproval(approval: Approval, now: string): Approval {
  const isExpired = approval.state.kind === "pending" && isOverdue(approval, now);
  if (!isExpired) return approval;
  const at = approval.expiresAt ?? now;
  const decision = decisionOfNobody(approval.policy, at);
  const closed: Approval["state"] =
    decision === undefined ? { kind: "expired", at } : { kind: "decided", decision, resumed: false };
  return next(beforeClosing(approval, now), closed);
}

function decisionOfNobody({ onExpiry }: Policy, at: string): Decision | undefined {
  switch (onExpiry) {
    case undefined:
      return undefined;
    case "reject":
      return { kind: "rejected", by: SYSTEM, at, reason: "Nobody decided in time." };
    case "resume":
      return { kind: "expired", by: SYSTEM, at };
  }
}

export interface AskedAgain {
  readonly because: Extract<NonNullable<Approval["origin"]>, { kind: "again" }>["because"];
  /** Whose answer it was, or who asked again. */
  readonly by: string;
  readonly now: string;
  readonly notes: readonly string[];
  /** What is shown now, where that has changed. */
  readonly shown?: ShownParts;
}

/** What its workflow makes of it now. */
type AskedNow = Pick<Approval, "request" | "policy" | "workflowVersion" | "graphVersion">;

/** Its workflow was changed: it is asked as the workflow asks it now, and nothing counts that was said before. */
export function askedByChanged(approval: Approval, asked: AskedNow, now: string): Approval {
  const because = { because: "workflow" as const, by: SYSTEM, now };
  const notes = [changedVersion(approval.workflowVersion, asked.workflowVersion)];
  const { askedArgs, expiresAt, ...again } = askedAgain(approval, { ...because, notes });
  const { request, policy, workflowVersion, graphVersion } = asked;
  return withDigest({
    ...again,
    ...{ request, policy, workflowVersion },
    ...(graphVersion !== undefined && { graphVersion }),
    ...deadline(policy, now),
  });
}

/** The same question at its next revision: whoever answered before does so anew. */
export function askedAgain(approval: Approval, { because, by, now, notes, shown }: AskedAgain): Approval {
  const { revoked: _, ...remembered } = remembering(approval, now);
  return withDigest({
    ...remembered,
    ...deadline(approval.policy, now),
    ...calledAnew(approval, now),
    revision: approval.revision + 1,
    version: approval.version + 1,
    origin: { kind: "again", because, by, at: now, notes: [...notes] },
    request: { ...approval.request, ...shown },
    state: { kind: "pending" },
  });
}

/** Its time begins anew, and so do reminders and the escalation. */
function calledAnew({ attention }: Approval, now: string): Pick<Approval, "attention"> {
  const pings = attention?.pings ?? [];
  return { attention: { since: now, reminders: 0, steps: 0, snoozed: {}, pings } };
}
