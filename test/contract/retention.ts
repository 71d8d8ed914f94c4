// What every store's retention must do: let go of a run that has ended, all of it, and of nothing else.
import { describe, expect, test } from "vitest";
import type { Retention } from "../../src/runs/retention.ts";
import type { Records } from "../../src/runs/ports.ts";
import type { Run, ThreadKey } from "../../src/runs/run.ts";
import { approvalOf, freshKey, runOf } from "./fixtures.ts";

export interface Retained {
  readonly records: Records;
  readonly retention: Retention;
  /** Until when each item of a thread is kept, by its name; undefined is for good. */
  kept(key: ThreadKey): Promise<ReadonlyMap<string, number | undefined>>;
  /** Stores one item of every kind there is beside a run and its approvals. */
  storeEverything(key: ThreadKey): Promise<void>;
}

export const UNTIL = "2100-01-01T00:00:00.000Z";
const UNTIL_SECONDS = 4_102_444_800;
export const DONE: Run["status"] = { kind: "done", outcome: { good: true, text: "Done." } };

export function retentionContract(name: string, make: () => Promise<Retained>): void {
  async function stored(status: Run["status"]) {
    const retained = await make();
    const key = freshKey();
    await retained.records.saveRun({ ...runOf(key), status });
    await retained.records.saveApproval(approvalOf(key));
    await retained.storeEverything(key);
    const untils = async (of: ThreadKey = key) => [...(await retained.kept(of)).values()];
    return { ...retained, key, untils };
  }

  describe(`${name} as what keeps runs and lets go of them`, () => {
    test("everything of a run that has ended is let go of, whatever it is, and nothing of its neighbours", async () => {
      const { retention, records, storeEverything, key, untils } = await stored(DONE);
      const neighbours = [freshKey(), { ...key, team: "T2" }];
      for (const neighbour of neighbours) {
        await records.saveRun({ ...runOf(neighbour), status: DONE });
        await storeEverything(neighbour);
      }
      const count = (await untils()).length;
      expect(count).toBeGreaterThan(8);
      expect(await retention.expire(key, UNTIL)).toEqual({ kind: "expiring", items: count });
      expect(new Set(await untils())).toEqual(new Set([UNTIL_SECONDS]));
      for (const neighbour of neighbours)
        expect(new Set(await untils(neighbour))).toEqual(new Set([undefined]));
    });

    test.each<Run["status"]>([{ kind: "queued" }, { kind: "waiting" }, { kind: "failed", error: "No." }])(
      "nothing of a $kind run is let go of",
      async (status) => {
        const { retention, key, untils } = await stored(status);
        expect(await retention.expire(key, UNTIL)).toEqual({ kind: "not-ended", status: status.kind });
        expect(new Set(await untils())).toEqual(new Set([undefined]));
      },
    );

    test("nothing is known of a run that was never written", async () => {
      const { retention } = await make();
      expect(await retention.expire(freshKey(), UNTIL)).toEqual({ kind: "unknown" });
      await retention.spare(freshKey());
    });

    test("letting go again changes nothing; what was written since, and another moment, are told", async () => {
      const { retention, records, key, untils } = await stored(DONE);
      await retention.expire(key, UNTIL);
      expect(await retention.expire(key, UNTIL)).toEqual({ kind: "expiring", items: 0 });
      await records.saveApproval(approvalOf(key, 1, "b".repeat(32)));
      expect(await retention.expire(key, UNTIL)).toEqual({ kind: "expiring", items: 1 });
      expect(new Set(await untils())).toEqual(new Set([UNTIL_SECONDS]));
      await retention.expire(key, "2100-01-01T00:00:00.001Z");
      expect(new Set(await untils())).toEqual(new Set([UNTIL_SECONDS + 1]));
    });

    test("a run that is continued is kept again, all of it", async () => {
      const { retention, records, key, untils } = await stored(DONE);
      await retention.expire(key, UNTIL);
      await records.saveRun({ ...runOf(key, 2), status: { kind: "queued" } });
      await retention.spare(key);
      await retention.spare(key);
      expect(new Set(await untils())).toEqual(new Set([undefined]));
      expect((await records.run(key))?.status.kind).toBe("queued");
    });

    test("what is to be deleted reads as before until it is", async () => {
      const { retention, records, key } = await stored(DONE);
      const before = await records.thread(key);
      await retention.expire(key, "2001-01-01T00:00:00.000Z");
      expect(await records.thread(key)).toEqual(before);
    });

    test("a moment that is none is refused with a sentence", async () => {
      const { retention, key, untils } = await stored(DONE);
      await expect(retention.expire(key, "some day")).rejects.toThrow(/"some day" is no moment/);
      expect(new Set(await untils())).toEqual(new Set([undefined]));
    });
  });
}
