// What the sweeper, a list and a run's step read does not depend on how much is stored beside it.
import { expect, test } from "vitest";
import { consumedBy } from "../../src/aws/consumed.ts";
import { createLists } from "../../src/aws/lists.ts";
import { createStores } from "../../src/aws/stores.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { approvalOf, EARLY, freshKey, LATE, NOON, runOf, TEAM } from "../contract/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";

const page = { team: TEAM, order: "newest", limit: 5 } as const;

test("a sweep, a page of what waits, and a look at a run cost the same with sixteen times as many runs and questions", async () => {
  const { dynamo, table } = await freshDynamo();
  const { records, threads } = createStores(dynamo, table, UNCOUNTED);
  const lists = createLists(dynamo, table);
  const store = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 20)
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const key = freshKey();
          await records.saveRun({ ...runOf(key), status: { kind: "waiting" } }, LATE);
          await records.saveApproval(approvalOf(key));
        }),
      );
  };
  const consumed = consumedBy(dynamo);
  const costs = async () => {
    const own = freshKey();
    await records.saveRun(runOf(own), EARLY);
    await records.saveApproval(approvalOf(own));
    const parts: Readonly<Record<string, () => Promise<unknown>>> = {
      sweep: () => records.due(TEAM, NOON),
      pending: () => lists.approvals({ ...page, of: { kind: "team" } }),
      runs: () => lists.runs({ ...page, of: { kind: "status", status: "waiting" } }),
      take: () => threads.take(own, { lease: NOON }, { by: "w", now: EARLY }),
      look: () => records.thread(own),
      rest: () => records.saveRun(runOf(own, 2)),
    };
    const told: Record<string, unknown> = {};
    for (const [name, act] of Object.entries(parts)) {
      consumed.take();
      await act();
      told[name] = consumed.take();
    }
    return told;
  };
  await store(40);
  const few = await costs();
  expect(few).toMatchObject({ look: { writes: 0 }, sweep: { writes: 0 } });
  await store(600);
  expect(await costs()).toEqual(few);
});
