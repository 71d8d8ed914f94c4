// What everybody who looks on must see: who has a thread and until when, and when the sweeper comes; and nothing changes by it.
import { describe, expect, test } from "vitest";
import type { Records, Threads } from "../../src/runs/ports.ts";
import type { Bystander } from "../../src/runs/standing-by.ts";
import { approvalOf, EARLY, freshKey, LATE, NOON, runOf } from "./fixtures.ts";

interface LookedOn {
  readonly bystander: Bystander;
  readonly records: Records;
  readonly threads: Threads;
}

export function bystanderContract(name: string, make: () => Promise<LookedOn>): void {
  describe(`${name} as seen by a bystander`, () => {
    test("there is nothing to see of a thread that is not there, and nobody at one that has only begun", async () => {
      const { bystander, records } = await make();
      const key = freshKey();
      expect(await bystander.look(key)).toEqual({ holds: [], due: [] });
      await records.saveRun(runOf(key));
      expect(await bystander.look(key)).toEqual({ holds: [], due: [] });
    });

    test("whoever has the lease or the claim is named with until when, also once that is over, and not once it is given back", async () => {
      const { bystander, records, threads } = await make();
      const key = freshKey();
      await records.saveRun(runOf(key));
      await records.saveRun(runOf({ ...key, team: "T2" }));
      await threads.take(key, { lease: NOON }, { by: "worker", now: EARLY });
      const drawer = await threads.take(key, { claim: LATE }, { by: "drawer", now: EARLY });
      expect((await bystander.look(key)).holds).toEqual([
        { hold: "lease", by: "worker", until: NOON },
        { hold: "claim", by: "drawer", until: LATE },
      ]);
      if (drawer !== undefined) await threads.write(drawer, { give: ["claim"], heedless: true });
      expect((await bystander.look(key)).holds).toEqual([{ hold: "lease", by: "worker", until: NOON }]);
      expect(await bystander.look({ ...key, team: "T2" })).toEqual({ holds: [], due: [] });
    });

    test("the run and each of its questions are due when they were said to be, and no more once they are not", async () => {
      const { bystander, records } = await make();
      const key = freshKey();
      const [one, two] = ["a".repeat(32), "b".repeat(32)];
      await records.saveRun(runOf(key), NOON);
      await records.saveApproval(approvalOf(key, 1, one), LATE);
      await records.saveApproval(approvalOf(key, 1, two));
      const { due } = await bystander.look(key);
      expect(due).toHaveLength(2);
      expect(due).toContainEqual({ of: { kind: "run" }, at: NOON });
      expect(due).toContainEqual({ of: { kind: "approval", interrupt: one }, at: LATE });
      await records.reschedule(runOf(key), undefined);
      expect((await bystander.look(key)).due).toEqual([
        { of: { kind: "approval", interrupt: one }, at: LATE },
      ]);
    });

    test("whoever looks takes nothing: the next one is given the thread as if nobody had looked", async () => {
      const { bystander, records, threads } = await make();
      const key = freshKey();
      await records.saveRun(runOf(key));
      const before = await records.thread(key);
      await bystander.look(key);
      expect(await records.thread(key)).toEqual(before);
      const held = await threads.take(key, { lease: NOON }, { by: "worker", now: EARLY });
      expect(held?.holds).toEqual({ lease: { epoch: 1, nudge: 0, until: NOON } });
    });
  });
}
