// What keeping a run's history needs from the world.
import type { Noted } from "../approvals/noted.ts";
import type { SealedAudit } from "../approvals/audit-log.ts";
import type { ThreadKey } from "./run.ts";

/** The parts of a run's history that have no room in its record. Every method throws StorageUnavailable when the store cannot answer. */
export interface AuditTrail {
  /**
   * Keeps a part for good, before the run is saved without it. Keeping the same part again changes nothing.
   *
   * @throws AuditConflict when another part is kept at its place.
   */
  keep(key: ThreadKey, part: SealedAudit): Promise<void>;
  /** All of them, oldest first, read consistently. */
  sealed(key: ThreadKey): AsyncIterable<SealedAudit>;
}

/** Two different histories of one run: one of them was written by something that is not Countersign. */
export class AuditConflict extends Error {
  override readonly name = "AuditConflict";

  constructor({ thread }: ThreadKey, first: number) {
    super(
      `The history of thread ${thread} has another part from entry ${first + 1} on than the one to be kept there. ` +
        "Nothing was overwritten; compare the stored part with the run's record.",
    );
  }
}

/**
 * What is noted beside the chain, such as clicks that decided nothing, and folded into it by the worker, who reads it with the thread's records. Every method
 * throws StorageUnavailable when the store cannot answer.
 */
export interface NotedEntries {
  /** One small unconditional write. The same entry at the same time is noted once, and noted at another time it is one entry of the chain. */
  note(key: ThreadKey, noted: Noted): Promise<void>;
  /** Once they are in the chain. */
  forget(key: ThreadKey, entries: readonly Noted[]): Promise<void>;
}
