// Every run of some statuses, one by one, the oldest first: for those who have all the time there is.
import type { Lists } from "./lists.ts";
import type { Run } from "./run.ts";

const PAGE = 100;

interface Wanted {
  readonly team: string;
  readonly statuses: readonly Run["status"]["kind"][];
}

/** By status, and of each the oldest first. @throws StorageUnavailable */
export async function* everyRun(
  lists: Pick<Lists, "runs">,
  { team, statuses }: Wanted,
): AsyncGenerator<Run, void, undefined> {
  for (const status of statuses) {
    let cursor: string | undefined;
    do {
      const query = { team, of: { kind: "status", status }, order: "oldest", limit: PAGE } as const;
      const page = await lists.runs({ ...query, ...(cursor !== undefined && { cursor }) });
      yield* page.items;
      cursor = page.next;
    } while (cursor !== undefined);
  }
}
