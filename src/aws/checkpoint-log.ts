// The checkpointer on DynamoDB: one conditional PutItem is the commit of a superstep, so two workers can never both own a slot.
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CheckpointConflict,
  type Checkpointer,
  decodeMemo,
  decodeSlot,
  encodeMemo,
  encodeSlot,
  type Memo,
  type Slot,
  type ThreadLog,
} from "../graph/index.ts";
import { queryAll, read, write } from "./dynamodb.ts";
import { type Item, packedOf, textOf, unpackedOf } from "./items.ts";
import { logPrefixOf, partitionKey, sortKey } from "./keys.ts";

/** How many threads' last slots are remembered, so that appending needs no read. */
const REMEMBERED = 1_000;
const BATCH = 25;

export function createCheckpointLog(dynamo: DynamoDBClient, table: string): Checkpointer {
  const lastSeen = new Map<string, number>();
  const log = { dynamo, table };

  function remember(threadId: string, number: number): void {
    lastSeen.delete(threadId);
    lastSeen.set(threadId, number);
    const oldest = lastSeen.keys().next().value;
    if (lastSeen.size > REMEMBERED && oldest !== undefined) lastSeen.delete(oldest);
  }

  return {
    async load(threadId): Promise<ThreadLog> {
      const items = await itemsBehind(log, threadId, logPrefixOf(threadId) + sortKey.logPrefix);
      const slots = items
        .filter((item) => !sortKey.isMemo(textOf(item, "sk")))
        .map((item) => decodeSlot(unpackedOf(item, "d")));
      assertContiguous(threadId, slots);
      if (slots.length > 0) remember(threadId, slots.length - 1);
      return { slots, memos: memosFor(slots.length, items) };
    },

    async append(threadId, slot): Promise<void> {
      const follows =
        slot.number === 0 ||
        lastSeen.get(threadId) === slot.number - 1 ||
        (await storedWriter(log, threadId, slot.number - 1)) !== undefined;
      if (!follows) throw new CheckpointConflict(threadId, slot.number);
      if (!(await putOnce(log, slotItem(threadId, slot)))) {
        // The client retries by itself: finding our own token means that an earlier attempt of this very write succeeded.
        const isOurs = (await storedWriter(log, threadId, slot.number)) === slot.writer;
        if (!isOurs) throw new CheckpointConflict(threadId, slot.number);
      }
      remember(threadId, slot.number);
    },

    async saveTask(threadId, memo): Promise<void> {
      await putOnce(log, {
        pk: { S: partitionKey.ofLog(threadId) },
        sk: { S: logPrefixOf(threadId) + sortKey.memo(memo.slot, memo.task) },
        d: packedOf(encodeMemo(memo)),
      });
    },

    async delete(threadId): Promise<void> {
      for (const id of lastSeen.keys())
        if (id === threadId || id.startsWith(`${threadId}|`)) lastSeen.delete(id);
      const prefix = logPrefixOf(threadId);
      const own = await itemsBehind(log, threadId, prefix + sortKey.logPrefix);
      const within = prefix === "" ? sortKey.nestedPrefix : `${prefix.slice(0, -1)}|`;
      const items = [...own, ...(await itemsBehind(log, threadId, within))];
      for (let from = 0; from < items.length; from += BATCH)
        await deleteAll(log, items.slice(from, from + BATCH));
    },
  };
}

interface LogTable {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
}

function slotItem(threadId: string, slot: Slot): Item {
  return {
    pk: { S: partitionKey.ofLog(threadId) },
    sk: { S: logPrefixOf(threadId) + sortKey.slot(slot.number) },
    w: { S: slot.writer },
    d: packedOf(encodeSlot(slot)),
  };
}

/** A hole would silently resume from older state; better to stop loudly. */
function assertContiguous(threadId: string, slots: readonly Slot[]): void {
  const gap = slots.findIndex((slot, index) => slot.number !== index);
  if (gap !== -1)
    throw new Error(
      `The log of thread ${threadId} has a gap: slot ${gap} is missing. Restore it before continuing the thread.`,
    );
}

function memosFor(slot: number, items: readonly Item[]): readonly Memo[] {
  return items
    .filter((item) => sortKey.isMemo(textOf(item, "sk")))
    .map((item) => decodeMemo(unpackedOf(item, "d")))
    .filter((memo) => memo.slot === slot);
}

function itemsBehind(
  { dynamo, table }: LogTable,
  threadId: string,
  prefix: string,
): Promise<readonly Item[]> {
  return queryAll("reading a thread's log", dynamo, {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :log)",
    ExpressionAttributeValues: {
      ":pk": { S: partitionKey.ofLog(threadId) },
      ":log": { S: prefix },
    },
  });
}

async function putOnce({ dynamo, table }: LogTable, item: Item): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: table,
    Item: item,
    ConditionExpression: "attribute_not_exists(pk)",
  });
  return (await write("writing a thread's log", () => dynamo.send(put))) !== undefined;
}

async function storedWriter(
  { dynamo, table }: LogTable,
  threadId: string,
  number: number,
): Promise<string | undefined> {
  const get = new GetItemCommand({
    TableName: table,
    Key: {
      pk: { S: partitionKey.ofLog(threadId) },
      sk: { S: logPrefixOf(threadId) + sortKey.slot(number) },
    },
    ProjectionExpression: "w",
    ConsistentRead: true,
  });
  const found = await read("reading a slot's writer", () => dynamo.send(get));
  return found.Item === undefined ? undefined : textOf(found.Item, "w");
}

async function deleteAll({ dynamo, table }: LogTable, items: readonly Item[]): Promise<void> {
  let requests = items.flatMap(({ pk, sk }) =>
    pk === undefined || sk === undefined ? [] : [{ DeleteRequest: { Key: { pk, sk } } }],
  );
  while (requests.length > 0) {
    const batch = new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
    const left = await write("deleting a thread's log", () => dynamo.send(batch));
    requests = (left?.UnprocessedItems?.[table] ?? []).flatMap(({ DeleteRequest }) =>
      DeleteRequest?.Key?.["pk"] === undefined || DeleteRequest.Key["sk"] === undefined
        ? []
        : [{ DeleteRequest: { Key: { pk: DeleteRequest.Key["pk"], sk: DeleteRequest.Key["sk"] } } }],
    );
  }
}
