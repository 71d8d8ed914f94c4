// Seed 001, example 1, one question before an action: the whole trip through the front door, a command, a card, a click, and an effect that happens once.
import { expect, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { meanwhile, performed } from "../support/modelled-workflow.ts";
import { textIn } from "../support/one-question.ts";
import {
  DEPLOY_COMMAND,
  DEPLOYS,
  messageLike,
  pendingCard,
  retryAbove,
  startSystem,
} from "../support/system.ts";

test("an approved deployment happens once, and the card, the run and its thread say so", async () => {
  const { ana, rita, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  expect(await deployments()).toEqual([]);

  const clicked = await ana.click(card, "Approve");
  expect(clicked).toMatchObject({ ok: true, answer: { kind: "ok", status: 200 } });

  const reply = await messageLike(
    rita,
    /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.4\.0\)\. <@U0RITA>$/,
  );
  expect(reply.threadTs).toBe(card.threadTs);
  await messageLike(rita, /^Approved: Deploy checkout v2\.4\.1 to prod, by <@U0ANA>\.$/);
  await messageLike(rita, /^deploy r-\w+, requested by <@U0RITA>: Deployed checkout v2\.4\.1 to prod/);
  expect(await deployments()).toMatchObject([{ service: "checkout", env: "prod", version: "v2.4.1" }]);
});

test("a decided card has no buttons any more", async () => {
  const { ana, rita, askToDeploy } = await startSystem();
  await ana.click(await askToDeploy(), "Approve");
  const decided = await messageLike(rita, /^Approved: /);
  expect(decided.blocks.map(({ type }) => type)).not.toContain("actions");
});

test("the person who starts a run is told privately that it was started", async () => {
  const { ana, rita, askToDeploy } = await startSystem();
  await askToDeploy();
  expect((await rita.ephemerals()).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Started \*deploy\* as r-/),
  ]);
  expect(await ana.ephemerals()).toEqual([]);
});

test("a rejection with a reason runs nothing, and everybody reads why", async () => {
  const { ana, rita, askToDeploy, deployments } = await startSystem();
  await ana.click(await askToDeploy(), "Reject…");
  const form = await ana.waitFor(({ views }) => views.at(-1));
  expect(form.title).toBe("Reject request");
  await ana.submit(form, { reason: "Not now", note: "Freeze until 17:00" });

  await messageLike(rita, /^⛔ Not deployed: Not now: Freeze until 17:00 <@U0RITA>$/);
  const card = await messageLike(rita, /^Rejected: Deploy checkout v2\.4\.1 to prod, by <@U0ANA>\.$/);
  expect(JSON.stringify(card.blocks)).toContain("Not now: Freeze until 17:00");
  expect(await ana.view()).toBeUndefined();
  expect(await deployments()).toEqual([]);
});

test("rejecting for another reason needs a note, and says so at the field", async () => {
  const { ana, askToDeploy } = await startSystem();
  await ana.click(await askToDeploy(), "Reject…");
  const form = await ana.waitFor(({ views }) => views.at(-1));
  await ana.submit(form, { reason: "Other" });
  const again = await ana.waitFor(({ views }) => views.find(({ errors }) => Object.keys(errors).length > 0));
  expect(again.errors).toEqual({ note: "Please say why." });
});

test("an edit approves what was edited, and the card shows before and after", async () => {
  const { ana, rita, askToDeploy, deployments } = await startSystem();
  await ana.click(await askToDeploy(), "Edit…");
  const form = await ana.waitFor(({ views }) => views.at(-1));
  expect(form.title).toBe("Edit request");
  await ana.submit(form, { "arg:version": "v2.4.2" });

  await messageLike(rita, /^✅ Deployed checkout v2\.4\.2 to prod/);
  const card = await messageLike(rita, /^Approved with changes: /);
  expect(JSON.stringify(card.blocks)).toContain("version: ~v2.4.1~ → *v2.4.2*");
  expect(await deployments()).toMatchObject([{ version: "v2.4.2" }]);
});

