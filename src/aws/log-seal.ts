// Prepares a fold for a snapshot: what is large goes into blobs that are written once and named by every later snapshot.
import { type Blob, blobOf } from "./blobs.ts";
import { type ChunkRef, type Fold, type FoldedChannel, listedItems } from "./log-fold.ts";

export interface SealSizes {
  /** A list's unsealed items become chunks of about this many bytes of text… */
  readonly chunkBytes: number;
  /** …of which the last may be as small as this; fewer stay in the manifest. */
  readonly lastChunkBytes: number;
  /** Single values of this size become blobs. */
  readonly valueBytes: number;
  /** How many references to chunks become a blob themselves, so that a manifest stays small however long a list grows. */
  readonly fanOut: number;
}

export interface Sealed {
  readonly fold: Fold;
  /** All that the fold names directly and that its last snapshot did not. */
  readonly blobs: readonly Blob[];
}

export function sealed(fold: Fold, known: ReadonlySet<string>, sizes: SealSizes): Sealed {
  const blobs: Blob[] = [];
  const add = (text: string): Blob["ref"] => {
    const blob = blobOf(text);
    if (!known.has(blob.ref.hash)) blobs.push(blob);
    return blob.ref;
  };
  const channels = new Map<string, FoldedChannel>();
  for (const [name, channel] of fold.channels) channels.set(name, sealedChannel(channel, add, sizes));
  return { fold: { ...fold, channels }, blobs };
}

/** The blobs that a snapshot of this fold names. */
export function blobsNamedBy({ channels }: Fold): ReadonlySet<string> {
  const hashes = [...channels.values()].flatMap((channel) => {
    if (channel.kind === "blob") return [channel.ref.hash];
    return channel.kind === "list" ? channel.sealed.map(({ hash }) => hash) : [];
  });
  return new Set(hashes);
}

type Add = (text: string) => Blob["ref"];

function sealedChannel(channel: FoldedChannel, add: Add, sizes: SealSizes): FoldedChannel {
  if (channel.kind === "value")
    return channel.text.length < sizes.valueBytes ? channel : { kind: "blob", ref: add(channel.text) };
  if (channel.kind === "blob") return channel;
  const { chunks, rest } = chunked(listedItems(channel.tail), sizes);
  const refs = chunks.map((items) => ({ ...add(`[${items.join()}]`), items: items.length, level: 0 }));
  return {
    ...channel,
    sealed: refs.length === 0 ? channel.sealed : gathered([...channel.sealed, ...refs], add, sizes.fanOut),
    tail: rest.length === 0 ? undefined : { before: undefined, items: rest },
  };
}

/** Cut from the front, so that a list that is written anew has the chunks of the old one as far as it is the same. */
function chunked(
  items: readonly string[],
  { chunkBytes, lastChunkBytes }: SealSizes,
): { readonly chunks: readonly (readonly string[])[]; readonly rest: readonly string[] } {
  const chunks: (readonly string[])[] = [];
  let chunk: string[] = [];
  let bytes = 0;
  const cut = (): void => {
    chunks.push(chunk);
    chunk = [];
    bytes = 0;
  };
  for (const item of items) {
    chunk.push(item);
    bytes += item.length;
    if (bytes >= chunkBytes) cut();
  }
  if (bytes >= lastChunkBytes) cut();
  return { chunks, rest: chunk };
}

/** Levels fall from the front to the back; each full group of one level becomes one reference of the next. */
function gathered(refs: readonly ChunkRef[], add: Add, fanOut: number): readonly ChunkRef[] {
  let all = refs;
  for (let level = 0; all.some((ref) => ref.level === level); level++) {
    const own = all.filter((ref) => ref.level === level);
    const full = own.length - (own.length % fanOut);
    const parents: ChunkRef[] = [];
    for (let from = 0; from < full; from += fanOut) {
      const group = own.slice(from, from + fanOut);
      const items = group.reduce((sum, ref) => sum + ref.items, 0);
      parents.push({ ...add(JSON.stringify(group.map(asTuple))), items, level: level + 1 });
    }
    all = [
      ...all.filter((ref) => ref.level > level),
      ...parents,
      ...own.slice(full),
      ...all.filter((ref) => ref.level < level),
    ];
  }
  return all;
}

export type ChunkTuple = readonly [hash: string, parts: number, items: number, level: number];

export function asTuple({ hash, parts, items, level }: ChunkRef): ChunkTuple {
  return [hash, parts, items, level];
}

export function fromTuple([hash, parts, items, level]: ChunkTuple): ChunkRef {
  return { hash, parts, items, level };
}
