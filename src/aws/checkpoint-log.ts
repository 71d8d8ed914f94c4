// The checkpointer on DynamoDB: one conditional PutItem is the commit of a superstep, so two workers can never both own a slot.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CheckpointConflict,
  type Checkpointer,
  encodeMemo,
  encodeSlot,
  type Memo,
  type Slot,
  type ThreadLog,
} from "../graph/index.ts";
import { checkMemoSize, checkSlotSize, MAX_TEXT_BYTES } from "../runs/log-size.ts";
import { type Metrics, UNCOUNTED } from "../runs/metrics.ts";
import type { Table } from "./batches.ts";
import { heldText, writeBlobs } from "./blobs.ts";
import { putNew } from "./dynamodb.ts";
import { type Item, textOf } from "./items.ts";
import { logPrefixOf, partitionKey, sortKey } from "./keys.ts";
import { deleteLog } from "./log-delete.ts";
import { createFollower } from "./log-follow.ts";
import { textsOf, threadLogOf } from "./log-load.ts";
import { readWhole, storedMemo, storedWriter } from "./log-read.ts";
import { LogIncomplete } from "./log-incomplete.ts";
import { logsKeptWithin } from "./log-within.ts";
import { POLICY, type SnapshotPolicy } from "./log-snapshot.ts";

export interface CheckpointLogOptions {
  /** How much text one slot, or one task's result, may be, in bytes before it is compressed; a step that makes more fails. 4 MB by default. */
  readonly maxTextBytes?: number;
  /** Told why a snapshot could not be taken; nothing was lost, and the next one is tried later. */
  readonly onSnapshotFailed?: (error: unknown, threadId: string) => void;
  readonly metrics?: Metrics;
  readonly snapshots?: Partial<SnapshotPolicy>;
  /** How many items the first request of a load asks for. */
  readonly page?: number;
}

/** Above the number of items that are worth a snapshot: an ordinary thread is read with one request. */
const PAGE = 40;

/**
 * @example
 * const graph = builder.compile({ checkpointer: createCheckpointLog(dynamo, "countersign") });
 */
export function createCheckpointLog(
  dynamo: DynamoDBClient,
  tableName: string,
  options: CheckpointLogOptions = {},
): Checkpointer {
  const table: Table = { dynamo, table: tableName };
  const { maxTextBytes = MAX_TEXT_BYTES, page = PAGE, metrics = UNCOUNTED, onSnapshotFailed } = options;
  const follower = createFollower(table, {
    ...{ page, onSnapshotFailed },
    policy: { ...POLICY, ...options.snapshots },
  });

  async function putMemo(threadId: string, memo: Memo): Promise<PutText & { readonly text: string }> {
    const text = encodeMemo(memo);
    checkMemoSize(text, maxTextBytes);
    const key = sortKey.memo(memo.slot, memo.task);
    return { ...(await putText(table, threadId, { text, key, attributes: {} })), text };
  }

  return {
    load: (threadId) =>
      countingGaps(metrics, async () => threadLogOf(table, threadId, await follower.read(threadId))),

    history: (threadId) => countingGaps(metrics, () => wholeLog(table, threadId)),

    async append(threadId, slot): Promise<void> {
      const text = encodeSlot(slot);
      checkSlotSize(text, maxTextBytes);
      const follows =
        slot.number === 0 ||
        follower.lastSlot(threadId) === slot.number - 1 ||
        (await storedWriter(table, threadId, slot.number - 1)) !== undefined;
      if (!follows) throw new CheckpointConflict(threadId, slot.number);
      const put = await putText(table, threadId, {
        text,
        key: sortKey.slot(slot.number),
        attributes: slotAttributes(slot),
      });
      if (put.kind === "written") return follower.appended(threadId, slot, { text, bytes: put.bytes });
      // The client retries by itself: finding our own token means that an earlier attempt of this very write succeeded.
      const writer =
        put.by === undefined ? await storedWriter(table, threadId, slot.number) : textOf(put.by, "w");
      if (writer !== slot.writer) throw new CheckpointConflict(threadId, slot.number);
      metrics.add("OwnWriteFound", 1);
      follower.appendedUnseen(threadId, slot);
    },

    async saveTask(threadId, memo): Promise<void> {
      const put = await putMemo(threadId, memo);
      if (put.kind === "written") follower.saved(threadId, put);
    },

    async claim(threadId, memo): Promise<boolean> {
      const put = await putMemo(threadId, memo);
      if (put.kind === "written") follower.saved(threadId, put);
      // The client retries by itself, as above; what was claimed says by whom.
      const isOurs = put.kind === "taken" && (await storedMemo(table, threadId, memo)) === put.text;
      if (isOurs) metrics.add("OwnWriteFound", 1);
      const stands = put.kind === "written" || isOurs;
      // A memo of a slot that is taken is void: whoever took it goes on without knowing of it.
      return stands && (await storedWriter(table, threadId, memo.slot)) === undefined;
    },

    keptWithin: (threadId) => logsKeptWithin(table, threadId),

    async delete(threadId): Promise<void> {
      follower.forget(threadId);
      await deleteLog(table, threadId);
    },
  };
}

async function wholeLog(table: Table, threadId: string): Promise<ThreadLog> {
  return threadLogOf(table, threadId, await textsOf(table, threadId, await readWhole(table, threadId)));
}

async function countingGaps<Read>(metrics: Metrics, read: () => Promise<Read>): Promise<Read> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LogIncomplete) metrics.add("LogGap", 1);
    throw error;
  }
}

/** What can be known of a slot without reading its text: who wrote it, and where a fork goes on from. */
function slotAttributes(slot: Slot): Item {
  const base = slot.kind === "checkpoint" ? slot.base : undefined;
  return { w: { S: slot.writer }, ...(base !== undefined && { b: { N: String(base) } }) };
}

type PutText =
  /** `bytes` as stored. */
  | { readonly kind: "written"; readonly bytes: number }
  /** `by` is the item that is there, where the server tells it. */
  | { readonly kind: "taken"; readonly by: Item | undefined };

/** What is too large for one item goes before it, so that no item ever names what is not there. */
async function putText(
  table: Table,
  threadId: string,
  { text, key, attributes }: { readonly text: string; readonly key: string; readonly attributes: Item },
): Promise<PutText> {
  const held = heldText(text);
  await writeBlobs(table, threadId, held.blobs);
  const put = await putNew("writing a thread's log", table.dynamo, {
    TableName: table.table,
    Item: {
      pk: { S: partitionKey.ofLog(threadId) },
      sk: { S: logPrefixOf(threadId) + key },
      ...attributes,
      ...held.attributes,
    },
  });
  return put.kind === "taken" ? put : { kind: "written", bytes: held.bytes };
}
