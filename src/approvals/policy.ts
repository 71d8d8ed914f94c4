// Who may decide, and whose agreement it takes: pure functions over people, as the directory knows them, and the policy stored with the request.
import * as z from "zod";

/** People and groups, by the workspace's own ids. */
export const Approvers = z.object({ users: z.array(z.string()), groups: z.array(z.string()) });
export type Approvers = z.infer<typeof Approvers>;

/** To whom a question goes on, this long after it was asked or after the step before. In a channel it is shown as well; whoever is there gains no authority by it. */
const Step = z.object({
  afterMs: z.int().positive(),
  to: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("people"), ...Approvers.shape }),
    z.object({ kind: z.literal("channel"), channel: z.string() }),
  ]),
});
export type Step = z.infer<typeof Step>;

/** What a policy says, however it names people. */
export const terms = {
  requesterMayApprove: z.boolean(),
  /** How many people must agree; one, when it is not said. */
  quorum: z.int().positive().exactOptional(),
  /** Each of the groups must agree, by somebody of its own. */
  everyGroup: z.boolean().exactOptional(),
  /** How many people must reject to decide; one, when it is not said. */
  rejections: z.int().positive().exactOptional(),
  /** How long the question waits for a decision; for ever, when it is not said. */
  expiresAfterMs: z.int().positive().exactOptional(),
  /** What it means that nobody has decided by then: nothing, when it is not said, so nothing resumes and it can be asked again. */
  onExpiry: z.enum(["reject", "resume"]).exactOptional(),
  /** When people are reminded, counted from when it was asked; the usual times, when it is not said, and never with none. */
  remindAfterMs: z.array(z.int().positive()).exactOptional(),
};

/** Kept with each request as it was when the question was asked, with the workspace's own group and user ids. */
export const Policy = z.object({
  /** Who is on call counts as a group of its own; see `onCallGroup`. */
  approvers: Approvers,
  ...terms,
  /** Step by step, while nobody decides. */
  escalation: z.array(Step).exactOptional(),
});
export type Policy = z.infer<typeof Policy>;

/** What the directory says of a person at this moment. Membership of a channel is never authority. */
export type Person =
  | {
      readonly kind: "member";
      readonly id: string;
      readonly groups: readonly string[];
      /** By their API key: then they are in the key's own group alone, and what names them in person does not name the key. */
      readonly key?: string;
    }
  | { readonly kind: "guest" | "external" | "deactivated" | "unknown"; readonly id: string };

/** Whether a requester is somebody, by an id of Slack's, and not a webhook or the system. */
export function isPerson(requester: string): boolean {
  return /^[UW][A-Z0-9]+$/.test(requester);
}

export type Permission =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly because: "own-request" | "not-an-approver" | "guest" | "external" | "deactivated" | "unknown";
    };

export function mayDecide(person: Person, requester: string, policy: Policy): Permission {
  if (person.kind !== "member") return { allowed: false, because: person.kind };
  if (person.id === requester && !policy.requesterMayApprove)
    return { allowed: false, because: "own-request" };
  return isAmong(person, policy.approvers)
    ? { allowed: true }
    : { allowed: false, because: "not-an-approver" };
}

/** Full members only. */
export function isAmong(person: Person, { users, groups }: Approvers): boolean {
  if (person.kind !== "member") return false;
  const isNamed = person.key === undefined && users.includes(person.id);
  return isNamed || person.groups.some((group) => groups.includes(group));
}

/** Starting a run needs a full member of this workspace, and where the workflow names its starters, one of them. */
export function mayStart(person: Person, starters?: Approvers): Permission {
  if (person.kind !== "member") return { allowed: false, because: person.kind };
  return starters === undefined || isAmong(person, starters)
    ? { allowed: true }
    : { allowed: false, because: "not-an-approver" };
}

/** How many people must still agree; with `everyGroup`, each must find a group of its own to speak for. */
export function agreementsLeft(
  { approvers: { groups }, quorum = 1, everyGroup = false }: Policy,
  agreeing: readonly Person[],
): number {
  const byNumber = quorum - agreeing.length;
  const byGroup = everyGroup ? groups.length - spokenFor(groups, agreeing).length : 0;
  return Math.max(byNumber, byGroup, 0);
}

/** Groups for which nobody has agreed yet; empty unless each of them must. */
export function groupsLeft(
  { approvers: { groups }, everyGroup = false }: Policy,
  agreeing: readonly Person[],
): readonly string[] {
  if (!everyGroup) return [];
  const spoken = spokenFor(groups, agreeing);
  return groups.filter((group) => !spoken.includes(group));
}

/** The most groups that these people can speak for, each for one at most: who is in two of them does not agree twice. */
function spokenFor(groups: readonly string[], people: readonly Person[]): readonly string[] {
  const speaker = new Map<string, Person>();
  // Whoever speaks for a group already may move to another one of theirs to make room.
  const finds = (person: Person, tried: Set<string>): boolean => {
    const own = person.kind === "member" ? person.groups : [];
    for (const group of groups.filter((one) => own.includes(one) && !tried.has(one))) {
      tried.add(group);
      const before = speaker.get(group);
      if (before !== undefined && !finds(before, tried)) continue;
      speaker.set(group, person);
      return true;
    }
    return false;
  };
  for (const person of people) finds(person, new Set());
  return groups.filter((group) => speaker.has(group));
}
