// The store on DynamoDB: an item for each thing remembered, and one for each namespace, so that nothing needs a Scan.
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  type BaseStore,
  checkNamespace,
  decodeItemValue,
  encodeItemValue,
  InvalidNamespaceError,
  isSelected,
  type Item as StoredItem,
  passesFilter,
  storePath,
} from "../graph/index.ts";
import { queryPages, read, write } from "./dynamodb.ts";
import { type Item, packedOf, textOf, unpackedOf } from "./items.ts";
import { partitionKey } from "./keys.ts";

/** How many namespaces are remembered as listed, so that putting into them again costs one write. */
const REMEMBERED = 1_000;
/** DynamoDB's limit for a sort key, and for the part of a partition key that a namespace may take up. */
const LONGEST_PATH = 1_024;

interface StoreTable {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly team: string;
}

/**
 * Remembers in one table, each team apart.
 *
 * Putting writes the namespace first: a crash between the two writes leaves a namespace that is listed and empty, never an item
 * that is not listed. A namespace stays listed when its items are gone; to take it off the list safely, each put would have to
 * be a transaction.
 *
 * @example
 * const graph = builder.compile({ store: createStore(dynamo, { table: "countersign", team: "T1" }) });
 */
export function createStore(
  dynamo: DynamoDBClient,
  { table, team, now = () => new Date() }: Omit<StoreTable, "dynamo"> & { readonly now?: () => Date },
): BaseStore {
  const store = { dynamo, table, team };
  const listed = new Set<string>();

  async function list(namespace: readonly string[]): Promise<void> {
    const path = storePath(namespace);
    if (listed.has(path)) return;
    await putNamespace(store, namespace);
    if (listed.size >= REMEMBERED) listed.clear();
    listed.add(path);
  }

  return {
    async put(namespace, key, value): Promise<void> {
      checkNamespace(namespace);
      checkLength(namespace, key);
      const text = encodeItemValue(namespace, key, value);
      await list(namespace);
      await putItem(store, keyOf(store, namespace, key), { namespace, key, text, now: now() });
    },

    async get(namespace, key): Promise<StoredItem | null> {
      if (!canHold(namespace, key)) return null;
      const Key = keyOf(store, namespace, key);
      const get = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
      const found = await read("reading the store", () => dynamo.send(get));
      return found.Item === undefined ? null : storedItemOf(found.Item);
    },

    async delete(namespace, key): Promise<void> {
      if (!canHold(namespace, key)) return;
      const remove = new DeleteItemCommand({ TableName: table, Key: keyOf(store, namespace, key) });
      await write("deleting from the store", () => dynamo.send(remove));
    },

    async search(prefix, { filter, limit = 10, offset = 0 } = {}): Promise<StoredItem[]> {
      // Without a filter every item counts, so no more of them need to be read than were asked for.
      const found = itemsUnder(store, prefix, filter === undefined ? offset + limit : undefined);
      return taken(fitting(found, filter), { limit, offset });
    },

    async listNamespaces(options = {}): Promise<string[][]> {
      const { maxDepth, limit = 100, offset = 0 } = options;
      const selected = namespacesUnder(store, literalStart(options.prefix ?? []));
      const cut = cutTo(maxDepth, selected, (namespace) => isSelected(namespace, options));
      return taken(cut, { limit, offset });
    },
  };
}

function checkLength(namespace: readonly string[], key: string): void {
  const length = Buffer.byteLength(storePath(namespace, key));
  if (length <= LONGEST_PATH) return;
  throw new InvalidNamespaceError(
    `The key "${key.slice(0, 40)}" in namespace ${JSON.stringify(namespace).slice(0, 80)} takes ${length} bytes ` +
      `with its namespace; DynamoDB stores at most ${LONGEST_PATH}. Shorten one of them, for example to a hash.`,
  );
}

/** Under a namespace that nothing can be put into there is nothing to be found. */
function canHold(namespace: readonly string[], key: string): boolean {
  return namespace.length > 0 && Buffer.byteLength(storePath(namespace, key)) <= LONGEST_PATH;
}

function keyOf(
  { team }: StoreTable,
  namespace: readonly string[],
  key: string,
): { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } } {
  const root = storePath(namespace.slice(0, 1));
  return { pk: { S: partitionKey.ofMemory(team, root) }, sk: { S: storePath(namespace, key) } };
}

async function putNamespace(
  { dynamo, table, team }: StoreTable,
  namespace: readonly string[],
): Promise<void> {
  const put = new PutItemCommand({
    TableName: table,
    Item: {
      pk: { S: partitionKey.ofNamespaces(team) },
      sk: { S: storePath(namespace) },
      n: { S: JSON.stringify(namespace) },
    },
  });
  await write("listing a namespace of the store", () => dynamo.send(put));
}

