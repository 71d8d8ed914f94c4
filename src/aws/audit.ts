// A run's history on DynamoDB, in the thread's own partition: sealed parts of the chain, and what is noted to be folded into it.
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SealedAudit } from "../approvals/audit-log.ts";
import { Json, sameJson } from "../approvals/json.ts";
import { Noted } from "../approvals/noted.ts";
import { AuditConflict, type AuditTrail, type NotedEntries } from "../runs/audit-ports.ts";
import type { ThreadKey } from "../runs/run.ts";
import { textToStore } from "../runs/stored.ts";
import { writeAll } from "./batches.ts";
import { queryPages, read, write } from "./dynamodb.ts";
import { type Item, packedOf, unpackedOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";
import { recordIn } from "./record-item.ts";

export function createAuditTrail(dynamo: DynamoDBClient, table: string): AuditTrail {
  return {
    async keep(key, part): Promise<void> {
      const Key = keyOf(key, sortKey.auditPart(part.first));
      const put = new PutItemCommand({
        TableName: table,
        Item: { ...Key, p: packedOf(textToStore(SealedAudit, part)) },
        ConditionExpression: "attribute_not_exists(pk)",
      });
      if ((await write("keeping a part of a history", () => dynamo.send(put))) !== undefined) return;
      // Ours from before a crash, or from an attempt whose answer was lost, says the same; anything else is not ours to replace.
      const get = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
      const { Item: stored } = await read("reading a part of a history", () => dynamo.send(get));
      if (stored === undefined || !isSame(partOf(stored), part)) throw new AuditConflict(key, part.first);
    },

    async *sealed(key): AsyncGenerator<SealedAudit, void, undefined> {
      const query = { TableName: table, ...startingWith(key, sortKey.auditParts) };
      for await (const page of queryPages("reading a history", dynamo, query)) yield* page.map(partOf);
    },
  };
}

export function createNotedEntries(dynamo: DynamoDBClient, table: string): NotedEntries {
  return {
    async note(key, noted): Promise<void> {
      const put = new PutItemCommand({
        TableName: table,
        Item: { ...keyOf(key, sortKey.note(noted)), d: { S: textToStore(Noted, noted) } },
      });
      await write("noting what goes into a history", () => dynamo.send(put));
    },

    async forget(key, entries): Promise<void> {
      // One request must not name an item twice.
      const keys = new Map(entries.map((noted) => [sortKey.note(noted), keyOf(key, sortKey.note(noted))]));
      const deletes = [...keys.values()].map((Key) => ({ DeleteRequest: { Key } }));
      await writeAll("forgetting what is in a history", { dynamo, table }, deletes);
    },
  };
}

function keyOf(key: ThreadKey, sk: string): Item {
  return { pk: { S: partitionKey.ofThread(key) }, sk: { S: sk } };
}

function startingWith(
  key: ThreadKey,
  prefix: string,
): { readonly KeyConditionExpression: string; readonly ExpressionAttributeValues: Item } {
  return {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
    ExpressionAttributeValues: { ":pk": { S: partitionKey.ofThread(key) }, ":prefix": { S: prefix } },
  };
}

function partOf(item: Item): SealedAudit {
  return recordIn(item, unpackedOf(item, "p"), SealedAudit);
}

function isSame(one: SealedAudit, other: SealedAudit): boolean {
  return sameJson(Json.parse(one), Json.parse(other));
}
