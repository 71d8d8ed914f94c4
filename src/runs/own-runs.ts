// Runs of somebody's own that are not over. No list has a requester's alone, so as many of all are looked at as a command has time for.
import { firstOf, type Lists } from "./lists.ts";
import type { Run } from "./run.ts";

const OPEN = ["waiting", "queued", "failed"] as const;

export interface OwnRuns {
  /** Newest first. */
  readonly runs: readonly Run[];
  /** There are more than were looked at: older ones may be missing. */
  readonly isCut: boolean;
}

interface Whose {
  readonly team: string;
  readonly user: string;
}

/** @throws StorageUnavailable */
export async function ownRuns(lists: Lists, { team, user }: Whose): Promise<OwnRuns> {
  const parts = await Promise.all(
    OPEN.map((status) =>
      firstOf(
        (page) => lists.runs({ team, of: { kind: "status", status }, order: "newest", ...page }),
        ({ requester }) => requester === user,
      ),
    ),
  );
  const runs = parts.flatMap(({ items }) => items).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return { runs, isCut: parts.some(({ isCut }) => isCut) };
}
