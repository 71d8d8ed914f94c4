// Everything that is in a table, what has changed in it, and putting it back.
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../src/aws/items.ts";

export type Items = ReadonlyMap<string, Item>;

export interface Change {
  readonly pk: string;
  readonly sk: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

const keyOf = (item: Item): string => `${item["pk"]?.S ?? ""}\n${item["sk"]?.S ?? ""}`;

export async function itemsIn(dynamo: DynamoDBClient, table: string): Promise<Items> {
  const all = new Map<string, Item>();
  let from: Item | undefined;
  do {
    const scan = new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: from });
    const page = await dynamo.send(scan);
    for (const item of page.Items ?? []) all.set(keyOf(item), item);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return all;
}

const textOf = (item: Item | undefined): string | undefined =>
  item && JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));

export function changesBetween(before: Items, after: Items): readonly Change[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    const [pk = "", sk = ""] = key.split("\n");
    return textOf(was) === textOf(is) ? [] : [{ pk, sk, before: was, after: is }];
  });
}

/** What the changes come to, the same for the same ones. */
export function resultOf(changes: readonly Change[]): string {
  return JSON.stringify(changes.map(({ pk, sk, after }) => [pk, sk, textOf(after)]).sort());
}

export async function undo(dynamo: DynamoDBClient, table: string, changes: readonly Change[]): Promise<void> {
  for (const { pk, sk, before } of changes)
    await (before === undefined
      ? dynamo.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }))
      : dynamo.send(new PutItemCommand({ TableName: table, Item: before })));
}
