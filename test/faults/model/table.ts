// DynamoDB in memory, for volume: one table with the product's keys and indexes. The storage contracts hold on it as on real servers.
import {
  type BatchGetItemCommandInput,
  type BatchWriteItemCommandInput,
  ConditionalCheckFailedException,
  type DeleteItemCommandInput,
  type GetItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { tableShape } from "../../../src/aws/table.ts";
import { type Aliases, compareTexts, type Item, meets, projected, updated } from "./expressions.ts";

/** Operations by their names in the SDK, without "Command". */
interface Inputs {
  readonly PutItem: PutItemCommandInput;
  readonly UpdateItem: UpdateItemCommandInput;
  readonly DeleteItem: DeleteItemCommandInput;
  readonly GetItem: GetItemCommandInput;
  readonly Query: QueryCommandInput;
  readonly BatchGetItem: BatchGetItemCommandInput;
  readonly BatchWriteItem: BatchWriteItemCommandInput;
}

export type Operation = keyof Inputs;

export interface MemoryTable {
  /** @throws ConditionalCheckFailedException */
  execute(operation: Operation, input: unknown): object;
  items(): readonly Item[];
}

const LARGEST_ITEM = 400 * 1_024;
const LONGEST_SORT_KEY = 1_024;
const LARGEST_PAGE = 1_024 * 1_024;

export function createMemoryTable(): MemoryTable {
  const partitions = new Map<string, Map<string, Item>>();

  function partitionOf(key: Item | undefined): Map<string, Item> {
    const pk = textOf(key, "pk");
    const known = partitions.get(pk);
    if (known !== undefined) return known;
    const made = new Map<string, Item>();
    partitions.set(pk, made);
    return made;
  }

  function stored(key: Item | undefined): Item | undefined {
    return partitionOf(key).get(textOf(key, "sk"));
  }

  function store(item: Item): void {
    if (Buffer.byteLength(textOf(item, "sk")) > LONGEST_SORT_KEY)
      throw new Error("A sort key is longer than DynamoDB takes.");
    if (sizeOf(item) > LARGEST_ITEM) throw new Error("An item is larger than DynamoDB takes.");
    partitionOf(item).set(textOf(item, "sk"), item);
  }

  function* all(): Generator<Item> {
    for (const partition of partitions.values()) yield* partition.values();
  }

  const operations: { readonly [Name in Operation]: (input: Inputs[Name]) => object } = {
    PutItem(input) {
      check(stored(input.Item), input);
      store({ ...input.Item });
      return {};
    },
    UpdateItem(input) {
      const before = stored(input.Key);
      check(before, input);
      const after = updated({ ...input.Key, ...before }, input.UpdateExpression ?? "", input);
      store(after);
      return input.ReturnValues === "ALL_NEW" ? { Attributes: after } : {};
    },
    DeleteItem(input) {
      check(stored(input.Key), input);
      partitionOf(input.Key).delete(textOf(input.Key, "sk"));
      return {};
    },
    GetItem(input) {
      const item = stored(input.Key);
      return item === undefined ? {} : { Item: projected(item, input.ProjectionExpression, input) };
    },
    Query: (input) => queried(input.IndexName === undefined ? candidates(input) : all(), input),
    BatchGetItem(input) {
      const found = Object.entries(input.RequestItems ?? {}).map(([table, { Keys = [] }]) => {
        const items = Keys.map(stored).filter((item) => item !== undefined);
        return [table, items] as const;
      });
      return { Responses: Object.fromEntries(found) };
    },
    BatchWriteItem(input) {
      for (const requests of Object.values(input.RequestItems ?? {}))
        for (const { PutRequest, DeleteRequest } of requests) {
          if (PutRequest !== undefined) store({ ...PutRequest.Item });
          const key = DeleteRequest?.Key;
          if (key !== undefined) partitionOf(key).delete(textOf(key, "sk"));
        }
      return {};
    },
  };

  /** All there is in the partition that the condition names. */
  function candidates({ ExpressionAttributeValues: values = {} }: QueryCommandInput): Iterable<Item> {
    return (values[":pk"] && partitions.get(values[":pk"].S ?? "")?.values()) ?? [];
  }

  return {
    execute: (operation, input) => operations[operation](input as never),
    items: () => [...all()],
  };
}

function check(
  stored: Item | undefined,
  {
    ConditionExpression: condition,
    ReturnValuesOnConditionCheckFailure: returned,
    ...aliases
  }: Aliases & {
    readonly ConditionExpression?: string | undefined;
    readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
  },
): void {
  if (meets(stored ?? {}, condition, aliases)) return;
  throw new ConditionalCheckFailedException({
    message: "The conditional request failed",
    $metadata: {},
    ...(returned === "ALL_OLD" && stored !== undefined && { Item: stored }),
  });
}

function queried(items: Iterable<Item>, input: QueryCommandInput): object {
  const order = orderOf(input);
  const sign = input.ScanIndexForward === false ? -1 : 1;
  const found = [...items]
    .filter((item) => order.every((name) => item[name] !== undefined))
    .filter((item) => meets(item, input.KeyConditionExpression, input))
    .sort((one, other) => sign * compareBy(order, one, other));
  const start = input.ExclusiveStartKey;
  const rest = start === undefined ? found : found.filter((item) => sign * compareBy(order, item, start) > 0);
  const page = firstPage(rest, input.Limit);
  const last = page.length < rest.length ? page.at(-1) : undefined;
  const isIndex = input.IndexName !== undefined;
  return {
    Items: page.map((item) =>
      isIndex ? keysOf(item, order) : projected(item, input.ProjectionExpression, input),
    ),
    ...(last && { LastEvaluatedKey: keysOf(last, order) }),
  };
}

/** What a query's answer is sorted by; of an index, items of one place are told apart by the table's own keys. */
function orderOf({ IndexName }: QueryCommandInput): readonly string[] {
  const index = tableShape.GlobalSecondaryIndexes.find((one) => one.IndexName === IndexName);
  const names = (index?.KeySchema ?? []).map(({ AttributeName = "" }) => AttributeName);
  return [...names, "pk", "sk"];
}

function compareBy(order: readonly string[], one: Item, other: Item): number {
  for (const name of order) {
    const difference = compareTexts(textOf(one, name), textOf(other, name));
    if (difference !== 0) return difference;
  }
  return 0;
}

function firstPage(items: readonly Item[], limit = Infinity): readonly Item[] {
  const page: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (page.length >= limit || bytes > LARGEST_PAGE) break;
    page.push(item);
    bytes += sizeOf(item);
  }
  return page;
}

function keysOf(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
}

/** Near enough: of names, texts and bytes. */
function sizeOf(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, { S, N, B }]) =>
      sum + name.length + (B?.length ?? (S === undefined ? (N?.length ?? 0) : Buffer.byteLength(S))),
    0,
  );
}

function textOf(item: Item | undefined, name: string): string {
  const text = item?.[name]?.S;
  if (text === undefined) throw new Error(`An item has no text "${name}".`);
  return text;
}