interface Put {
  readonly namespace: readonly string[];
  readonly key: string;
  readonly text: string;
  readonly now: Date;
}

async function putItem(
  { dynamo, table }: StoreTable,
  Key: ReturnType<typeof keyOf>,
  { namespace, key, text, now }: Put,
): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key,
    UpdateExpression: "SET d = :value, n = :namespace, k = :key, u = :now, c = if_not_exists(c, :now)",
    ExpressionAttributeValues: {
      ":value": packedOf(text),
      ":namespace": { S: JSON.stringify(namespace) },
      ":key": { S: JSON.stringify(key) },
      ":now": { S: now.toISOString() },
    },
  });
  await write("writing to the store", () => dynamo.send(update));
}

function storedItemOf(item: Item): StoredItem {
  return {
    value: decodeItemValue(unpackedOf(item, "d")),
    // Our own writing, as JSON because DynamoDB's text would not keep every string as it is.
    key: JSON.parse(textOf(item, "k")) as string,
    namespace: namespaceOf(item),
    createdAt: new Date(textOf(item, "c")),
    updatedAt: new Date(textOf(item, "u")),
  };
}

function namespaceOf(item: Item): string[] {
  return JSON.parse(textOf(item, "n")) as string[];
}

/** One root is one partition; without a prefix all of them are read, one behind the other. */
async function* itemsUnder(
  store: StoreTable,
  prefix: readonly string[],
  most: number | undefined,
): AsyncGenerator<StoredItem, void, undefined> {
  const roots = cutTo(1, namespacesUnder(store, prefix.slice(0, 1)), () => true);
  for await (const root of prefix.length === 0 ? roots : [prefix.slice(0, 1)]) {
    const pk = partitionKey.ofMemory(store.team, storePath(root));
    const range = { pk, begins: prefix.length === 0 ? storePath(root) : storePath(prefix), most };
    for await (const item of itemsIn("searching the store", store, range)) yield storedItemOf(item);
  }
}

async function* namespacesUnder(
  store: StoreTable,
  prefix: readonly string[],
): AsyncGenerator<string[], void, undefined> {
  const range = { pk: partitionKey.ofNamespaces(store.team), begins: storePath(prefix), most: undefined };
  for await (const item of itemsIn("listing the store's namespaces", store, range)) yield namespaceOf(item);
}

interface Range {
  readonly pk: string;
  readonly begins: string;
  readonly most: number | undefined;
}

async function* itemsIn(
  what: string,
  { dynamo, table }: StoreTable,
  { pk, begins, most }: Range,
): AsyncGenerator<Item, void, undefined> {
  const canBegin = Buffer.byteLength(begins) <= LONGEST_PATH;
  if (!canBegin || (most !== undefined && most < 1)) return;
  const query: QueryCommandInput = {
    TableName: table,
    // A key condition takes no empty text.
    KeyConditionExpression: begins === "" ? "pk = :pk" : "pk = :pk AND begins_with(sk, :begins)",
    ExpressionAttributeValues: {
      ":pk": { S: pk },
      ...(begins === "" ? {} : { ":begins": { S: begins } }),
    },
    ...(most === undefined ? {} : { Limit: most }),
  };
  for await (const page of queryPages(what, dynamo, query)) yield* page;
}

async function* fitting(
  found: AsyncIterable<StoredItem>,
  filter: Readonly<Record<string, unknown>> | undefined,
): AsyncGenerator<StoredItem, void, undefined> {
  for await (const item of found) if (passesFilter(item.value, filter)) yield item;
}

/** Namespaces come in order, so what is the same when cut comes in a row. */
async function* cutTo(
  maxDepth: number | undefined,
  namespaces: AsyncIterable<string[]>,
  isWanted: (namespace: readonly string[]) => boolean,
): AsyncGenerator<string[], void, undefined> {
  let last: string | undefined;
  for await (const namespace of namespaces) {
    const cut = namespace.slice(0, maxDepth);
    const path = storePath(cut);
    if (path === last || !isWanted(namespace)) continue;
    last = path;
    yield cut;
  }
}

function literalStart(prefix: readonly string[]): readonly string[] {
  const wildcard = prefix.indexOf("*");
  return wildcard === -1 ? prefix : prefix.slice(0, wildcard);
}

/** The part of a list that was asked for; what lies behind it is not read. */
async function taken<Found>(
  found: AsyncIterable<Found>,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<Found[]> {
  const list: Found[] = [];
  let index = 0;
  if (limit < 1) return list;
  for await (const one of found) {
    if (index++ >= offset) list.push(one);
    if (list.length >= limit) break;
  }
  return list;
}
