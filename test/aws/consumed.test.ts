// What DynamoDB charges for is added up, and nothing else of its answers is any different.
import { GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { consumedBy } from "../../src/aws/consumed.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";

const Key = { pk: { S: "P" }, sk: { S: "S" } };

test.each(dynamoServers)(
  "units are added up by reads and writes until they are taken: $name",
  async ({ url }) => {
    const { dynamo, dynamoUrl, table } = await freshDynamo(url);
    const counting = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 3 });
    const consumed = consumedBy(counting);
    const TableName = table;
    expect(consumed.take()).toEqual({ reads: 0, writes: 0 });
    const put = new PutItemCommand({ TableName, Item: { ...Key, d: { S: "x".repeat(1_500) } } });
    await counting.send(put);
    const get = new GetItemCommand({ TableName, Key, ConsistentRead: true });
    const query = new QueryCommand({
      ...{ TableName, ConsistentRead: true, KeyConditionExpression: "pk = :pk" },
      ExpressionAttributeValues: { ":pk": { S: "P" } },
    });
    const [plain, counted] = [await dynamo.send(get), await counting.send(get)];
    expect(counted.Item).toEqual(plain.Item);
    expect((await counting.send(query)).Items).toEqual([plain.Item]);
    expect(consumed.take()).toEqual({ reads: 2, writes: 2 });
    expect(consumed.take()).toEqual({ reads: 0, writes: 0 });
  },
);
