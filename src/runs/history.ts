// A run's history, kept with its record: each save of a run brings along what happened since the one before.
import type { AuditEntry } from "../approvals/audit.ts";
import { appended, hasSealed, type SealedAudit, wholeChain } from "../approvals/audit-log.ts";
import { type ChainedEntry, entryOf, idOfEntry } from "../approvals/chain.ts";
import type { AuditTrail } from "./audit-ports.ts";
import type { Run } from "./run.ts";

export interface WithHistory {
  /** To be saved in place of what is stored; `after` itself when there is nothing new. */
  readonly run: Run;
  /** What has no room in this save: to be put behind what was saved, in another one. A single entry always has room. */
  readonly left: readonly AuditEntry[];
}

/**
 * `after` with these entries behind the history of `before`, which is the run as it is stored.
 *
 * @throws StorageUnavailable, AuditConflict
 */
export async function withHistory(
  trail: AuditTrail,
  { before, after }: { readonly before: Run; readonly after: Run },
  entries: readonly AuditEntry[],
): Promise<WithHistory> {
  const key = { team: before.team, thread: before.thread };
  const known = hasSealed(before.audit) ? await sealedIds(trail, before) : undefined;
  const { open, sealed, left } = appended(before.audit, entries, { key, ...(known && { sealedIds: known }) });
  if (sealed !== undefined) await trail.keep(key, sealed);
  return {
    run: open === before.audit ? after : { ...after, audit: open, version: before.version + 1 },
    left,
  };
}

async function sealedIds(trail: AuditTrail, run: Run): Promise<ReadonlySet<string>> {
  const parts: SealedAudit[] = await Array.fromAsync(trail.sealed(run));
  return new Set(parts.flatMap(({ entries }) => entries.map(idOfEntry)));
}

/**
 * All of a run's history, sealed parts included, as far as it goes in this record of it.
 *
 * @throws StorageUnavailable
 */
export async function wholeHistory(
  trail: Pick<AuditTrail, "sealed">,
  run: Run,
): Promise<readonly ChainedEntry[]> {
  const sealed = hasSealed(run.audit) ? await Array.fromAsync(trail.sealed(run)) : [];
  return wholeChain(run.audit, sealed);
}

/** When anything happened to a run for the last time. */
export function lastChangeOf({ audit, createdAt }: Run): string {
  const last = audit.entries.at(-1);
  return (last && entryOf(last)?.at) ?? createdAt;
}

/** When a run that is over ended; undefined for one that is not, and for one that has no history. */
export async function endOf(trail: Pick<AuditTrail, "sealed">, run: Run): Promise<string | undefined> {
  const end = endIn(run.audit.entries);
  if (end !== undefined || !hasSealed(run.audit)) return end;
  // Clicks that came too late stand behind it.
  const parts = await Array.fromAsync(trail.sealed(run));
  return endIn(parts.flatMap(({ entries }) => entries));
}

function endIn(entries: readonly ChainedEntry[]): string | undefined {
  const known = entries.map(entryOf);
  return known.findLast((entry) => entry?.kind === "ended" || entry?.kind === "cancelled")?.at;
}
