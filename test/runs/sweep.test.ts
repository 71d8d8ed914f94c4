// The sweeper: whatever is due is found, though the index is late, long or read twice; and what it finds in vain stays as it is.
import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import type { Item } from "../../src/aws/items.ts";
import { DUE_INDEX, DUE_SHARDS, dueKey, partitionKey, sortKey } from "../../src/aws/keys.ts";
import { createRecords } from "../../src/aws/records.ts";
import { QueueUnavailable } from "../../src/runs/errors.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { later } from "../../src/approvals/later.ts";
import { EARLY, freshKey, NOON, runOf, TEAM } from "../contract/fixtures.ts";
import { askingWorkflow } from "./asking.ts";
import { type Bench, bench, dueSoon } from "./support.ts";

const YEAR_END = "2026-12-31T00:00:00.000Z";

function dynamoOf({ storage }: Bench): DynamoDBClient {
  return createDynamo({ endpoint: storage.dynamoUrl, timeoutMs: 5_000, maxAttempts: 3 });
}

/** Records whose due index stops following the table when it is told to, as DynamoDB's may for a while. */
function lagging(state: Bench): { deps: Bench["deps"]; lag(): Promise<void>; catchUp(): void } {
  const dynamo = dynamoOf(state);
  const { table } = state.storage;
  let snapshot: readonly Item[] | undefined;
  dynamo.middlewareStack.add(
    (next) => (args) => {
      const isOfIndex = "IndexName" in args.input && args.input.IndexName === DUE_INDEX;
      if (!isOfIndex || snapshot === undefined || !("ExpressionAttributeValues" in args.input))
        return next(args);
      const { ":shard": shard, ":now": now } = args.input.ExpressionAttributeValues ?? {};
      const Items = snapshot.filter(({ g1p, g1s }) => g1p?.S === shard?.S && (g1s?.S ?? "") < (now?.S ?? ""));
      return Promise.resolve({ output: { $metadata: {}, Items }, response: undefined });
    },
    { step: "initialize", name: "lag" },
  );
  const shardAsItIs = async (_: unknown, shard: number): Promise<readonly Item[]> => {
    const query = new QueryCommand({
      TableName: table,
      IndexName: DUE_INDEX,
      KeyConditionExpression: "g1p = :shard AND g1s < :now",
      ExpressionAttributeValues: {
        ":shard": { S: dueKey.ofShard(state.run.team, shard) },
        ":now": { S: YEAR_END },
      },
    });
    return (await dynamo.send(query)).Items ?? [];
  };
  return {
    deps: { ...state.deps, records: createRecords(dynamo, table, UNCOUNTED) },
    async lag(): Promise<void> {
      snapshot = (await Promise.all(Array.from({ length: DUE_SHARDS }, shardAsItIs))).flat();
    },
    catchUp(): void {
      snapshot = undefined;
    },
  };
}

async function workAll({ jobs, work }: Bench): Promise<void> {
  await Promise.all(jobs.splice(0).map(() => work()));
}

async function approveAll(state: Bench): Promise<void> {
  for (const approval of await state.approvals()) await state.decide(approval, { kind: "approve" });
  // Nobody was woken: the queue lost it.
  state.jobs.length = 0;
}

async function asked(): Promise<Bench> {
  const state = await bench(askingWorkflow);
  await state.work();
  state.jobs.length = 0;
  return state;
}

test("everything that is due is found and woken, however many pages each shard of the index has", async () => {
  const state = await bench(askingWorkflow);
  const dynamo = dynamoOf(state);
  dynamo.middlewareStack.add(
    (next) => (args) =>
      next("IndexName" in args.input ? { ...args, input: { ...args.input, Limit: 2 } } : args),
    { step: "initialize", name: "smallPages" },
  );
  const records = createRecords(dynamo, state.storage.table, UNCOUNTED);
  const keys = Array.from({ length: 45 }, () => freshKey());
  await Promise.all(keys.map((key, index) => records.saveRun(runOf(key), later(EARLY, index * 1_000))));
  const found = await records.due(TEAM, NOON);
  const threads = [state.run, ...keys].map(({ thread }) => thread).sort();
  expect(found.map(({ thread }) => thread).sort()).toEqual(threads);
  state.advanceClock(3_600);
  expect(await sweep({ ...state.deps, records }, TEAM)).toBe(46);
  expect(state.jobs.map(({ thread }) => thread).sort()).toEqual(threads);
});

