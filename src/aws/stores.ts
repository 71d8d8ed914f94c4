// Everything that is kept on one table, for those who put a handler together.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AuditTrail, NotedEntries } from "../runs/audit-ports.ts";
import type { Homes } from "../runs/home-ports.ts";
import type { Metrics } from "../runs/metrics.ts";
import type { ListRows } from "../runs/lists.ts";
import type { Records, Threads } from "../runs/ports.ts";
import type { Retention } from "../runs/retention.ts";
import { createAuditTrail, createNotedEntries } from "./audit.ts";
import { createHomes } from "./homes.ts";
import { createListRows } from "./list-rows.ts";
import { createRecords } from "./records.ts";
import { createRetention } from "./retention.ts";
import { createThreads } from "./threads.ts";

export interface Stores {
  readonly records: Records;
  readonly rows: ListRows;
  readonly threads: Threads;
  readonly trail: AuditTrail;
  readonly noted: NotedEntries;
  readonly retention: Retention;
  readonly homes: Homes;
}

/** All but the checkpoint log, which only those need who run graphs. */
export function createStores(dynamo: DynamoDBClient, table: string, metrics: Metrics): Stores {
  return {
    records: createRecords(dynamo, table, metrics),
    rows: createListRows(dynamo, table),
    threads: createThreads(dynamo, table, metrics),
    trail: createAuditTrail(dynamo, table),
    noted: createNotedEntries(dynamo, table),
    retention: createRetention(dynamo, table),
    homes: createHomes(dynamo, table),
  };
}
