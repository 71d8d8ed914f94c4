// Counts what a client asks of DynamoDB: requests, items, bytes, and the units that the server says it would charge.
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";

export interface Metered {
  requests: number;
  items: number;
  bytes: number;
  units: number;
}

type Item = Readonly<Record<string, AttributeValue>>;

/** What a command or its answer may have; each has some of it. */
interface Traffic {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly ConsumedCapacity?:
    { readonly CapacityUnits?: number } | readonly { readonly CapacityUnits?: number }[];
}

/** Counts from here on; every call starts again from nothing. */
export function metered(dynamo: DynamoDBClient): () => Metered {
  let sum: Metered = { requests: 0, items: 0, bytes: 0, units: 0 };
  dynamo.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } });
      const moved = [...itemsIn(args.input as Traffic), ...itemsIn(answer.output as Traffic)];
      sum.requests++;
      sum.items += moved.length;
      sum.bytes += moved.reduce((bytes, item) => bytes + sizeOf(item), 0);
      sum.units += unitsIn(answer.output as Traffic);
      return answer;
    },
    { step: "initialize" },
  );
  return () => {
    const before = sum;
    sum = { requests: 0, items: 0, bytes: 0, units: 0 };
    return before;
  };
}

/** As DynamoDB counts it: names and values, in UTF-8. */
export function sizeOf(item: Item): number {
  return Object.entries(item).reduce(
    (bytes, [name, { S, B, N }]) => bytes + name.length + (B?.length ?? Buffer.byteLength(S ?? N ?? "")),
    0,
  );
}

function itemsIn({ Item, Items, Responses }: Traffic): readonly Item[] {
  return [...(Item ? [Item] : []), ...(Items ?? []), ...Object.values(Responses ?? {}).flat()];
}

function unitsIn({ ConsumedCapacity }: Traffic): number {
  return [ConsumedCapacity ?? []].flat().reduce((units, { CapacityUnits = 0 }) => units + CapacityUnits, 0);
}
