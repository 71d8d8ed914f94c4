// A run's history, kept with its record: each save of a run brings along what happened since the one before.
import type { AuditEntry } from "../approvals/audit.ts";
import { appended, hasSealed, type SealedAudit } from "../approvals/audit-log.ts";
import { entryOf, idOfEntry } from "../approvals/chain.ts";
import type { AuditTrail } from "./audit-ports.ts";
import type { Run } from "./run.ts";

/**
 * `after` with these entries behind the history of `before`, which is the run as it is stored; to be saved in place of it. `after` itself when
 * there is nothing new. What has no room is left for the next save.
 *
 * @throws StorageUnavailable, AuditConflict
 */
export async function withHistory(
  trail: AuditTrail,
  { before, after }: { readonly before: Run; readonly after: Run },
  entries: readonly AuditEntry[],
): Promise<Run> {
  const key = { team: before.team, thread: before.thread };
  const known = hasSealed(before.audit) ? await sealedIds(trail, before) : undefined;
  const { open, sealed } = appended(before.audit, entries, { key, ...(known && { sealedIds: known }) });
  if (sealed !== undefined) await trail.keep(key, sealed);
  return open === before.audit ? after : { ...after, audit: open, version: before.version + 1 };
}

async function sealedIds(trail: AuditTrail, run: Run): Promise<ReadonlySet<string>> {
  const parts: SealedAudit[] = await Array.fromAsync(trail.sealed(run));
  return new Set(parts.flatMap(({ entries }) => entries.map(idOfEntry)));
}

/** Whether the history of a run that is saved like this has the entry. */
export function hasEntry({ audit }: Run, { id }: AuditEntry): boolean {
  return audit.entries.some((chained) => idOfEntry(chained) === id);
}

/** When a run that is over ended; undefined for one that is not, or whose end was sealed long ago. */
export function endOf({ audit }: Run): string | undefined {
  const entries = audit.entries.map(entryOf);
  return entries.findLast((entry) => entry?.kind === "ended" || entry?.kind === "cancelled")?.at;
}
