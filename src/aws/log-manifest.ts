// A snapshot as it is stored: where the thread stands, small values as they are, and references to blobs for what is large.
import * as z from "zod";
import {
  type Change,
  decodeValue,
  emptyThread,
  encodeValue,
  type JsonValue,
  type Standing,
  type ThreadSnapshot,
} from "../graph/index.ts";
import { standingOf } from "../runs/standing.ts";
import { type BlobRef, blobText } from "./blobs.ts";
import { type ChunkRef, type Fold, type FoldedChannel, listedItems } from "./log-fold.ts";
import { storedAs } from "../runs/stored.ts";
import { asTuple, fromTuple } from "./log-seal.ts";

const VERSION = 1;

const Json: z.ZodType<JsonValue> = z.custom<JsonValue>();
const Chunk = z.tuple([z.string(), z.number(), z.number(), z.number()]);
const Channel = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value"), value: Json }),
  z.object({ kind: z.literal("blob"), hash: z.string(), parts: z.number() }),
  z.object({ kind: z.literal("list"), isWhole: z.boolean(), sealed: z.array(Chunk), tail: z.array(Json) }),
]);
const Manifest = z.object({
  v: z.literal(VERSION),
  standing: Json,
  channels: z.array(z.tuple([z.string(), Channel])),
});

export function manifestText({ thread, channels }: Fold): string {
  const texts = [...channels].map(([name, channel]) => `[${JSON.stringify(name)},${channelText(channel)}]`);
  const standing = JSON.stringify(encodeValue(standingOf(thread), "Where the thread stands"));
  return `{"v":${VERSION},"standing":${standing},"channels":[${texts.join()}]}`;
}

/**
 * The inverse of `manifestText`.
 *
 * @throws UnknownForm for text of another version
 */
export function foldFrom(threadId: string, text: string): Fold {
  const { standing, channels } = storedAs(Manifest, text, `A snapshot of the thread ${threadId}`);
  return {
    // Our own writing: the version says that it has this shape.
    thread: { ...emptyThread(threadId, {}), ...(decodeValue(standing) as Standing) },
    channels: new Map(channels.map(([name, channel]) => [name, channelFrom(channel)])),
  };
}

/** The first blobs that a reader of this fold needs; those of a higher level name more. */
export function refsIn({ channels }: Fold): readonly (BlobRef | ChunkRef)[] {
  return [...channels.values()].flatMap((channel): readonly (BlobRef | ChunkRef)[] => {
    if (channel.kind === "blob") return [channel.ref];
    return channel.kind === "list" ? channel.sealed : [];
  });
}

/** What a blob of references names. */
export function refsWithin(text: string): readonly ChunkRef[] {
  return z.array(Chunk).parse(JSON.parse(text)).map(fromTuple);
}

/** What the graph is handed, once all blobs were read. */
export function snapshotFrom({ thread, channels }: Fold, blobs: ReadonlyMap<string, string>): ThreadSnapshot {
  const changes = [...channels].map(([name, channel]) => [name, changeFrom(channel, blobs)] as const);
  return { ...standingOf(thread), changes: Object.fromEntries(changes) };
}

function changeFrom(channel: FoldedChannel, blobs: ReadonlyMap<string, string>): Change {
  if (channel.kind === "value") return { kind: "set", value: valueOf(channel.text) };
  if (channel.kind === "blob") return { kind: "set", value: valueOf(blobText(channel.ref, blobs)) };
  const items = [
    ...channel.sealed.flatMap((ref) => itemsIn(ref, blobs)),
    ...listedItems(channel.tail).map(valueOf),
  ];
  return channel.isWhole ? { kind: "set", value: items } : { kind: "append", items };
}

function itemsIn(ref: ChunkRef, blobs: ReadonlyMap<string, string>): readonly unknown[] {
  const text = blobText(ref, blobs);
  if (ref.level > 0) return refsWithin(text).flatMap((within) => itemsIn(within, blobs));
  return z.array(Json).parse(JSON.parse(text)).map(decodeValue);
}

function valueOf(text: string): unknown {
  // What JSON.parse gives is JSON.
  return decodeValue(JSON.parse(text) as JsonValue);
}

function channelText(channel: FoldedChannel): string {
  if (channel.kind === "value") return `{"kind":"value","value":${channel.text}}`;
  if (channel.kind === "blob") return JSON.stringify({ kind: "blob", ...channel.ref });
  const { isWhole, sealed, tail } = channel;
  const head = JSON.stringify({ kind: "list", isWhole, sealed: sealed.map(asTuple) });
  return `${head.slice(0, -1)},"tail":[${listedItems(tail).join()}]}`;
}

function channelFrom(channel: z.infer<typeof Channel>): FoldedChannel {
  if (channel.kind === "value") return { kind: "value", text: JSON.stringify(channel.value) };
  if (channel.kind === "blob") return { kind: "blob", ref: { hash: channel.hash, parts: channel.parts } };
  const items = channel.tail.map((item) => JSON.stringify(item));
  return {
    ...{ kind: "list", isWhole: channel.isWhole, sealed: channel.sealed.map(fromTuple) },
    tail: items.length === 0 ? undefined : { before: undefined, items },
  };
}
