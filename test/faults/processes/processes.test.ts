// A few runs of the campaign in each `npm test`; `npm run faults:processes` plays many.
import { expect, test } from "vitest";
import { playCampaign } from "./campaign.ts";
import { wordsFor } from "./report.ts";

test("whoever is killed, worker, handler or server, runs end as people decided, and nothing is lost or done twice", async () => {
  const { violations, runs, kills } = await playCampaign({ runs: 4, seed: "test" });
  expect(violations.map(wordsFor)).toEqual([]);
  expect(runs).toBeGreaterThanOrEqual(4);
  expect(Object.keys(kills)).not.toEqual([]);
}, 300_000);
