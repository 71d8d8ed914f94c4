// The history of a run, through signed requests: who asked, whose click did not count, who decided, and how it ended, chained to what the last card shows.
import { expect, onTestFinished, test } from "vitest";
import { askApproval } from "../../src/approvals/ask.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Run } from "../../src/runs/run.ts";
import { asking, ONE_APPROVER } from "../support/asking-workflow.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { DEPLOYS, messageLike, startSystem, told } from "../support/system.ts";

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
    createRecords(dynamo, config.table, UNCOUNTED).run({ team: SEED.teamId, thread: String(thread) });
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

const MINUTE = 60;
const { users } = SEED;

/** A release that two of the approvers agree to, and that goes on to Otto in time. */
const release = asking(
  {
    ...{ ...ONE_APPROVER, quorum: 2, remindAfterMs: [10 * MINUTE * 1_000] },
    escalation: [{ afterMs: 20 * MINUTE * 1_000, to: [{ user: users.otto }] }],
  },
  (version) =>
    askApproval({
      ...{ title: "Release it", action: { name: "release", args: { version } } },
      schema: { type: "object", properties: { version: { type: "string" } }, required: ["version"] },
      allowed: ["approve", "edit", "reject"],
    }),
);

test("all that people and time did with a question is in the history, each once and in words", async () => {
  const system = await startOwnWorkflow({ workflow: release, words: { version: "v1" } });
  const { rita, ana, bo, goOn, sweepAfter } = system;
  await goOn();
  const card = () => messageLike(rita, /^Approval needed: Release it/);
  await rita.click(await card(), "Approve");
  await ana.click(await card(), "View details");
  await ana.close(await ana.waitFor(({ views }) => views.at(-1)));
  await ana.click(await card(), "Hand over…");
  await ana.submit(await ana.waitFor(({ views }) => views.at(-1)), { to: users.bo });
  await ana.click(await card(), "Remind me in 4 h");
  for (const minutes of [11, 10]) {
    await sweepAfter(minutes * MINUTE);
    await goOn();
  }
  await bo.click(await card(), "Approve");
  await goOn();
  await ana.click(await card(), "Edit…");
  await ana.submit(await ana.waitFor(({ views }) => views.at(-1)), { "arg:version": "v2" });
  await goOn();
  await bo.click(await card(), "Approve");
  await goOn();
  const name = /r-\w+/.exec((await messageLike(rita, /^asking r-\w+/)).text)?.[0] ?? "";
  expect(await rita.say(DEPLOYS, `/countersign history ${name}`)).toMatchObject({ ok: true });
  const lines = JSON.stringify((await told(rita, /^History of asking/)).blocks).split("\\n");
  const [ritas, anas, bos] = [users.rita, users.ana, users.bo].map((user) => `<@${user}>`);
  const happened = [
    `${ritas} started *asking* (version 1)`,
    "asked: *Release it*",
    `${ritas} clicked Approve; not counted, since they had started the run`,
    `${anas} opened the full request`,
    `${anas} handed it over to ${bos}`,
    `${anas} put off their reminders until`,
    `reminded ${bos}`,
    `nobody had decided, so it went on to <@${users.otto}>`,
    `${bos} voted to approve, and others had to agree`,
    `${anas} proposed changes for others to agree to (version: ~v1~ → *v2*)`,
    `${bos} approved with changes`,
    "the run went on with the answer",
    "✅ the run ended",
  ];
  for (const what of happened) expect(lines.filter((line) => line.includes(what))).toHaveLength(1);
});
