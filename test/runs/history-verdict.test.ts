// Histories whose time is over while they are deleted part by part: whatever is left is said to be so, and what somebody worked on is found all the same.
import { expect, test } from "vitest";
import { appended, EMPTY_AUDIT, type SealedAudit, wholeChain } from "../../src/approvals/audit-log.ts";
import type { ChainedEntry } from "../../src/approvals/chain.ts";
import { verifiedText } from "../../src/cli/histories/verify.ts";
import { exportOf } from "../../src/runs/audit-export.ts";
import { historyVerdict } from "../../src/runs/history-verdict.ts";
import type { Run } from "../../src/runs/run.ts";
import { failures } from "../approvals/entries.ts";
import { EARLY, freshKey, LATE, NOON, runOf } from "../contract/fixtures.ts";

const ENTRIES = 170;

function expired(historyUntil?: string): { readonly run: Run; readonly parts: readonly SealedAudit[] } {
  const key = freshKey();
  const parts: SealedAudit[] = [];
  let open = EMPTY_AUDIT;
  for (let left = failures(ENTRIES); left.length > 0;) {
    const next = appended(open, left, { key });
    if (next.sealed !== undefined) parts.push(next.sealed);
    ({ open, left } = next);
  }
  const removed = {
    kind: "expired",
    at: EARLY,
    ...(historyUntil !== undefined && { historyUntil }),
  } as const;
  return { run: { ...runOf(key), audit: open, removed }, parts };
}

/** With every choice of them that may be left. */
function subsets<T>([first, ...rest]: readonly T[]): readonly (readonly T[])[] {
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((some) => [some, [first, ...some]]);
}

function changed(chain: readonly ChainedEntry[], at: number): readonly ChainedEntry[] {
  return chain.map((link, index) =>
    index === at ? { ...link, entry: { ...link.entry, error: "No." } } : link,
  );
}

test("whichever parts are deleted first, it says since when; the file says so too, and so does its verifier", () => {
  const { run, parts } = expired(NOON);
  expect(parts).toHaveLength(4);
  for (const left of subsets(parts)) {
    const chain = wholeChain(run.audit, left);
    const verdict = historyVerdict(run, chain, LATE);
    const isWhole = left.length === parts.length;
    expect(verdict).toMatchObject(isWhole ? { kind: "whole" } : { kind: "deleted", since: NOON });
    const said = verifiedText(exportOf(run, chain, LATE), undefined);
    expect(said?.data).toMatchObject(isWhole ? { kind: "whole" } : { kind: "deleted", since: NOON });
    if (isWhole) continue;
    const deleted = `Of this history's 170 entries, ${170 - chain.length} are deleted: its time was over (since ${NOON}).`;
    expect(verdict).toMatchObject({ text: expect.stringContaining(deleted) as string });
    expect(said).toMatchObject({ code: 1, text: expect.stringContaining(deleted) as string });
  }
});

test("what is left and is not what was recorded is broken, wherever it stands", () => {
  const { run, parts } = expired(NOON);
  for (const left of subsets(parts)) {
    const chain = wholeChain(run.audit, left);
    for (const at of [0, Math.floor(chain.length / 2), chain.length - 1]) {
      const worked = changed(chain, at);
      expect(historyVerdict(run, worked, LATE)).toMatchObject({ kind: "broken", at: chain[at]?.seq });
      expect(verifiedText(exportOf(run, worked, LATE), undefined)?.data).toMatchObject({ kind: "broken" });
    }
    const cut = historyVerdict(run, chain.slice(0, -1), LATE);
    expect(cut).toMatchObject({ kind: "broken" });
    const [first, ...rest] = chain;
    if (first !== undefined)
      expect(historyVerdict(run, [...rest, first], LATE)).toMatchObject({ kind: "broken" });
  }
});

test("before its time is over, or where it is kept for good, what is missing is broken", () => {
  for (const { run, parts } of [expired(LATE), expired()]) {
    const chain = wholeChain(run.audit, parts.slice(1));
    expect(historyVerdict(run, chain, NOON)).toMatchObject({ kind: "broken", how: "missing" });
    const { removed: _, ...whole } = run;
    expect(historyVerdict(whole, chain, LATE)).toMatchObject({ kind: "broken", how: "missing" });
  }
});

test("that of a purged run is said to be purged, not broken", () => {
  const { run } = expired();
  const removed = { kind: "purged", at: NOON, by: "Rita", reason: "She asked for it." } as const;
  const tombstone = { ...run, removed, audit: { ...run.audit, entries: [] } };
  expect(historyVerdict(tombstone, [], LATE)).toMatchObject({ kind: "purged", since: NOON });
});
