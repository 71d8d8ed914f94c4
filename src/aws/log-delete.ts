// Forgets a thread's log with all that belongs to it: snapshots, large texts, and the logs of graphs within its nodes.
import { type Table, writeAll } from "./batches.ts";
import { queryAll } from "./dynamodb.ts";
import type { Item } from "./items.ts";
import { logPrefixOf, partitionKey, sortKey } from "./keys.ts";

export async function deleteLog(table: Table, threadId: string): Promise<void> {
  const prefix = logPrefixOf(threadId);
  const within = prefix === "" ? sortKey.nestedPrefix : `${prefix.slice(0, -1)}|`;
  const found = await Promise.all(
    // Snapshots are among the slots.
    [prefix + sortKey.logPrefix, prefix + sortKey.blobPrefix, within].map((keys) =>
      keysBehind(table, threadId, keys),
    ),
  );
  await writeAll(
    "deleting a thread's log",
    table,
    found.flat().map((Key) => ({ DeleteRequest: { Key } })),
  );
}

/** Strongly consistent. */
export function keysBehind(
  { dynamo, table }: Table,
  threadId: string,
  prefix: string,
): Promise<readonly Item[]> {
  return queryAll("reading the keys of a thread's log", dynamo, {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
    ProjectionExpression: "pk, sk",
    ExpressionAttributeValues: {
      ":pk": { S: partitionKey.ofLog(threadId) },
      ":prefix": { S: prefix },
    },
  });
}
