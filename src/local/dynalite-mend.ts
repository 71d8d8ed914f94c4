// dynalite writes an index and its item one after the other, so kill -9 in between leaves an index that its items know nothing of, or that lacks one, for good:
// what is due would never be found. DynamoDB has no such state. So before dynalite serves again, its indexes are brought in line with the items.
import store from "dynalite/db/index.js";
import * as z from "zod";

const Table = z.looseObject({
  GlobalSecondaryIndexes: z.array(z.looseObject({ IndexName: z.string() })).default([]),
});

/** How many entries of indexes were not as their items have them. */
export async function mendDynalite(path: string, tableName: string): Promise<number> {
  const { db } = store.create({ path });
  await db.open();
  try {
    const stored = await db.get(`table~${tableName}`);
    if (stored === undefined) return 0;
    const table = Table.parse(stored);
    const indexes = table.GlobalSecondaryIndexes;
    const prefixOf = (index: string): string => `index-global~${tableName}~${index}~`;
    const found = await Promise.all(
      indexes.map(({ IndexName }) => db.keys(startingWith(prefixOf(IndexName))).all()),
    );
    const there = new Set(found.flat());
    const items = await db.values(startingWith(`item-${tableName}~`)).all();
    const puts = items.flatMap((item) => store.getIndexActions(indexes, null, item, table).puts);
    const wanted = new Map(puts.map(({ index, key, item }) => [prefixOf(index) + key, item]));
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

function startingWith(prefix: string): { readonly gte: string; readonly lt: string } {
  return { gte: prefix, lt: `${prefix}\uffff` };
}
