// Every key of the table, in one place; what lists are read by is in list-keys.ts. One thread is one partition, and so is each root of what is remembered beyond threads; the team is part of each key.
import type { ThreadKey } from "../runs/run.ts";

/** Work that the sweeper should look at is spread over this many index partitions. */
export const DUE_SHARDS = 4;
export const DUE_INDEX = "due";

export const partitionKey = {
  ofThread: ({ team, thread }: ThreadKey): string => `T#${team}#${thread}`,
  /** The checkpoint log names a thread with its team: "<team>#<thread>"; "|…" behind it is a graph within one of its nodes. */
  ofLog: (threadId: string): string => `T#${threadId.split("|", 1)[0] ?? threadId}`,
  /** What a team's graphs remember beyond their threads: one partition for each root of a namespace, as `storePath` writes it. */
  ofMemory: (team: string, root: string): string => `M#${team}#${root}`,
  /** The names of all its namespaces. */
  ofNamespaces: (team: string): string => `N#${team}`,
  /** Of a team's people, those who have opened their App Home. */
  ofHomes: (team: string): string => `H#${team}`,
  /** A team's API keys. */
  ofApiKeys: (team: string): string => `K#${team}`,
  /** What was asked with an idempotency key. */
  ofIdempotencyKey: (team: string, id: string): string => `I#${team}#${id}`,
  toThread(pk: string): ThreadKey {
    const [, team, thread] = pk.split("#");
    if (team === undefined || thread === undefined) throw new Error(`"${pk}" is not the key of a thread.`);
    return { team, thread };
  },
};

/** Where a log's items stand in their thread: graphs within nodes behind the thread's own. */
export function logPrefixOf(threadId: string): string {
  const nested = threadId.indexOf("|");
  return nested === -1 ? "" : `${sortKey.nestedPrefix}${threadId.slice(nested + 1)}#`;
}

/**
 * Sort keys within a thread. In order: approvals and the run (one query reads them all, and what little stands among them), then the log, those of graphs
 * within nodes, the sealed history, and large texts. Who holds the thread and where its cards are is in the run's own item, so that what changes together is
 * one write.
 */
export const sortKey = {
  approval: (interrupt: string): string => `A#${interrupt}`,
  notes: "N#",
  note: ({ at, id }: { readonly at: string; readonly id: string }): string => `N#${at}#${id}`,
  listRows: (interrupt: string): string => `Q#${interrupt}#`,
  listRow: (interrupt: string, name: string): string => `${sortKey.listRows(interrupt)}${name}`,
  run: "R",
  slot: (number: number): string => `S#${String(number).padStart(10, "0")}`,
  memo: (slot: number, task: string): string => `${sortKey.slot(slot)}#t#${task}`,
  /** A snapshot of the thread as it stood after a slot; behind the memos of that slot, so that reading back finds it first. */
  manifest: (slot: number): string => `${sortKey.slot(slot)}#z`,
  /** A part of a text that is named by the hash of its bytes. */
  blob: (hash: string, part: number): string => `${sortKey.blobPrefix}${hash}#${part}`,
  logPrefix: "S#",
  nestedPrefix: "T#",
  auditParts: "U#",
  auditPart: (first: number): string => `U#${String(first).padStart(10, "0")}`,
  blobPrefix: "V#",
  /** In the partition of homes. */
  home: (user: string): string => `P#${user}`,
  homesMark: "M",
  /** In the partition of API keys. */
  apiKey: (name: string): string => `K#${name}`,
  /** All there is in its partition. */
  idempotencyKey: "I",
};

export type LogKey = { readonly kind: "slot" | "memo" | "manifest"; readonly number: number };

/** What stands at a key of a log, seen from behind the log's own prefix. */
export function logKeyFrom(key: string): LogKey {
  const [, digits, rest] = /^S#(\d{10})(#z$|#t#|$)/.exec(key) ?? [];
  if (digits === undefined) throw new Error(`"${key}" is not the key of anything in a log.`);
  return { kind: rest === "" ? "slot" : rest === "#z" ? "manifest" : "memo", number: Number(digits) };
}

export const dueKey = {
  ofShard: (team: string, shard: number): string => `D#${team}#${shard}`,
  of: ({ team, thread }: ThreadKey): string =>
    dueKey.ofShard(team, Number.parseInt(thread.slice(0, 8), 16) % DUE_SHARDS || 0),
};
