// What every store of runs and approvals must do.
import { describe, expect, test } from "vitest";
import { later } from "../../src/approvals/later.ts";
import type { Records } from "../../src/runs/ports.ts";
import { approvalOf, EARLY, freshKey, LATE, NOON, runOf, TEAM } from "./fixtures.ts";

export function recordsContract(name: string, make: () => Promise<Records>): void {
  describe(`${name} as a store of runs and approvals`, () => {
    test("knows nothing of a thread that was never written", async () => {
      const records = await make();
      const key = freshKey();
      expect(await records.run(key)).toBeUndefined();
      expect(await records.approval(key, "a")).toBeUndefined();
      expect(await records.thread(key)).toEqual({ run: undefined, approvals: [], cards: {}, noted: [] });
    });

    test("creates a run once, and tells the second creator", async () => {
      const records = await make();
      const key = freshKey();
      expect(await records.saveRun(runOf(key))).toBe(true);
      expect(await records.saveRun({ ...runOf(key), requester: "UOTHER" })).toBe(false);
      expect(await records.run(key)).toEqual(runOf(key));
    });

    test("replaces exactly the version before, for runs and approvals alike", async () => {
      const records = await make();
      const key = freshKey();
      await records.saveRun(runOf(key));
      await records.saveApproval(approvalOf(key));
      expect(await records.saveRun(runOf(key, 3))).toBe(false);
      expect(await records.saveRun(runOf(key, 2))).toBe(true);
      expect(await records.saveRun(runOf(key, 2))).toBe(false);
      expect(await records.saveApproval(approvalOf(key, 2))).toBe(true);
      expect(await records.saveApproval(approvalOf(key, 2))).toBe(false);
      expect((await records.run(key))?.version).toBe(2);
      expect((await records.approval(key, "a".repeat(32)))?.version).toBe(2);
    });

    test("lets exactly one of twenty concurrent writers have a version", async () => {
      const records = await make();
      const key = freshKey();
      await records.saveApproval(approvalOf(key));
      const saves = Array.from({ length: 20 }, (_, index) =>
        records.saveApproval({ ...approvalOf(key, 2), requester: `U${index}` }),
      );
      const won = (await Promise.all(saves)).flatMap((saved, index) => (saved ? [index] : []));
      expect(won).toHaveLength(1);
      expect((await records.approval(key, "a".repeat(32)))?.requester).toBe(`U${String(won[0])}`);
    });

    test("reads a thread's run and approvals together, in the order in which they were asked", async () => {
      const records = await make();
      const key = freshKey();
      await records.saveRun(runOf(key));
      await records.saveApproval({ ...approvalOf(key, 1, "b".repeat(32)), slot: 4 });
      await records.saveApproval({ ...approvalOf(key, 1, "c".repeat(32)), slot: 2 });
      const { run, approvals } = await records.thread(key);
      expect(run).toEqual(runOf(key));
      expect(approvals.map(({ slot }) => slot)).toEqual([2, 4]);
    });

    test("lists what is due before a moment, of one team, each thread once and since when it is due", async () => {
      const records = await make();
      const [early, late, never, foreign] = [freshKey(), freshKey(), freshKey(), freshKey("T2")];
      await records.saveRun(runOf(early), later(EARLY, 1));
      await records.saveApproval(approvalOf(early), EARLY);
      await records.saveApproval(approvalOf(early, 1, "b".repeat(32)), later(EARLY, 2));
      await records.saveRun(runOf(late), LATE);
      await records.saveRun(runOf(never));
      await records.saveRun(runOf(foreign), EARLY);
      expect(await records.due(TEAM, NOON)).toEqual([{ ...early, dueAt: EARLY }]);
    });

    test("lists at most as many of what is due as were asked for", async () => {
      const records = await make();
      for (let n = 0; n < 40; n++) await records.saveRun(runOf(freshKey()), EARLY);
      const some = await records.due(TEAM, NOON, 8);
      expect(some.length).toBeGreaterThan(0);
      expect(some.length).toBeLessThanOrEqual(8);
    });

    test("a save without a due time takes the record off the list", async () => {
      const records = await make();
      const key = freshKey();
      await records.saveApproval(approvalOf(key), EARLY);
      await records.saveApproval(approvalOf(key, 2));
      expect(await records.due(TEAM, NOON)).toEqual([]);
    });

    test("rescheduling makes no new version, and does nothing to a version it was not told of", async () => {
      const records = await make();
      const key = freshKey();
      await records.saveRun(runOf(key), EARLY);
      expect(await records.reschedule(runOf(key, 2), undefined)).toBe(false);
      expect(await records.due(TEAM, NOON)).toMatchObject([key]);
      expect(await records.reschedule(runOf(key), undefined)).toBe(true);
      expect(await records.due(TEAM, NOON)).toEqual([]);
      expect(await records.reschedule(runOf(key), EARLY)).toBe(true);
      expect(await records.due(TEAM, NOON)).toMatchObject([key]);
      expect(await records.run(key)).toEqual(runOf(key));
    });

    test("an approval is rescheduled like a run", async () => {
      const records = await make();
      const key = freshKey();
      await records.saveApproval(approvalOf(key), EARLY);
      expect(await records.reschedule(approvalOf(key, 2), undefined)).toBe(false);
      expect(await records.reschedule(approvalOf(key), undefined)).toBe(true);
      expect(await records.due(TEAM, NOON)).toEqual([]);
      expect(await records.approval(key, "a".repeat(32))).toEqual(approvalOf(key));
    });

    test("keeps teams apart, though their threads have one name", async () => {
      const records = await make();
      const ours = freshKey();
      const theirs = { ...ours, team: "T2" };
      await records.saveRun(runOf(ours));
      expect(await records.run(theirs)).toBeUndefined();
      expect(await records.saveRun(runOf(theirs))).toBe(true);
    });
  });
}
