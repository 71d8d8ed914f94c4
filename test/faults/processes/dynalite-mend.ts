// dynalite writes an index entry and its item one after the other, so a kill in between leaves an index that its table knows nothing of, for good. DynamoDB
// has no such state. Before it serves again, the indexes are made anew from the items.
import { createRequire } from "node:module";

interface IndexPut {
  readonly index: string;
  readonly key: string;
  readonly item: unknown;
}

interface Table {
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[];
}

type Operation =
  | { readonly type: "del"; readonly key: string }
  | { readonly type: "put"; readonly key: string; readonly value: unknown };

interface Range {
  readonly gte: string;
  readonly lt: string;
}

/** The part of dynalite's own store that is used; it brings no types. */
interface DynaliteStore {
  readonly db: {
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: string): Promise<unknown>;
    batch(operations: readonly Operation[]): Promise<void>;
    keys(range: Range): { all(): Promise<readonly string[]> };
    values(range: Range): { all(): Promise<readonly unknown[]> };
  };
}

interface DynaliteDb {
  create(options: { readonly path: string }): DynaliteStore;
  getIndexActions(
    indexes: unknown,
    before: unknown,
    item: unknown,
    table: Table,
  ): { readonly puts: readonly IndexPut[] };
}

/** How many index entries were not as their items have them. */
export async function mendDynalite(path: string, tableName: string): Promise<number> {
  const dynalite = createRequire(import.meta.url)("dynalite/db") as DynaliteDb;
  const { db } = dynalite.create({ path });
  await db.open();
  try {
    const table = (await db.get(`table~${tableName}`)) as Table | undefined;
    if (table === undefined) return 0;
    const indexes = table.GlobalSecondaryIndexes ?? [];
    const prefixOf = (index: string): string => `index-global~${tableName}~${index}~`;
    const there = new Set<string>();
    for (const { IndexName } of indexes)
      for (const key of await db.keys(startingWith(prefixOf(IndexName))).all()) there.add(key);
    const items = await db.values(startingWith(`item-${tableName}~`)).all();
    const wanted = new Map(
      items.flatMap((item) =>
        dynalite
          .getIndexActions(indexes, null, item, table)
          .puts.map((put) => [prefixOf(put.index) + put.key, put.item] as const),
      ),
    );
    const stale = [...there].filter((key) => !wanted.has(key));
    const missing = [...wanted].filter(([key]) => !there.has(key));
    await db.batch([
      ...stale.map((key) => ({ type: "del" as const, key })),
      ...missing.map(([key, value]) => ({ type: "put" as const, key, value })),
    ]);
    return stale.length + missing.length;
  } finally {
    await db.close();
  }
}

function startingWith(prefix: string): Range {
  return { gte: prefix, lt: `${prefix}\uffff` };
}
