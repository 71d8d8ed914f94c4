// The history of a run, through signed requests: who asked, whose click did not count, who decided, and how it ended, chained to what the last card shows.
import { expect, onTestFinished, test } from "vitest";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Run } from "../../src/runs/run.ts";
import { messageLike, startSystem, told } from "../support/system.ts";

test("everybody's clicks are in the history of the run, those that did not count too, and its card names its end", async () => {
  const { rita, ana, askToDeploy, sweepAfter, config } = await startSystem();
  const card = await askToDeploy();
  await rita.click(card, "Approve");
  await told(rita, /^You started this run/);
  await ana.click(card, "Approve");
  await messageLike(ana, /^✅ Deployed/);
  const { thread } = card.metadata?.event_payload ?? {};
  const dynamo = createDynamo({ endpoint: config.endpoints.dynamodb, timeoutMs: 2_000, maxAttempts: 2 });
  onTestFinished(() => dynamo.destroy());
  const stored = (): Promise<Run | undefined> =>
    createRecords(dynamo, config.table).run({ team: SEED.teamId, thread: String(thread) });
  const kinds = async (): Promise<readonly unknown[]> =>
    (await stored())?.audit.entries.map((chained) => {
      const entry = entryOf(chained);
      return entry?.kind === "refused" ? `${entry.by}: ${entry.because}` : entry?.kind;
    }) ?? [];
  // Folded in by whichever worker comes next, the sweeper's at the latest.
  const isWhole = async (): Promise<readonly unknown[]> => {
    await sweepAfter(61);
    return [...(await kinds())].sort();
  };
  await expect
    .poll(isWhole, { timeout: 10_000, interval: 300 })
    .toEqual([`${SEED.users.rita}: own-request`, "asked", "decided", "ended", "resumed", "started"]);
  const run = await stored();
  if (run === undefined) throw new Error("The run should be there.");
  const key = { team: run.team, thread: run.thread };
  expect(verifyChain(run.audit.entries, { key, end: run.audit })).toMatchObject({ kind: "whole" });
  await ana.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes(`record ${run.audit.head.slice(0, 12)}`)),
  );
});
