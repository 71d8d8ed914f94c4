// Who is told of a question that waits: groups as such where Slack can mention them, people by name where it cannot, or must not.
import type { Approval } from "./approval.ts";
import { standingPolicy } from "./attention.ts";
import { scheduleOf } from "./declared-policy.ts";
import { attended, attentionOf } from "./ping.ts";
import type { Approvers } from "./policy.ts";

/** With more, the group is mentioned all the same. */
const MOST_NAMED = 20;

/** Members of groups, as far as they are known; of a schedule, whoever is on call. */
export type Members = ReadonlyMap<string, readonly string[]>;

/** Whoever is on call gets the card in person: a schedule is nothing that Slack could mention. */
export function calledApproval(approval: Approval, members: Members): Approval {
  const { onCall = [] } = attentionOf(approval);
  const { groups } = standingPolicy(approval).approvers;
  const called = groups.filter(isSchedule).flatMap((group) => members.get(group) ?? []);
  const all = [...new Set([...onCall, ...called])];
  return all.length === onCall.length ? approval : attended(approval, { onCall: all });
}

function isSchedule(group: string): boolean {
  return scheduleOf(group) !== undefined;
}

/** Of which it has to be known who is on call, when people are told of it. */
export function schedulesIn({ policy }: Pick<Approval, "policy">): readonly string[] {
  const steps = (policy.escalation ?? []).flatMap(({ to }) => (to.kind === "people" ? to.groups : []));
  return [...new Set([...policy.approvers.groups, ...steps])].filter(isSchedule);
}

/** With people in place of groups whose members are known. */
export function named(given: Approvers, members: Members): Approvers {
  const users = [...given.users];
  const groups: string[] = [];
  for (const group of given.groups) {
    const people = members.get(group);
    if (people === undefined || people.length > MOST_NAMED) groups.push(group);
    else users.push(...people);
  }
  return { users: [...new Set(users)], groups };
}

/** With those who are on call in place of their schedule; groups of Slack's are mentioned as such. */
export function namedOnCall(given: Approvers, members: Members): Approvers {
  return named(given, new Map([...members].filter(([group]) => isSchedule(group))));
}
