// From what was read of a log to the thread, and to what is remembered of it.
import { decodeMemo, decodeSlot, type ThreadLog } from "../graph/index.ts";
import type { Table } from "./batches.ts";
import { blobRefIn, blobText, readBlobs, storedBytesOf, textIn } from "./blobs.ts";
import { emptyFold, type Fold } from "./log-fold.ts";
import { foldFrom, refsIn, refsWithin, snapshotFrom } from "./log-manifest.ts";
import type { Stretch } from "./log-read.ts";
import { blobsNamedBy } from "./log-seal.ts";
import { newTrack, type Track } from "./log-track.ts";
import { type Item, textOf } from "./items.ts";

/** What the items of a stretch say. */
export interface StretchTexts {
  /** From the snapshot. */
  readonly fold: Fold | undefined;
  readonly slots: readonly string[];
  readonly memos: readonly string[];
}

export async function textsOf(
  table: Table,
  threadId: string,
  { manifest, slots, memos }: Stretch,
): Promise<StretchTexts> {
  const items = [...slots, ...memos, ...(manifest === undefined ? [] : [manifest])];
  const refs = items.flatMap((item) => blobRefIn(item) ?? []);
  const of = `The log of thread ${threadId}`;
  const blobs = await readBlobs(table, { threadId, of }, refs);
  const textsIn = (some: readonly Item[]): readonly string[] => some.map((item) => textIn(item, blobs));
  const fold = manifest === undefined ? undefined : foldFrom(threadId, textIn(manifest, blobs));
  return { fold, slots: textsIn(slots), memos: textsIn(memos) };
}

export async function threadLogOf(
  table: Table,
  threadId: string,
  { fold, slots, memos }: StretchTexts,
): Promise<ThreadLog> {
  const snapshot = fold === undefined ? undefined : snapshotFrom(fold, await blobsOf(table, threadId, fold));
  return { ...(snapshot && { snapshot }), slots: slots.map(decodeSlot), memos: memos.map(decodeMemo) };
}

export function trackOf(threadId: string, stretch: Stretch, { fold, slots }: StretchTexts): Track {
  const last = stretch.slots.at(-1) ?? stretch.manifest;
  return {
    ...newTrack(threadId),
    first: stretch.behind,
    folds: [fold ?? emptyFold(threadId)],
    texts: [...slots],
    writer: last === undefined ? "" : textOf(last, "w"),
    items: stretch.all.length,
    bytes: stretch.all.reduce((sum, item) => sum + storedBytesOf(item), 0),
    known: fold === undefined ? new Set() : blobsNamedBy(fold),
    isPressing: stretch.isForked,
  };
}

/** All that a snapshot needs besides its manifest, level by level. */
async function blobsOf(table: Table, threadId: string, fold: Fold): Promise<ReadonlyMap<string, string>> {
  const of = `The snapshot of thread ${threadId} behind slot ${fold.thread.slot - 1}`;
  const all = new Map<string, string>();
  let refs = refsIn(fold);
  while (refs.length > 0) {
    const texts = await readBlobs(table, { threadId, of }, refs);
    for (const [hash, text] of texts) all.set(hash, text);
    refs = refs.flatMap((ref) => ("level" in ref && ref.level > 0 ? refsWithin(blobText(ref, texts)) : []));
  }
  return all;
}