test("an edit that does not fit keeps the form open with a sentence at the field, and decides nothing", async () => {
  const { ana, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  await ana.click(card, "Edit…");
  const form = await ana.waitFor(({ views }) => views.at(-1));
  await ana.submit(form, { "arg:version": "latest" });
  const again = await ana.waitFor(({ views }) => views.find(({ errors }) => Object.keys(errors).length > 0));
  expect(again.errors).toEqual({ "arg:version": "Must be: a version like v2.4.1." });
  expect(await deployments()).toEqual([]);

  await ana.submit(again, { "arg:version": "v2.4.2" });
  await messageLike(ana, /^✅ Deployed checkout v2\.4\.2/);
});

test("the requester cannot approve their own run and is told why, privately", async () => {
  const { rita, ana, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  await rita.click(card, "Approve");
  const told = await rita.waitFor(({ messages }) =>
    messages.find(({ text }) => text.startsWith("You started this run")),
  );
  expect(told.text).toBe(
    "You started this run, so someone else from <!subteam^S0ONCALL> has to decide it. Your click was not counted.",
  );
  expect(told.visibleTo).toBe(rita.id);
  expect(await ana.ephemerals()).toEqual([]);
  expect(await deployments()).toEqual([]);
});

test.each(["Approve", "Reject…", "Edit…"])(
  "an outsider who clicks %s is told why it does not count, privately",
  async (button) => {
    const { otto, ana, askToDeploy, deployments } = await startSystem();
    await otto.click(await askToDeploy(), button);
    const told = await otto.waitFor(({ messages }) =>
      messages.find(({ text }) => text.startsWith("You can't decide this one")),
    );
    expect(told.visibleTo).toBe(otto.id);
    expect(await otto.view()).toBeUndefined();
    expect(await ana.ephemerals()).toEqual([]);
    expect(await deployments()).toEqual([]);
  },
);

test.each(["gus", "eve"] as const)(
  "%s, who is no full member, can neither start a run nor decide one",
  async (name) => {
    const system = await startSystem();
    const stranger = system[name];
    await stranger.say(DEPLOYS, "/countersign run deploy service=checkout version=v2.4.1 env=prod");
    await stranger.waitFor(({ messages }) =>
      messages.find(({ text }) => text.startsWith("Only full members")),
    );
    await stranger.click(await system.askToDeploy(), "Approve");
    await stranger.waitFor(({ messages }) =>
      messages.find(({ text }) => text.includes("Your click was not counted")),
    );
    expect(await system.deployments()).toEqual([]);
  },
);

test("a run started where the app cannot post is asked about in the default channel, and can be approved there", async () => {
  const { rita, ana, deployments } = await startSystem();
  await rita.say(SEED.channels.random, DEPLOY_COMMAND);
  const card = await pendingCard(ana);
  expect(card.channel).toBe(DEPLOYS);
  await ana.click(card, "Approve");
  const reply = await messageLike(ana, /^✅ Deployed/);
  expect(reply).toMatchObject({ channel: DEPLOYS, threadTs: card.threadTs });
  expect(await deployments()).toHaveLength(1);
});

test("what nobody on call decides in a quarter of an hour goes on to the operators", async () => {
  const { rita, askToDeploy, sweepAfter } = await startSystem();
  await askToDeploy();
  await sweepAfter(15 * 60 + 1);
  await messageLike(rita, /^📣 <!subteam\^S0OPS>: nobody has decided \*Deploy checkout v2\.4\.1 to prod\*/);
});

test("when another version runs there by the time an approved deployment is tried again, it is asked about again", async () => {
  const system = await startSystem();
  const { ana, rita, relays, askToDeploy } = system;
  const card = await askToDeploy();
  relays.ops.refuse(/^POST \/deployments/);
  await ana.click(card, "Approve");
  const failed = await messageLike(rita, /Failed: .* could not be reached/);
  relays.ops.restore();
  await meanwhile(system, "deployments", { service: "checkout", env: "prod", version: "v2.5.0" });
  await retryAbove(rita, failed);
  const again = await ana.waitFor(({ messages }) =>
    messages.find((one) => one.text.startsWith("Approval needed") && one.ts !== card.ts),
  );
  expect(textIn(again)).toContain("checkout in prod runs v2.5.0. It will be replaced by v2.4.1");
  expect(await performed(system, "deployments")).toHaveLength(1);
  await ana.click(again, "Approve");
  await messageLike(ana, /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.5\.0\)/);
});
