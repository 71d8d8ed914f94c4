// One run of the campaign in each `npm test`; `npm run faults:processes` plays many.
import { expect, test } from "vitest";
import { playCampaign } from "./campaign.ts";
import { troubleIn } from "./report.ts";

test("whoever is killed, worker, handler or server, runs end as people decided, and nothing is lost or done twice", async () => {
  const campaign = await playCampaign({ runs: 1, seed: "test" });
  expect(troubleIn(campaign)).toBe("");
  const { runs, kills } = campaign;
  expect(runs).toBeGreaterThanOrEqual(1);
  expect(Object.keys(kills)).not.toEqual([]);
}, 300_000);
