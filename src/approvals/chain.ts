// Entries chained by their hashes: what was recorded cannot be changed, taken out or cut off without it showing.
import * as z from "zod";
import { AuditEntry } from "./audit.ts";
import { digestOf, JsonObject } from "./json.ts";

/** Whose chain it is; part of every hash, so that an entry fits into no other thread. */
export interface ChainKey {
  readonly team: string;
  readonly thread: string;
}

/**
 * An entry at its place. `entry` is kept as it was written, whatever this version knows of it: the hash of a copy that lost a
 * newer version's field would not be the same.
 */
export const ChainedEntry = z.object({
  seq: z.int().nonnegative(),
  prev: z.string(),
  hash: z.string(),
  entry: JsonObject,
});
export type ChainedEntry = z.infer<typeof ChainedEntry>;

/** Where a chain stands. */
export interface ChainEnd {
  /** Hash of its last entry. */
  readonly head: string;
  readonly length: number;
}

/** The end of a chain without entries. */
export const NO_CHAIN: ChainEnd = { head: "0".repeat(64), length: 0 };

/** Puts entries behind a chain, without those whose ids are `known` and without repeats among them. */
export function chained(
  { head, length, known }: ChainEnd & { readonly known: ReadonlySet<string> },
  entries: readonly AuditEntry[],
  key: ChainKey,
): readonly ChainedEntry[] {
  const links: ChainedEntry[] = [];
  const ids = new Set(known);
  for (const entry of entries) {
    if (ids.has(entry.id)) continue;
    ids.add(entry.id);
    const prev = links.at(-1)?.hash ?? head;
    const link = { seq: length + links.length, prev, entry: JsonObject.parse(entry) };
    links.push({ ...link, hash: hashOf(link, key) });
  }
  return links;
}

/** The entry as this version reads it; undefined when a newer one wrote it. */
export function entryOf({ entry }: ChainedEntry): AuditEntry | undefined {
  return AuditEntry.safeParse(entry).data;
}

/** By which an entry is known, also when it is of a kind that this version does not know. */
export function idOfEntry({ entry, hash }: ChainedEntry): string {
  return typeof entry["id"] === "string" ? entry["id"] : hash;
}

function hashOf({ seq, prev, entry }: Omit<ChainedEntry, "hash">, { team, thread }: ChainKey): string {
  return digestOf({ team, thread, seq, prev, entry });
}

export type ChainVerdict =
  | { readonly kind: "whole"; readonly end: ChainEnd }
  /** `at` is the first place where it is not what it was; `text` says so in words. */
  | { readonly kind: "broken"; readonly at: number; readonly how: Break; readonly text: string };

type Break = "changed" | "missing" | "repeated" | "misplaced" | "foreign" | "cut";

interface Bounds {
  readonly key: ChainKey;
  /** What is behind the first of these entries, and is taken on trust; nothing, when it is left out. */
  readonly begin?: ChainEnd;
  readonly end?: ChainEnd;
}

/**
 * Checks a chain from its first entry to its last. Without `end`, a chain that was cut off behind its last entry cannot be told
 * from a shorter one.
 *
 * @example
 * const verdict = verifyChain(entries, { key: run, end: run.audit });
 * if (verdict.kind === "broken") return verdict.text;
 */
export function verifyChain(
  entries: readonly ChainedEntry[],
  { key, begin = NO_CHAIN, end }: Bounds,
): ChainVerdict {
  const isSound = (link: ChainedEntry): boolean => hashOf(link, key) === link.hash;
  const isAllForeign = entries.length > 1 && !entries.some(isSound);
  for (const [at, link] of entries.entries()) {
    const prev = entries[at - 1]?.hash ?? begin.head;
    const how =
      orderBreak(entries, at, begin.length) ??
      linkBreak(link, { prev, isSound: isSound(link), isAllForeign });
    if (how !== undefined) return broken(begin.length + at, how);
  }
  const found = { head: entries.at(-1)?.hash ?? begin.head, length: begin.length + entries.length };
  return (end && brokenEnd(found, end)) ?? { kind: "whole", end: found };
}

function orderBreak(entries: readonly ChainedEntry[], at: number, first: number): Break | undefined {
  const due = first + at;
  const seq = entries[at]?.seq ?? due;
  if (seq === due) return undefined;
  if (seq < due) return "repeated";
  return entries.slice(at + 1).some((later) => later.seq === due) ? "misplaced" : "missing";
}

function linkBreak(
  link: ChainedEntry,
  { prev, isSound, isAllForeign }: { prev: string; isSound: boolean; isAllForeign: boolean },
): Break | undefined {
  const isLinked = link.prev === prev;
  if (isSound && isLinked) return undefined;
  // A changed entry still stands where it stood; one from elsewhere, or behind another past, does not.
  return isLinked && !isAllForeign ? "changed" : "foreign";
}

function brokenEnd(found: ChainEnd, end: ChainEnd): ChainVerdict | undefined {
  if (found.length < end.length) return broken(found.length, "cut");
  if (found.length > end.length) return broken(end.length, "foreign");
  return found.head === end.head ? undefined : broken(Math.max(0, found.length - 1), "changed");
}

function broken(at: number, how: Break): ChainVerdict {
  const name = `Entry ${at + 1} of the history`;
  const text: Readonly<Record<Break, string>> = {
    changed: `${name} is not what was recorded: its contents do not give the hash that was kept.`,
    missing: `${name} is missing: the one behind it is there.`,
    repeated: `${name} is one that was there already.`,
    misplaced: `${name} stands further behind: the order was changed.`,
    foreign: `${name} does not belong here: it does not continue this thread's history.`,
    cut: `The history was cut off: it ends before entry ${at + 1}, which was recorded.`,
  };
  return { kind: "broken", at, how, text: text[how] };
}
