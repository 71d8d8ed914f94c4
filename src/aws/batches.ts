// Many items in one request: what DynamoDB leaves undone is asked for again, for as long as that helps.
import { setTimeout as wait } from "node:timers/promises";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { StorageUnavailable } from "../runs/errors.ts";
import { read, write } from "./dynamodb.ts";
import type { Item } from "./items.ts";

export interface Table {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
}

/** The most that DynamoDB takes in one request. */
const WRITES = 25;
const READS = 100;
/** Rounds in a row that bring nothing; the waits between them double. */
const IDLE_ROUNDS = 5;
const FIRST_WAIT_MS = 25;

/** Puts and deletes without conditions, in no order: only for writes that may be repeated. */
export async function writeAll(
  what: string,
  { dynamo, table }: Table,
  requests: readonly WriteRequest[],
): Promise<void> {
  await inBatches({ what, uncertain: true, size: WRITES }, requests, async (batch) => {
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: batch } });
    const done = await write(what, () => dynamo.send(command));
    return done?.UnprocessedItems?.[table] ?? [];
  });
}

/** The items at these keys that there are, strongly consistent, in no order. No key may be named twice. */
export async function readAll(
  what: string,
  { dynamo, table }: Table,
  keys: readonly Item[],
): Promise<readonly Item[]> {
  const found: Item[] = [];
  // Of one partition a request gives 1 MB at most: leftovers are ordinary here.
  await inBatches({ what, uncertain: false, size: READS }, keys, async (batch) => {
    const command = new BatchGetItemCommand({
      RequestItems: { [table]: { Keys: batch, ConsistentRead: true } },
    });
    const answer = await read(what, () => dynamo.send(command));
    found.push(...(answer.Responses?.[table] ?? []));
    return answer.UnprocessedKeys?.[table]?.Keys ?? [];
  });
  return found;
}

interface Batches {
  readonly what: string;
  /** Whether something may have been written when they fail. */
  readonly uncertain: boolean;
  readonly size: number;
}

/** Gives what DynamoDB left undone. */
type SendBatch<One> = (batch: One[]) => Promise<readonly One[]>;

async function inBatches<One>(batches: Batches, all: readonly One[], send: SendBatch<One>): Promise<void> {
  const { size } = batches;
  const each = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    untilDone(batches, all.slice(index * size, (index + 1) * size), send),
  );
  await Promise.all(each);
}

async function untilDone<One>(
  { what, uncertain }: Batches,
  batch: readonly One[],
  send: SendBatch<One>,
): Promise<void> {
  let left = batch;
  let idle = 0;
  while (left.length > 0) {
    const after = await send([...left]);
    idle = after.length < left.length ? 0 : idle + 1;
    left = after;
    if (idle === IDLE_ROUNDS) {
      const cause = new Error(`${left.length} items were left undone ${IDLE_ROUNDS} times in a row.`);
      throw new StorageUnavailable(what, { uncertain, cause });
    }
    if (idle > 0) await wait(FIRST_WAIT_MS * 2 ** (idle - 1));
  }
}
