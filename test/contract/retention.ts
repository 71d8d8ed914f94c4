// What every store's retention must do: let go of a run that has ended, and erase one that is purged, all of it and of nothing else.
import { describe, expect, test } from "vitest";
import type { KeptUntil, Retention } from "../../src/runs/retention.ts";
import type { Records } from "../../src/runs/ports.ts";
import type { Run, ThreadKey } from "../../src/runs/run.ts";
import { approvalOf, freshKey, LATE, runOf } from "./fixtures.ts";

export interface Retained {
  readonly records: Records;
  readonly retention: Retention;
  /** Every item of a thread by its name: which half of the run it belongs to, and until when it is kept, in seconds; undefined is for good. */
  kept(key: ThreadKey): Promise<ReadonlyMap<string, Kept>>;
  /** Stores one item of every kind there is beside a run and its approvals. */
  storeEverything(key: ThreadKey): Promise<void>;
}

export interface Kept {
  readonly half: keyof KeptUntil;
  readonly until: number | undefined;
}

export const UNTIL: KeptUntil = {
  details: "2100-01-01T00:00:00.000Z",
  history: "2100-01-02T00:00:00.000Z",
};
const SECONDS = { details: 4_102_444_800, history: 4_102_531_200 };
export const DONE: Run["status"] = { kind: "done", outcome: { good: true, text: "Done." } };

/** Each half with until when it is kept, as "details 4102444800"; "for good" when nothing of a run is to be deleted. */
export function untilsOf(kept: ReadonlyMap<string, Kept>): ReadonlySet<string> {
  return new Set(
    [...kept.values()].map(({ half, until }) => (until === undefined ? "for good" : `${half} ${until}`)),
  );
}

export const TOLD = new Set([`details ${SECONDS.details}`, `history ${SECONDS.history}`]);
export const FOR_GOOD = new Set(["for good"]);

export function purged(run: Run): Run {
  const removed = { kind: "purged", at: LATE, by: "Rita", reason: "She asked for it." } as const;
  return { ...run, input: {}, status: DONE, removed, version: run.version + 1 };
}

