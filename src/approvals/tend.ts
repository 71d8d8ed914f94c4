// What time does to a question that waits: it expires, goes on to more people, and reminds whoever it waits for. Pure; the sweeper's clock drives it.
import { keyOfGroup, personIn } from "./actor.ts";
import { type Approval, next, remembering, votesOn } from "./approval.ts";
import { isNobody, type Ping, standingPolicy } from "./attention.ts";
import { expiredApproval } from "./course.ts";
import { later } from "./later.ts";
import { attended, attentionOf, heirOf, pinged } from "./ping.ts";
import type { Approvers } from "./policy.ts";
import { calledApproval, type Members, named, namedOnCall, schedulesIn } from "./told.ts";

const MINUTE_MS = 60_000;
/** Of a question that waits for ever. */
const USUAL_MS = [30 * MINUTE_MS, 240 * MINUTE_MS, 1_440 * MINUTE_MS];
/** Of the time there is. */
const USUAL_SHARES = [0.5, 0.9];

/** The question as it stands at this moment; the same object when nothing was due. */
export function tendedApproval(approval: Approval, now: string, members: Members): Approval {
  if (approval.state.kind !== "pending") return approval;
  const closed = expiredApproval(approval, now);
  if (closed !== approval) return closed;
  const stepped = nextSteps(approval, now, members);
  const reminded = reminder(stepped, now, { members, isToldAnyway: stepped !== approval });
  const isReminded = lastPing(reminded) !== lastPing(stepped);
  const tended = calledApproval(backFromSnooze(reminded, now, isReminded), members);
  return tended === approval ? approval : next(tended, tended.state);
}

function lastPing(approval: Approval): Ping | undefined {
  return attentionOf(approval).pings.at(-1);
}

/** When something is due next; undefined when nothing ever is. */
export function nextTimeOf(approval: Approval): string | undefined {
  if (approval.state.kind !== "pending") return undefined;
  const { reminders, steps, snoozed } = attentionOf(approval);
  const times = [
    approval.expiresAt,
    reminderTimes(approval)[reminders],
    stepTimes(approval)[steps],
    ...Object.values(snoozed),
  ];
  return times.filter((time) => time !== undefined).reduce(earlier, undefined);
}

function earlier(one: string | undefined, other: string): string {
  return one === undefined || other < one ? other : one;
}

/** Groups whose members have to be known for what is due at this moment: who is on call, and of all others whom to leave out. */
export function groupsToName(approval: Approval, now: string): readonly string[] {
  const next = nextTimeOf(approval);
  if (next === undefined || next > now) return [];
  const isSnoozed = snoozing(approval, now).length > 0;
  const others = isSnoozed ? standingPolicy(approval).approvers.groups : [];
  return [...new Set([...schedulesIn(approval), ...others])];
}

function reminderTimes(approval: Approval): readonly string[] {
  const { policy } = approval;
  const { expiresAfterMs } = policy;
  const usual =
    expiresAfterMs === undefined ? USUAL_MS : USUAL_SHARES.map((share) => Math.round(share * expiresAfterMs));
  const { since } = attentionOf(approval);
  return (policy.remindAfterMs ?? usual).toSorted((a, b) => a - b).map((ms) => later(since, ms));
}

function stepTimes(approval: Approval): readonly string[] {
  const times: string[] = [];
  for (const { afterMs } of approval.policy.escalation ?? [])
    times.push(later(times.at(-1) ?? attentionOf(approval).since, afterMs));
  return times;
}

function due(times: readonly string[], now: string): number {
  return times.filter((time) => time <= now).length;
}

/** Each step that is due is taken, so that none is skipped when nobody looked for a while. */
function nextSteps(approval: Approval, now: string, members: Members): Approval {
  const { steps: taken } = attentionOf(approval);
  const steps = (approval.policy.escalation ?? []).slice(taken, due(stepTimes(approval), now));
  return steps.reduce((before, { to }) => {
    const { steps: count } = attentionOf(before);
    const people = to.kind === "people" ? namedOnCall(to, members) : NOBODY;
    const why = to.kind === "people" ? ESCALATED : { ...ESCALATED, channel: to.channel };
    return pinged(before, { now, to: people, why, attention: { steps: count + 1 } });
  }, approval);
}

const NOBODY: Approvers = { users: [], groups: [] };
const ESCALATED = { kind: "escalated" } as const;

/** Of several that are due only one, and none where others were just told of it. */
function reminder(
  approval: Approval,
  now: string,
  { members, isToldAnyway }: { readonly members: Members; readonly isToldAnyway: boolean },
): Approval {
  const before = attentionOf(approval);
  const reminders = due(reminderTimes(approval), now);
  if (reminders <= before.reminders) return approval;
  const to = isToldAnyway ? NOBODY : waitedFor(approval, now, members);
  if (isNobody(to)) return attended(approval, { reminders });
  return pinged(approval, { now, to, why: { kind: "waiting" }, attention: { reminders } });
}

/** Whoever it was handed over to, or else everybody who may still decide it; without those who want no reminders now. */
function waitedFor(approval: Approval, now: string, members: Members): Approvers {
  const heir = heirOf(approval);
  const { approvers, requesterMayApprove } = standingPolicy(approval);
  const quiet = [
    ...snoozing(approval, now),
    ...votesOn(approval).map(({ by }) => personIn(by)),
    ...(requesterMayApprove ? [] : [approval.requester]),
  ];
  if (heir !== undefined) return { users: without([heir], quiet), groups: [] };
  const { users, groups } = named(approvers, members);
  return { users: without(users, quiet), groups: groups.filter(isOfPeople) };
}

/** Nobody reminds a key. */
function isOfPeople(group: string): boolean {
  return keyOfGroup(group) === undefined;
}

function without(people: readonly string[], others: readonly string[]): string[] {
  return people.filter((person) => !others.includes(person));
}

function snoozing(approval: Approval, now: string): readonly string[] {
  return Object.entries(attentionOf(approval).snoozed).flatMap(([user, until]) =>
    until > now ? [user] : [],
  );
}

/** They are told now what they put off, unless everybody is. */
function backFromSnooze(approval: Approval, now: string, isReminded: boolean): Approval {
  const { snoozed } = attentionOf(approval);
  const back = Object.keys(snoozed).filter((user) => (snoozed[user] ?? "") <= now);
  if (back.length === 0) return approval;
  const left = Object.fromEntries(Object.entries(snoozed).filter(([user]) => !back.includes(user)));
  const told = remembering(approval, now);
  const voted = votesOn(approval).map(({ by }) => personIn(by));
  const to = { users: isReminded ? [] : without(back, voted), groups: [] };
  const attention = { snoozed: left };
  if (isNobody(to)) return attended(told, attention);
  return pinged(told, { now, to, why: { kind: "snoozed" }, attention });
}
