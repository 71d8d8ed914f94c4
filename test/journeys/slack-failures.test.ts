// Slack refusing, for one reason after the other: docs/slack.md says what becomes of each. No decision is lost, and somebody is told.
import { expect, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { DEPLOY_COMMAND, DEPLOYS, messageLike, startSystem, told } from "../support/system.ts";

const QUARTER_SECONDS = 15 * 60 + 1;

test("a card that can be changed no more stays with its buttons, is posted anew with the decision, and a click on the old one is answered", async () => {
  const { ana, bo, administrator, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  await administrator.faults({
    kind: "refuse",
    method: "chat.update",
    error: "edit_window_closed",
    times: 1,
  });
  await ana.click(card, "Approve");
  await messageLike(ana, /^✅ Deployed/);
  const anew = await messageLike(ana, /^Approved: /);
  expect(anew).toMatchObject({ threadTs: card.threadTs });
  expect(anew.ts).not.toBe(card.ts);
  await bo.click(card, "Approve");
  await told(bo, /^<@U0ANA> approved this .* Your click was not counted; nothing more to do\.$/);
  expect(await deployments()).toHaveLength(1);
});

test.each(["token_revoked", "invalid_auth", "account_inactive"])(
  "%s while a decision is carried out: it is, the log says what to mend, and the cards follow when that is done",
  async (error) => {
    const { ana, administrator, askToDeploy, deployments, logLines, sweepAfter } = await startSystem();
    const card = await askToDeploy();
    await administrator.faults(
      { kind: "refuse", method: "chat.update", error, times: 1_000 },
      { kind: "refuse", method: "chat.postMessage", error, times: 1_000 },
    );
    await ana.click(card, "Approve");
    await expect.poll(deployments, { timeout: 10_000 }).toHaveLength(1);
    const said = () =>
      logLines.filter((line) => line.includes('"ERROR"') && line.includes("Slack takes no cards"));
    await expect.poll(said, { timeout: 10_000 }).toHaveLength(1);
    expect(said()[0]).toContain(
      "Install the app again and give it the new one in SLACK_BOT_TOKEN; on AWS, npm run countersign -- setup does that.",
    );
    await administrator.faults();
    await sweepAfter(QUARTER_SECONDS);
    await messageLike(ana, /^Approved: /);
    await messageLike(ana, /^✅ Deployed/);
    expect(await deployments()).toHaveLength(1);
  },
);

test("with nowhere to post, the app not in the channel and the default channel archived, the log names both, and the question is asked once one takes messages", async () => {
  const { rita, ana, administrator, logLines, sweepAfter } = await startSystem();
  const asked = SEED.channels.random;
  await administrator.change({ kind: "archive", channel: DEPLOYS, archived: true });
  await rita.say(asked, DEPLOY_COMMAND);
  const neither = `Neither the channel ${asked} nor the default channel ${DEPLOYS} takes messages`;
  const said = () => logLines.filter((line) => line.includes('"ERROR"') && line.includes(neither));
  await expect.poll(said, { timeout: 10_000 }).not.toEqual([]);
  const { messages } = await ana.snapshot();
  expect(messages.filter(({ visibleTo }) => visibleTo === undefined)).toEqual([]);
  await administrator.change({ kind: "archive", channel: DEPLOYS, archived: false });
  await sweepAfter(QUARTER_SECONDS);
  await messageLike(ana, /^Approval needed/);
});
