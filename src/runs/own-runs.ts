// Runs of somebody's own that are not over. No list has a requester's alone, so as many of all are looked at as a command has time for.
import type { Lists } from "./lists.ts";
import type { Run } from "./run.ts";

const OPEN = ["waiting", "queued", "failed"] as const;
const PAGE = 100;
const MOST_PAGES = 3;

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
export async function ownRuns(lists: Lists, whose: Whose): Promise<OwnRuns> {
  const parts = await Promise.all(OPEN.map((status) => ofStatus(lists, whose, status)));
  const runs = parts.flatMap((part) => part.runs).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return { runs, isCut: parts.some(({ isCut }) => isCut) };
}

async function ofStatus(
  lists: Lists,
  { team, user }: Whose,
  status: (typeof OPEN)[number],
): Promise<OwnRuns> {
  const query = { team, of: { kind: "status", status }, order: "newest", limit: PAGE } as const;
  const runs: Run[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const { items, next } = await lists.runs({ ...query, ...(cursor !== undefined && { cursor }) });
    runs.push(...items.filter(({ requester }) => requester === user));
    if (next === undefined) return { runs, isCut: false };
    cursor = next;
  }
  return { runs, isCut: true };
}
