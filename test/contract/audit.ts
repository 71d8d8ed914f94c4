// What every keeper of histories, and of what is noted beside them, must do.
import { describe, expect, test } from "vitest";
import { refusedClick } from "../../src/approvals/noted.ts";
import { appended, EMPTY_AUDIT, type SealedAudit, wholeChain } from "../../src/approvals/audit-log.ts";
import { verifyChain } from "../../src/approvals/chain.ts";
import { AuditConflict, type AuditTrail, type NotedEntries } from "../../src/runs/audit-ports.ts";
import type { Records } from "../../src/runs/ports.ts";
import type { ThreadKey } from "../../src/runs/run.ts";
import { failures } from "../approvals/entries.ts";
import { EARLY, freshKey, LATE, NOON } from "./fixtures.ts";

/** A history of as many entries, in parts, and what the run's record has of it. */
export function historyOf(key: ThreadKey, count: number, error?: string) {
  const parts: SealedAudit[] = [];
  let open = EMPTY_AUDIT;
  for (let left = failures(count, error); left.length > 0;) {
    const next = appended(open, left, { key });
    if (next.sealed !== undefined) parts.push(next.sealed);
    ({ open, left } = next);
  }
  return { parts, open };
}

export function auditTrailContract(name: string, make: () => Promise<AuditTrail>): void {
  describe(`${name} as a keeper of histories`, () => {
    test("has nothing of a thread that was never written", async () => {
      const trail = await make();
      expect(await Array.fromAsync(trail.sealed(freshKey()))).toEqual([]);
    });

    test("gives the parts back in order, as they were, and the chain is whole", async () => {
      const trail = await make();
      const key = freshKey();
      const { parts, open } = historyOf(key, 450, "x".repeat(300));
      expect(parts.length).toBeGreaterThan(10);
      for (const part of parts.toReversed()) await trail.keep(key, part);
      const sealed = await Array.fromAsync(trail.sealed(key));
      expect(sealed).toEqual(parts);
      expect(verifyChain(wholeChain(open, sealed), { key, end: open }).kind).toBe("whole");
    });

    test("keeps the same part again without a word, as after a crash, and by ten at once", async () => {
      const trail = await make();
      const key = freshKey();
      const { parts } = historyOf(key, 41);
      const keeps = Array.from({ length: 10 }, () => parts.map((part) => trail.keep(key, part)));
      await Promise.all(keeps.flat());
      await Promise.all(parts.map((part) => trail.keep(key, part)));
      expect(await Array.fromAsync(trail.sealed(key))).toEqual(parts);
    });

    test("says so when another part is kept at that place, and keeps the first", async () => {
      const trail = await make();
      const key = freshKey();
      const [ours, theirs] = [historyOf(key, 41).parts, historyOf(key, 41, "Another past.").parts];
      await Promise.all(ours.map((part) => trail.keep(key, part)));
      const late = Promise.all(theirs.map((part) => trail.keep(key, part)));
      await expect(late).rejects.toThrow(AuditConflict);
      await expect(late).rejects.toThrow(/another part from entry 1 on .* Nothing was overwritten/);
      expect(await Array.fromAsync(trail.sealed(key))).toEqual(ours);
    });

    test("keeps threads and teams apart", async () => {
      const trail = await make();
      const key = freshKey();
      await Promise.all(historyOf(key, 41).parts.map((part) => trail.keep(key, part)));
      expect(await Array.fromAsync(trail.sealed(freshKey()))).toEqual([]);
      expect(await Array.fromAsync(trail.sealed({ ...key, team: "T2" }))).toEqual([]);
    });
  });
}

export function notedEntriesContract(
  name: string,
  make: () => Promise<{ readonly noted: NotedEntries; readonly records: Records }>,
): void {
  const click = (by: string, at: string) =>
    refusedClick({ at, by, tried: "approve", because: "decided", interrupt: "i", digest: "d" });

  describe(`${name} as a place to note clicks that did not count`, () => {
    test("has them oldest first, each thread apart", async () => {
      const { noted, records } = await make();
      const key = freshKey();
      const clicks = [click("UANA", EARLY), click("UBO", NOON), click("UEVE", LATE)];
      for (const one of clicks.toReversed()) await noted.note(key, one);
      expect((await records.thread(key)).noted).toEqual(clicks);
      expect((await records.thread(freshKey())).noted).toEqual([]);
    });

    test("notes the same click at the same time once; a later one has the same id", async () => {
      const { noted, records } = await make();
      const key = freshKey();
      await Promise.all(Array.from({ length: 5 }, () => noted.note(key, click("UANA", EARLY))));
      await noted.note(key, click("UANA", NOON));
      const [first, second, ...others] = (await records.thread(key)).noted;
      expect(others).toEqual([]);
      expect(second?.id).toBe(first?.id);
    });

    test("forgets those it is told to, however many and however often, and no others", async () => {
      const { noted, records } = await make();
      const key = freshKey();
      const clicks = Array.from({ length: 60 }, (_, n) => click(`U${100 + n}`, EARLY));
      await Promise.all(clicks.map((one) => noted.note(key, one)));
      const late = click("ULATE", NOON);
      await noted.note(key, late);
      await noted.forget(key, [...clicks, ...clicks]);
      await noted.forget(key, clicks);
      await noted.forget(key, []);
      expect((await records.thread(key)).noted).toEqual([late]);
    });
  });
}
