// The checkpoint log on DynamoDB: everything a checkpointer must do, and what only a remote store can get wrong.
import { randomUUID } from "node:crypto";
import { DeleteItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { partitionKey, sortKey } from "../../src/aws/keys.ts";
import { CheckpointConflict, type Slot } from "../../src/graph/index.ts";
import { checkpointerContract } from "../contract/checkpointer.ts";
import { startRelay } from "../support/relay.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";

const options = { timeoutMs: 5_000, maxAttempts: 3 };

/** A snapshot that fails is a failure here. */
const loud = {
  onSnapshotFailed: (error: unknown) => {
    throw error;
  },
};

for (const { name, url } of dynamoServers)
  checkpointerContract(name, async () => {
    const { dynamo, table } = await freshDynamo(url);
    return createCheckpointLog(dynamo, table, loud);
  });

function slot(number: number, writer: string, value = "v"): Slot {
  return {
    kind: "checkpoint",
    number,
    writer,
    id: `id-${number}`,
    createdAt: "2026-01-01T00:00:00.000Z",
    changes: { a: { kind: "set", value } },
    next: [],
    source: "loop",
    step: number,
    joins: {},
  };
}

test("a write whose answer was lost is recognised as our own when the client repeats it", async () => {
  const { dynamoUrl, table } = await freshDynamo();
  const relay = await startRelay(dynamoUrl);
  const log = createCheckpointLog(createDynamo({ endpoint: relay.url, ...options }), table);
  const thread = `T1#${randomUUID()}`;
  relay.loseAnswers();
  // The first attempt is written and its answer lost; by the second one, answers arrive again.
  relay.onceUsed(() => relay.onceUsed(() => relay.restore()));
  await log.append(thread, slot(0, "ours"));
  expect((await log.load(thread)).slots).toHaveLength(1);
  await relay.close();
});

test("of two workers on two machines that append the same slot, one is told that it lost", async () => {
  const { dynamoUrl, table } = await freshDynamo();
  const [one, two] = [1, 2].map(() =>
    createCheckpointLog(createDynamo({ endpoint: dynamoUrl, ...options }), table),
  );
  const thread = `T1#${randomUUID()}`;
  const results = await Promise.allSettled([
    one?.append(thread, slot(0, "one")),
    two?.append(thread, slot(0, "two")),
  ]);
  const lost = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  expect(lost).toEqual([expect.any(CheckpointConflict)]);
});

test("a hole in the log is reported instead of older state being continued", async () => {
  const { dynamo, table } = await freshDynamo();
  const log = createCheckpointLog(dynamo, table);
  const thread = `T1#${randomUUID()}`;
  for (const number of [0, 1, 2]) await log.append(thread, slot(number, "w"));
  const Key = { pk: { S: partitionKey.ofLog(thread) }, sk: { S: sortKey.slot(1) } };
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key }));
  await expect(log.load(thread)).rejects.toThrow(/has a gap: slot 1 is missing/);
});

test("a log larger than one answer of DynamoDB is read whole", async () => {
  const { dynamo, table } = await freshDynamo();
  const log = createCheckpointLog(dynamo, table);
  const thread = `T1#${randomUUID()}`;
  // Random, so that compression does not make it small: eight of these are more than the 1 MB of one page.
  const incompressible = (): string => Array.from({ length: 5_000 }, () => randomUUID()).join("");
  for (let number = 0; number < 8; number++) await log.append(thread, slot(number, "w", incompressible()));
  expect((await log.history(thread)).slots.map((each) => each.number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("the team is part of every key, so that two workspaces never meet though their threads have one name", async () => {
  const { dynamo, table } = await freshDynamo();
  const log = createCheckpointLog(dynamo, table);
  const memo = (value: string) => ({ slot: 1, task: "a", result: { updates: [{ value }], goto: [] } });
  for (const team of ["T1", "T2"]) {
    await log.append(`${team}#same`, slot(0, "w", team));
    await log.saveTask(`${team}#same`, memo(team));
  }
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: table }));
  expect(Items.map(({ pk }) => pk?.S).sort()).toEqual(["T#T1#same", "T#T1#same", "T#T2#same", "T#T2#same"]);
  await log.delete("T2#same");
  expect(await log.load("T1#same")).toEqual({ slots: [slot(0, "w", "T1")], memos: [memo("T1")] });
});

test("when every answer is lost and a rival had the slot before, our own append is still known for lost", async () => {
  const { dynamoUrl, table } = await freshDynamo();
  const rival = createCheckpointLog(createDynamo({ endpoint: dynamoUrl, ...options }), table);
  const relay = await startRelay(dynamoUrl);
  const log = createCheckpointLog(createDynamo({ endpoint: relay.url, ...options }), table);
  const thread = `T1#${randomUUID()}`;
  await rival.append(thread, slot(0, "rival"));
  relay.loseAnswers();
  relay.onceUsed(() => relay.onceUsed(() => relay.restore()));
  await expect(log.append(thread, slot(0, "ours"))).rejects.toThrow(CheckpointConflict);
  expect((await log.load(thread)).slots).toEqual([slot(0, "rival")]);
  await relay.close();
});

test("a task's result that was saved, though its answer was lost, stands once", async () => {
  const { dynamoUrl, table } = await freshDynamo();
  const relay = await startRelay(dynamoUrl);
  const log = createCheckpointLog(createDynamo({ endpoint: relay.url, ...options }), table);
  const thread = `T1#${randomUUID()}`;
  await log.append(thread, slot(0, "w"));
  const memo = { slot: 1, task: "a", result: { updates: [{ n: 1 }], goto: [] } };
  relay.loseAnswers();
  relay.onceUsed(() => relay.onceUsed(() => relay.restore()));
  await log.saveTask(thread, memo);
  expect((await log.load(thread)).memos).toEqual([memo]);
  await relay.close();
});

test("a worker on another machine continues a log it has never read", async () => {
  const { dynamoUrl, table } = await freshDynamo();
  const instance = () => createCheckpointLog(createDynamo({ endpoint: dynamoUrl, ...options }), table);
  const thread = `T1#${randomUUID()}`;
  await instance().append(thread, slot(0, "one"));
  await instance().append(thread, slot(1, "two"));
  await expect(instance().append(thread, slot(3, "three"))).rejects.toThrow(CheckpointConflict);
  expect((await instance().load(thread)).slots).toHaveLength(2);
});

test("bytes that a newer version wrote are refused, not misread", async () => {
  const { dynamo, table } = await freshDynamo();
  const thread = `T1#${randomUUID()}`;
  const Item = {
    pk: { S: partitionKey.ofLog(thread) },
    sk: { S: sortKey.slot(0) },
    w: { S: "newer" },
    d: { B: Uint8Array.of(9, 1, 2, 3) },
  };
  await dynamo.send(new PutItemCommand({ TableName: table, Item }));
  await expect(createCheckpointLog(dynamo, table).load(thread)).rejects.toThrow(
    /has a form that this version of Countersign does not know/,
  );
});
