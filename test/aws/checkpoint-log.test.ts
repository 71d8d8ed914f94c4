// The checkpoint log on DynamoDB: everything a checkpointer must do, and what only a remote store can get wrong.
import { randomUUID } from "node:crypto";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { partitionKey, sortKey } from "../../src/aws/keys.ts";
import { CheckpointConflict, type Slot } from "../../src/graph/index.ts";
import { checkpointerContract } from "../contract/checkpointer.ts";
import { startRelay } from "../support/relay.ts";
import { freshAws } from "../support/system.ts";

const options = { timeoutMs: 5_000, maxAttempts: 3 };

checkpointerContract("DynamoDB", async () => {
  const { dynamoUrl, table } = await freshAws();
  return createCheckpointLog(createDynamo({ endpoint: dynamoUrl, ...options }), table);
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
  const { dynamoUrl, table } = await freshAws();
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
  const { dynamoUrl, table } = await freshAws();
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
  const { dynamoUrl, table } = await freshAws();
  const dynamo = createDynamo({ endpoint: dynamoUrl, ...options });
  const log = createCheckpointLog(dynamo, table);
  const thread = `T1#${randomUUID()}`;
  for (const number of [0, 1, 2]) await log.append(thread, slot(number, "w"));
  const Key = { pk: { S: partitionKey.ofLog(thread) }, sk: { S: sortKey.slot(1) } };
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key }));
  await expect(log.load(thread)).rejects.toThrow(/has a gap: slot 1 is missing/);
});

test("a log larger than one answer of DynamoDB is read whole", async () => {
  const { dynamoUrl, table } = await freshAws();
  const log = createCheckpointLog(createDynamo({ endpoint: dynamoUrl, ...options }), table);
  const thread = `T1#${randomUUID()}`;
  // Random, so that compression does not make it small: eight of these are more than the 1 MB of one page.
  const incompressible = (): string => Array.from({ length: 5_000 }, () => randomUUID()).join("");
  for (let number = 0; number < 8; number++) await log.append(thread, slot(number, "w", incompressible()));
  expect((await log.load(thread)).slots.map((each) => each.number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
