// The DynamoDB-compatible servers of the test run, and tables on them: what a store must do, it must do on each.
import { randomUUID } from "node:crypto";
import { DeleteTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject, onTestFinished, TestRunner } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createTable } from "../../src/aws/table.ts";

export interface DynamoServer {
  readonly name: string;
  readonly url: string;
}

const dynoxideUrl = inject("dynoxideUrl");

export const dynamoServers: readonly DynamoServer[] = [
  { name: "DynamoDB (dynalite)", url: inject("dynaliteUrl") },
  ...(dynoxideUrl === undefined ? [] : [{ name: "DynamoDB (dynoxide)", url: dynoxideUrl }]),
];

const clients = new Map<string, DynamoDBClient>();

/** One for all tables of a process, which ends with it: to make a client, and to connect it, takes longer than a table does. */
function clientAt(url: string): DynamoDBClient {
  const client = clients.get(url) ?? createDynamo({ endpoint: url, timeoutMs: TABLE_MS, maxAttempts: 3 });
  clients.set(url, client);
  return client;
}

/** Far longer than it takes: a table that is deleted a second time, because nobody heard of the first, is a failure. */
const TABLE_MS = 20_000;

/** A table nobody else uses. It goes with its test: each table that there is makes the next one take longer. */
export async function freshTable(url: string = inject("dynamoUrl")): Promise<string> {
  const table = `t-${randomUUID()}`;
  await createTable(clientAt(url), table);
  if (TestRunner.getCurrentTest() !== undefined)
    onTestFinished(async () => {
      await clientAt(url).send(new DeleteTableCommand({ TableName: table }));
    });
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
