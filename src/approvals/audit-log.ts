// Where a run's chain of entries is kept: the last of them in the run's own record, older ones in sealed parts.
import * as z from "zod";
import type { AuditEntry } from "./audit.ts";
import { chained, ChainedEntry, type ChainKey, idOfEntry, NO_CHAIN } from "./chain.ts";
import { firstFormat } from "./format.ts";

/** The open part. It is saved with the run's status in one conditional write: no request more, and never one without the other. */
export const OpenAudit = z.object({
  /** Hash of the whole chain's last entry. */
  head: z.string(),
  /** Of the whole chain, sealed parts included. */
  length: z.int().nonnegative(),
  entries: z.array(ChainedEntry).readonly(),
});
export type OpenAudit = z.infer<typeof OpenAudit>;

export const EMPTY_AUDIT: OpenAudit = { ...NO_CHAIN, entries: [] };

/** A stretch of the chain that is not written again. */
export const SealedAudit = z.object({
  ...firstFormat,
  first: z.int().nonnegative(),
  entries: z.array(ChainedEntry).nonempty().readonly(),
});
export type SealedAudit = z.infer<typeof SealedAudit>;

/** From either of these on, the open part makes each save of the run more expensive than an item of its own would be. */
const FULL_ENTRIES = 40;
const FULL_BYTES = 16_384;

export interface Appended {
  /** What to save with the run. */
  readonly open: OpenAudit;
  /** What to keep before the run is saved. */
  readonly sealed: SealedAudit | undefined;
  /** What has no room in this save: append it to what was saved, and save again. */
  readonly left: readonly AuditEntry[];
}

/**
 * Puts entries behind the chain that are not in it yet.
 *
 * Sealed is only what was saved with the run before, and all of it: whoever tries again after a crash, with fewer or other new
 * entries, seals the same part.
 *
 * `sealedIds` are the ids of the parts sealed earlier; there are some when `hasSealed(open)`.
 */
export function appended(
  open: OpenAudit,
  entries: readonly AuditEntry[],
  { key, sealedIds }: { readonly key: ChainKey; readonly sealedIds?: ReadonlySet<string> },
): Appended {
  const known = new Set([...(sealedIds ?? []), ...open.entries.map(idOfEntry)]);
  const fresh = entries.filter(
    ({ id }, index) => !known.has(id) && entries.findIndex((entry) => entry.id === id) === index,
  );
  if (fresh.length === 0) return { open, sealed: undefined, left: [] };
  const sealed = isFull(open.entries) ? sealedOf(open) : undefined;
  const kept = sealed === undefined ? [...open.entries] : [];
  let head = open.head;
  let taken = 0;
  for (const link of chained({ ...open, known }, fresh, key)) {
    if (isFull(kept)) break;
    kept.push(link);
    head = link.hash;
    taken++;
  }
  return { open: { head, length: open.length + taken, entries: kept }, sealed, left: fresh.slice(taken) };
}

/** Whether a part of the chain is kept outside of the run's record. */
export function hasSealed({ length, entries }: OpenAudit): boolean {
  return length > entries.length;
}

/** The whole chain. A part that was sealed and is in the run's record still, because of a crash between the two, counts once. */
export function wholeChain(open: OpenAudit, sealed: readonly SealedAudit[]): readonly ChainedEntry[] {
  const first = open.length - open.entries.length;
  return [...sealed.flatMap(({ entries }) => entries).filter(({ seq }) => seq < first), ...open.entries];
}

function isFull(entries: readonly ChainedEntry[]): boolean {
  return entries.length >= FULL_ENTRIES || Buffer.byteLength(JSON.stringify(entries)) >= FULL_BYTES;
}

function sealedOf({ length, entries }: OpenAudit): SealedAudit | undefined {
  const [head, ...rest] = entries;
  return head && { first: length - entries.length, entries: [head, ...rest] };
}
