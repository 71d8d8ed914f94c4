// The journeys that everybody takes, with everything kept in one file in place of DynamoDB and SQS.
import { expect, test } from "vitest";
import { DEPLOYS, messageLike, type System, startSystem, told } from "../support/system.ts";

const onFile = (): Promise<System> => startSystem({ keeps: "one file" });

test("an approved deployment happens once, and nothing of it asked DynamoDB or SQS", async () => {
  const { ana, rita, askToDeploy, deployments, relays, untilIdle } = await onFile();
  let asked = 0;
  for (const relay of [relays.dynamo, relays.sqs]) relay.onceUsed(() => (asked += 1));
  await ana.click(await askToDeploy(), "Approve");
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.4\.0\)\./);
  await messageLike(rita, /^Approved: Deploy checkout v2\.4\.1 to prod, by <@U0ANA>\.$/);
  await untilIdle();
  expect(await deployments()).toMatchObject([{ service: "checkout", env: "prod", version: "v2.4.1" }]);
  expect(asked).toBe(0);
});

test("an edit approves what was edited, and a rejection runs nothing", async () => {
  const { ana, rita, askToDeploy, deployments } = await onFile();
  await ana.click(await askToDeploy(), "Edit…");
  const edit = await ana.waitFor(({ views }) => views.at(-1));
  await ana.submit(edit, { "arg:version": "v2.4.2" });
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.2 to prod/);
  await ana.click(await askToDeploy(), "Reject…");
  const form = await ana.waitFor(({ views }) => views.find(({ title }) => title === "Reject request"));
  await ana.submit(form, { reason: "Not now", note: "Freeze until 17:00" });
  await messageLike(rita, /^⛔ Not deployed: Not now: Freeze until 17:00/);
  expect(await deployments()).toMatchObject([{ version: "v2.4.2" }]);
});

test("when two people click at once, one decides and the other is told who did", async () => {
  const { ana, bo, askToDeploy, deployments } = await onFile();
  const card = await askToDeploy();
  await Promise.all([ana.click(card, "Approve"), bo.click(card, "Approve")]);
  const decided = await messageLike(ana, /^Approved: /);
  const loser = decided.text.includes(`<@${ana.id}>`) ? bo : ana;
  await told(loser, /approved this .* Your click was not counted; nothing more to do\.$/);
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("what nobody on call decides in a quarter of an hour goes on to the operators", async () => {
  const { ana, askToDeploy, sweepAfter } = await onFile();
  const card = await askToDeploy();
  await sweepAfter(16 * 60);
  await messageLike(ana, /^📣 <!subteam\^S0OPS>: nobody has decided \*Deploy checkout v2\.4\.1 to prod\*/);
  await ana.click(card, "Approve");
  await messageLike(ana, /^✅ Deployed/);
});

test("the lists and the home read the file", async () => {
  const { ana, rita, askToDeploy, untilIdle } = await onFile();
  await askToDeploy();
  await untilIdle();
  await rita.say(DEPLOYS, "/countersign pending");
  await told(rita, /deploy/);
  expect(await ana.home()).toMatchObject({ answer: { kind: "ok" }, view: { user: ana.id } });
});
