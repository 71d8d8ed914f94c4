// Whether what is stored of a run's history is what was recorded, and where it is not all there, whether its time was over.
import { type ChainedEntry, type ChainVerdict, verifyChain } from "../approvals/chain.ts";
import { verifyRemains } from "../approvals/remains.ts";
import type { Run } from "./run.ts";

export type HistoryVerdict =
  | ChainVerdict
  /** Parts of it are deleted one by one, in any order; what is there still is what was recorded. */
  | { readonly kind: "deleted"; readonly since: string; readonly text: string }
  /** At once and all of it, with its run. */
  | { readonly kind: "purged"; readonly since: string; readonly text: string };

/** `chain` is `wholeHistory` of the run. */
export function historyVerdict(run: Run, chain: readonly ChainedEntry[], now: string): HistoryVerdict {
  const { removed, audit } = run;
  if (removed?.kind === "purged")
    return {
      kind: "purged",
      since: removed.at,
      text: `The history was purged with its run on ${removed.at}.`,
    };
  const verdict = verifyChain(chain, { key: run, end: audit });
  const since = removed?.historyUntil;
  const isOver = since !== undefined && since <= now;
  if (verdict.kind === "whole" || !isOver) return verdict;
  const remains = verifyRemains(chain, { key: run, end: audit });
  if (remains.kind === "broken") return remains;
  return { kind: "deleted", since, text: deletedText(since, { left: chain.length, of: audit.length }) };
}

export function deletedText(
  since: string,
  { left, of }: { readonly left: number; readonly of: number },
): string {
  return `Of this history's ${of} entries, ${of - left} are deleted: its time was over (since ${since}). Each of the ${left} that are there still is what was recorded.`;
}
