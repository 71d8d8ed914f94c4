// Idempotency keys on DynamoDB: their contract, and when they are forgotten.
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createIdempotency } from "../../src/aws/idempotency.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { NOON, TEAM } from "../contract/fixtures.ts";
import { idempotencyContract } from "../contract/idempotency.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";
import { startRelay } from "../support/relay.ts";

const CLAIM = { team: TEAM, id: "k1", request: "r1", until: NOON };

for (const { name, url } of dynamoServers)
  idempotencyContract(name, async () => {
    const { dynamo, table } = await freshDynamo(url);
    return createIdempotency(dynamo, table);
  });

test("a key carries the moment from which DynamoDB may delete it", async () => {
  const { dynamo, table } = await freshDynamo();
  await createIdempotency(dynamo, table).claim(CLAIM);
  const { Items } = await dynamo.send(new ScanCommand({ TableName: table }));
  expect(Items).toMatchObject([{ ttl: { N: String(Date.parse(NOON) / 1_000) } }]);
});

test("a claim whose answer was lost is ours when it is made again", async () => {
  const { dynamoUrl, table } = await freshDynamo();
  const relay = await startRelay(dynamoUrl);
  const dynamo = createDynamo({ endpoint: relay.url, timeoutMs: 2_000, maxAttempts: 1 });
  const store = createIdempotency(dynamo, table);
  relay.loseAnswers();
  await expect(store.claim(CLAIM)).rejects.toThrow(StorageUnavailable);
  relay.restore();
  expect(await store.claim(CLAIM)).toBe(true);
  expect(await store.claim({ ...CLAIM, request: "r2" })).toBe(false);
  dynamo.destroy();
  await relay.close();
});
