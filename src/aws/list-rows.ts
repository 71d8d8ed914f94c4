// The small items under which a question is listed for its further approvers.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ListRows } from "../runs/lists.ts";
import { writeAll } from "./batches.ts";
import { queryAll } from "./dynamodb.ts";
import { textOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";
import { listRowsOf } from "./list-keys.ts";

export function createListRows(dynamo: DynamoDBClient, table: string): ListRows {
  return {
    async put(approval): Promise<void> {
      const pk = { S: partitionKey.ofThread(approval) };
      const puts = [...listRowsOf(approval)].map(([sk, row]) => ({
        PutRequest: { Item: { pk, sk: { S: sk }, ...row } },
      }));
      await writeAll("listing a question", { dynamo, table }, puts);
    },

    async drop(approval): Promise<void> {
      if (listRowsOf(approval).size === 0) return;
      const pk = { S: partitionKey.ofThread(approval) };
      // Read, not computed: the policy may have named others when they were put.
      const rows = await queryAll("reading how a question is listed", dynamo, {
        TableName: table,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :rows)",
        ExpressionAttributeValues: { ":pk": pk, ":rows": { S: sortKey.listRows(approval.interrupt) } },
        ProjectionExpression: "sk",
      });
      const deletes = rows.map((row) => ({ DeleteRequest: { Key: { pk, sk: { S: textOf(row, "sk") } } } }));
      await writeAll("taking a question off the lists", { dynamo, table }, deletes);
    },
  };
}
