// What people do so that somebody decides: hand a question over, want no reminders for a while, or nudge. Nobody's decision is made by any of it.
import { type Approval, next } from "./approval.ts";
import { standingPolicy } from "./attention.ts";
import { attended, attentionOf, heirOf, pinged } from "./ping.ts";
import { type Members, namedOnCall } from "./told.ts";

interface Done {
  readonly by: string;
  readonly now: string;
}

/** `to` is one of those who may decide it. */
export function handedOver(approval: Approval, { to, by, now }: Done & { readonly to: string }): Approval {
  const { handedTo: before } = attentionOf(approval);
  // Said twice it notifies once.
  if (before?.user === to && before.by === by) return approval;
  const handedTo = { user: to, by, at: now };
  const why = { kind: "handed-over", by } as const;
  const told = pinged(approval, { now, to: { users: [to], groups: [] }, why, attention: { handedTo } });
  return next(told, approval.state);
}

/** Two clicks within this time are one. */
const SAME_SNOOZE_MS = 60_000;

/** No matter of when it expires. The same object when that is so already. */
export function snoozed(
  approval: Approval,
  { by, until }: { readonly by: string; readonly until: string },
): Approval {
  const { snoozed: others } = attentionOf(approval);
  const before = Date.parse(others[by] ?? "");
  if (Math.abs(Date.parse(until) - before) < SAME_SNOOZE_MS) return approval;
  return next(attended(approval, { snoozed: { ...others, [by]: until } }), approval.state);
}

/** Whoever may decide it is told, those who want no reminders too: somebody waits for them. */
export function nudged(
  approval: Approval,
  { by, now, members = new Map() }: Done & { readonly members?: Members },
): Approval {
  const heir = heirOf(approval);
  const all = namedOnCall(standingPolicy(approval).approvers, members);
  const to = heir === undefined ? all : { users: [heir], groups: [] };
  return next(pinged(approval, { now, to, why: { kind: "nudged", by } }), approval.state);
}
