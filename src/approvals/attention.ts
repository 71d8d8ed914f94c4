// What was done so that somebody decides: replies that notify, steps of the escalation, whom it was handed over to, and who wants no reminders for now.
import * as z from "zod";
import { Approvers, type Policy } from "./policy.ts";

/** Why people were notified. */
const Why = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("waiting") }),
  z.object({ kind: z.literal("snoozed") }),
  /** To a channel, where it names one, and to nobody in particular. */
  z.object({ kind: z.literal("escalated"), channel: z.string().exactOptional() }),
  z.object({ kind: z.literal("handed-over"), by: z.string() }),
  z.object({ kind: z.literal("nudged"), by: z.string() }),
]);

export const Ping = z.object({
  /** From 1, over all of the question's life. */
  number: z.int().positive(),
  /** Whoever is to be notified of another revision hears of that. */
  revision: z.int().positive(),
  at: z.iso.datetime(),
  to: Approvers,
  why: Why,
});
export type Ping = z.infer<typeof Ping>;

export const Attention = z.object({
  /** From when on reminders and the escalation count. */
  since: z.iso.datetime(),
  /** How many of the reminders that are due at a time have been. */
  reminders: z.int().nonnegative(),
  /** How many steps of the escalation were taken. */
  steps: z.int().nonnegative(),
  /** Until when a person wants no reminders. */
  snoozed: z.record(z.string(), z.iso.datetime()),
  /** Who was on call when people were told of it; they have the card in person. */
  onCall: z.array(z.string()).exactOptional(),
  /** Whose it is to decide, of those who may. */
  handedTo: z.object({ user: z.string(), by: z.string(), at: z.iso.datetime() }).exactOptional(),
  /** The last ones. */
  pings: z.array(Ping),
});
export type Attention = z.infer<typeof Attention>;

/** The part of an approval that says who may decide it by now. */
export interface Standing {
  readonly policy: Policy;
  readonly attention?: Attention;
}

/** Its policy as it stands, with the people whom the escalation has reached. */
export function standingPolicy({ policy, attention }: Standing): Policy {
  const reached = (policy.escalation ?? []).slice(0, attention?.steps ?? 0);
  const people = reached.flatMap(({ to }) => (to.kind === "people" ? [to] : []));
  if (people.length === 0) return policy;
  const all = [policy.approvers, ...people];
  const users = [...new Set(all.flatMap((one) => one.users))];
  const groups = [...new Set(all.flatMap((one) => one.groups))];
  return { ...policy, approvers: { users, groups } };
}

/** Other channels that show it. */
export function channelsReached({ policy, attention }: Standing): readonly string[] {
  const reached = (policy.escalation ?? []).slice(0, attention?.steps ?? 0);
  return [...new Set(reached.flatMap(({ to }) => (to.kind === "channel" ? [to.channel] : [])))];
}

export function isNobody({ users, groups }: Approvers): boolean {
  return users.length === 0 && groups.length === 0;
}