export function retentionContract(name: string, make: () => Promise<Retained>): void {
  async function stored(status: Run["status"]) {
    const retained = await make();
    const key = freshKey();
    await retained.records.saveRun({ ...runOf(key), status });
    await retained.records.saveApproval(approvalOf(key));
    await retained.storeEverything(key);
    const untils = async (of: ThreadKey = key) => untilsOf(await retained.kept(of));
    return { ...retained, key, untils };
  }

  describe(`${name} as what keeps runs and lets go of them`, () => {
    test("everything of a run that has ended is let go of, each half in its time, and nothing of its neighbours", async () => {
      const { retention, records, storeEverything, key, kept, untils } = await stored(DONE);
      const neighbours = [freshKey(), { ...key, team: "T2" }];
      for (const neighbour of neighbours) {
        await records.saveRun({ ...runOf(neighbour), status: DONE });
        await storeEverything(neighbour);
      }
      const { size } = await kept(key);
      expect(size).toBeGreaterThan(8);
      expect(await retention.count(key)).toBe(size);
      expect(await retention.expire(key, UNTIL)).toEqual({ kind: "expiring", items: size });
      expect(await untils()).toEqual(TOLD);
      for (const neighbour of neighbours) expect(await untils(neighbour)).toEqual(FOR_GOOD);
    });

    test("the history is kept for good where nobody says until when", async () => {
      const { retention, key, kept } = await stored(DONE);
      const { details } = UNTIL;
      await retention.expire(key, { details });
      const items = [...(await kept(key)).values()];
      for (const { half, until } of items)
        expect(until).toBe(half === "details" ? SECONDS.details : undefined);
      await retention.expire(key, UNTIL);
      await retention.expire(key, { details });
      expect([...(await kept(key)).values()]).toEqual(items);
      const history = items.filter(({ half }) => half === "history");
      expect(history.length).toBeGreaterThan(2);
      expect(history.length).toBeLessThan(items.length - 5);
    });

    test.each<Run["status"]>([{ kind: "queued" }, { kind: "waiting" }, { kind: "failed", error: "No." }])(
      "nothing of a $kind run is let go of, nor erased",
      async (status) => {
        const { retention, key, untils } = await stored(status);
        expect(await retention.expire(key, UNTIL)).toEqual({ kind: "not-ended", status: status.kind });
        expect(await untils()).toEqual(FOR_GOOD);
        const count = await retention.count(key);
        expect(await retention.erase(key)).toEqual({ kind: "not-purged" });
        expect(await retention.count(key)).toBe(count);
      },
    );

    test("nothing is known of a run that was never written", async () => {
      const { retention } = await make();
      expect(await retention.expire(freshKey(), UNTIL)).toEqual({ kind: "unknown" });
      expect(await retention.erase(freshKey())).toEqual({ kind: "unknown" });
      expect(await retention.count(freshKey())).toBe(0);
      await retention.spare(freshKey());
    });

    test("letting go again changes nothing; what was written since, and another moment, are told", async () => {
      const { retention, records, key, untils } = await stored(DONE);
      await retention.expire(key, UNTIL);
      expect(await retention.expire(key, UNTIL)).toEqual({ kind: "expiring", items: 0 });
      await records.saveApproval(approvalOf(key, 1, "b".repeat(32)));
      expect(await retention.expire(key, UNTIL)).toMatchObject({ kind: "expiring" });
      expect(await untils()).toEqual(TOLD);
      await retention.expire(key, { ...UNTIL, details: "2100-01-01T00:00:00.001Z" });
      expect(await untils()).toEqual(
        new Set([`details ${SECONDS.details + 1}`, `history ${SECONDS.history}`]),
      );
    });

    test("a run that is continued is kept again, all of it", async () => {
      const { retention, records, key, untils } = await stored(DONE);
      await retention.expire(key, UNTIL);
      await records.saveRun({ ...runOf(key, 2), status: { kind: "queued" } });
      await retention.spare(key);
      await retention.spare(key);
      expect(await untils()).toEqual(FOR_GOOD);
      expect((await records.run(key))?.status.kind).toBe("queued");
    });

    test("a purged run is erased, all of it but its record, and nothing of its neighbours", async () => {
      const { retention, records, storeEverything, key } = await stored(DONE);
      const neighbour = { ...key, team: "T2" };
      await records.saveRun({ ...runOf(neighbour), status: DONE });
      await storeEverything(neighbour);
      expect(await retention.erase(key)).toEqual({ kind: "not-purged" });
      const [count, theirs] = [await retention.count(key), await retention.count(neighbour)];
      const tombstone = purged(runOf(key));
      expect(await records.saveRun(tombstone)).toBe(true);
      expect(await retention.erase(key)).toEqual({ kind: "erased", items: count - 1 });
      expect(await records.thread(key)).toMatchObject({ run: tombstone, approvals: [], noted: [] });
      expect(await retention.count(key)).toBe(1);
      expect(await retention.erase(key)).toEqual({ kind: "erased", items: 0 });
      expect(await retention.count(neighbour)).toBe(theirs);
    });

    test("of a purged run only the record has the history's time: what a crash has left goes with the details, or at once", async () => {
      const { retention, records, key, kept } = await stored(DONE);
      await retention.expire(key, UNTIL);
      expect(await records.saveRun(purged(runOf(key)))).toBe(true);
      expect(await retention.expire(key, UNTIL)).toMatchObject({ kind: "expiring" });
      const untils = [...(await kept(key)).values()].map(({ until }) => until);
      expect(untils.filter((until) => until !== SECONDS.details)).toEqual([SECONDS.history]);
      expect(await retention.expire(key, UNTIL)).toEqual({ kind: "expiring", items: 0 });
    });

    test("what is to be deleted reads as before until it is", async () => {
      const { retention, records, key } = await stored(DONE);
      const before = await records.thread(key);
      await retention.expire(key, {
        details: "2001-01-01T00:00:00.000Z",
        history: "2001-01-01T00:00:00.000Z",
      });
      expect(await records.thread(key)).toEqual(before);
    });

    test("a moment that is none is refused with a sentence", async () => {
      const { retention, key, untils } = await stored(DONE);
      for (const until of [{ details: "some day" }, { ...UNTIL, history: "some day" }])
        await expect(retention.expire(key, until)).rejects.toThrow(/"some day" is no moment/);
      expect(await untils()).toEqual(FOR_GOOD);
    });
  });
}
