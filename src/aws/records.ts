// Runs and approvals on DynamoDB: each save names the version it replaces, so the first of two writers wins and the other knows.
import { randomUUID } from "node:crypto";
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Approval } from "../approvals/approval.ts";
import type { Metrics } from "../runs/metrics.ts";
import type { DueThread, Records, ThreadRecords } from "../runs/ports.ts";
import type { Run, ThreadKey } from "../runs/run.ts";
import { queryAll, queryPages, read, write } from "./dynamodb.ts";
import { type Item, optionalTextOf, textOf } from "./items.ts";
import { DUE_INDEX, DUE_SHARDS, dueKey, partitionKey, sortKey } from "./keys.ts";
import { approvalOf, cardsOf, notedOf, dueAttributes, recordAttributes, runOf } from "./record-item.ts";
import { UpdateParts } from "./update.ts";

interface RecordTable {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
}

interface RecordStore extends RecordTable {
  readonly metrics: Metrics;
}

export function createRecords(dynamo: DynamoDBClient, table: string, metrics: Metrics): Records {
  const store = { dynamo, table, metrics };
  return {
    async run(key): Promise<Run | undefined> {
      const item = await readItem(store, key, sortKey.run);
      return item && runOf(item);
    },
    async approval(key, interrupt): Promise<Approval | undefined> {
      const item = await readItem(store, key, sortKey.approval(interrupt));
      return item && approvalOf(item);
    },
    thread: (key) => readThread(store, key),
    saveRun: (run, due) => save(store, { key: run, sk: sortKey.run, record: run, due }),
    saveApproval: (approval, due) =>
      save(store, { key: approval, sk: sortKey.approval(approval.interrupt), record: approval, due }),
    reschedule: (record, due) => reschedule(store, record, due),
    due: (team, now, most) => readDue(store, team, { now, most }),
  };
}

export async function readItem(
  { dynamo, table }: RecordTable,
  key: ThreadKey,
  sk: string,
): Promise<Item | undefined> {
  const get = new GetItemCommand({
    TableName: table,
    Key: { pk: { S: partitionKey.ofThread(key) }, sk: { S: sk } },
    ConsistentRead: true,
  });
  return (await read("reading a record", () => dynamo.send(get))).Item;
}

async function readThread({ dynamo, table }: RecordTable, key: ThreadKey): Promise<ThreadRecords> {
  const items = await queryAll("reading a thread's records", dynamo, {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
    ExpressionAttributeValues: {
      ":pk": { S: partitionKey.ofThread(key) },
      ":first": { S: sortKey.approval("") },
      ":last": { S: sortKey.run },
    },
  });
  const run = items.find((item) => textOf(item, "sk") === sortKey.run);
  return {
    run: run && runOf(run),
    approvals: items
      .filter((item) => textOf(item, "sk").startsWith(sortKey.approval("")))
      .map(approvalOf)
      .sort((a, b) => a.slot - b.slot),
    cards: run === undefined ? {} : cardsOf(run),
    noted: items
      .filter((item) => textOf(item, "sk").startsWith(sortKey.notes))
      .flatMap((item) => notedOf(item) ?? []),
  };
}

interface Save {
  readonly key: ThreadKey;
  readonly sk: string;
  readonly record: Run | Approval;
  readonly due: string | undefined;
}

/** Replaces what is written here and leaves the item's other attributes: a run's item also says who holds its thread. */
async function save(store: RecordStore, { key, sk, record, due }: Save): Promise<boolean> {
  const writer = randomUUID();
  const parts = new UpdateParts();
  if (record.version === 1) parts.onlyIf(`attribute_not_exists(${parts.name("pk")})`);
  else parts.onlyIfIs("v", { N: String(record.version - 1) });
  parts.write({ ...recordAttributes(record), ...dueAttributes(key, due), w: { S: writer } });
  if (await update(store, { key, sk }, parts)) return true;
  // The client retries by itself: finding our own token means that an earlier attempt of this very write succeeded.
  const stored = await readItem(store, key, sk);
  const isOurs = stored !== undefined && optionalTextOf(stored, "w") === writer;
  if (isOurs) store.metrics.add("OwnWriteFound", 1);
  return isOurs;
}

/** False when a condition was not met. */
async function update(
  { dynamo, table }: RecordTable,
  { key, sk }: Pick<Save, "key" | "sk">,
  parts: UpdateParts,
): Promise<boolean> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: partitionKey.ofThread(key) }, sk: { S: sk } },
    ...parts.expressions(),
  });
  return (await write("saving a record", () => dynamo.send(command))) !== undefined;
}

function reschedule(store: RecordTable, record: Run | Approval, due: string | undefined): Promise<boolean> {
  const sk = "interrupt" in record ? sortKey.approval(record.interrupt) : sortKey.run;
  const parts = new UpdateParts();
  parts.onlyIfIs("v", { N: String(record.version) });
  parts.write(dueAttributes(record, due));
  return update(store, { key: record, sk }, parts);
}

async function readDue(
  { dynamo, table }: RecordTable,
  team: string,
  { now, most }: { readonly now: string; readonly most: number | undefined },
): Promise<readonly DueThread[]> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => dueKey.ofShard(team, shard));
  const found = await Promise.all(
    shards.map((shard) =>
      readDueOf({ dynamo, table }, shard, { now, most: most && Math.ceil(most / DUE_SHARDS) }),
    ),
  );
  const dueAts = new Map<string, string>();
  for (const item of found.flat()) {
    const [pk, dueAt] = [textOf(item, "pk"), textOf(item, "g1s")];
    const earlier = dueAts.get(pk);
    if (earlier === undefined || dueAt < earlier) dueAts.set(pk, dueAt);
  }
  return [...dueAts].map(([pk, dueAt]) => ({ ...partitionKey.toThread(pk), dueAt }));
}

async function readDueOf(
  { dynamo, table }: RecordTable,
  shard: string,
  { now, most }: { readonly now: string; readonly most: number | undefined },
): Promise<readonly Item[]> {
  const query = {
    TableName: table,
    IndexName: DUE_INDEX,
    KeyConditionExpression: "g1p = :shard AND g1s < :now",
    ExpressionAttributeValues: { ":shard": { S: shard }, ":now": { S: now } },
    ...(most !== undefined && { Limit: most }),
  };
  if (most === undefined) return queryAll("reading what is due", dynamo, query);
  const first = await queryPages("reading what is due", dynamo, query).next();
  return first.done === true ? [] : first.value;
}
