// A thread folded from its slots in the form in which they are stored: what a snapshot is made of, without reading a value.
import { afterSlot, emptyThread, type EncodedChange, takenApart, type Thread } from "../graph/index.ts";
import type { BlobRef } from "./blobs.ts";

/** Items of a list in a blob of their own; at a level above 0, a blob of such references. */
export interface ChunkRef extends BlobRef {
  readonly items: number;
  readonly level: number;
}

/** JSON texts of items, the newest last; shared by every fold that has them, and so never copied. */
export interface Tail {
  readonly before: Tail | undefined;
  readonly items: readonly string[];
}

/** What slots made of a channel. A list that is not `isWhole` goes on behind what the channel begins with, which no slot has. */
export type FoldedChannel =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "blob"; readonly ref: BlobRef }
  | {
      readonly kind: "list";
      readonly isWhole: boolean;
      readonly sealed: readonly ChunkRef[];
      readonly tail: Tail | undefined;
    };

export interface Fold {
  /** Without values. */
  readonly thread: Thread;
  readonly channels: ReadonlyMap<string, FoldedChannel>;
}

export function emptyFold(threadId: string): Fold {
  return { thread: emptyThread(threadId, {}), channels: new Map() };
}

/** The thread once a stored slot has followed; `at` is the fold after a slot, and knows of the one that this goes on from. */
export function foldAfter(text: string, at: (slot: number) => Fold): Fold {
  const { slot, changes } = takenApart(text);
  const before = at((slot.kind === "checkpoint" ? slot.base : undefined) ?? slot.number - 1);
  const channels = new Map(before.channels);
  for (const [name, change] of Object.entries(changes))
    channels.set(name, channelAfter(channels.get(name), change));
  return { thread: afterSlot(before.thread, slot, {}), channels };
}

export function listedItems(tail: Tail | undefined): readonly string[] {
  const pieces: (readonly string[])[] = [];
  for (let piece = tail; piece !== undefined; piece = piece.before) pieces.push(piece.items);
  return pieces.reverse().flat();
}

function channelAfter(before: FoldedChannel | undefined, change: EncodedChange): FoldedChannel {
  if (change.kind === "append") {
    const items = change.items.map((item) => JSON.stringify(item));
    if (before?.kind === "list") return { ...before, tail: { before: before.tail, items } };
    return { kind: "list", isWhole: before !== undefined, sealed: [], tail: { before: undefined, items } };
  }
  if (!Array.isArray(change.value)) return { kind: "value", text: JSON.stringify(change.value) };
  const items = change.value.map((item) => JSON.stringify(item));
  return { kind: "list", isWhole: true, sealed: [], tail: { before: undefined, items } };
}
