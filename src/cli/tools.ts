// Opens the stores of a place, on a table or in a file, for a command, and closes them behind it.
import { createApiKeys } from "../aws/api-keys.ts";
import { createCheckpointLog } from "../aws/checkpoint-log.ts";
import { createDynamo } from "../aws/dynamodb.ts";
import { createLists } from "../aws/lists.ts";
import { createBystander } from "../aws/standing-by.ts";
import { createStores } from "../aws/stores.ts";
import { UNCOUNTED } from "../runs/metrics.ts";
import { createSqliteStores } from "../sqlite/stores.ts";
import type { Tools } from "./command.ts";
import type { FilePlace, Place } from "./where.ts";

export interface OpenTools {
  readonly tools: Tools;
  readonly close: () => void;
}

/** @throws FileUnusable, FormatTooNew */
export function openTools(place: Place): OpenTools {
  return place.kind === "file" ? openFile(place) : openTable(place);
}

function openFile(place: FilePlace): OpenTools {
  const nowMs = (): number => Date.parse(place.clock.now());
  const stores = createSqliteStores(place.file, { metrics: UNCOUNTED, nowMs });
  return { tools: { ...stores, place, jobs: stores.queue }, close: () => stores.close() };
}

function openTable(place: Exclude<Place, FilePlace>): OpenTools {
  const { table, dynamoUrl: endpoint } = place;
  const dynamo = createDynamo({ endpoint, timeoutMs: 5_000, maxAttempts: 3 });
  const tools = {
    ...createStores(dynamo, table, UNCOUNTED),
    place,
    lists: createLists(dynamo, table),
    checkpointer: createCheckpointLog(dynamo, table, { metrics: UNCOUNTED }),
    bystander: createBystander(dynamo, table),
    apiKeys: createApiKeys(dynamo, table, UNCOUNTED),
  };
  return { tools, close: () => dynamo.destroy() };
}
