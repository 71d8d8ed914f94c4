// The open part of a history and what is sealed of it: nothing is lost, nothing doubled, and no save grows without bound.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuditEntry } from "../../src/approvals/audit.ts";
import {
  appended,
  EMPTY_AUDIT,
  hasSealed,
  OpenAudit,
  type SealedAudit,
  wholeChain,
} from "../../src/approvals/audit-log.ts";
import { idOfEntry, verifyChain } from "../../src/approvals/chain.ts";
import { CHAIN_KEY as key, failure, failures } from "./entries.ts";

interface Kept {
  readonly open: OpenAudit;
  readonly sealed: readonly SealedAudit[];
}

const idsOf = ({ sealed }: Kept) =>
  new Set(sealed.flatMap(({ entries }) => entries).map((link) => idOfEntry(link)));

/** As the worker does it: seal, save, and again with what was left. */
function keep(kept: Kept, entries: readonly AuditEntry[]): Kept {
  const { open, sealed, left } = appended(kept.open, entries, { key, sealedIds: idsOf(kept) });
  const next = { open, sealed: sealed === undefined ? kept.sealed : [...kept.sealed, sealed] };
  return left.length === 0 ? next : keep(next, left);
}

const empty: Kept = { open: EMPTY_AUDIT, sealed: [] };

test("entries are appended once, in order, and the chain's end tells of them", () => {
  const { open } = keep(empty, [failure("a"), failure("b"), failure("a")]);
  expect(open.entries.map(idOfEntry)).toEqual(["a", "b"]);
  expect(open).toMatchObject({ length: 2, head: open.entries[1]?.hash });
  expect(OpenAudit.parse(JSON.parse(JSON.stringify(open)))).toEqual(open);
  expect(appended(open, [failure("b")], { key })).toEqual({ open, sealed: undefined, left: [] });
});

test("a full part is sealed whole before anything else is appended, and only what was saved before is sealed", () => {
  const full = keep(empty, failures(40));
  expect(hasSealed(full.open)).toBe(false);
  const next = appended(full.open, [failure("x"), failure("y")], { key });
  expect(next.sealed).toEqual({ first: 0, entries: full.open.entries });
  expect(next.open.entries.map(({ seq }) => seq)).toEqual([40, 41]);
  expect(hasSealed(next.open)).toBe(true);
  // After a crash with other news: the same part is sealed.
  expect(appended(full.open, [failure("z")], { key }).sealed).toEqual(next.sealed);
});

test("what would make a save too large waits for the next one", () => {
  const { open, left } = appended(EMPTY_AUDIT, failures(100), { key });
  expect(open.entries).toHaveLength(40);
  expect(left).toHaveLength(60);
  const large = appended(EMPTY_AUDIT, failures(30, "x".repeat(2_000)), { key });
  expect(JSON.stringify(large.open).length).toBeLessThan(20_000);
  expect(large.open.entries.length + large.left.length).toBe(30);
});

test("a part that was sealed and is in the run's record still counts once", () => {
  const full = keep(empty, failures(40)).open;
  const { sealed } = appended(full, [failure("x")], { key });
  const links = wholeChain(full, sealed === undefined ? [] : [sealed]);
  expect(verifyChain(links, { key, end: full }).kind).toBe("whole");
});

test("however it comes, again or in pieces, all of it is in one whole chain, once", () => {
  const entry = fc.record({ n: fc.nat(90), size: fc.constantFrom(1, 300, 2_000) });
  const batches = fc.array(fc.array(entry, { maxLength: 30 }), { maxLength: 8 });
  fc.assert(
    fc.property(batches, (all) => {
      const entries = all.map((batch) => batch.map(({ n, size }) => failure(`e${n}`, "x".repeat(size))));
      const kept = entries.reduce(keep, empty);
      const links = wholeChain(kept.open, kept.sealed);
      expect(verifyChain(links, { key, end: kept.open }).kind).toBe("whole");
      const ids = entries.flat().map(({ id }) => id);
      expect(links.map(idOfEntry)).toEqual([...new Set(ids)]);
      for (const part of [kept.open, ...kept.sealed])
        expect(JSON.stringify(part).length).toBeLessThan(20_000);
    }),
    { seed: 12, numRuns: 60 },
  );
});
