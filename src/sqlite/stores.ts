// Everything that one machine keeps, in one file.
import type { Checkpointer } from "../graph/index.ts";
import type { ApiKeys } from "../runs/api-keys.ts";
import type { AuditTrail, NotedEntries } from "../runs/audit-ports.ts";
import type { Homes } from "../runs/home-ports.ts";
import type { Idempotency } from "../runs/idempotency.ts";
import type { ListRows, Lists } from "../runs/lists.ts";
import type { Metrics } from "../runs/metrics.ts";
import type { Records, Threads } from "../runs/ports.ts";
import type { Bystander } from "../runs/standing-by.ts";
import { API_KEY_TABLES, createApiKeys } from "./api-keys.ts";
import { createAuditTrail, createNotedEntries } from "./audit.ts";
import { AUDIT_TABLES } from "./audit-tables.ts";
import { type Database, FormatTooNew, openDatabase } from "./database.ts";
import { createPrivately, unreadable } from "./file.ts";
import { forgetOld } from "./forget.ts";
import { createHomes, HOME_TABLES } from "./homes.ts";
import { createIdempotency, IDEMPOTENCY_TABLES } from "./idempotency.ts";
import { createJobs, JOB_TABLES, type Jobs } from "./jobs.ts";
import { freeLeftBehind } from "./left-behind.ts";
import { createListRows } from "./list-rows.ts";
import { createLists } from "./lists.ts";
import { createLog } from "./log.ts";
import { LOG_TABLES } from "./log-tables.ts";
import { MEMORY_TABLES } from "./memory.ts";
import { RECORD_TABLES } from "./record-tables.ts";
import { createRecords } from "./records.ts";
import { createRetention, type OwnRetention } from "./retention.ts";
import { createBystander } from "./standing-by.ts";
import { createThreads } from "./threads.ts";

export interface SqliteStores {
  readonly records: Records;
  readonly rows: ListRows;
  readonly threads: Threads;
  readonly lists: Lists;
  readonly bystander: Bystander;
  readonly trail: AuditTrail;
  readonly noted: NotedEntries;
  readonly retention: OwnRetention;
  readonly homes: Homes;
  readonly apiKeys: ApiKeys;
  readonly idempotency: Idempotency;
  readonly checkpointer: Checkpointer;
  /** Sends, as every queue, and is what jobs are received from. */
  readonly queue: Jobs;
  /** Nothing, as nobody charges for it. */
  readonly consumed: { take(): { readonly reads: number; readonly writes: number } };
  /** Deletes what is not to be kept any more; to be called now and then, since nobody else does. */
  deleteExpired(now: string): Promise<void>;
  /** Of a process that is gone: what it had in hand is anybody's again. For who has the file's lock, before it begins. */
  freeLeftBehind(now: string): void;
  close(): void;
}

const TABLES = [
  ...[RECORD_TABLES, AUDIT_TABLES, LOG_TABLES, HOME_TABLES],
  ...[API_KEY_TABLES, IDEMPOTENCY_TABLES, MEMORY_TABLES, JOB_TABLES],
];

/** Runs to delete are taken in parts, between which others have their turn. */
const MOST_PARTS = 100;

/**
 * Opens the file, and creates what is not there.
 *
 * @throws FileUnusable, FormatTooNew
 * @example
 * const stores = createSqliteStores("./data.db", { metrics, nowMs: Date.now });
 * const worker = composeWorker(config, around, { stores });
 */
export function createSqliteStores(
  file: string,
  { metrics, nowMs }: { readonly metrics: Metrics; readonly nowMs: () => number },
): SqliteStores {
  const database = opened(file);
  const retention = createRetention(database);
  return {
    records: createRecords(database),
    rows: createListRows(),
    threads: createThreads(database, metrics),
    lists: createLists(database),
    bystander: createBystander(database),
    trail: createAuditTrail(database),
    noted: createNotedEntries(database),
    retention,
    homes: createHomes(database),
    apiKeys: createApiKeys(database),
    idempotency: createIdempotency(database),
    checkpointer: createLog(database),
    queue: createJobs(database, nowMs),
    consumed: { take: () => ({ reads: 0, writes: 0 }) },
    async deleteExpired(now): Promise<void> {
      forgetOld(database, now);
      for (let part = 0; part < MOST_PARTS; part++) if ((await retention.deleteExpired(now)) === 0) return;
    },
    freeLeftBehind: (now) => freeLeftBehind(database, now),
    close: () => database.close(),
  };
}

function opened(file: string): Database {
  if (file !== ":memory:") createPrivately(file);
  try {
    return openDatabase(file, TABLES);
  } catch (error) {
    throw error instanceof FormatTooNew ? error : unreadable(file, error);
  }
}
