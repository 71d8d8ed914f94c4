// API keys on DynamoDB: one item for each key, all of a team in one partition; each save names the version it replaces.
import { randomUUID } from "node:crypto";
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { ApiKey, type ApiKeys } from "../runs/api-keys.ts";
import type { Metrics } from "../runs/metrics.ts";
import { queryAll, read, write } from "./dynamodb.ts";
import { type Item, optionalTextOf, textOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";
import { recordIn } from "./record-item.ts";
import { UpdateParts } from "./update.ts";

interface KeyTable {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
}

interface KeyStore extends KeyTable {
  readonly metrics: Metrics;
}

export function createApiKeys(dynamo: DynamoDBClient, table: string, metrics: Metrics): ApiKeys {
  const store = { dynamo, table, metrics };
  return {
    async key(team, name): Promise<ApiKey | undefined> {
      const item = await readKey(store, team, name);
      return item && keyOf(item);
    },
    keys: (team) => readKeys(store, team),
    save: (key) => save(store, key),
  };
}

function keyOf(item: Item): ApiKey {
  return recordIn(item, textOf(item, "d"), ApiKey);
}

async function readKey({ dynamo, table }: KeyTable, team: string, name: string): Promise<Item | undefined> {
  const get = new GetItemCommand({
    ...{ TableName: table, ConsistentRead: true },
    Key: { pk: { S: partitionKey.ofApiKeys(team) }, sk: { S: sortKey.apiKey(name) } },
  });
  return (await read("reading an API key", () => dynamo.send(get))).Item;
}

async function readKeys({ dynamo, table }: KeyTable, team: string): Promise<readonly ApiKey[]> {
  const items = await queryAll("reading the API keys", dynamo, {
    TableName: table,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: partitionKey.ofApiKeys(team) } },
  });
  return items.map(keyOf);
}

async function save(store: KeyStore, key: ApiKey): Promise<boolean> {
  const { team, name, version } = key;
  const writer = randomUUID();
  const parts = new UpdateParts();
  if (version === 1) parts.onlyIf(`attribute_not_exists(${parts.name("pk")})`);
  else parts.onlyIfIs("v", { N: String(version - 1) });
  parts.write({ v: { N: String(version) }, d: { S: JSON.stringify(key) }, w: { S: writer } });
  const command = new UpdateItemCommand({
    TableName: store.table,
    Key: { pk: { S: partitionKey.ofApiKeys(team) }, sk: { S: sortKey.apiKey(name) } },
    ...parts.expressions(),
  });
  if ((await write("saving an API key", () => store.dynamo.send(command))) !== undefined) return true;
  // The client retries by itself: finding our own token means that an earlier attempt of this very write succeeded.
  const stored = await readKey(store, team, name);
  const isOurs = stored !== undefined && optionalTextOf(stored, "w") === writer;
  if (isOurs) store.metrics.add("OwnWriteFound", 1);
  return isOurs;
}
