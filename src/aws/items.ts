// Attributes in and out of DynamoDB's typed form, parsed at the door.
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { UnknownForm } from "../runs/errors.ts";

export type Item = Record<string, AttributeValue>;

export function textOf(item: Item, name: string): string {
  const text = item[name]?.S;
  if (text === undefined) throw new Error(`The stored item has no text "${name}".`);
  return text;
}

export function optionalTextOf(item: Item, name: string): string | undefined {
  return item[name]?.S;
}

export function numberOf(item: Item, name: string): number {
  const number = Number(item[name]?.N);
  if (!Number.isFinite(number)) throw new Error(`The stored item has no number "${name}".`);
  return number;
}

/** First byte of a packed text: how the rest is to be read. */
const RAW = 0;
const ZSTD = 1;
/** Below this, compressing costs more than a write unit could save. */
const COMPRESS_FROM = 700;

export function packedOf(text: string): AttributeValue {
  return { B: packed(text) };
}

export function unpackedOf(item: Item, name: string): string {
  const bytes = item[name]?.B;
  if (bytes === undefined) throw new Error(`The stored item has no bytes "${name}".`);
  return unpacked(bytes, name);
}

export function packed(text: string): Uint8Array {
  const raw = Buffer.from(text, "utf8");
  const body = raw.length < COMPRESS_FROM ? raw : zstdCompressSync(raw);
  return Buffer.concat([Uint8Array.of(raw.length < COMPRESS_FROM ? RAW : ZSTD), body]);
}

/** The inverse; `name` is for the sentence that says what cannot be read. */
export function unpacked(bytes: Uint8Array, name: string): string {
  const body = Buffer.from(bytes.subarray(1));
  const format = bytes[0];
  if (format === RAW) return body.toString("utf8");
  if (format === ZSTD) return decompressed(body, name).toString("utf8");
  throw new UnknownForm(`The stored bytes "${name}"`, new Error(`Its first byte is ${String(format)}.`));
}

function decompressed(body: Buffer, name: string): Buffer {
  try {
    return zstdDecompressSync(body);
  } catch (cause) {
    throw new Error(`The stored bytes "${name}" are damaged. Restore them.`, { cause });
  }
}
