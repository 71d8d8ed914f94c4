// Opens the stores of a place, for a command, and closes them behind it.
import { createApiKeys } from "../aws/api-keys.ts";
import { createCheckpointLog } from "../aws/checkpoint-log.ts";
import { createDynamo } from "../aws/dynamodb.ts";
import { createLists } from "../aws/lists.ts";
import { createBystander } from "../aws/standing-by.ts";
import { createStores } from "../aws/stores.ts";
import { UNCOUNTED } from "../runs/metrics.ts";
import type { Tools } from "./command.ts";
import type { Place } from "./where.ts";

export interface OpenTools {
  readonly tools: Tools;
  readonly close: () => void;
}

export function openTools(place: Place): OpenTools {
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
