// When DynamoDB may delete what is stored of a run that has ended, and what is deleted at once of one that is purged: the one place that sets the table's TTL attribute of anything that belongs to a run.
import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { UNCOUNTED } from "../runs/metrics.ts";
import {
  type Erasure,
  type Expiry,
  hasEnded,
  type KeptUntil,
  type Retention,
  secondsOf,
} from "../runs/retention.ts";
import type { Run, ThreadKey } from "../runs/run.ts";
import { writeAll } from "./batches.ts";
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
    async expire(key, until): Promise<Expiry> {
      const ttls = ttlsOf(until);
      let items = 0;
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const run = await records.run(key);
        if (run === undefined) return { kind: "unknown" };
        if (!hasEnded(run.status)) {
          // Continued between two rounds: nothing of it may keep what the first one set.
          if (round > 0) await spare(store, key);
          return { kind: "not-ended", status: run.status.kind };
        }
        const told = await expireItems(store, run, ttls);
        items += told.items;
        if (told.isComplete) return { kind: "expiring", items };
      }
      throw new Error(`The run ${key.thread} was written by others ${MAX_ROUNDS} times in a row.`);
    },
    spare: (key) => spare(store, key),
    count: async (key) => (await itemsOf(store, key)).length,
    async erase(key): Promise<Erasure> {
      const run = await records.run(key);
      if (run === undefined) return { kind: "unknown" };
      if (run.removed?.kind !== "purged") return { kind: "not-purged" };
      return { kind: "erased", items: await erase(store, key) };
    },
  };
}

interface Ttls {
  readonly details: string;
  readonly history: string | undefined;
}

function ttlsOf({ details, history }: KeptUntil): Ttls {
  const ttlAt = (at: string): string => String(secondsOf(at));
  return { details: ttlAt(details), history: history && ttlAt(history) };
}

/** What of a run belongs to its history, by where its sort key begins. */
const OF_HISTORY = [sortKey.run, sortKey.auditParts, sortKey.notes];

function ttlOf(item: Item, { removed }: Run, { details, history }: Ttls): string | undefined {
  const sk = textOf(item, "sk");
  // Only its record is kept of a purged run; whatever a crash has left beside it goes with the details.
  const kept = removed?.kind === "purged" ? [sortKey.run] : OF_HISTORY;
  return kept.some((prefix) => sk.startsWith(prefix)) ? history : details;
}

function isRun(item: Item): boolean {
  return textOf(item, "sk") === sortKey.run;
}

/** The run's own record last, and only as it was judged: while the others are told, the run may be continued. */
async function expireItems(
  store: RetentionTable,
  run: Run,
  ttls: Ttls,
): Promise<{ readonly items: number; readonly isComplete: boolean }> {
  const all = await itemsOf(store, run);
  const untold = all.filter((item) => item["ttl"]?.N !== ttlOf(item, run, ttls));
  const others = untold.filter((item) => !isRun(item));
  await eachOf(others, async (item) => {
    await update(store, item, { until: ttlOf(item, run, ttls) });
  });
  const own = { pk: { S: partitionKey.ofThread(run) }, sk: { S: sortKey.run } };
  const isComplete = await update(store, own, { until: ttls.history, version: run.version });
  return { items: others.length + (isComplete && untold.some(isRun) ? 1 : 0), isComplete };
}

async function spare(store: RetentionTable, key: ThreadKey): Promise<void> {
  const told = (await itemsOf(store, key)).filter((item) => item["ttl"] !== undefined);
  await eachOf(told, async (item) => {
    await update(store, item, { until: undefined });
  });
}

/** The record stays, and says what was here. */
async function erase(store: RetentionTable, key: ThreadKey): Promise<number> {
  const others = (await itemsOf(store, key)).filter((item) => !isRun(item));
  const deletes = others.map((item) => ({ DeleteRequest: { Key: keyOf(item) } }));
  await writeAll("deleting what is kept of a run", store, deletes);
  return others.length;
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

interface TtlChange {
  /** In seconds; for good when undefined. */
  readonly until: string | undefined;
  /** Only of the record of this version. */
  readonly version?: number;
}

/** False when the item is of another version, or not there any more. */
async function update(
  { dynamo, table }: RetentionTable,
  item: Item,
  { until, version }: TtlChange,
): Promise<boolean> {
  const values = {
    ...(until !== undefined && { ":ttl": { N: until } }),
    ...(version !== undefined && { ":version": { N: String(version) } }),
  };
  const command = new UpdateItemCommand({
    TableName: table,
    Key: keyOf(item),
    ConditionExpression: version === undefined ? "attribute_exists(pk)" : "v = :version",
    UpdateExpression: until === undefined ? "REMOVE #ttl" : "SET #ttl = :ttl",
    ExpressionAttributeNames: NAMES,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  });
  return (await write("changing how long a run is kept", () => dynamo.send(command))) !== undefined;
}

function keyOf(item: Item): Item {
  return { pk: { S: textOf(item, "pk") }, sk: { S: textOf(item, "sk") } };
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
