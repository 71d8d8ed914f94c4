// How long what is stored of a run is kept: for good, until the run has ended and somebody says until when; or until somebody purges it.
import type { Run, ThreadKey } from "./run.ts";

export type Expiry =
  /** What is stored of the run is deleted some time after its moment; `items` is how many had to be told now. */
  | { readonly kind: "expiring"; readonly items: number }
  /** Nothing of a run that goes on, or that may be continued, is ever deleted. */
  | { readonly kind: "not-ended"; readonly status: Run["status"]["kind"] }
  | { readonly kind: "unknown" };

export type Erasure =
  { readonly kind: "erased"; readonly items: number } | { readonly kind: "not-purged" | "unknown" };

/** Until when each half of a run is kept, as moments. */
export interface KeptUntil {
  /** Its log with all that belongs to it, its questions, and the rows of lists that these are on. */
  readonly details: string;
  /** Its record, the sealed parts of its history, and what is noted to go there; for good, when it is left out. */
  readonly history?: string;
}

/**
 * The only one who lets anything of a run be deleted. Every method can be repeated, and is to be after a crash; all throw
 * StorageUnavailable when the store cannot answer.
 *
 * @example
 * if (hasEnded(run.status)) await retention.expire(run, { details: now, history: later(now, YEAR_MS) });
 */
export interface Retention {
  /** What is written of the run afterwards is not told; repeating it tells that, too, and other moments. Of a purged run only its record has the time of the history. */
  expire(key: ThreadKey, until: KeptUntil): Promise<Expiry>;
  /** Takes that back, for a run that is continued: after its record says so, and before anything else is done with it. */
  spare(key: ThreadKey): Promise<void>;
  /** How many items are stored of it, its record among them. */
  count(key: ThreadKey): Promise<number>;
  /** Deletes all of it at once but for its record, which must say that it is purged. */
  erase(key: ThreadKey): Promise<Erasure>;
}

/** A failed run has not: Retry continues it. */
export function hasEnded({ kind }: Run["status"]): boolean {
  switch (kind) {
    case "done":
    case "cancelled":
      return true;
    case "queued":
    case "waiting":
    case "failed":
      return false;
  }
}

/** Until when, as stores have it: never before the moment itself. */
export function secondsOf(at: string): number {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new RangeError(`"${at}" is no moment until which a run could be kept.`);
  return Math.ceil(ms / 1_000);
}
