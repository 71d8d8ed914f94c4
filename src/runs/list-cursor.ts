// Where a list goes on: the place of the last record looked at, and of which list. It comes back from outside, so it is parsed.
import * as z from "zod";
import { digestOf, type Json, parsedJson } from "../approvals/json.ts";
import { type ApprovalsOf, BadCursor, type ListQuery, type RunsOf } from "./lists.ts";

/** Larger than any place, and than what DynamoDB takes for a key. */
const LONGEST_PLACE = 1_024;

const Cursor = z.strictObject({
  v: z.literal(1),
  list: z.string(),
  after: z.string().min(1).max(LONGEST_PLACE),
});

type Which<Of> = Pick<ListQuery<Of>, "team" | "of" | "order">;

export function nameOfRuns({ team, of, order }: Which<RunsOf>): Json {
  return { list: "runs", team, order, of: { ...of } };
}

/** Of an approver: the groups may change between two pages, and it is the same list. */
export function nameOfApprovals({ team, of, order }: Which<ApprovalsOf>): Json {
  return { list: "approvals", team, order, of: of.kind === "approver" ? { user: of.user } : { ...of } };
}

/** `list` is all that says which list it is; what only says how much of it at once is left out. */
export function encodeCursor(list: Json, after: string): string {
  const cursor: z.input<typeof Cursor> = { v: 1, list: nameOf(list), after };
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** @throws BadCursor */
export function decodeCursor(list: Json, cursor: string): string {
  const parsed = Cursor.safeParse(parsedJson(Buffer.from(cursor, "base64url").toString()));
  if (!parsed.success || parsed.data.list !== nameOf(list)) throw new BadCursor(cursor);
  return parsed.data.after;
}

function nameOf(list: Json): string {
  return digestOf(list).slice(0, 16);
}
