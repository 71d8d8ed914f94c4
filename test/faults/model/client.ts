// A real DynamoDB client whose requests are answered by a table in memory: everything of the SDK that the product builds on stays, but for the network.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamo } from "../../../src/aws/dynamodb.ts";
import type { MemoryTable, Operation } from "./table.ts";

/** Where nobody listens. */
const NOWHERE = "http://127.0.0.1:9";

export function createMemoryDynamo(table: MemoryTable): DynamoDBClient {
  const dynamo = createDynamo({ endpoint: NOWHERE, timeoutMs: 5_000, maxAttempts: 3 });
  dynamo.middlewareStack.add(
    (_next, context) => (args) => {
      const operation = String(context["commandName"]).replace(/Command$/, "") as Operation;
      // In a promise, as an answer from a server is.
      return Promise.resolve().then(
        () => ({ output: { $metadata: {}, ...table.execute(operation, args.input) }, response: {} }) as never,
      );
    },
    { step: "deserialize", priority: "high", name: "answeredFromMemory" },
  );
  return dynamo;
}
