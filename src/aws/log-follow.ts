// What a process remembers of the threads that it works on: which slot is next, and enough of the log for snapshots.
import type { Slot } from "../graph/index.ts";
import type { Table } from "./batches.ts";
import { type StretchTexts, textsOf, trackOf } from "./log-load.ts";
import { readBack } from "./log-read.ts";
import { snapshotIfDue, type SnapshotPolicy } from "./log-snapshot.ts";
import { lastSlotOf, newTrack, reaches, type Track } from "./log-track.ts";
import { createRecent } from "./recent.ts";

/** How many threads' last slots are remembered, so that appending needs no read. */
const REMEMBERED = 1_000;
/** How many threads are followed, so that snapshots need no read; each has the texts of some slots. */
const FOLLOWED = 32;

export interface FollowOptions {
  /** How many items the first request of a load asks for. */
  readonly page: number;
  readonly policy: SnapshotPolicy;
  readonly onSnapshotFailed: ((error: unknown, threadId: string) => void) | undefined;
}

/** A text, and how many bytes it is as stored. */
export interface Stored {
  readonly text: string;
  readonly bytes: number;
}

export interface Follower {
  /** Reads the thread back to its newest snapshot, and follows it from here. */
  read(threadId: string): Promise<StretchTexts>;
  /** The last slot that was seen; undefined of a thread that was not. */
  lastSlot(threadId: string): number | undefined;
  /** A slot was stored. Takes a snapshot behind it if it is time, and never fails. */
  appended(threadId: string, slot: Slot, stored: Stored): Promise<void>;
  /** A slot was stored, and with what in it only a reader knows. */
  appendedUnseen(threadId: string, slot: Slot): void;
  /** A memo was stored. */
  saved(threadId: string, stored: Stored): void;
  forget(threadId: string): void;
}

export function createFollower(table: Table, { page, policy, onSnapshotFailed }: FollowOptions): Follower {
  const lastSlots = createRecent<number>(REMEMBERED);
  const tracks = createRecent<Track>(FOLLOWED);

  async function read(threadId: string): Promise<StretchTexts> {
    const stretch = await readBack(table, threadId, page);
    const texts = await textsOf(table, threadId, stretch);
    const track = trackOf(threadId, stretch, texts);
    tracks.set(threadId, track);
    if (lastSlotOf(track) >= 0) lastSlots.set(threadId, lastSlotOf(track));
    return texts;
  }

  async function follow(threadId: string, slot: Slot, stored: Stored): Promise<void> {
    const track = slot.number === 0 ? newTrack(threadId) : tracks.get(threadId);
    // Who has neither begun the thread nor read it takes no snapshots of it.
    if (track === undefined || lastSlotOf(track) >= slot.number) return;
    const isNext = lastSlotOf(track) === slot.number - 1;
    if (!isNext) tracks.delete(threadId);
    else if (!reaches(track, slot)) await read(threadId);
    else {
      track.texts.push(stored.text);
      track.writer = slot.writer;
      count(track, stored);
      tracks.set(threadId, track);
    }
  }

  return {
    read,
    lastSlot: (threadId) => lastSlots.get(threadId),
    // Awaited by who appends: in a function that sleeps between calls, what is left behind goes on in another one's time.
    async appended(threadId, slot, stored): Promise<void> {
      lastSlots.set(threadId, slot.number);
      try {
        await follow(threadId, slot, stored);
        const track = tracks.get(threadId);
        if (track !== undefined) await snapshotIfDue(table, track, policy);
      } catch (error) {
        // The slot is stored: what goes wrong behind it is not the step's failure.
        onSnapshotFailed?.(error, threadId);
      }
    },
    appendedUnseen(threadId, slot): void {
      lastSlots.set(threadId, slot.number);
      tracks.delete(threadId);
    },
    saved(threadId, stored): void {
      const track = tracks.get(threadId);
      if (track !== undefined) count(track, stored);
    },
    forget(threadId): void {
      for (const recent of [lastSlots, tracks])
        for (const id of recent.keys())
          if (id === threadId || id.startsWith(`${threadId}|`)) recent.delete(id);
    },
  };
}

function count(track: Track, { bytes }: Stored): void {
  track.items++;
  track.bytes += bytes;
}
