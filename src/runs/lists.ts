// What runs and questions there are, page by page.
import type { Approval } from "../approvals/approval.ts";
import type { Conversation } from "./card.ts";
import type { Run } from "./run.ts";

/** Which questions: pending ones, or those that had no answer in time and wait to be asked again. An approver's are those the person may decide, who is in these groups now; `channel` is where their run is shown. */
export type ApprovalsOf =
  | { readonly kind: "team" }
  | { readonly kind: "workflow"; readonly workflow: string }
  | { readonly kind: "channel"; readonly channel: string }
  | { readonly kind: "approver"; readonly user: string; readonly groups: readonly string[] }
  | { readonly kind: "expired" }
  /** Those that somebody of this group may decide. */
  | { readonly kind: "group"; readonly group: string };

export type RunsOf =
  | { readonly kind: "team" }
  | { readonly kind: "status"; readonly status: Run["status"]["kind"] }
  | { readonly kind: "workflow"; readonly workflow: string }
  | { readonly kind: "channel"; readonly channel: string }
  /** Shown in this thread of Slack's. */
  | ({ readonly kind: "conversation" } & Conversation)
  /** By what people call it, as `runName` has it: it may be the name of several. */
  | { readonly kind: "name"; readonly name: string };

export interface ListQuery<Of> {
  readonly team: string;
  readonly of: Of;
  /** By when a question was asked, or a run was made. */
  readonly order: "oldest" | "newest";
  /** At most this many; from 1 to 100. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /**
   * There may be more behind this. A page that is not full, or even empty, can have one: much of what the index named was not so
   * any more.
   */
  readonly next?: string;
}

/**
 * Lists without a scan.
 *
 * What is listed is so: every record is read consistently before it is on a page. What was written a moment ago may not be listed
 * yet. Both throw BadCursor, and StorageUnavailable when the store cannot answer.
 */
export interface Lists {
  /** Pending questions, or expired ones. */
  approvals(query: ListQuery<ApprovalsOf>): Promise<Page<Approval>>;
  runs(query: ListQuery<RunsOf>): Promise<Page<Run>>;
}

const MAX_LIMIT = 100;

/** A mistake of ours: whoever asks from outside is told before. */
export function assertLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return;
  throw new RangeError(`A page has from 1 to ${MAX_LIMIT} records, not ${limit}.`);
}

/** As much of a list as a command has time for. */
const MOST_PAGES = 3;
const PAGE = 100;

/** What of the list's first pages is wanted; `isCut` when there are more than were looked at. */
export async function firstOf<T>(
  pageOf: (query: Pick<ListQuery<unknown>, "limit" | "cursor">) => Promise<Page<T>>,
  isWanted: (item: T) => boolean,
): Promise<{ readonly items: readonly T[]; readonly isCut: boolean }> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await pageOf({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    items.push(...page.items.filter(isWanted));
    if (page.next === undefined) return { items, isCut: false };
    cursor = page.next;
  }
  return { items, isCut: true };
}

/** Under which further names a question is listed than fit on its record: all approvers but the first. */
export interface ListRows {
  /** Before the approval is saved: a question that is recorded is then on every list, whatever crashes. Repeating it changes nothing. */
  put(approval: Approval): Promise<void>;
  /** Once the question is settled. Rows that stay behind are read in vain, no more. */
  drop(approval: Approval): Promise<void>;
}

/** The cursor is none of ours, or of another list. */
export class BadCursor extends Error {
  override readonly name = "BadCursor";

  constructor(cursor: string) {
    const shown = cursor.length > 40 ? `${cursor.slice(0, 40)}…` : cursor;
    super(`The cursor ${JSON.stringify(shown)} was not made for this list. Begin again without one.`);
  }
}
