// The chain of a history: whatever is done to it afterwards shows, and where.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditEntry } from "../../src/approvals/audit.ts";
import {
  chained,
  type ChainedEntry,
  type ChainVerdict,
  entryOf,
  idOfEntry,
  NO_CHAIN,
  verifyChain,
} from "../../src/approvals/chain.ts";
import { CHAIN_KEY as key, failure, failures } from "./entries.ts";
import { NOW } from "./fixtures.ts";

const none: ReadonlySet<string> = new Set();
const chainOf = (entries: readonly AuditEntry[]) => chained({ ...NO_CHAIN, known: none }, entries, key);

const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("\ud800"));
const entry: fc.Arbitrary<AuditEntry> = fc.oneof(
  fc.record({ kind: fc.constant("failed" as const), id: fc.uuid(), at: fc.constant(NOW), error: text }),
  fc.record({
    kind: fc.constant("ended" as const),
    id: fc.uuid(),
    at: fc.constant(NOW),
    good: fc.boolean(),
    text,
  }),
);
const entries = fc.uniqueArray(entry, { minLength: 1, maxLength: 8, selector: ({ id }) => id });

/** A chain with its end, and a place in it. */
const placed = entries.chain((list) => {
  const links = chainOf(list);
  const end = { head: links.at(-1)?.hash ?? "", length: links.length };
  return fc.record({ links: fc.constant(links), end: fc.constant(end), at: fc.nat(links.length - 1) });
});

const settings = { seed: 11, numRuns: 200 };

function breakOf(verdict: ChainVerdict): { at: number; how: string } | undefined {
  if (verdict.kind === "whole") return undefined;
  expect(verdict.text).toMatch(/^(Entry \d+ of the history|The history) .*\.$/);
  return { at: verdict.at, how: verdict.how };
}

/** The place is always there; the type does not know. */
function linkAt(links: readonly ChainedEntry[], at: number): ChainedEntry {
  const link = links[at];
  if (link === undefined) throw new Error(`There is no entry ${at}.`);
  return link;
}

describe("a chain as it was recorded", () => {
  test("is whole, however often it was continued", () => {
    fc.assert(
      fc.property(entries, fc.nat(8), (list, cut) => {
        const first = chainOf(list.slice(0, cut));
        const head = first.at(-1)?.hash ?? NO_CHAIN.head;
        const known = new Set(first.map(idOfEntry));
        const links = [...first, ...chained({ head, length: first.length, known }, list, key)];
        expect(links).toEqual(chainOf(list));
        const end = { head: linkAt(links, links.length - 1).hash, length: list.length };
        expect(verifyChain(links, { key, end })).toEqual({ kind: "whole", end });
        expect(verifyChain(JSON.parse(JSON.stringify(links)) as ChainedEntry[], { key, end }).kind).toBe(
          "whole",
        );
      }),
      settings,
    );
  });

  test("has no entry twice, whoever brings it again", () => {
    fc.assert(
      fc.property(entries, fc.array(fc.nat(7)), (list, again) => {
        const repeated = again.flatMap((at) => list.slice(at, at + 1));
        const links = chainOf([...list, ...repeated]);
        expect(links).toEqual(chainOf(list));
        const end = { head: linkAt(links, links.length - 1).hash, length: links.length };
        expect(chained({ ...end, known: new Set(links.map(idOfEntry)) }, repeated, key)).toEqual([]);
      }),
      settings,
    );
  });

  test("without entries is whole", () => {
    expect(verifyChain([], { key, end: NO_CHAIN })).toEqual({ kind: "whole", end: NO_CHAIN });
  });

  test("keeps what a newer version wrote, and says that this one cannot read it", () => {
    const unknown = { ...failure("x"), kind: "delegated", to: "UBO" } as unknown as AuditEntry;
    const links = chainOf([unknown, failure("y")]);
    expect(verifyChain(links, { key }).kind).toBe("whole");
    expect(links.map(entryOf)).toEqual([undefined, failure("y")]);
    expect(links.map(idOfEntry)).toEqual(["x", "y"]);
  });
});

describe("a chain that was tampered with", () => {
  const field = fc.constantFrom("entry", "hash", "prev", "seq");

  test("is broken where an entry was changed, in whatever field", () => {
    fc.assert(
      fc.property(placed, field, ({ links, end, at }, name) => {
        const link = linkAt(links, at);
        const value = { entry: { ...link.entry, at: "never" }, hash: "0f", prev: "0e", seq: link.seq + 1 };
        const tampered = links.with(at, { ...link, [name]: value[name] });
        expect(breakOf(verifyChain(tampered, { key, end }))?.at).toBe(at);
      }),
      settings,
    );
  });

  test("is broken where an entry was changed and its hash made to fit, or right behind it", () => {
    fc.assert(
      fc.property(placed, ({ links, end, at }) => {
        const { seq, prev } = linkAt(links, at);
        const forged = chained({ head: prev, length: seq, known: none }, [failure("forged")], key);
        const tampered = [...links.slice(0, at), ...forged, ...links.slice(at + 1)];
        const isLast = at === links.length - 1;
        expect(breakOf(verifyChain(tampered, { key, end }))).toEqual(
          isLast ? { at, how: "changed" } : { at: at + 1, how: "foreign" },
        );
      }),
      settings,
    );
  });

  test("is broken where an entry was taken out, also the last one", () => {
    fc.assert(
      fc.property(placed, ({ links, end, at }) => {
        const isLast = at === links.length - 1;
        expect(breakOf(verifyChain(links.toSpliced(at, 1), { key, end }))).toEqual({
          at,
          how: isLast ? "cut" : "missing",
        });
      }),
      settings,
    );
  });

  test("is broken where two entries were swapped", () => {
    fc.assert(
      fc.property(placed, fc.nat(7), ({ links, end, at }, other) => {
        fc.pre(other < at);
        const swapped = links.with(other, linkAt(links, at)).with(at, linkAt(links, other));
        expect(breakOf(verifyChain(swapped, { key, end }))).toEqual({ at: other, how: "misplaced" });
      }),
      settings,
    );
  });

  test("is broken where an entry stands twice", () => {
    fc.assert(
      fc.property(placed, fc.nat(8), ({ links, end, at }, to) => {
        fc.pre(to > at && to <= links.length);
        const doubled = links.toSpliced(to, 0, linkAt(links, at));
        expect(breakOf(verifyChain(doubled, { key, end }))).toEqual({ at: to, how: "repeated" });
      }),
      settings,
    );
  });

  test("is broken where it was cut off", () => {
    fc.assert(
      fc.property(placed, ({ links, end, at }) => {
        const verdict = verifyChain(links.slice(0, at), { key, end });
        expect(breakOf(verdict)).toEqual({ at, how: "cut" });
      }),
      settings,
    );
  });

  test("is another thread's as a whole, and where another thread's entries go on in it", () => {
    const [ours, theirs] = [chainOf(failures(4)), chained({ ...NO_CHAIN, known: none }, failures(4), other)];
    expect(breakOf(verifyChain(theirs, { key }))).toEqual({ at: 0, how: "foreign" });
    const mixed = [...ours.slice(0, 2), ...theirs.slice(2)];
    expect(breakOf(verifyChain(mixed, { key }))).toEqual({ at: 2, how: "foreign" });
  });

  test("is foreign where it goes on behind what was recorded as its end", () => {
    const links = chainOf(failures(3));
    const end = { head: linkAt(links, 1).hash, length: 2 };
    expect(breakOf(verifyChain(links, { key, end }))).toEqual({ at: 2, how: "foreign" });
  });
});

const other = { ...key, thread: "f".repeat(32) };
