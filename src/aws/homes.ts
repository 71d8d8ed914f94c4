// App Homes on DynamoDB: one item for each person who has opened theirs, and one that says that homes may be out of date.
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { HomeKey, Homes, Mark, ShownHome } from "../runs/home-ports.ts";
import { HomeState } from "../runs/home-state.ts";
import { readAll } from "./batches.ts";
import { read, write } from "./dynamodb.ts";
import { type Item, optionalTextOf, textOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";
import { listIndex, listKey } from "./list-keys.ts";
import { UpdateParts } from "./update.ts";

/** What somebody has chosen in their home is remembered for this long after they last opened it. */
const REMEMBERED_SECONDS = 7 * 24 * 60 * 60;

const StoredHome = z.object({
  v: z.literal(1),
  user: z.string(),
  state: HomeState,
  openedAt: z.iso.datetime(),
  drawn: z.object({ hash: z.string(), view: z.string() }),
});

interface HomeTable {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
}

export function createHomes(dynamo: DynamoDBClient, table: string): Homes {
  const store = { dynamo, table };
  return {
    find: (key) => find(store, key),
    opened: (home) => put(store, home, home.openedAt),
    open: (team, most) => open(store, team, most),
    lookedAt: (home, at) => put(store, home, at, home.openedAt),
    leave: (home) => put(store, home, undefined, home.openedAt),
    mark: (team, times) => mark(store, team, times),
    marked: (team) => markedAt(store, team),
    unmark: (team, at) => unmark(store, team, at),
  };
}

async function get({ dynamo, table }: HomeTable, team: string, sk: string): Promise<Item | undefined> {
  const command = new GetItemCommand({
    ...{ TableName: table, ConsistentRead: true },
    Key: { pk: { S: partitionKey.ofHomes(team) }, sk: { S: sk } },
  });
  return (await read("reading who has opened their home", () => dynamo.send(command))).Item;
}

async function find(store: HomeTable, { team, user }: HomeKey): Promise<ShownHome | undefined> {
  const item = await get(store, team, sortKey.home(user));
  return item && homeIn(item, team);
}

/** A form that this version does not know is as good as none: the person opens their home once more. */
function homeIn(item: Item, team: string): ShownHome | undefined {
  const stored = StoredHome.safeParse(JSON.parse(textOf(item, "d"))).data;
  if (stored === undefined) return undefined;
  const { v: _, ...home } = stored;
  return { team, ...home };
}

/** On the list of those that are kept up to date while `lookedAt` is given; with `openedAt`, only if nobody has opened it since. */
async function put(
  { dynamo, table }: HomeTable,
  home: ShownHome,
  lookedAt: string | undefined,
  openedAt?: string,
): Promise<void> {
  const { team, ...kept } = home;
  const { p, s } = listIndex.status;
  const ttl = Math.floor(Date.parse(home.openedAt) / 1_000) + REMEMBERED_SECONDS;
  const parts = new UpdateParts();
  if (openedAt !== undefined) parts.onlyIfIs("o", { S: openedAt });
  parts.write({
    d: { S: JSON.stringify({ v: 1, ...kept } satisfies z.input<typeof StoredHome>) },
    o: { S: home.openedAt },
    ttl: { N: String(ttl) },
    [p]: lookedAt === undefined ? undefined : { S: listKey.homes(team) },
    [s]: lookedAt === undefined ? undefined : { S: `${lookedAt}#${home.user}` },
  });
  await update({ dynamo, table }, { team, sk: sortKey.home(home.user) }, parts);
}

async function open(store: HomeTable, team: string, most: number): Promise<readonly ShownHome[]> {
  const { dynamo, table } = store;
  const query = new QueryCommand({
    TableName: table,
    IndexName: listIndex.status.name,
    KeyConditionExpression: "#p = :p",
    ExpressionAttributeNames: { "#p": listIndex.status.p },
    ExpressionAttributeValues: { ":p": { S: listKey.homes(team) } },
    Limit: most,
  });
  const { Items = [] } = await read("reading whose home is open", () => dynamo.send(query));
  const keys = Items.map((item) => ({ pk: { S: textOf(item, "pk") }, sk: { S: textOf(item, "sk") } }));
  const found = await readAll("reading the homes that are open", store, keys);
  const byKey = new Map(found.map((item) => [textOf(item, "sk"), item]));
  return keys.flatMap(({ sk }) => {
    const item = byKey.get(sk.S);
    return (item && homeIn(item, team)) ?? [];
  });
}

const MARKED = "m";

async function mark(
  { dynamo, table }: HomeTable,
  team: string,
  { now, since }: { readonly now: string; readonly since: string },
): Promise<Mark> {
  const parts = new UpdateParts();
  const marked = parts.name(MARKED);
  parts.onlyIf(`attribute_not_exists(${marked}) OR ${marked} < ${parts.value({ S: since })}`);
  parts.write({ [MARKED]: { S: now } });
  try {
    await read("marking homes as out of date", () =>
      dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: { S: partitionKey.ofHomes(team) }, sk: { S: sortKey.homesMark } },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          ...parts.expressions(),
        }),
      ),
    );
    return { at: now, isNew: true };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // A server that is not AWS need not say what it has in place of it.
    const stands = error.Item ? optionalTextOf(error.Item, MARKED) : await markedAt({ dynamo, table }, team);
    const at = stands ?? now;
    // The client retries by itself: finding our own means that an earlier attempt of this very write succeeded.
    return { at, isNew: at === now };
  }
}

async function markedAt(store: HomeTable, team: string): Promise<string | undefined> {
  const item = await get(store, team, sortKey.homesMark);
  return item && optionalTextOf(item, MARKED);
}

async function unmark(store: HomeTable, team: string, at: string): Promise<void> {
  const parts = new UpdateParts();
  parts.onlyIf(`${parts.name(MARKED)} <= ${parts.value({ S: at })}`);
  parts.write({ [MARKED]: undefined });
  await update(store, { team, sk: sortKey.homesMark }, parts);
}

/** A condition that is not met means that somebody was here later, whose word counts. */
async function update(
  { dynamo, table }: HomeTable,
  { team, sk }: { readonly team: string; readonly sk: string },
  parts: UpdateParts,
): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: partitionKey.ofHomes(team) }, sk: { S: sk } },
    ...parts.expressions(),
  });
  await write("remembering what a home shows", () => dynamo.send(command));
}
