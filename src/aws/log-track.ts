// What a process remembers of a thread's log, so that it can take snapshots without reading the thread again.
import type { Slot } from "../graph/index.ts";
import { emptyFold, type Fold, foldAfter } from "./log-fold.ts";

/** A log from behind one of its slots. Slots are folded late, and as text: nodes may change in place what they have written. */
export interface Track {
  readonly threadId: string;
  /** After slot number `first` and those behind it, as far as they are folded; -1 is the thread before its first slot. */
  first: number;
  folds: Fold[];
  /** Of the slots that are not folded yet. */
  texts: string[];
  /** Of the last slot. */
  writer: string;
  /** Slots and memos stored since the last snapshot, and their bytes. */
  items: number;
  bytes: number;
  /** The blobs that the last snapshot names. */
  known: ReadonlySet<string>;
  /** A snapshot is not worth its price before this many bytes. */
  worthFrom: number;
  /** Readers have to reach far back until there is a snapshot. */
  isPressing: boolean;
  /** A snapshot is being written. */
  isBusy: boolean;
}

export function newTrack(threadId: string): Track {
  return {
    ...{ threadId, first: -1, folds: [emptyFold(threadId)], texts: [], writer: "" },
    ...{ items: 0, bytes: 0, known: new Set<string>(), worthFrom: 0, isPressing: false, isBusy: false },
  };
}

export function lastSlotOf({ first, folds, texts }: Track): number {
  return first + folds.length - 1 + texts.length;
}

/** The slot whose state a slot goes on from; -1 for none. */
export function baseOf(slot: Slot): number {
  return (slot.kind === "checkpoint" ? slot.base : undefined) ?? slot.number - 1;
}

/** Whether a slot can be folded onto what is known. */
export function reaches({ first }: Track, slot: Slot): boolean {
  return baseOf(slot) >= first || baseOf(slot) === -1;
}

/** The thread as it stands. */
export function foldOf(track: Track): Fold {
  const { first, folds, threadId } = track;
  const at = (slot: number): Fold => {
    const known = folds[slot - first];
    if (known !== undefined) return known;
    if (slot === -1) return emptyFold(threadId);
    throw new Error(
      `Slot ${slot} of thread ${threadId} is not among those that are known, from ${first} on.`,
    );
  };
  for (const text of track.texts.splice(0)) folds.push(foldAfter(text, at));
  return at(first + folds.length - 1);
}

/** Forgets what is before a slot: this is the thread behind it. */
export function startAt(track: Track, slot: number, fold: Fold): void {
  track.folds.splice(0, slot - track.first + 1, fold);
  track.first = slot;
}
