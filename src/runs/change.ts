// A run's status changed from outside of a worker's turn: by a person, or because its work was given up.
import { auditOf } from "./audit.ts";
import type { AuditTrail } from "./audit-ports.ts";
import { withHistory } from "./history.ts";
import type { Clock, Directory, Log, Queue, Records } from "./ports.ts";
import type { Catalog } from "./catalog.ts";
import type { Run } from "./run.ts";

/** What a person's change of a run takes. */
export interface ChangeDeps extends Catalog {
  readonly records: Records;
  readonly trail: AuditTrail;
  readonly queue: Queue;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Log;
}

interface Change extends Partial<Pick<Run, "status" | "alertResolvedAt">> {
  readonly now: string;
  readonly by?: string;
}

/**
 * The next version of a run, with what happened in its history; to be saved.
 *
 * @throws StorageUnavailable, AuditConflict
 */
export async function changedRun(
  trail: AuditTrail,
  before: Run,
  { now, by, ...change }: Change,
): Promise<Run> {
  const after: Run = { ...before, ...change, version: before.version + 1 };
  const noticed = { now, ...(by !== undefined && { by }) };
  const entries = auditOf({ run: before, approvals: [] }, { run: after, approvals: [] }, noticed);
  return (await withHistory(trail, { before, after }, entries)).run;
}
