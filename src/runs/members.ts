// Who is in a group, or on call, at this moment: for whom to tell, and nobody decides by it.
import type { Members } from "../approvals/tend.ts";
import { DirectoryUnavailable } from "./errors.ts";
import type { Log, Memberships } from "./ports.ts";

export interface MembersDeps {
  readonly memberships: Pick<Memberships, "membersOf">;
  readonly log: Log;
}

/** Of a group that nobody tells us of, all are reminded: better one too many than nobody. */
export async function membersOf(
  { memberships, log }: MembersDeps,
  groups: readonly string[],
): Promise<Members> {
  const members = new Map<string, readonly string[]>();
  for (const group of groups) {
    try {
      members.set(group, await memberships.membersOf(group));
    } catch (error) {
      if (!(error instanceof DirectoryUnavailable)) throw error;
      log.warn("Whom to remind could not be found out, so the whole group is.", {
        group,
        reason: error.message,
      });
    }
  }
  return members;
}
