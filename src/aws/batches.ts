// Many items in few requests. DynamoDB may do a part of a batch and hand back the rest; the rest is sent again.
import { setTimeout as pause } from "node:timers/promises";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { StorageUnavailable } from "../runs/errors.ts";
import { read, write } from "./dynamodb.ts";
import type { Item } from "./items.ts";

/** DynamoDB's own limits. */
const MAX_WRITES = 25;
const MAX_READS = 100;
/** Each time, something was done; with the pauses between them this is most of a second. */
const MAX_TRIES = 6;
const FIRST_PAUSE_MS = 20;

interface Batch {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
}

/** Puts and deletes without conditions, in no order: only for writes that may be repeated. */
export async function writeAll(
  what: string,
  { dynamo, table }: Batch,
  requests: readonly WriteRequest[],
): Promise<void> {
  for (const chunk of chunksOf(requests, MAX_WRITES)) {
    await untilDone(what, { isWrite: true, todo: chunk }, async (todo) => {
      const batch = new BatchWriteItemCommand({ RequestItems: { [table]: [...todo] } });
      const answer = await write(what, () => dynamo.send(batch));
      return answer?.UnprocessedItems?.[table] ?? [];
    });
  }
}

/** The items of these keys, read consistently, in no order; keys of nothing are left out. */
export async function readAll(
  what: string,
  { dynamo, table }: Batch,
  keys: readonly Item[],
): Promise<readonly Item[]> {
  const found: Item[] = [];
  for (const chunk of chunksOf(keys, MAX_READS)) {
    await untilDone(what, { isWrite: false, todo: chunk }, async (todo) => {
      const batch = new BatchGetItemCommand({
        RequestItems: { [table]: { Keys: [...todo], ConsistentRead: true } },
      });
      const answer = await read(what, () => dynamo.send(batch));
      found.push(...(answer.Responses?.[table] ?? []));
      return answer.UnprocessedKeys?.[table]?.Keys ?? [];
    });
  }
  return found;
}

async function untilDone<T>(
  what: string,
  { isWrite, todo }: { readonly isWrite: boolean; readonly todo: readonly T[] },
  send: (todo: readonly T[]) => Promise<readonly T[]>,
): Promise<void> {
  let left = todo;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (tries > 0) await pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
    left = await send(left);
    if (left.length === 0) return;
  }
  const cause = new Error(`${left.length} of ${todo.length} items were handed back ${MAX_TRIES} times.`);
  throw new StorageUnavailable(what, { uncertain: isWrite, cause });
}

function chunksOf<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}
