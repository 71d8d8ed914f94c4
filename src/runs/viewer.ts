// Who may see a run: its requester, its approvers, the operators of its workflow, and the members of the channel it is shown in.
import type { Approval } from "../approvals/approval.ts";
import { standingPolicy } from "../approvals/attention.ts";
import { type Approvers, isAmong, type Person } from "../approvals/policy.ts";
import type { Directory, Memberships } from "./ports.ts";
import type { Run } from "./run.ts";

/** Somebody, with all groups and channels they are in. */
export interface Viewer {
  readonly person: Person;
  readonly channels: readonly string[];
}

export interface ViewerDeps {
  readonly directory: Directory;
  readonly memberships: Memberships;
}

/** @throws DirectoryUnavailable */
export async function viewerOf({ directory, memberships }: ViewerDeps, user: string): Promise<Viewer> {
  const [person, groups, channels] = await Promise.all([
    directory.person(user, []),
    memberships.groupsOf(user),
    memberships.channelsOf(user),
  ]);
  return person.kind === "member" ? { person: { ...person, groups }, channels } : { person, channels: [] };
}

interface ShownTo {
  /** The questions of the run, where they are known. */
  readonly approvals?: readonly Pick<Approval, "policy" | "attention">[];
  readonly operators: Approvers;
}

/** Full members only. Who may decide a question sees its run also when it is their own. */
export function maySee(
  { person, channels }: Viewer,
  run: Pick<Run, "requester" | "channel">,
  { approvals = [], operators }: ShownTo,
): boolean {
  if (person.kind !== "member") return false;
  if (person.id === run.requester || channels.includes(run.channel)) return true;
  return [operators, ...approvals.map((approval) => standingPolicy(approval).approvers)].some((named) =>
    isAmong(person, named),
  );
}
