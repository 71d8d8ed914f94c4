// Two people at once, deliveries twice, workers side by side: one decision, one effect, and nobody left guessing.
import { expect, test } from "vitest";
import { composeWorker } from "../../src/lambda/app.ts";
import { buttonClick, buttonValue, post, slashCommand } from "../support/deliver.ts";
import { DEPLOYS, messageLike, pendingCard, startSystem, told } from "../support/system.ts";

test("when two people click at once, one decides and the other is told who did", async () => {
  const { ana, bo, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  await Promise.all([ana.click(card, "Approve"), bo.click(card, "Approve")]);
  const decided = await messageLike(ana, /^Approved: /);
  const anaWon = decided.text.includes(`<@${ana.id}>`);
  const [winner, loser] = anaWon ? [ana, bo] : [bo, ana];
  const answer = await told(loser, /approved this/);
  expect(answer.text).toMatch(
    new RegExp(
      `^<@${winner.id}> approved this \\d+ s ago .* Your click was not counted; nothing more to do\\.$`,
    ),
  );
  expect(await winner.ephemerals()).toEqual([]);
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("an approval and a rejection at once give one outcome, and the loser learns the other one", async () => {
  const { ana, bo, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  await bo.click(card, "Reject…");
  const form = await bo.waitFor(({ views }) => views.at(-1));
  await ana.click(card, "Approve");
  await bo.submit(form, { reason: "Not now" });
  const notice = await bo.waitFor(({ views }) => views.find(({ title }) => title === "Not counted"));
  expect(JSON.stringify(notice.blocks)).toContain(`<@${ana.id}> approved this`);
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("clicking twice counts once, and the second click says that the first one counted", async () => {
  const { ana, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  await ana.click(card, "Approve");
  await ana.click(card, "Approve", { stale: true });
  await told(ana, /^You already approved this .* It counted; nothing more to do\.$/);
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("the same command delivered twice starts one run", async () => {
  const { appUrl, rita } = await startSystem();
  const command = slashCommand("run deploy service=checkout version=v2.4.1 env=prod");
  const [first, second] = await Promise.all([post(appUrl, command), post(appUrl, command)]);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(first.text).toBe(second.text);
  await pendingCard(rita);
  await post(appUrl, command);
  const cards = (await rita.snapshot()).messages.filter(({ text }) => text.startsWith("Approval needed"));
  expect(cards).toHaveLength(1);
});

test("the same click delivered three times deploys once", async () => {
  const { appUrl, ana, askToDeploy, deployments } = await startSystem();
  const click = buttonClick({
    user: ana.id,
    action: "approve",
    value: buttonValue(await askToDeploy(), "approve"),
  });
  const answers = await Promise.all([post(appUrl, click), post(appUrl, click), post(appUrl, click)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await messageLike(ana, /^✅ Deployed/);
  await post(appUrl, click);
  expect(await deployments()).toHaveLength(1);
});

test("many workers handed the same job at once run the thread once", async () => {
  const system = await startSystem();
  const { ana, askToDeploy, deployments, config, around } = system;
  const card = await askToDeploy();
  const { team, thread } = (card.metadata?.event_payload ?? {}) as { team: string; thread: string };
  await ana.click(card, "Approve");
  const record = { messageId: "1", body: JSON.stringify({ v: 1, kind: "resume", team, thread }) };
  const invocation = { getRemainingTimeInMillis: () => 10_000 };
  const results = await Promise.all(
    Array.from({ length: 6 }, () =>
      composeWorker(config, around)({ Records: [record as never] }, invocation),
    ),
  );
  expect(results.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
  const replies = (await ana.snapshot()).messages.filter(({ text }) => text.startsWith("✅"));
  expect(replies).toHaveLength(1);
});

test("two runs in one channel do not touch each other", async () => {
  const { rita, ana, deployments } = await startSystem();
  await rita.say(DEPLOYS, "/countersign run deploy service=checkout version=v2.4.1 env=prod");
  await rita.say(DEPLOYS, "/countersign run deploy service=payments version=v1.9.3 env=staging");
  const payments = await messageLike(ana, /^Approval needed: Deploy payments/);
  await messageLike(ana, /^Approval needed: Deploy checkout/);
  await ana.click(payments, "Approve");
  await messageLike(ana, /^✅ Deployed payments/);
  expect(await deployments()).toMatchObject([{ service: "payments" }]);
  await messageLike(ana, /^Approval needed: Deploy checkout/);
});
