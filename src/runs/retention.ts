// How long what is stored of a run is kept: for good, until the run has ended and somebody says until when.
import type { Run, ThreadKey } from "./run.ts";

export type Expiry =
  /** Everything stored of the run is deleted some time after that moment; `items` is how many had to be told now. */
  | { readonly kind: "expiring"; readonly items: number }
  /** Nothing of a run that goes on, or that may be continued, is ever deleted. */
  | { readonly kind: "not-ended"; readonly status: Run["status"]["kind"] }
  | { readonly kind: "unknown" };

/**
 * The only one who lets anything of a run be deleted. Both methods can be repeated, and are to be after a crash; both throw
 * StorageUnavailable when the store cannot answer.
 *
 * @example
 * if (hasEnded(run.status)) await retention.expire(run, later(run.createdAt, YEAR_MS));
 */
export interface Retention {
  /** What is written of the run afterwards is not told; repeating it tells that, too. */
  expire(key: ThreadKey, at: string): Promise<Expiry>;
  /** Takes that back, for a run that is continued: after its record says so, and before anything else is done with it. */
  spare(key: ThreadKey): Promise<void>;
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
