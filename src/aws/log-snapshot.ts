// When a snapshot is taken, and how: blobs first, the manifest that names them last. Nothing depends on one, so it may fail at any point.
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "./batches.ts";
import { heldText, writeBlobs } from "./blobs.ts";
import { write } from "./dynamodb.ts";
import { logPrefixOf, partitionKey, sortKey } from "./keys.ts";
import { manifestText } from "./log-manifest.ts";
import { blobsNamedBy, type SealSizes, sealed } from "./log-seal.ts";
import { foldOf, lastSlotOf, startAt, type Track } from "./log-track.ts";

export interface SnapshotPolicy extends SealSizes {
  /** So many slots and memos, or so many bytes of them as stored, are worth a snapshot, unless it would be larger than they are. */
  readonly items: number;
  readonly bytes: number;
}

export const POLICY: SnapshotPolicy = {
  items: 32,
  bytes: 32 * 1_024,
  chunkBytes: 32 * 1_024,
  lastChunkBytes: 16 * 1_024,
  valueBytes: 8 * 1_024,
  fanOut: 32,
};

/** Of the thread behind its last slot, if it is time. A snapshot is never larger than what was stored since the one before: it doubles what is written at most. */
export async function snapshotIfDue(table: Table, track: Track, policy: SnapshotPolicy): Promise<void> {
  const isMuch = track.items >= policy.items || track.bytes >= policy.bytes;
  const isDue = (isMuch || track.isPressing) && track.bytes >= track.worthFrom;
  if (!isDue || track.isBusy) return;
  track.isBusy = true;
  // Should it fail, the next one waits as long as this one has.
  track.worthFrom = track.bytes * 2;
  try {
    await snapshot(table, track, policy);
  } finally {
    track.isBusy = false;
  }
}

async function snapshot(table: Table, track: Track, policy: SnapshotPolicy): Promise<void> {
  const { threadId, known, items, bytes, writer, isPressing } = track;
  const slot = lastSlotOf(track);
  const { fold, blobs } = sealed(foldOf(track), known, policy);
  const manifest = heldText(manifestText(fold));
  const size = blobs.reduce((sum, blob) => sum + blob.bytes.length, manifest.bytes);
  if (size > bytes && !isPressing) {
    track.worthFrom = size;
    return;
  }
  await writeBlobs(table, threadId, [...blobs, ...manifest.blobs]);
  const put = new PutItemCommand({
    TableName: table.table,
    Item: {
      pk: { S: partitionKey.ofLog(threadId) },
      sk: { S: logPrefixOf(threadId) + sortKey.manifest(slot) },
      w: { S: writer },
      ...manifest.attributes,
    },
  });
  await write("writing a thread's snapshot", () => table.dynamo.send(put));
  startAt(track, slot, fold);
  // What others have appended meanwhile counts for the next one.
  track.items -= items;
  track.bytes -= bytes;
  track.known = blobsNamedBy(fold);
  track.worthFrom = 0;
  track.isPressing = false;
}
