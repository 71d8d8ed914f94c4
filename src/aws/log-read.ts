// Reads a thread's log: back to its newest snapshot, or all of it; a hole is reported, never stepped over.
import { GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Memo } from "../graph/index.ts";
import type { Table } from "./batches.ts";
import { textIn } from "./blobs.ts";
import { read } from "./dynamodb.ts";
import { type Item, numberOf, textOf } from "./items.ts";
import { LogIncomplete } from "./log-incomplete.ts";
import { type LogKey, logKeyFrom, logPrefixOf, partitionKey, sortKey } from "./keys.ts";

interface LogItem extends LogKey {
  readonly item: Item;
}

/** What a thread is to be put together from. */
export interface Stretch {
  /** The number of the slot that it begins behind: that of the snapshot, or -1. */
  readonly behind: number;
  readonly manifest: Item | undefined;
  /** Ascending, without gaps. */
  readonly slots: readonly Item[];
  /** For the slot that comes next. */
  readonly memos: readonly Item[];
  /** Everything behind the snapshot, memos of slots that are taken included. */
  readonly all: readonly Item[];
  /** A newer snapshot could not be used: a fork goes on from before it. */
  readonly isForked: boolean;
}

/** Back to the newest snapshot that nothing behind it reaches past; `page` is how many items the first request asks for. */
export async function readBack(table: Table, threadId: string, page: number): Promise<Stretch> {
  const found: LogItem[] = [];
  for await (const items of pagesBack(table, threadId, page)) {
    found.push(...items);
    const manifest = await startIn(table, threadId, found);
    if (manifest !== undefined) return stretchOf(threadId, found, manifest);
  }
  return stretchOf(threadId, found, undefined);
}

/** All slots, whatever snapshots there are. */
export async function readWhole(table: Table, threadId: string): Promise<Stretch> {
  const found: LogItem[] = [];
  for await (const items of pagesBack(table, threadId, undefined)) found.push(...items);
  return stretchOf(threadId, found, undefined);
}

/** Undefined where there is no such slot. */
export async function storedWriter(
  table: Table,
  threadId: string,
  number: number,
): Promise<string | undefined> {
  const item = await storedItem(table, threadId, { key: sortKey.slot(number), attributes: "w" });
  return item && textOf(item, "w");
}

/** The text of a small memo; undefined where there is none, and for one that is too large to be in its item. */
export async function storedMemo(
  table: Table,
  threadId: string,
  { slot, task }: Pick<Memo, "slot" | "task">,
): Promise<string | undefined> {
  const item = await storedItem(table, threadId, { key: sortKey.memo(slot, task), attributes: "d, h" });
  return item?.["d"] === undefined ? undefined : textIn(item, new Map());
}

async function storedItem(
  { dynamo, table }: Table,
  threadId: string,
  { key, attributes }: { readonly key: string; readonly attributes: string },
): Promise<Item | undefined> {
  const get = new GetItemCommand({
    TableName: table,
    Key: { pk: { S: partitionKey.ofLog(threadId) }, sk: { S: logPrefixOf(threadId) + key } },
    ProjectionExpression: attributes,
    ConsistentRead: true,
  });
  return (await read("reading an item of a thread's log", () => dynamo.send(get))).Item;
}

/** Newest first. A page that is asked to be small spares an ordinary thread its past; whoever needs a second one needs much. */
async function* pagesBack(
  { dynamo, table }: Table,
  threadId: string,
  page: number | undefined,
): AsyncGenerator<readonly LogItem[], void, undefined> {
  const prefix = logPrefixOf(threadId);
  let start: Item | undefined;
  let limit = page;
  do {
    const query = new QueryCommand({
      TableName: table,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :log)",
      ExpressionAttributeValues: {
        ":pk": { S: partitionKey.ofLog(threadId) },
        ":log": { S: prefix + sortKey.logPrefix },
      },
      ScanIndexForward: false,
      ConsistentRead: true,
      ...(limit !== undefined && { Limit: limit }),
      ...(start && { ExclusiveStartKey: start }),
    });
    const answer = await read("reading a thread's log", () => dynamo.send(query));
    yield (answer.Items ?? []).map((item) => ({
      item,
      ...logKeyFrom(textOf(item, "sk").slice(prefix.length)),
    }));
    start = answer.LastEvaluatedKey;
    limit = undefined;
  } while (start !== undefined);
}

/** The newest snapshot that everything found behind it can be folded onto. */
async function startIn(
  table: Table,
  threadId: string,
  found: readonly LogItem[],
): Promise<LogItem | undefined> {
  let earliest = Infinity;
  for (const one of found) {
    if (one.kind === "slot") earliest = Math.min(earliest, baseOf(one.item));
    const isReachedPast = earliest < one.number;
    if (one.kind === "manifest" && !isReachedPast && (await isOfThisThread(table, threadId, found, one)))
      return one;
  }
  return undefined;
}

/** A snapshot that was under way while its thread was deleted is nobody's; its slot, if there is one, is another's. */
async function isOfThisThread(
  table: Table,
  threadId: string,
  found: readonly LogItem[],
  { item, number }: LogItem,
): Promise<boolean> {
  const slot = found.find((one) => one.kind === "slot" && one.number === number)?.item;
  // Memos may stand between the two, and end the page.
  const writer = slot === undefined ? await storedWriter(table, threadId, number) : textOf(slot, "w");
  if (writer === undefined) throw gap(threadId, number);
  return writer === textOf(item, "w");
}

/** Where a fork goes on from; others go on from the slot before, or from nothing at all. */
function baseOf(item: Item): number {
  const base = item["b"] === undefined ? -1 : numberOf(item, "b");
  return base === -1 ? Infinity : base;
}

function stretchOf(threadId: string, found: readonly LogItem[], start: LogItem | undefined): Stretch {
  const behind = start?.number ?? -1;
  const items = found.filter(({ kind, number }) => number > behind && kind !== "manifest");
  const slots = items.filter(({ kind }) => kind === "slot").reverse();
  assertContiguous(threadId, slots, behind);
  const next = behind + 1 + slots.length;
  const memos = items.filter(({ kind, number }) => kind === "memo" && number === next);
  return {
    behind,
    manifest: start?.item,
    slots: slots.map(({ item }) => item),
    memos: memos.map(({ item }) => item),
    all: items.map(({ item }) => item),
    isForked: found.some(({ kind, number }) => kind === "manifest" && number > behind),
  };
}

/** A hole would silently resume from older state; better to stop loudly. */
function assertContiguous(threadId: string, slots: readonly LogItem[], behind: number): void {
  const index = slots.findIndex(({ number }, at) => number !== behind + 1 + at);
  if (index !== -1) throw gap(threadId, behind + 1 + index);
}

function gap(threadId: string, slot: number): Error {
  return new LogIncomplete(
    `The log of thread ${threadId} has a gap: slot ${slot} is missing. Restore it before continuing the thread.`,
  );
}
