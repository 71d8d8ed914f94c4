// Lists from the file's indexes, page by page: what an index says is so, since it is written with the record.
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Approval } from "../approvals/approval.ts";
import type { Json } from "../approvals/json.ts";
import { decodeCursor, encodeCursor, nameOfApprovals, nameOfRuns } from "../runs/list-cursor.ts";
import { isListed, isToFindOne } from "../runs/list-places.ts";
import {
  type ApprovalsOf,
  assertLimit,
  type ListQuery,
  type Lists,
  type Page,
  type RunsOf,
} from "../runs/lists.ts";
import type { Run } from "../runs/run.ts";
import { ifKnown } from "../runs/stored.ts";
import { answered } from "./answered.ts";
import { APPROVAL_COLUMNS, approvalIn, approverName } from "./approval-row.ts";
import type { Database } from "./database.ts";
import { type Row, textIn } from "./rows.ts";
import { runIn } from "./run-row.ts";

export function createLists(database: Database): Lists {
  return {
    approvals: (query) =>
      answered(() => database.read("reading a list", (sql) => readPage(sql, approvalsList(query), query))),
    runs: (query) =>
      answered(() => database.read("reading a list", (sql) => readPage(sql, runsList(query), query))),
  };
}

interface List<T> {
  /** Says which list it is. */
  readonly name: Json;
  /** Which rows, from where; an index has them in the order of `place`. */
  readonly from: string;
  readonly place: string;
  /** What is named by question marks in `from`, for each part of the list; the same row may be in several. */
  readonly parts: readonly (readonly SQLInputValue[])[];
  /** The record, if it is on the list and of a form that this version knows. */
  pick(row: Row): T | undefined;
}

const APPROVALS = `${APPROVAL_COLUMNS}, approvals.place FROM approvals WHERE approvals.team = ?`;

function approvalsList(query: ListQuery<ApprovalsOf>): List<Approval> {
  const { of } = query;
  return {
    name: nameOfApprovals(query),
    ...approvalsSource(query),
    pick(row): Approval | undefined {
      const approval = ifKnown(() => approvalIn(row));
      return approval !== undefined && isListed(approval, of) ? approval : undefined;
    },
  };
}

type Source = Pick<List<unknown>, "from" | "place" | "parts">;

function approvalsSource({ team, of }: ListQuery<ApprovalsOf>): Source {
  const place = "approvals.place";
  switch (of.kind) {
    case "team":
      return { from: `${APPROVALS} AND listed = 'pending'`, place, parts: [[team]] };
    case "expired":
      return { from: `${APPROVALS} AND listed = 'expired'`, place, parts: [[team]] };
    case "workflow":
      return {
        from: `${APPROVALS} AND listed = 'pending' AND workflow = ?`,
        place,
        parts: [[team, of.workflow]],
      };
    case "channel":
      return {
        from: `${APPROVALS} AND listed = 'pending' AND channel = ?`,
        place,
        parts: [[team, of.channel]],
      };
    case "approver":
      return ofApprovers(team, [approverName.ofUser(of.user), ...of.groups.map(approverName.ofGroup)]);
    case "group":
      return ofApprovers(team, [approverName.ofGroup(of.group)]);
  }
}

function ofApprovers(team: string, approvers: readonly string[]): Source {
  return {
    from: `${APPROVAL_COLUMNS}, approvers.place FROM approvers CROSS JOIN approvals USING (team, thread, interrupt)
      WHERE approvers.team = ? AND approver = ?`,
    place: "approvers.place",
    parts: [...new Set(approvers)].map((approver) => [team, approver]),
  };
}

function runsList(query: ListQuery<RunsOf>): List<Run> {
  const { where, values } = runsWhere(query.of);
  return {
    name: nameOfRuns(query),
    from: `team, thread, record, place FROM runs WHERE team = ? ${where}`,
    place: "place",
    parts: [[query.team, ...values]],
    pick: isToFindOne(query.of) ? runIn : (row) => ifKnown(() => runIn(row)),
  };
}

function runsWhere(of: RunsOf): { readonly where: string; readonly values: readonly string[] } {
  switch (of.kind) {
    case "team":
      return { where: "", values: [] };
    case "status":
      return { where: "AND status = ?", values: [of.status] };
    case "workflow":
      return { where: "AND workflow = ?", values: [of.workflow] };
    case "channel":
      return { where: "AND channel = ?", values: [of.channel] };
    case "name":
      return { where: "AND name = ?", values: [of.name] };
    case "conversation":
      return { where: "AND shown_channel = ? AND shown_thread = ?", values: [of.channel, of.threadTs] };
  }
}

/** Every place begins with a year. */
const BEFORE_ALL = "";
const BEHIND_ALL = "~";

function readPage<T>(
  sql: DatabaseSync,
  list: List<T>,
  { order, limit, cursor }: Pick<ListQuery<unknown>, "order" | "limit" | "cursor">,
): Page<T> {
  assertLimit(limit);
  let after = order === "oldest" ? BEFORE_ALL : BEHIND_ALL;
  if (cursor !== undefined) after = decodeCursor(list.name, cursor);
  const items: T[] = [];
  for (;;) {
    const rows = rowsBehind(sql, list, { order, after, most: limit + 1 });
    for (const row of rows) {
      const record = list.pick(row);
      if (record !== undefined && items.length === limit)
        return { items, next: encodeCursor(list.name, after) };
      if (record !== undefined) items.push(record);
      after = textIn(row, "place");
    }
    if (rows.length <= limit) return { items };
  }
}

interface Behind {
  readonly order: "oldest" | "newest";
  readonly after: string;
  readonly most: number;
}

/** The next rows of all parts together, each once: the first of the whole are among the first of each. */
function rowsBehind(
  sql: DatabaseSync,
  { from, place, parts }: Source,
  { order, after, most }: Behind,
): readonly Row[] {
  const [isBehind, direction, sign] = order === "oldest" ? [">", "ASC", 1] : ["<", "DESC", -1];
  const select = sql.prepare(
    `SELECT ${from} AND ${place} ${isBehind} ? ORDER BY ${place} ${direction} LIMIT ?`,
  );
  const found = parts.flatMap((part) => select.all(...part, after, most));
  const byPlace = new Map(found.map((row) => [textIn(row, "place"), row]));
  return [...byPlace]
    .sort(([one], [other]) => (one < other ? -sign : sign))
    .map(([, row]) => row)
    .slice(0, most);
}
