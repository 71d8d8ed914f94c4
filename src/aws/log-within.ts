// Which graphs within a thread's nodes keep their state: their logs stand in the thread's partition, by names that end in "@".
import type { Table } from "./batches.ts";
import { textOf } from "./items.ts";
import { sortKey } from "./keys.ts";
import { keysBehind } from "./log-delete.ts";

const SLOT_WITHIN = new RegExp(`^${sortKey.nestedPrefix}(.+@)#${sortKey.logPrefix}\\d+$`);

export async function logsKeptWithin(table: Table, threadId: string): Promise<readonly string[]> {
  const keys = await keysBehind(table, threadId, sortKey.nestedPrefix);
  const names = keys.flatMap((key) => SLOT_WITHIN.exec(textOf(key, "sk"))?.[1] ?? []);
  return [...new Set(names)].map((name) => `${threadId}|${name}`);
}
