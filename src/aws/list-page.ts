// One page of a list: the indexes' partitions merged in order, and of what they name, what is so.
import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Json } from "../approvals/json.ts";
import { assertLimit, type ListQuery, type Page } from "../runs/lists.ts";
import { ifKnown } from "../runs/stored.ts";
import { readAll } from "./batches.ts";
import { read } from "./dynamodb.ts";
import { type Item, textOf } from "./items.ts";
import { decodeCursor, encodeCursor } from "../runs/list-cursor.ts";
import type { ListIndex } from "./list-keys.ts";

/** So often a page is filled up when what the index named was not so any more; then it is given as it is. */
const MAX_ROUNDS = 5;

interface ListTable {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
}

/** What an index names: a record's thread, and the record's place in the list. */
export interface Named {
  readonly pk: string;
  readonly at: string;
}

export interface List<T> {
  /** Says which list it is. */
  readonly name: Json;
  readonly index: ListIndex;
  readonly partitions: readonly string[];
  /** The key of the record that is named. */
  keyOf(named: Named): Item;
  /** It is read to find one record. */
  readonly isOfOne?: boolean;
  /** The record, if it is on the list. */
  pick(item: Item): T | undefined;
}

/** Reads on until the page is full or the list is over. */
export async function readPage<T>(
  store: ListTable,
  list: List<T>,
  { order, limit, cursor }: Pick<ListQuery<unknown>, "order" | "limit" | "cursor">,
): Promise<Page<T>> {
  assertLimit(limit);
  let after = cursor === undefined ? undefined : decodeCursor(list.name, cursor);
  const items: T[] = [];
  for (let round = 1; ; round++) {
    const { named, hasMore } = await readIndex(store, list, { order, limit, after });
    const found = await readRecords(store, list, named);
    const { picked, seen } = pickFrom(list, { named, found, most: limit - items.length });
    items.push(...picked);
    after = seen.at(-1)?.at;
    const isOver = !hasMore && seen.length === named.length;
    if (isOver || after === undefined) return { items };
    if (items.length === limit || round === MAX_ROUNDS)
      return { items, next: encodeCursor(list.name, after) };
  }
}

interface Candidates {
  readonly named: readonly Named[];
  readonly found: ReadonlyMap<string, Item>;
  readonly most: number;
}

/** What is on the list of what was named, and how far that was looked at. */
function pickFrom<T>(
  list: List<T>,
  { named, found, most }: Candidates,
): { readonly picked: readonly T[]; readonly seen: readonly Named[] } {
  const picked: T[] = [];
  for (const [index, one] of named.entries()) {
    if (picked.length === most) return { picked, seen: named.slice(0, index) };
    const item = found.get(nameOfItem(list.keyOf(one)));
    const record = item && pickKnown(list, item);
    if (record !== undefined) picked.push(record);
  }
  return { picked, seen: named };
}

/** What only a newer version knows keeps nobody from the rest of the list; who asks for just that is told. */
function pickKnown<T>(list: List<T>, item: Item): T | undefined {
  return list.isOfOne === true ? list.pick(item) : ifKnown(() => list.pick(item));
}

interface From {
  readonly order: "oldest" | "newest";
  readonly limit: number;
  readonly after: string | undefined;
}

/** The next places of all partitions together, each once: the first of the whole are among the first of each. */
async function readIndex(
  store: ListTable,
  { index, partitions }: Pick<List<unknown>, "index" | "partitions">,
  from: From,
): Promise<{ readonly named: readonly Named[]; readonly hasMore: boolean }> {
  const parts = await Promise.all(
    partitions.map((partition) => readPartition(store, { index, partition }, from)),
  );
  const byPlace = new Map(parts.flat().map((named) => [named.at, named]));
  const sign = from.order === "oldest" ? 1 : -1;
  const inOrder = [...byPlace.values()].sort((a, b) => (a.at < b.at ? -sign : sign));
  return { named: inOrder.slice(0, from.limit), hasMore: inOrder.length > from.limit };
}

/** One more than a page holds, so that it is known whether there is another. */
async function readPartition(
  { dynamo, table }: ListTable,
  { index, partition }: { readonly index: ListIndex; readonly partition: string },
  { order, limit, after }: From,
): Promise<readonly Named[]> {
  const isBehind = order === "oldest" ? "#s > :after" : "#s < :after";
  const found: Item[] = [];
  let start: Item | undefined;
  do {
    const query = new QueryCommand({
      TableName: table,
      IndexName: index.name,
      KeyConditionExpression: after === undefined ? "#p = :p" : `#p = :p AND ${isBehind}`,
      ExpressionAttributeNames: { "#p": index.p, ...(after === undefined ? {} : { "#s": index.s }) },
      ExpressionAttributeValues: {
        ":p": { S: partition },
        ...(after === undefined ? {} : { ":after": { S: after } }),
      },
      ScanIndexForward: order === "oldest",
      Limit: limit + 1 - found.length,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    const page = await read("reading a list", () => dynamo.send(query));
    found.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && found.length <= limit);
  return found.map((item) => ({ pk: textOf(item, "pk"), at: textOf(item, index.s) }));
}

async function readRecords(
  store: ListTable,
  list: Pick<List<unknown>, "keyOf">,
  named: readonly Named[],
): Promise<ReadonlyMap<string, Item>> {
  const items = await readAll("reading what is listed", store, named.map(list.keyOf));
  return new Map(items.map((item) => [nameOfItem(item), item]));
}

function nameOfItem(item: Item): string {
  return `${textOf(item, "pk")}\n${textOf(item, "sk")}`;
}
