// A policy as an author declares it: by roles, schedules and ids, which become this workspace's own when a question is asked.
import * as z from "zod";
import type { Approvers, Policy } from "./policy.ts";

/** Roles of the configuration; they become group ids. */
const Role = z.enum(["approvers", "operators"]);
export type Groups = Readonly<Record<z.infer<typeof Role>, string>>;

/**
 * Somebody a policy names: a role of the configuration, a person or a user group by its Slack id, or whoever is on call in a
 * schedule at the moment of the click.
 */
export const Principal = z.union([
  Role,
  z.strictObject({ user: z.string().min(1) }),
  z.strictObject({ group: z.string().min(1) }),
  z.strictObject({ schedule: z.string().regex(/^[a-z][a-z0-9-]*$/) }),
]);
export type Principal = z.infer<typeof Principal>;

/**
 * Who may decide, and how many of them it takes.
 *
 * `quorum` is how many people must agree (1). `everyGroup` wants somebody of each named group, role and schedule, all of them
 * different people. `rejections` is how many must reject to decide (1). `expiresAfterMs` is how long it waits (for ever).
 */
export const DeclaredPolicy = z.strictObject({
  approvers: z.array(Principal).nonempty(),
  requesterMayApprove: z.boolean(),
  quorum: z.int().positive().exactOptional(),
  everyGroup: z.boolean().exactOptional(),
  rejections: z.int().positive().exactOptional(),
  expiresAfterMs: z.int().positive().exactOptional(),
});
export type DeclaredPolicy = z.infer<typeof DeclaredPolicy>;

const ON_CALL = "oncall:";

/** Whoever is on call, as a group: who that is, is asked at each click. */
export function onCallGroup(schedule: string): string {
  return `${ON_CALL}${schedule}`;
}

/** Undefined for a group of the workspace. */
export function scheduleOf(group: string): string | undefined {
  return group.startsWith(ON_CALL) ? group.slice(ON_CALL.length) : undefined;
}

/** With this workspace's ids, each of them once. */
export function approversOf(principals: readonly Principal[], roles: Groups): Approvers {
  const users = principals.flatMap((one) => (typeof one === "object" && "user" in one ? [one.user] : []));
  const groups = principals.flatMap((one) => {
    if (typeof one === "string") return [roles[one]];
    if ("group" in one) return [one.group];
    return "schedule" in one ? [onCallGroup(one.schedule)] : [];
  });
  return { users: [...new Set(users)], groups: [...new Set(groups)] };
}

/** As it is stored with a request. */
export function policyFor({ approvers, ...rest }: DeclaredPolicy, roles: Groups): Policy {
  return { approvers: approversOf(approvers, roles), ...rest };
}