test("an entry that the index has not let go of yet wakes a worker in vain: nothing is done or drawn again", async () => {
  const state = await asked();
  const late = lagging(state);
  await approveAll(state);
  await late.lag();
  await state.work();
  const [settled, drawn] = [await state.stored(), state.drawings.length];
  expect(settled?.status.kind).toBe("done");
  state.advanceClock(61);
  expect(await sweep(late.deps, TEAM)).toBe(1);
  await workAll(state);
  expect(await state.stored()).toEqual(settled);
  expect(state.drawings).toHaveLength(drawn);
  late.catchUp();
  expect(await sweep(late.deps, TEAM)).toBe(0);
});

test("an entry that the index does not have yet is found once it has, and the decision is acted on", async () => {
  const state = await asked();
  const late = lagging(state);
  await late.lag();
  await approveAll(state);
  state.advanceClock(61);
  expect(await sweep(late.deps, TEAM)).toBe(0);
  late.catchUp();
  expect(await sweep(late.deps, TEAM)).toBe(1);
  await workAll(state);
  expect((await state.stored())?.status).toMatchObject({ kind: "done", outcome: { text: "approved" } });
});

test("two sweepers at once, and their workers at once, are as good as one", async () => {
  const state = await asked();
  await approveAll(state);
  state.advanceClock(61);
  expect(await Promise.all([sweep(state.deps, TEAM), sweep(state.deps, TEAM)])).toEqual([1, 1]);
  await workAll(state);
  expect((await state.stored())?.status.kind).toBe("done");
  expect(state.drawings.filter(({ kind }) => kind === "outcome")).toHaveLength(1);
  // Whoever found the thread taken may come back to look; then it is over.
  state.advanceClock(61);
  await workAll(state);
  expect(state.drawings.filter(({ kind }) => kind === "outcome")).toHaveLength(1);
  expect(await dueSoon(state)).toEqual([]);
});

test("what DynamoDB was to delete and has not deleted is due as before: nothing waits for a deletion", async () => {
  const state = await asked();
  await approveAll(state);
  const [approval] = await state.approvals();
  const dynamo = dynamoOf(state);
  for (const sk of [sortKey.run, sortKey.approval(approval?.interrupt ?? "")]) {
    const update = new UpdateItemCommand({
      TableName: state.storage.table,
      Key: { pk: { S: partitionKey.ofThread(state.run) }, sk: { S: sk } },
      UpdateExpression: "SET #ttl = :past",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":past": { N: "1" } },
    });
    await dynamo.send(update);
  }
  state.advanceClock(61);
  expect(await sweep(state.deps, TEAM)).toBe(1);
  await workAll(state);
  expect((await state.stored())?.status.kind).toBe("done");
});

test("a queue that is away is not asked for each of many threads, and all of them are still due", async () => {
  const state = await bench(askingWorkflow);
  const keys = Array.from({ length: 40 }, () => freshKey());
  await Promise.all(keys.map((key) => state.deps.records.saveRun(runOf(key), EARLY)));
  let asked = 0;
  const send = (): Promise<never> => {
    asked += 1;
    return Promise.reject(new QueueUnavailable(undefined));
  };
  state.advanceClock(61);
  expect(await sweep({ ...state.deps, queue: { send } }, TEAM)).toBe(0);
  expect(asked).toBeLessThan(20);
  expect(await sweep(state.deps, TEAM)).toBe(41);
});

test("a question with a time of its own is found when that has come, and not before, though nobody has decided it", async () => {
  const state = await asked();
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  await state.deps.records.reschedule(approval, later(state.deps.clock.now(), 3_600_000));
  state.advanceClock(3_599);
  expect(await sweep(state.deps, TEAM)).toBe(0);
  state.advanceClock(2);
  expect(await sweep(state.deps, TEAM)).toBe(1);
  expect(state.jobs.at(-1)).toEqual({ kind: "sweep", team: TEAM, thread: state.run.thread });
});
