// What was done so that somebody decides, as the question's record keeps it: each change of it is part of one write.
import { type Approval, hasVoted, remembering } from "./approval.ts";
import type { Attention, Ping } from "./attention.ts";
import type { Approvers } from "./policy.ts";

/** Enough to tell which of them was posted; what is older has long been recorded with the run. */
const KEPT_PINGS = 8;

export function attentionOf({ attention, askedAt }: Approval): Attention {
  return attention ?? { since: askedAt, reminders: 0, steps: 0, snoozed: {}, pings: [] };
}

/** Whom it was handed over to, until they have voted: then it waits for the others. */
export function heirOf(approval: Approval): string | undefined {
  const { user } = attentionOf(approval).handedTo ?? {};
  return user === undefined || hasVoted(approval, user) ? undefined : user;
}

interface Notice {
  readonly now: string;
  readonly to: Approvers;
  readonly why: Ping["why"];
  readonly attention?: Partial<Attention>;
}

/** With one more reply that notifies. */
export function pinged(approval: Approval, { now, to, why, attention: change }: Notice): Approval {
  const { revision } = approval;
  const { pings } = attentionOf(approval);
  const ping: Ping = { number: (pings.at(-1)?.number ?? 0) + 1, revision, at: now, to, why };
  const before = pings.length >= KEPT_PINGS ? remembering(approval, now) : approval;
  return attended(before, { ...change, pings: [...pings, ping].slice(-KEPT_PINGS) });
}

export function attended(approval: Approval, change: Partial<Attention>): Approval {
  return { ...approval, attention: { ...attentionOf(approval), ...change } };
}
