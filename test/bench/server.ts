// The server that a benchmark measures on, as a process of its own, with a table and a count of what is asked of it.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createTable } from "../../src/aws/table.ts";
import { startDynalite, startDynoxide } from "../support/servers.ts";
import { type Metered, metered } from "./meter.ts";

export interface BenchServer {
  readonly url: string;
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  /** Since the last call. */
  readonly count: () => Metered;
  readonly stop: () => void;
}

export async function startBenchServer(): Promise<BenchServer> {
  process.env["AWS_REGION"] ??= "eu-west-1";
  process.env["AWS_ACCESS_KEY_ID"] ??= "local";
  process.env["AWS_SECRET_ACCESS_KEY"] ??= "local";
  const server = (await startDynoxide()) ?? (await startDynalite());
  const dynamo = createDynamo({ endpoint: server.url, timeoutMs: 30_000, maxAttempts: 1 });
  const table = "bench";
  await createTable(dynamo, table);
  const stop = (): void => {
    dynamo.destroy();
    server.process.kill();
  };
  return { url: server.url, dynamo, table, count: metered(dynamo), stop };
}
