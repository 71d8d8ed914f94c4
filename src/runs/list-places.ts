// Which lists a question or a run is on, and where in each: the same whatever keeps the lists.
import type { Approval } from "../approvals/approval.ts";
import { standingPolicy } from "../approvals/attention.ts";
import { mayDecide } from "../approvals/policy.ts";
import type { ApprovalsOf, RunsOf } from "./lists.ts";
import type { Run } from "./run.ts";

/** Where something stands in every list it is on: by its time, and apart from whatever has the same. */
export const place = {
  ofRun: ({ createdAt, thread }: Pick<Run, "createdAt" | "thread">): string => `${createdAt}#${thread}`,
  ofApproval: ({ askedAt, thread, interrupt }: Pick<Approval, "askedAt" | "thread" | "interrupt">): string =>
    `${askedAt}#${thread}#${interrupt}`,
  /** The interrupt of a question's place. */
  toInterrupt: (text: string): string => text.split("#").slice(2).join("#"),
};

/** The lists of those who may decide a question now, each once. */
export function approverListsOf<List>(
  approval: Approval,
  { ofUser, ofGroup }: { ofUser: (user: string) => List; ofGroup: (group: string) => List },
): readonly List[] {
  const { approvers } = standingPolicy(approval);
  return [...new Set([...approvers.users.map(ofUser), ...approvers.groups.map(ofGroup)])];
}

export function isListed(approval: Approval, of: ApprovalsOf): boolean {
  if (approval.state.kind !== (of.kind === "expired" ? "expired" : "pending")) return false;
  switch (of.kind) {
    case "expired":
    case "team":
      return true;
    case "workflow":
      return approval.workflow === of.workflow;
    case "channel":
      return approval.channel === of.channel;
    case "approver": {
      const person = { kind: "member", id: of.user, groups: of.groups } as const;
      return mayDecide(person, approval.requester, standingPolicy(approval)).allowed;
    }
    case "group":
      return standingPolicy(approval).approvers.groups.includes(of.group);
  }
}

/** Whether a list is asked for to find one run: who asks so is told why it cannot be read, where others go on without it. */
export function isToFindOne(of: RunsOf): boolean {
  return of.kind === "name" || of.kind === "conversation";
}
