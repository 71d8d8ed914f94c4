// The DynamoDB-compatible servers of the test run, and tables on them: what a store must do, it must do on each.
import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject, onTestFinished } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createTable } from "../../src/aws/table.ts";

export interface DynamoServer {
  readonly name: string;
  readonly url: string;
}

const dynoxideUrl = inject("dynoxideUrl");

export const dynamoServers: readonly DynamoServer[] = [
  { name: "DynamoDB (dynalite)", url: inject("dynamoUrl") },
  ...(dynoxideUrl === undefined ? [] : [{ name: "DynamoDB (dynoxide)", url: dynoxideUrl }]),
];

/** A table nobody else uses. */
export async function freshTable(url: string = inject("dynamoUrl")): Promise<string> {
  const table = `t-${randomUUID()}`;
  const dynamo = createDynamo({ endpoint: url, timeoutMs: 5_000, maxAttempts: 3 });
  await createTable(dynamo, table);
  dynamo.destroy();
  return table;
}

/** The same with a client, which lasts as long as the test. */
export async function freshDynamo(url: string = inject("dynamoUrl")): Promise<{
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly dynamoUrl: string;
}> {
  const table = await freshTable(url);
  const dynamo = createDynamo({ endpoint: url, timeoutMs: 5_000, maxAttempts: 3 });
  onTestFinished(() => dynamo.destroy());
  return { dynamo, table, dynamoUrl: url };
}
