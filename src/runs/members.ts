// Who is in a group, or on call, at this moment: for whom to tell, and nobody decides by it.
import type { Members } from "../approvals/told.ts";
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
  const known = await Promise.all(
    groups.map(async (group) => {
      try {
        return [[group, await memberships.membersOf(group)] as const];
      } catch (error) {
        if (!(error instanceof DirectoryUnavailable)) throw error;
        const { message: reason } = error;
        log.warn("Whom to remind could not be found out, so the whole group is.", { group, reason });
        return [];
      }
    }),
  );
  return new Map(known.flat());
}
