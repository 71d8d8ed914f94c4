// When DynamoDB may delete what is stored of a run that has ended: the one place that sets the table's TTL attribute of anything that belongs to a run.
import {
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { UNCOUNTED } from "../runs/metrics.ts";
import { type Expiry, hasEnded, type Retention } from "../runs/retention.ts";
import type { Run, ThreadKey } from "../runs/run.ts";
import { queryAll, write } from "./dynamodb.ts";
import { type Item, textOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";
import { createRecords } from "./records.ts";

/** As many items of one partition at once. */
const AT_ONCE = 8;
/** Each time, somebody wrote the run's record meanwhile; more often than this is not a race. */
const MAX_ROUNDS = 5;
/** "ttl" is a reserved word of DynamoDB's expressions. */
const NAMES = { "#ttl": "ttl" };

interface RetentionTable {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
}

export function createRetention(dynamo: DynamoDBClient, table: string): Retention {
  const store = { dynamo, table };
  const records = createRecords(dynamo, table, UNCOUNTED);
  return {
    async expire(key, at): Promise<Expiry> {
      const ttl = secondsOf(at);
      let items = 0;
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const run = await records.run(key);
        if (run === undefined) return { kind: "unknown" };
        if (!hasEnded(run.status)) {
          // Continued between two rounds: nothing of it may keep what the first one set.
          if (round > 0) await spare(store, key);
          return { kind: "not-ended", status: run.status.kind };
        }
        const told = await expireItems(store, run, ttl);
        items += told.items;
        if (told.isComplete) return { kind: "expiring", items };
      }
      throw new Error(`The run ${key.thread} was written by others ${MAX_ROUNDS} times in a row.`);
    },
    spare: (key) => spare(store, key),
  };
}

/** The run's own record last, and only as it was judged: while the others are told, the run may be continued. */
async function expireItems(
  store: RetentionTable,
  run: Run,
  ttl: number,
): Promise<{ readonly items: number; readonly isComplete: boolean }> {
  const all = await itemsOf(store, run);
  const untold = all.filter((item) => item["ttl"]?.N !== String(ttl));
  const isRun = (item: Item): boolean => textOf(item, "sk") === sortKey.run;
  const others = untold.filter((item) => !isRun(item));
  await eachOf(others, async (item) => {
    await update(store, item, {
      ConditionExpression: "attribute_exists(pk)",
      UpdateExpression: "SET #ttl = :ttl",
      ExpressionAttributeValues: { ":ttl": { N: String(ttl) } },
    });
  });
  const own = { pk: { S: partitionKey.ofThread(run) }, sk: { S: sortKey.run } };
  const isComplete = await update(store, own, {
    ConditionExpression: "v = :version",
    UpdateExpression: "SET #ttl = :ttl",
    ExpressionAttributeValues: { ":ttl": { N: String(ttl) }, ":version": { N: String(run.version) } },
  });
  return { items: others.length + (isComplete && untold.some(isRun) ? 1 : 0), isComplete };
}

async function spare(store: RetentionTable, key: ThreadKey): Promise<void> {
  const told = (await itemsOf(store, key)).filter((item) => item["ttl"] !== undefined);
  await eachOf(told, async (item) => {
    await update(store, item, {
      ConditionExpression: "attribute_exists(pk)",
      UpdateExpression: "REMOVE #ttl",
    });
  });
}

/** The keys of everything that is stored of a run, and when it may be deleted. */
function itemsOf({ dynamo, table }: RetentionTable, key: ThreadKey): Promise<readonly Item[]> {
  return queryAll("reading what is kept of a run", dynamo, {
    TableName: table,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: partitionKey.ofThread(key) } },
    ProjectionExpression: "pk, sk, #ttl",
    ExpressionAttributeNames: NAMES,
  });
}

/** False when the item is not what the condition names, or not there any more. */
async function update(
  { dynamo, table }: RetentionTable,
  item: Item,
  change: Pick<
    UpdateItemCommandInput,
    "ConditionExpression" | "UpdateExpression" | "ExpressionAttributeValues"
  >,
): Promise<boolean> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: textOf(item, "pk") }, sk: { S: textOf(item, "sk") } },
    ExpressionAttributeNames: NAMES,
    ...change,
  });
  return (await write("changing how long a run is kept", () => dynamo.send(command))) !== undefined;
}

/** Some at once. After a failure no more are begun, and those under way are waited for: nothing may go on behind the caller's back. */
async function eachOf(items: readonly Item[], handle: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await handle(item);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
  for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
}

function secondsOf(at: string): number {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new RangeError(`"${at}" is no moment until which a run could be kept.`);
  return Math.ceil(ms / 1_000);
}
