// Idempotency keys on DynamoDB: one item for each, in a partition of its own, deleted some time after it may be forgotten.
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Idempotency } from "../runs/idempotency.ts";
import { read, write } from "./dynamodb.ts";
import { type Item, optionalTextOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";

export function createIdempotency(dynamo: DynamoDBClient, table: string): Idempotency {
  return {
    async claim({ team, id, request, until }): Promise<boolean> {
      const Key: Item = {
        pk: { S: partitionKey.ofIdempotencyKey(team, id) },
        sk: { S: sortKey.idempotencyKey },
      };
      const ttl = { N: String(Math.ceil(Date.parse(until) / 1_000)) };
      const put = new PutItemCommand({
        TableName: table,
        Item: { ...Key, r: { S: request }, ttl },
        ConditionExpression: "attribute_not_exists(pk)",
      });
      if ((await write("noting an idempotency key", () => dynamo.send(put))) !== undefined) return true;
      const get = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
      const { Item: stored } = await read("reading an idempotency key", () => dynamo.send(get));
      // Deleted in between, it stands for nothing any more.
      return stored === undefined || optionalTextOf(stored, "r") === request;
    },
  };
}
