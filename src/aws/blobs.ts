// Texts that are too large for the item that they belong to, or that many items share: in parts, named by the hash of their bytes.
import { createHash } from "node:crypto";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { readAll, type Table } from "./batches.ts";
import { write } from "./dynamodb.ts";
import { type Item, numberOf, optionalTextOf, packed, textOf, unpacked, unpackedOf } from "./items.ts";
import { logPrefixOf, partitionKey, sortKey } from "./keys.ts";
import { LogIncomplete } from "./log-incomplete.ts";

/** Where a blob is. The address is the content: racing writers and retries write the same, and nothing is ever written over. */
export interface BlobRef {
  readonly hash: string;
  readonly parts: number;
}

export interface Blob {
  readonly ref: BlobRef;
  readonly bytes: Uint8Array;
}

/** An item may have 400 KB with its keys and all else that is in it. */
export const PART_BYTES = 300 * 1_024;

/** How many parts are on their way at once. */
const AT_ONCE = 16;

export function blobOf(text: string): Blob {
  return addressed(packed(text));
}

/** The attributes of an item that hold a text, and what has to be written before the item is. */
export interface HeldText {
  readonly attributes: Item;
  readonly blobs: readonly Blob[];
  /** As it is stored. */
  readonly bytes: number;
}

export function heldText(text: string): HeldText {
  const bytes = packed(text);
  if (bytes.length <= PART_BYTES) return { attributes: { d: { B: bytes } }, blobs: [], bytes: bytes.length };
  const blob = addressed(bytes);
  const { hash, parts } = blob.ref;
  return { attributes: { h: { S: hash }, n: { N: String(parts) } }, blobs: [blob], bytes: bytes.length };
}

/** Where an item's text is, when that is not in the item. */
export function blobRefIn(item: Item): BlobRef | undefined {
  const hash = optionalTextOf(item, "h");
  return hash === undefined ? undefined : { hash, parts: numberOf(item, "n") };
}

/** An item's text, once the blobs that items name were read. */
export function textIn(item: Item, blobs: ReadonlyMap<string, string>): string {
  const ref = blobRefIn(item);
  return ref === undefined ? unpackedOf(item, "d") : blobText(ref, blobs);
}

export function blobText({ hash }: BlobRef, blobs: ReadonlyMap<string, string>): string {
  const text = blobs.get(hash);
  if (text === undefined) throw new Error(`The text ${hash} was not read.`);
  return text;
}

/** As near as one can tell without reading it. */
export function storedBytesOf(item: Item): number {
  return item["d"]?.B?.length ?? (blobRefIn(item)?.parts ?? 0) * PART_BYTES;
}

/** With single puts: who may put many in one request may delete as well. */
export async function writeBlobs(
  { dynamo, table }: Table,
  threadId: string,
  blobs: readonly Blob[],
): Promise<void> {
  const items = blobs.flatMap((blob) => itemsOf(threadId, blob));
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const puts = items
      .slice(from, from + AT_ONCE)
      .map((Item) => new PutItemCommand({ TableName: table, Item }));
    await Promise.all(puts.map((put) => write("writing a thread's large texts", () => dynamo.send(put))));
  }
}

/** The texts of blobs by hash. One that is missing or damaged is an error: `of` says in which words. */
export async function readBlobs(
  table: Table,
  { threadId, of }: { readonly threadId: string; readonly of: string },
  refs: readonly BlobRef[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map(refs.map(({ hash, parts }) => [hash, parts]));
  const keys = [...wanted].flatMap(([hash, parts]) =>
    Array.from({ length: parts }, (_, part) => keyOf(threadId, hash, part)),
  );
  const items = await readAll("reading a thread's large texts", table, keys);
  const found = new Map(items.map((item) => [textOf(item, "sk"), item["d"]?.B]));
  const texts = [...wanted].map(([hash, parts]): readonly [string, string] => {
    const bytes = Array.from({ length: parts }, (_, part) =>
      found.get(textOf(keyOf(threadId, hash, part), "sk")),
    );
    const whole = Buffer.concat(bytes.filter((part) => part !== undefined));
    if (hashOf(whole) === hash) return [hash, unpacked(whole, hash)];
    throw new LogIncomplete(
      `${of} names the text ${hash} in ${parts} parts, and these are missing or damaged. Restore them before continuing the thread.`,
    );
  });
  return new Map(texts);
}

function addressed(bytes: Uint8Array): Blob {
  return { ref: { hash: hashOf(bytes), parts: Math.ceil(bytes.length / PART_BYTES) }, bytes };
}

function itemsOf(threadId: string, { ref, bytes }: Blob): readonly Item[] {
  return Array.from({ length: ref.parts }, (_, part) => {
    const key = keyOf(threadId, ref.hash, part);
    const d = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    return { ...key, d: { B: d } };
  });
}

function keyOf(threadId: string, hash: string, part: number): Record<"pk" | "sk", AttributeValue> {
  return {
    pk: { S: partitionKey.ofLog(threadId) },
    sk: { S: logPrefixOf(threadId) + sortKey.blob(hash, part) },
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url");
}
