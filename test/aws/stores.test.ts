// The stores on DynamoDB: their contracts, and what they say of a server that does not answer.
import { expect, test } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { createBystander } from "../../src/aws/standing-by.ts";
import { createThreads } from "../../src/aws/threads.ts";
import type { Slot } from "../../src/graph/index.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { approvalOf, EARLY, freshKey, NOON, runOf } from "../contract/fixtures.ts";
import { bystanderContract } from "../contract/bystander.ts";
import { recordsContract } from "../contract/records.ts";
import { threadsContract } from "../contract/threads.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";
import { startRelay } from "../support/relay.ts";

const options = { timeoutMs: 2_000, maxAttempts: 3 };

async function table() {
  const { dynamoUrl, table: name } = await freshDynamo();
  return { dynamo: createDynamo({ endpoint: dynamoUrl, ...options }), name, dynamoUrl };
}

for (const server of dynamoServers) {
  const fresh = () => freshDynamo(server.url);

  recordsContract(server.name, async () => {
    const { dynamo, table: name } = await fresh();
    return createRecords(dynamo, name, UNCOUNTED);
  });

  const threads = async () => {
    const { dynamo, table: name } = await fresh();
    return {
      records: createRecords(dynamo, name, UNCOUNTED),
      threads: createThreads(dynamo, name, UNCOUNTED),
      bystander: createBystander(dynamo, name),
    };
  };
  threadsContract(server.name, threads);
  bystanderContract(server.name, threads);
}

test("what a thread's records are has nothing of its log in it, and the log nothing of the records", async () => {
  const { dynamo, name } = await table();
  const records = createRecords(dynamo, name, UNCOUNTED);
  const log = createCheckpointLog(dynamo, name);
  const key = freshKey();
  await records.saveRun(runOf(key));
  await records.saveApproval(approvalOf(key));
  await createThreads(dynamo, name, UNCOUNTED).take(key, { lease: NOON }, { by: "w", now: EARLY });
  const threadId = `${key.team}#${key.thread}`;
  const memo = { slot: 1, task: "a", result: { updates: [], goto: [] } };
  await log.append(threadId, firstSlot);
  await log.saveTask(threadId, memo);
  const stored = { run: runOf(key), approvals: [approvalOf(key)], cards: {}, noted: [] };
  expect(await records.thread(key)).toEqual(stored);
  expect(await log.load(threadId)).toEqual({ slots: [firstSlot], memos: [memo] });
  await log.delete(threadId);
  expect(await records.thread(key)).toEqual(stored);
});

const firstSlot: Slot = {
  kind: "checkpoint",
  number: 0,
  writer: "w",
  id: "id-0",
  createdAt: EARLY,
  changes: {},
  next: [],
  source: "input",
  step: -1,
  joins: {},
};

async function behindRelay() {
  const { name, dynamoUrl } = await table();
  const relay = await startRelay(dynamoUrl);
  return {
    relay,
    records: createRecords(createDynamo({ endpoint: relay.url, ...options }), name, UNCOUNTED),
  };
}

async function failureOf(call: Promise<unknown>): Promise<StorageUnavailable> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StorageUnavailable) return error;
  throw new Error(`Expected the store to be unavailable, not ${String(error)}.`);
}

test("a save whose answer was lost is known for our own when the client repeats it", async () => {
  const { relay, records } = await behindRelay();
  const key = freshKey();
  relay.loseAnswers();
  relay.onceUsed(() => relay.onceUsed(() => relay.restore()));
  expect(await records.saveRun(runOf(key))).toBe(true);
  expect(await records.run(key)).toEqual(runOf(key));
  await relay.close();
});

test("when every answer to a write is lost, whether it happened is said to be uncertain, and it did happen", async () => {
  const { relay, records } = await behindRelay();
  const key = freshKey();
  relay.loseAnswers();
  expect((await failureOf(records.saveRun(runOf(key)))).uncertain).toBe(true);
  relay.restore();
  expect(await records.run(key)).toEqual(runOf(key));
  await relay.close();
});

test("when a read fails, or the server refuses to be connected, it is certain that nothing was written", async () => {
  const { relay, records } = await behindRelay();
  relay.loseAnswers();
  expect((await failureOf(records.run(freshKey()))).uncertain).toBe(false);
  await relay.close();
  expect((await failureOf(records.saveRun(runOf(freshKey())))).uncertain).toBe(false);
});

test("a mistake of our own is not taken for an outage", async () => {
  const { dynamo, name } = await table();
  const tooLarge = { ...runOf(freshKey()), requester: "x".repeat(500_000) };
  await expect(createRecords(dynamo, name, UNCOUNTED).saveRun(tooLarge)).rejects.toThrow(/size/i);
  await expect(createRecords(dynamo, name, UNCOUNTED).saveRun(tooLarge)).rejects.not.toBeInstanceOf(
    StorageUnavailable,
  );
});
