// Who may decide: a pure function over a person, as the directory knows them, and the policy stored with the request.
import * as z from "zod";

/** Kept with each request as it was when the question was asked, with the workspace's own group and user ids. */
export const Policy = z.object({
  approvers: z.object({ users: z.array(z.string()), groups: z.array(z.string()) }),
  requesterMayApprove: z.boolean(),
});
export type Policy = z.infer<typeof Policy>;

/** What the directory says of a person at this moment. Membership of a channel is never authority. */
export type Person =
  | { readonly kind: "member"; readonly id: string; readonly groups: readonly string[] }
  | { readonly kind: "guest" | "external" | "deactivated" | "unknown"; readonly id: string };

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
  const named = policy.approvers.users.includes(person.id);
  const inGroup = person.groups.some((group) => policy.approvers.groups.includes(group));
  return named || inGroup ? { allowed: true } : { allowed: false, because: "not-an-approver" };
}

/** Starting a run needs a full member of this workspace. */
export function mayStart(person: Person): Permission {
  return person.kind === "member" ? { allowed: true } : { allowed: false, because: person.kind };
}
