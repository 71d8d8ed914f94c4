// The requester hears the outcome: in the run's thread, and in person where that is not where they asked.
import { expect, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { asking, ONE_APPROVER } from "../support/asking-workflow.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { DEPLOY_COMMAND, messageLike, pendingCard, startSystem } from "../support/system.ts";

const { channels } = SEED;

test("in a channel where the app can post the requester is mentioned in the thread, and nowhere else", async () => {
  const { ana, rita, askToDeploy } = await startSystem();
  await ana.click(await askToDeploy(), "Approve");
  const outcome = await messageLike(rita, /^✅ Deployed checkout/);
  expect(outcome.text).toContain(`<@${rita.id}>`);
  expect(outcome.channel).toBe(channels.deploys);
  const { messages } = await rita.snapshot();
  expect(messages.filter(({ text }) => text.startsWith("✅ Deployed"))).toHaveLength(1);
});

test("who asked where the app cannot post is told in a direct message, besides the thread", async () => {
  const { ana, rita, untilIdle } = await startSystem();
  await rita.say(channels.random, DEPLOY_COMMAND);
  await ana.click(await pendingCard(ana), "Approve");
  await messageLike(ana, /^✅ Deployed checkout/);
  await untilIdle();
  const { messages, channels: all } = await rita.snapshot();
  const told = messages.filter(({ text }) => text.startsWith("✅ Deployed"));
  const kinds = told.map(({ channel }) => all.find(({ id }) => id === channel)?.kind);
  expect(kinds.sort()).toEqual(["channel", "im"]);
});

test("a run that nobody asked for in a channel goes to its workflow's, and its requester is told in person", async () => {
  const workflow = asking(ONE_APPROVER, () => "all well", { channel: channels.general });
  const own = await startOwnWorkflow({ workflow, words: { version: "v1" }, isRemote: true });
  await own.goOn();
  await own.goOn();
  const { messages, channels: all } = await own.rita.snapshot();
  const card = messages.find(({ text }) => text.startsWith("asking r-"));
  expect(card?.channel).toBe(channels.general);
  const told = messages.filter(({ text }) => text.startsWith('✅ "all well"'));
  expect(told.map(({ channel }) => all.find(({ id }) => id === channel)?.kind).sort()).toEqual([
    "channel",
    "im",
  ]);
});
