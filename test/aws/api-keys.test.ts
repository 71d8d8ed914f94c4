// API keys on DynamoDB: their contract, and what is not to be found in the table.
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { apiKeysContract, keyOf } from "../contract/api-keys.ts";
import { TEAM } from "../contract/fixtures.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";
import { startRelay } from "../support/relay.ts";

for (const { name, url } of dynamoServers)
  apiKeysContract(name, async () => {
    const { dynamo, table } = await freshDynamo(url);
    return createApiKeys(dynamo, table, UNCOUNTED);
  });

test("a save whose answer was lost is known for our own when the client repeats it", async () => {
  const { dynamoUrl, table } = await freshDynamo();
  const relay = await startRelay(dynamoUrl);
  const keys = createApiKeys(
    createDynamo({ endpoint: relay.url, timeoutMs: 2_000, maxAttempts: 3 }),
    table,
    UNCOUNTED,
  );
  relay.loseAnswers();
  relay.onceUsed(() => relay.onceUsed(() => relay.restore()));
  expect(await keys.save(keyOf("ci"))).toBe(true);
  expect(await keys.key(TEAM, "ci")).toEqual(keyOf("ci"));
  await relay.close();
});

test("a key in a form that this version does not know is named, and nothing is taken from it", async () => {
  const { dynamo, table } = await freshDynamo();
  const keys = createApiKeys(dynamo, table, UNCOUNTED);
  await keys.save(keyOf("ci", { hash: "none" }));
  await expect(keys.key(TEAM, "ci")).rejects.toThrow(/"K#ci" of "K#T1" has a form that this version/);
  const { Count } = await dynamo.send(new ScanCommand({ TableName: table }));
  expect(Count).toBe(1);
});
