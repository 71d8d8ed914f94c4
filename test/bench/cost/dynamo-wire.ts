// Stands in front of a DynamoDB-compatible server and counts units as AWS charges them: the stand-ins leave the indexes out.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type AttributeValue, type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { createDynamo } from "../../../src/aws/dynamodb.ts";
import { tableShape } from "../../../src/aws/table.ts";
import { sizeOf } from "../meter.ts";

const WRITE_BYTES = 1_024;
/** What an eventually consistent read of nothing costs. */
const LEAST_READ = 0.5;

type Item = Readonly<Record<string, AttributeValue>>;

interface Spent {
  readonly writeUnits: number;
  readonly readUnits: number;
}

interface Asked {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

interface BatchWrite {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

type Capacity = { readonly CapacityUnits?: number };
interface Answered {
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
}

export interface DynamoWire {
  readonly url: string;
  /** Once all that was asked so far is counted: a write is looked at after its answer. */
  counted(): Promise<void>;
  close(): Promise<void>;
}

const WRITES = new Set(["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]);

export async function startDynamoWire(target: string, onSpent: (spent: Spent) => void): Promise<DynamoWire> {
  const images = createDynamo({ endpoint: target, timeoutMs: 10_000, maxAttempts: 1 });

  /** All that was written to a table came by here, so what is not in it was not there. */
  const known = new Map<string, Item | undefined>();
  let counting: Promise<void> = Promise.resolve();

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    const operation = String(request.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
    const asked = JSON.parse(text) as Asked;
    const writes = WRITES.has(operation) ? writtenKeys(asked) : [];
    // Else an image could hold two writes.
    if (writes.length > 0) await counting;
    const body = writes.length > 0 ? text : JSON.stringify({ ...asked, ReturnConsumedCapacity: "TOTAL" });
    const answer = await fetch(target, { method: "POST", headers: headersOf(request), body });
    const said = await answer.text();
    if (writes.length > 0) counting = Promise.all([counting, countWrites(writes)]).then(() => undefined);
    else onSpent({ writeUnits: 0, readUnits: Math.max(LEAST_READ, unitsOfRead(said)) });
    response.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "application/x-amz-json-1.0",
      "x-amzn-requestid": answer.headers.get("x-amzn-requestid") ?? "",
    });
    response.end(said);
  }

  async function countWrites(writes: readonly Place[]): Promise<void> {
    const units = await Promise.all(
      writes.map(async (place) => {
        const name = JSON.stringify(place);
        const before = known.get(name);
        const after = await imageOf(images, place);
        known.set(name, after);
        return unitsOfWrite(before, after);
      }),
    );
    onSpent({ writeUnits: units.reduce((sum, one) => sum + one, 0), readUnits: 0 });
  }

  const server = createServer((request, response) => {
    carry(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counted: () => counting,
    close: () =>
      new Promise((resolve) => {
        images.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const passed = ["content-type", "x-amz-target", "authorization", "x-amz-date"];
  return Object.fromEntries(passed.map((name) => [name, String(headers[name] ?? "")]));
}

interface Place {
  readonly table: string;
  readonly key: { readonly pk: AttributeValue; readonly sk: AttributeValue };
}

function writtenKeys({ TableName = "", Item, Key, RequestItems = {} }: Asked): readonly Place[] {
  const single = Item ?? Key;
  if (single !== undefined) return [placeOf(TableName, single)];
  return Object.entries(RequestItems).flatMap(([table, writes]) =>
    (writes as readonly BatchWrite[]).map(({ PutRequest, DeleteRequest }) =>
      placeOf(table, PutRequest?.Item ?? DeleteRequest?.Key ?? {}),
    ),
  );
}

function placeOf(table: string, { pk, sk }: Item): Place {
  if (pk === undefined || sk === undefined) throw new Error("A write names no key.");
  return { table, key: { pk, sk } };
}

async function imageOf(dynamo: DynamoDBClient, { table, key }: Place): Promise<Item | undefined> {
  const asked = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
  return (await dynamo.send(asked)).Item;
}

/** A refused write costs what one of the item that is there would. */
function unitsOfWrite(before: Item | undefined, after: Item | undefined): number {
  const bytes = Math.max(...[before, after].map((image) => (image === undefined ? 0 : sizeOf(image))));
  const onIndexes = tableShape.GlobalSecondaryIndexes.map(({ KeySchema = [] }) => {
    const names = KeySchema.map(({ AttributeName = "" }) => AttributeName);
    return unitsOnIndex(entryOf(before, names), entryOf(after, names));
  });
  return Math.max(1, Math.ceil(bytes / WRITE_BYTES)) + onIndexes.reduce((sum, units) => sum + units, 0);
}

/** Of keys alone, so below a kilobyte. An entry that moves is deleted where it was, and put where it is. */
function unitsOnIndex(before: string | undefined, after: string | undefined): number {
  if (before === after) return 0;
  return (before === undefined ? 0 : 1) + (after === undefined ? 0 : 1);
}

function entryOf(image: Item | undefined, names: readonly string[]): string | undefined {
  const values = names.map((name) => image?.[name]);
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}

function unitsOfRead(said: string): number {
  const { ConsumedCapacity = [] } = JSON.parse(said) as Answered;
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
