// As many of a list as are wanted, page after page, of those that fit.
import { BadCursor, type ListQuery, type Page } from "../runs/lists.ts";

interface Asked<T> {
  readonly most: number;
  readonly cursor: string | undefined;
  readonly isWanted: (item: T) => boolean;
  readonly progress: (line: string) => void;
}

const PAGE = 100;
/** Each has a hundred rows: whoever wants more says so with the cursor. */
const MOST_PAGES = 100;
const TOLD_EVERY = 10;

/**
 * Never more than are missing are asked for at a time, so that none is left out behind the cursor.
 *
 * @throws BadCursor, StorageUnavailable
 */
export async function wantedOf<T>(
  pageOf: (query: Pick<ListQuery<unknown>, "limit" | "cursor">) => Promise<Page<T>>,
  { most, cursor: first, isWanted, progress }: Asked<T>,
): Promise<Page<T>> {
  const items: T[] = [];
  let cursor = first;
  let seen = 0;
  for (let pages = 1; pages <= MOST_PAGES; pages++) {
    const limit = Math.min(PAGE, most - items.length);
    const page = await pageOf({ limit, ...(cursor !== undefined && { cursor }) });
    seen += page.items.length;
    items.push(...page.items.filter(isWanted));
    cursor = page.next;
    if (cursor === undefined || items.length >= most) break;
    if (pages % TOLD_EVERY === 0) progress(`${seen} looked at, ${items.length} found…`);
  }
  return { items, ...(cursor !== undefined && { next: cursor }) };
}

/** All of a list, page by page. */
export async function* pagesOf<T>(
  pageOf: (query: Pick<ListQuery<unknown>, "limit" | "cursor">) => Promise<Page<T>>,
): AsyncGenerator<readonly T[], void, undefined> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await pageOf({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    yield page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

/** What was wrong with a cursor, as it is said; undefined for another error. */
export function cursorTrouble(error: unknown): string | undefined {
  return error instanceof BadCursor ? error.message : undefined;
}
