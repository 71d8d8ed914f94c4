// What waits for a decision: somebody's own to decide, a group's, or all they may see; oldest first.
import { type Approval, hasVoted } from "../approvals/approval.ts";
import { type Catalog, operatorsOf } from "./catalog.ts";
import { type ApprovalsOf, firstOf, type Lists } from "./lists.ts";
import { maySee, type Viewer } from "./viewer.ts";

export type Whose =
  { readonly kind: "me" } | { readonly kind: "all" } | { readonly kind: "group"; readonly group: string };

export interface Pending {
  readonly approvals: readonly Approval[];
  /** There are more than were looked at. */
  readonly isCut: boolean;
}

interface PendingDeps extends Catalog {
  readonly lists: Lists;
}

interface Asking {
  readonly team: string;
  readonly viewer: Viewer;
  readonly whose: Whose;
}

/** @throws StorageUnavailable */
export async function pendingFor(deps: PendingDeps, { team, viewer, whose }: Asking): Promise<Pending> {
  const of = listed(viewer, whose);
  if (of === undefined) return { approvals: [], isCut: false };
  // Others have to agree to what one has voted on: it is in all that one may see.
  const isDone = (approval: Approval): boolean => whose.kind === "me" && hasVoted(approval, viewer.person.id);
  const isShown = (approval: Approval): boolean =>
    !isDone(approval) &&
    maySee(viewer, approval, { approvals: [approval], operators: operatorsOf(deps, approval.workflow) });
  const { items: approvals, isCut } = await firstOf(
    (page) => deps.lists.approvals({ team, of, order: "oldest", ...page }),
    isShown,
  );
  return { approvals, isCut };
}

/** Nobody but full members decides, or sees, anything. */
function listed({ person }: Viewer, whose: Whose): ApprovalsOf | undefined {
  if (person.kind !== "member") return undefined;
  switch (whose.kind) {
    case "me":
      return { kind: "approver", user: person.id, groups: person.groups };
    case "all":
      return { kind: "team" };
    case "group":
      return { kind: "group", group: whose.group };
  }
}
