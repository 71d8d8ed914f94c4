// Snapshots of long threads on DynamoDB: what they cost, what they leave out, and that nothing depends on them.
import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { type CheckpointLogOptions, createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import type { Slot } from "../../src/graph/index.ts";
import { append, checkpoint, incompressible, memo, set } from "../contract/slots.ts";
import { standing } from "../contract/standing.ts";
import { freshDynamo } from "../support/dynamo.ts";

type Item = Record<string, AttributeValue>;

/** Two processes on one table, and what they send. */
async function setUp(options: CheckpointLogOptions = {}) {
  const [mine, other] = [await freshDynamo(), await freshDynamo()];
  const { table } = mine;
  const failed: unknown[] = [];
  const logOn = (dynamo: DynamoDBClient) =>
    createCheckpointLog(dynamo, table, { onSnapshotFailed: (error) => failed.push(error), ...options });
  const items = async (): Promise<readonly Item[]> =>
    (await Array.fromAsync(paginateScan({ client: mine.dynamo }, { TableName: table }))).flatMap(
      ({ Items }) => Items ?? [],
    );
  return {
    ...{ table, dynamo: mine.dynamo, failed, items },
    log: logOn(mine.dynamo),
    fresh: () => logOn(other.dynamo),
    sent: commandsOf(other.dynamo),
    thread: `T1#${randomUUID()}`,
  };
}

/** The names of the commands that a client has sent since the last call. */
function commandsOf(dynamo: DynamoDBClient): () => readonly string[] {
  const sent: string[] = [];
  dynamo.middlewareStack.add(
    (next, context) => (args) => {
      sent.push(String(context["commandName"]).replace("Command", ""));
      return next(args);
    },
    { step: "initialize" },
  );
  return () => sent.splice(0);
}

const withoutSnapshots = { snapshots: { items: Infinity, bytes: Infinity } };

const MESSAGE = "word ".repeat(200);

function slotsOf(count: number, from = 0): readonly Slot[] {
  return Array.from({ length: count }, (_, index) =>
    checkpoint(from + index, { messages: append(`${from + index} ${MESSAGE}`) }),
  );
}

async function appendAll(
  log: { append(thread: string, slot: Slot): Promise<void> },
  thread: string,
  slots: readonly Slot[],
) {
  for (const slot of slots) await log.append(thread, slot);
}

const keysOf = (items: readonly Item[], pattern: RegExp): readonly string[] =>
  items.map(({ sk }) => sk?.S ?? "").filter((key) => pattern.test(key));

test("an ordinary thread is read with one request, a long one with few, and a commit is one write", async () => {
  const { thread, fresh, sent } = await setUp();
  const writer = fresh();
  await appendAll(writer, thread, slotsOf(20));
  expect(sent()).toEqual(Array.from({ length: 20 }, () => "PutItem"));
  await fresh().load(thread);
  expect(sent()).toEqual(["Query"]);
  await appendAll(writer, thread, slotsOf(180, 20));
  sent();
  const log = await fresh().load(thread);
  expect(sent()).toEqual(["Query", "BatchGetItem"]);
  expect(log.slots.length).toBeLessThan(40);
  expect(standing(log)).toEqual(standing({ slots: slotsOf(200), memos: [] }));
});

test("a chunk is written once, however many snapshots name it, and so is a large value that stays the same", async () => {
  const { log, thread, items } = await setUp();
  await log.append(thread, checkpoint(0, { plan: set(incompressible(9_000)) }));
  await appendAll(log, thread, slotsOf(199, 1));
  const manifests = keysOf(await items(), /#z$/);
  const blobs = keysOf(await items(), /^V#/);
  expect(manifests).toHaveLength(6);
  // The messages since the snapshot before, each time; and the plan.
  expect(blobs).toHaveLength(7);
});

test("a list so long that the references to its chunks fill chunks of their own is read whole", async () => {
  const snapshots = { items: 4, bytes: 1, chunkBytes: 200, lastChunkBytes: 100, fanOut: 3 };
  const { log, fresh, thread, sent } = await setUp({ snapshots });
  const slots = Array.from({ length: 150 }, (_, number) =>
    checkpoint(number, { log: append("x".repeat(100) + String(number)) }),
  );
  await appendAll(log, thread, slots);
  expect(standing(await fresh().load(thread))).toEqual(standing({ slots, memos: [] }));
  expect(sent().filter((name) => name === "BatchGetItem").length).toBeGreaterThan(2);
});

test("snapshots are at most as large as what was stored since the one before", async () => {
  const { log, thread, items } = await setUp();
  // Many values that are too small for blobs of their own: each snapshot has them all.
  const wide = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`c${n}`, set(incompressible(2_000))]),
  );
  await log.append(thread, checkpoint(0, wide));
  for (let number = 1; number < 150; number++)
    await log.append(thread, checkpoint(number, { n: set(number) }));
  const bytes = (some: readonly Item[]): number => some.reduce((sum, { d }) => sum + (d?.B?.length ?? 0), 0);
  const all = await items();
  const snapshots = all.filter(({ sk }) => !/^S#\d+$/.test(sk?.S ?? ""));
  expect(snapshots.length).toBeGreaterThan(0);
  expect(bytes(snapshots)).toBeLessThanOrEqual(bytes(all) / 2);
});

test("a snapshot that could not be finished is nothing: the step is stored, readers go without it, the next one is whole", async () => {
  const { log, dynamo, thread, fresh, failed, items } = await setUp();
  let isDown = true;
  dynamo.middlewareStack.add(
    (next) => (args) => {
      const { Item } = args.input as { readonly Item?: Item };
      if (isDown && /#z$/.test(Item?.["sk"]?.S ?? "")) throw new Error("The power is gone.");
      return next(args);
    },
    { step: "initialize" },
  );
  await appendAll(log, thread, slotsOf(40));
  expect(failed).not.toEqual([]);
  expect(keysOf(await items(), /^V#/)).not.toEqual([]);
  expect((await fresh().load(thread)).slots).toEqual(slotsOf(40));
  isDown = false;
  await appendAll(log, thread, slotsOf(60, 40));
  const loaded = await fresh().load(thread);
  expect(loaded.snapshot).toBeDefined();
  expect(standing(loaded)).toEqual(standing({ slots: slotsOf(100), memos: [] }));
});

test("a thread that was written before there were snapshots gets one from whoever reads it and goes on", async () => {
  const { dynamo, table, thread, fresh } = await setUp();
  await appendAll(createCheckpointLog(dynamo, table, withoutSnapshots), thread, slotsOf(100));
  const reader = fresh();
  expect((await reader.load(thread)).snapshot).toBeUndefined();
  await reader.append(thread, checkpoint(100));
  expect((await fresh().load(thread)).snapshot?.slot).toBe(101);
});

test("who has neither begun a thread nor read it takes no snapshot of it", async () => {
  const { log, thread, fresh, items } = await setUp();
  await appendAll(log, thread, slotsOf(10));
  await appendAll(fresh(), thread, slotsOf(60, 10));
  expect(keysOf(await items(), /#z$/)).toEqual([]);
});

test("behind a fork from before the snapshot there is a new one at once, so that nobody else reads that far", async () => {
  const { log, thread, fresh, sent } = await setUp();
  const slots = [...slotsOf(100), { ...checkpoint(100, { messages: append("on") }), base: 3 }];
  await appendAll(log, thread, slots);
  const loaded = await fresh().load(thread);
  expect(sent()).toEqual(["Query"]);
  expect(loaded.slots).toEqual([]);
  expect(standing(loaded)).toEqual(standing({ slots, memos: [] }));
});

test("a fork that its writer knew too little of for a snapshot is read further back, and the next writer takes it", async () => {
  const { log, thread, fresh } = await setUp();
  const slots: Slot[] = [...slotsOf(100), { ...checkpoint(100, { messages: append("on") }), base: 3 }];
  await appendAll(log, thread, slots.slice(0, 100));
  await appendAll(fresh(), thread, slots.slice(100));
  const next = fresh();
  const loaded = await next.load(thread);
  expect(standing(loaded)).toEqual(standing({ slots, memos: [] }));
  expect(loaded.slots).toHaveLength(101);
  slots.push(checkpoint(101, { messages: append("and on") }));
  await appendAll(next, thread, slots.slice(101));
  expect((await fresh().load(thread)).slots).toEqual([]);
  expect(standing(await fresh().load(thread))).toEqual(standing({ slots, memos: [] }));
});

test("a hole behind a snapshot, and a snapshot whose slot is gone, are reported instead of older state being continued", async () => {
  const { log, thread, table, dynamo, fresh, items } = await setUp();
  await appendAll(log, thread, slotsOf(70));
  const last = keysOf(await items(), /#z$/).at(-1) ?? "";
  const snapshotSlot = Number(last.slice(2, 12));
  const remove = (sk: string) =>
    dynamo.send(
      new DeleteItemCommand({ TableName: table, Key: { pk: { S: `T#${thread}` }, sk: { S: sk } } }),
    );
  await remove(`S#${String(snapshotSlot + 2).padStart(10, "0")}`);
  await expect(fresh().load(thread)).rejects.toThrow(`has a gap: slot ${snapshotSlot + 2} is missing`);
  for (let number = 69; number >= snapshotSlot; number--)
    await remove(`S#${String(number).padStart(10, "0")}`);
  await expect(fresh().load(thread)).rejects.toThrow(`has a gap: slot ${snapshotSlot} is missing`);
});

test("a snapshot whose chunk is gone or damaged says which thread and slot it is of", async () => {
  const { log, thread, table, dynamo, fresh, items } = await setUp();
  await appendAll(log, thread, slotsOf(40));
  const [blob = ""] = keysOf(await items(), /^V#/);
  await dynamo.send(
    new DeleteItemCommand({ TableName: table, Key: { pk: { S: `T#${thread}` }, sk: { S: blob } } }),
  );
  await expect(fresh().load(thread)).rejects.toThrow(
    new RegExp(`The snapshot of thread ${thread} behind slot \\d+ names the text .* missing or damaged`),
  );
  expect((await fresh().history(thread)).slots).toEqual(slotsOf(40));
});

test("a snapshot that was still under way when its thread was deleted is not taken for the next thread's", async () => {
  const { log, thread, table, dynamo, fresh, items } = await setUp();
  await appendAll(log, thread, slotsOf(40));
  const manifest = (await items()).find(({ sk }) => sk?.S?.endsWith("#z"));
  await log.delete(thread);
  await dynamo.send(new PutItemCommand({ TableName: table, Item: manifest }));
  const anew = Array.from({ length: 45 }, (_, number) => checkpoint(number, { n: set(number) }, "later"));
  await appendAll(createCheckpointLog(dynamo, table, withoutSnapshots), thread, anew);
  expect(standing(await fresh().load(thread))).toEqual(standing({ slots: anew, memos: [] }));
});

test("a deleted thread leaves nothing in the table: no snapshot, no chunk, no large text, nothing of graphs within it", async () => {
  const { log, thread, items } = await setUp();
  for (const id of [thread, `${thread}|node|graph:0@c1`]) {
    await appendAll(log, id, slotsOf(80));
    await log.append(id, checkpoint(80, { big: set(incompressible(700_000)) }));
    await log.saveTask(id, memo(81, "a", incompressible(400_000)));
  }
  const kinds = [/^S#\d+$/, /^S#\d+#z$/, /^S#\d+#t#/, /^V#/, /^T#.*#S#\d+#z$/, /^T#.*#V#/];
  for (const kind of kinds) expect(keysOf(await items(), kind)).not.toEqual([]);
  await log.delete(thread);
  expect(await items()).toEqual([]);
});
