// Parts of the world going away at the worst moment: people are told the truth, and nothing acknowledged is lost.
import { expect, test } from "vitest";
import {
  DEPLOY_COMMAND,
  DEPLOYS,
  messageLike,
  pendingCard,
  startSystem,
  sweptUntil,
  told,
} from "../support/system.ts";

test("with a dead database, the clicker is told that nothing was recorded, within Slack's three seconds, and can click again", async () => {
  const { ana, relays, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  relays.dynamo.cut();
  const clicked = await ana.click(card, "Approve");
  expect(clicked).toMatchObject({ answer: { kind: "ok" } });
  await told(
    ana,
    /^I couldn't record your decision: .* Nothing was recorded and nothing was run\. Please click again\.$/,
  );
  relays.dynamo.restore();
  await ana.click(card, "Approve");
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("with a database that hangs, the clicker is told well before Slack gives up on us", async () => {
  const { ana, relays, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  relays.dynamo.freeze();
  const before = performance.now();
  const clicked = await ana.click(card, "Approve");
  expect(clicked).toMatchObject({ answer: { kind: "ok" } });
  expect(performance.now() - before).toBeLessThan(2_000);
  await told(ana, /^I couldn't record your decision/);
  expect(await deployments()).toEqual([]);
});

test("when the answer to the write is lost, the clicker is not told that nothing was recorded", async () => {
  const { ana, relays, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  // Who may decide is asked of Slack between the read and the write: by then the database's answers are being lost.
  relays.slack.onceUsed(() => relays.dynamo.loseAnswers());
  await ana.click(card, "Approve");
  await told(ana, /^I couldn't confirm that your decision was recorded/);
  relays.dynamo.restore();
  await ana.click(card, "Approve", { stale: true });
  await told(ana, /^You already approved this/);
  // The queue never heard of it.
  expect(await deployments()).toEqual([]);
});

test("with a dead queue, the decision is recorded, the clicker is told it will continue, and the sweeper continues it", async () => {
  const { ana, relays, askToDeploy, deployments, sweepAfter } = await startSystem();
  const card = await askToDeploy();
  relays.sqs.cut();
  await ana.click(card, "Approve");
  await told(ana, /^Your decision is recorded\. The queue did not answer/);
  expect(await deployments()).toEqual([]);
  relays.sqs.restore();
  await sweepAfter(60);
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("with a dead queue at the command, the run is recorded and the sweeper starts it", async () => {
  const { rita, relays, sweepAfter } = await startSystem();
  relays.sqs.cut();
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  await told(rita, /^Recorded \*deploy\* as r-\w+\. The queue did not answer/);
  relays.sqs.restore();
  await sweepAfter(60);
  await pendingCard(rita);
});

test("with a dead database at the command, the requester is told that nothing was started", async () => {
  const { rita, relays } = await startSystem();
  relays.dynamo.cut();
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  await told(rita, /^I couldn't (start|confirm)/);
  expect((await rita.snapshot()).messages.filter(({ visibleTo }) => visibleTo === undefined)).toEqual([]);
});

test("with a dead Slack, the decision stands, the run continues, and the card follows later", async () => {
  const system = await startSystem();
  const { ana, relays, askToDeploy, deployments } = system;
  const card = await askToDeploy();
  // The first click is needed to know who is in the group; then Slack's API goes away, while its clicks still arrive.
  await ana.click(card, "Edit…");
  relays.slack.cut();
  await ana.click(card, "Approve");
  await expect.poll(deployments, { timeout: 10_000 }).toHaveLength(1);
  expect(
    await ana.waitFor(({ messages }) => messages.find(({ text }) => text.startsWith("Approval needed"))),
  ).toBeDefined();
  relays.slack.restore();
  await sweptUntil(system, ana, /^Approved: /);
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("when nobody can say who is in the group, the click does not count and the clicker is told", async () => {
  const { ana, relays, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  relays.slack.cut();
  await ana.click(card, "Approve");
  await told(ana, /^I couldn't check who may decide this/);
  relays.slack.restore();
  expect(await deployments()).toEqual([]);
  await ana.click(card, "Approve");
  await messageLike(ana, /^✅ Deployed/);
});

test("messages whose posting was never confirmed are found again and not posted twice", async () => {
  const system = await startSystem();
  const { rita, relays, sweepAfter } = system;
  relays.slack.loseAnswers("chat.postMessage");
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  await messageLike(rita, /^deploy r-\w+, requested by/);
  await sweptUntil(system, rita, /^Approval needed/);
  relays.slack.restore();
  await sweepAfter(60);
  await sweepAfter(60);
  const { messages } = await rita.snapshot();
  expect(messages.filter(({ text }) => text.startsWith("deploy r-"))).toHaveLength(1);
  expect(messages.filter(({ text }) => text.startsWith("Approval needed"))).toHaveLength(1);
});

test("when the target fails, the run fails with its words, and Retry deploys once with the same approval", async () => {
  const { ana, rita, otto, relays, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  relays.ops.cut();
  await ana.click(card, "Approve");
  await messageLike(rita, /^⚠️ Failed: /);
  const failed = await messageLike(rita, /^deploy r-\w+, requested by <@U0RITA>: Failed/);
  relays.ops.restore();
  await otto.click(failed, "Retry");
  await told(otto, /^Only the requester and the operators can retry/);
  await rita.click(failed, "Retry");
  await messageLike(rita, /^deploy r-\w+, requested by <@U0RITA>: Deployed checkout/);
  expect(await deployments()).toHaveLength(1);
});
