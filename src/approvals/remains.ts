// What is left of a chain of which parts were deleted: whether each stretch of it is what was recorded.
import { type ChainedEntry, type ChainEnd, type ChainKey, type ChainVerdict, verifyChain } from "./chain.ts";

/**
 * What was deleted between two stretches, or before the first, nobody can check any more; the last must end where the chain ends.
 *
 * @example
 * if (verifyRemains(entries, { key: run, end: run.audit }).kind === "broken") tellWhoeverRunsThis();
 */
export function verifyRemains(
  entries: readonly ChainedEntry[],
  { key, end }: { readonly key: ChainKey; readonly end: ChainEnd },
): ChainVerdict {
  const stretches = stretchesOf(entries);
  for (const [index, stretch] of stretches.entries()) {
    const [first] = stretch;
    const isLast = index === stretches.length - 1;
    const begin = { head: first.prev, length: first.seq };
    const verdict = verifyChain(stretch, { key, begin, ...(isLast && { end }) });
    if (verdict.kind === "broken") return verdict;
  }
  return { kind: "whole", end };
}

type Stretch = [ChainedEntry, ...ChainedEntry[]];

function stretchesOf(entries: readonly ChainedEntry[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const link of entries) {
    const last = stretches.at(-1);
    const isBehindGap = link.seq > (last?.at(-1)?.seq ?? -1) + 1;
    if (last === undefined || isBehindGap) stretches.push([link]);
    else last.push(link);
  }
  return stretches;
}
