// Cancel run on the run's own message, through signed requests: the question closes, and nothing is deployed.
import { expect, test } from "vitest";
import { messageLike, startSystem, told } from "../support/system.ts";

test("the requester cancels a run that waits: its cards say so, and nothing happens", async () => {
  const { ana, rita, askToDeploy, deployments } = await startSystem();
  await askToDeploy();
  const run = await messageLike(rita, /^deploy r-/);
  expect(await rita.click(run, "Cancel run")).toMatchObject({ answer: { kind: "ok" } });
  await messageLike(ana, /^Cancelled by <@U0RITA>: Deploy /);
  await messageLike(ana, /^deploy .*: Cancelled by <@U0RITA>\. What was done stays done\./);
  await messageLike(ana, /^🚫 Cancelled by/);
  expect(await deployments()).toEqual([]);
});

test("somebody who neither asked for a run nor may decide it cannot cancel it, and is told who can", async () => {
  const { otto, ana, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  await otto.click(await messageLike(otto, /^deploy r-/), "Cancel run");
  await told(otto, /^Only the requester, the approvers and the operators can cancel a run\. Nothing was/);
  await ana.click(card, "Approve");
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("a click after Cancel and before any worker has come by is refused in words, and nothing happens", async () => {
  const { ana, rita, relays, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  relays.sqs.cut();
  await rita.click(await messageLike(rita, /^deploy r-/), "Cancel run");
  await told(rita, /^The run is cancelled and does nothing more\. The queue did not answer/);
  await ana.click(card, "Approve");
  await told(ana, /^This run was cancelled before a decision\. Your click was not counted/);
  expect(await deployments()).toEqual([]);
});

test("a decision whose run is cancelled before it goes on stays, and its card says that nothing follows from it", async () => {
  const { ana, rita, relays, askToDeploy, deployments, sweepAfter } = await startSystem();
  const card = await askToDeploy();
  relays.sqs.cut();
  await ana.click(card, "Approve");
  await told(ana, /^Your decision is recorded\. The queue did not answer/);
  await rita.click(await messageLike(rita, /^deploy r-/), "Cancel run");
  await told(rita, /^The run is cancelled and does nothing more\. The queue did not answer/);
  relays.sqs.restore();
  await sweepAfter(60);
  const approved = await messageLike(ana, /^Approved: /);
  expect(JSON.stringify(approved.blocks)).toContain("the run was cancelled and does not continue");
  expect(await deployments()).toEqual([]);
});
