// A policy as an author declares it: by roles, schedules and ids, which become this workspace's own when a question is asked.
import * as z from "zod";
import { KEY_NAME, keyGroup } from "./actor.ts";
import { type Approvers, isPerson, type Policy, type Step, terms } from "./policy.ts";

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

/** A key by its name: what it is sent with counts as its own vote, never as its owner's. */
const KeyPrincipal = z.strictObject({ apiKey: z.string().regex(KEY_NAME) });

/** Whoever the run was started for, too. */
const REQUESTER = "requester";
const Decider = z.union([z.literal(REQUESTER), Principal, KeyPrincipal]);
type Decider = z.infer<typeof Decider>;
type Named = Exclude<Decider, typeof REQUESTER>;

const after = { afterMs: z.int().positive() };
const DeclaredStep = z.union([
  z.strictObject({ ...after, to: z.array(Decider).nonempty() }),
  z.strictObject({ ...after, channel: z.string().regex(/^[CG][A-Z0-9]+$/, "is no channel's id") }),
]);

/**
 * Who may decide, and how many of them it takes.
 *
 * An `apiKey` decides by itself over REST, with the scope to: its owner gains nothing by it, and where people must differ, the two are one.
 *
 * "requester" is whoever the run was started for, who then may decide it by that. Where nobody did, since a webhook or the system has
 * started it, the approvers of its workflow stand in for them.
 *
 * `quorum` is how many people must agree (1). `everyGroup` wants somebody of each named group, role and schedule, all of them
 * different people. `rejections` is how many must reject to decide (1).
 *
 * `expiresAfterMs` is how long it waits (for ever). When that is over nothing resumes and the question can be asked again, unless
 * `onExpiry` says that it counts as rejected; with "resume", which only `askApproval` and `askQuestion` understand, the node goes on without one.
 *
 * `remindAfterMs` is when people are reminded, counted from when it was asked: at half and at nine tenths of its time, or, where it waits for
 * ever, after half an hour, four hours and a day. `escalation` names to whom it goes on while nobody decides: each step `afterMs` behind
 * the one before, to more people who may then decide it, too, or to another channel that shows it.
 *
 * @example
 * { approvers: ["approvers"], requesterMayApprove: false,
 *   escalation: [{ afterMs: 600_000, to: [{ user: "U0LEAD" }] }, { afterMs: 1_200_000, channel: "C0INCIDENTS" }] }
 * @example
 * { approvers: ["requester"], requesterMayApprove: true }
 */
export const DeclaredPolicy = z
  .strictObject({
    approvers: z.array(Decider).nonempty(),
    ...terms,
    escalation: z.array(DeclaredStep).exactOptional(),
  })
  .refine(({ onExpiry, expiresAfterMs }) => onExpiry === undefined || expiresAfterMs !== undefined, {
    error: "says what happens on expiry, and has no expiresAfterMs",
  })
  .refine(({ everyGroup, escalation = [] }) => everyGroup !== true || !escalation.some(isToPeople), {
    error: "wants every group to agree, so nobody else can stand in for one: escalate to a channel",
  })
  .refine((policy) => policy.requesterMayApprove || !namesRequester(policy), {
    error: "names the requester, who may not approve: say requesterMayApprove: true, or leave them out",
  });
export type DeclaredPolicy = z.infer<typeof DeclaredPolicy>;

type DeclaredStep = z.infer<typeof DeclaredStep>;

function isToPeople(step: DeclaredStep): boolean {
  return "to" in step;
}

function namesRequester({ approvers, escalation = [] }: Declared): boolean {
  const all = [approvers, ...escalation.map((step) => ("to" in step ? step.to : []))];
  return all.some((deciders) => deciders.includes(REQUESTER));
}

interface Declared {
  readonly approvers: readonly Decider[];
  readonly escalation?: readonly DeclaredStep[];
}

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
export function approversOf(principals: readonly Named[], roles: Groups): Approvers {
  const users = principals.flatMap((one) => (typeof one === "object" && "user" in one ? [one.user] : []));
  const groups = principals.flatMap((one) => {
    if (typeof one === "string") return [roles[one]];
    if ("group" in one) return [one.group];
    if ("apiKey" in one) return [keyGroup(one.apiKey)];
    return "schedule" in one ? [onCallGroup(one.schedule)] : [];
  });
  return { users: [...new Set(users)], groups: [...new Set(groups)] };
}

/** Of whose run it is, and who stands in for a requester that is nobody. */
export interface AskedFor {
  readonly roles: Groups;
  readonly requester: string;
  /** Of the run's workflow. */
  readonly policy: { readonly approvers: readonly Decider[] };
}

/** As it is stored with a request. */
export function policyFor({ approvers, escalation, ...rest }: DeclaredPolicy, asked: AskedFor): Policy {
  const steps = escalation?.map((step) => stepFor(step, asked));
  return { approvers: decidersOf(approvers, asked), ...rest, ...(steps && { escalation: steps }) };
}

function stepFor(step: DeclaredStep, asked: AskedFor): Step {
  const { afterMs } = step;
  if ("channel" in step) return { afterMs, to: { kind: "channel", channel: step.channel } };
  return { afterMs, to: { kind: "people", ...decidersOf(step.to, asked) } };
}

/** Somebody, always: a question that nobody may decide would wait for ever. */
function decidersOf(deciders: readonly Decider[], { roles, requester, policy }: AskedFor): Approvers {
  const own = principalsOf(deciders, requester);
  if (own.length > 0) return approversOf(own, roles);
  const others = principalsOf(policy.approvers, requester);
  return approversOf(others.length > 0 ? others : ["approvers"], roles);
}

function principalsOf(deciders: readonly Decider[], requester: string): readonly Named[] {
  return deciders.flatMap((one) => {
    if (one !== REQUESTER) return [one];
    return isPerson(requester) ? [{ user: requester }] : [];
  });
}
