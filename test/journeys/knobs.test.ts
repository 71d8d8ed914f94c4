// The product under everything that Slack can do to it on purpose: nothing is done twice, nothing is lost, and people are told the truth.
import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import {
  DEPLOY_COMMAND,
  DEPLOYS,
  messageLike,
  pendingCard,
  startSystem,
  sweptUntil,
  type System,
  told,
} from "../support/system.ts";

/** From the command to the deployment, with these faults at the command, and these at the click. */
async function deployWith(
  system: System,
  {
    atCommand = [],
    atClick = [],
  }: { readonly atCommand?: readonly Fault[]; readonly atClick?: readonly Fault[] },
): Promise<void> {
  await system.administrator.faults(...atCommand);
  await system.rita.say(DEPLOYS, DEPLOY_COMMAND);
  const card = await sweptUntil(system, system.ana, /^Approval needed/);
  await system.administrator.faults(...atClick);
  await system.ana.click(card, "Approve");
  // Every card shows what is true in the end. The sweeper mends what a fault left undrawn.
  await sweptUntil(system, system.ana, /^✅ Deployed/);
  await sweptUntil(system, system.ana, /^Approved: /);
  await sweptUntil(system, system.ana, /^deploy .* Deployed/);
}

describe("with calls that go wrong", () => {
  test.each<[string, Fault]>([
    [
      "429 to chat.postMessage",
      { kind: "rate-limit", method: "chat.postMessage", retryAfterSeconds: 1, times: 1 },
    ],
    ["429 to chat.update", { kind: "rate-limit", method: "chat.update", retryAfterSeconds: 1, times: 1 }],
    ["the reply to chat.postMessage lost", { kind: "lose-reply", method: "chat.postMessage", times: 1 }],
    ["the reply to chat.update lost", { kind: "lose-reply", method: "chat.update", times: 1 }],
    ["the replies of everything late", { kind: "delay-reply", ms: 250, times: 20 }],
  ])("%s: one run, one card for each thing, one deployment", async (_, fault) => {
    const system = await startSystem();
    await deployWith(system, { atCommand: [fault], atClick: [fault] });
    expect(await system.deployments()).toHaveLength(1);
    const { messages } = await system.ana.snapshot();
    const texts = messages.map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith("Approved: "))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith("✅ Deployed"))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith("deploy "))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith("Approval needed"))).toEqual([]);
  });

  test.each(["users.info", "usergroups.users.list"])(
    "429 to %s: nobody can say who clicked, so the click does not count, they are told, and the next one does",
    async (method) => {
      const { ana, administrator, askToDeploy, deployments } = await startSystem();
      const card = await askToDeploy();
      await administrator.faults({ kind: "rate-limit", method, retryAfterSeconds: 1, times: 1 });
      expect(await ana.click(card, "Approve")).toMatchObject({ answer: { kind: "ok" } });
      await told(ana, /^I couldn't check/);
      expect(await deployments()).toEqual([]);
      await ana.click(card, "Approve");
      await messageLike(ana, /^✅ Deployed/);
    },
  );

  test("a question does not wait for the run's own message to be brought up to date", async () => {
    const { rita, ana, administrator } = await startSystem();
    await administrator.faults({
      kind: "rate-limit",
      method: "chat.update",
      retryAfterSeconds: 30,
      times: 50,
    });
    await rita.say(DEPLOYS, DEPLOY_COMMAND);
    await pendingCard(ana);
    await messageLike(ana, /^deploy .*: Running$/);
  });
});

describe("with deliveries that go wrong", () => {
  test("a command and a click that arrive twice: one run, one decision, one deployment", async () => {
    const system = await startSystem();
    await deployWith(system, {
      atCommand: [{ kind: "deliver-twice", type: "slash_command", times: 1 }],
      atClick: [{ kind: "deliver-twice", type: "block_actions", times: 1 }],
    });
    expect(await system.deployments()).toHaveLength(1);
    const { messages } = await system.ana.snapshot();
    expect(messages.filter(({ text }) => text.startsWith("Approved: "))).toHaveLength(1);
  });

  test("a form submitted twice: one decision, one deployment of what was edited", async () => {
    const { ana, administrator, askToDeploy, deployments } = await startSystem();
    await ana.click(await askToDeploy(), "Edit…");
    const form = await ana.waitFor(({ views }) => views.at(-1));
    await administrator.faults({ kind: "deliver-twice", type: "view_submission", times: 1 });
    await ana.submit(form, { "arg:version": "v2.4.2" });
    await messageLike(ana, /^✅ Deployed/);
    expect(await deployments()).toMatchObject([{ version: "v2.4.2" }]);
  });

  test("two clicks that overtake each other: the one that arrives first decides, the other is told", async () => {
    const { ana, bo, administrator, askToDeploy, deployments } = await startSystem();
    const card = await askToDeploy();
    await administrator.faults({ kind: "deliver-after-next", type: "block_actions", times: 1 });
    const overtaken = ana.click(card, "Approve");
    await expect.poll(() => administrator.pending()).toEqual([]);
    await bo.click(card, "Approve");
    await overtaken;
    expect((await messageLike(ana, /^Approved: /)).text).toContain(`<@${bo.id}>`);
    expect((await told(ana, /approved this/)).text).toContain(`<@${bo.id}>`);
    await messageLike(ana, /^✅ Deployed/);
    expect(await deployments()).toHaveLength(1);
  });

  test("a request from another workspace is refused with 4xx, and changes nothing", async () => {
    const { rita, ana, administrator, askToDeploy, deployments } = await startSystem();
    await administrator.faults({ kind: "wrong-team", times: 1 });
    expect(await rita.say(DEPLOYS, DEPLOY_COMMAND)).toMatchObject({
      answer: { kind: "failed", status: 403 },
    });
    const card = await askToDeploy();
    await administrator.faults({ kind: "wrong-team", times: 1 });
    expect(await ana.click(card, "Approve")).toMatchObject({ answer: { kind: "failed", status: 403 } });
    expect(await deployments()).toEqual([]);
    await ana.click(card, "Approve");
    await messageLike(ana, /^✅ Deployed/);
  });

  test.each(["Reject…", "Edit…"])(
    "%s with a trigger that has run out says so, and can be clicked again",
    async (button) => {
      const { ana, administrator, askToDeploy } = await startSystem();
      const card = await askToDeploy();
      await administrator.faults({ kind: "expire-trigger", times: 1 });
      expect(await ana.click(card, button)).toMatchObject({ answer: { kind: "ok" } });
      await told(ana, /again/);
      await ana.click(card, button);
      await ana.waitFor(({ views }) => views.at(-1));
    },
  );
});

describe("with a workspace that changes while a card waits", () => {
  const { users, groups } = SEED;

  test("who was taken out of the group can no longer decide, who was put in can", async () => {
    const { ana, otto, administrator, askToDeploy, deployments } = await startSystem();
    const card = await askToDeploy();
    // It is known who is in the group, until Slack says that this has changed.
    await ana.click(card, "Edit…");
    await administrator.change({ kind: "group", group: groups.oncall, user: users.ana, isMember: false });
    await administrator.change({ kind: "group", group: groups.oncall, user: users.otto, isMember: true });
    await ana.click(card, "Approve");
    await told(ana, /^You can't decide this one/);
    expect(await deployments()).toEqual([]);
    await otto.click(card, "Approve");
    await messageLike(otto, /^✅ Deployed/);
  });

  test("whose account was switched off while their click was under way does not decide", async () => {
    const { ana, bo, administrator, askToDeploy, deployments } = await startSystem();
    const card = await askToDeploy();
    await administrator.faults({ kind: "deliver-after-next", type: "block_actions", times: 1 });
    const clicking = bo.click(card, "Approve");
    await expect.poll(() => administrator.pending()).toEqual([]);
    await administrator.change({ kind: "deactivate", user: users.bo, deactivated: true });
    // Releases what waits.
    await ana.click(card, "Edit…");
    await clicking;
    expect(await deployments()).toEqual([]);
    await ana.click(card, "Approve");
    await messageLike(ana, /^✅ Deployed/);
    expect((await messageLike(ana, /^Approved: /)).text).toContain(`<@${ana.id}>`);
  });

  test("a decision in a channel that was archived stands, and the run goes on", async () => {
    const system = await startSystem();
    const { ana, administrator, askToDeploy, deployments } = system;
    const card = await askToDeploy();
    await administrator.change({ kind: "archive", channel: DEPLOYS, archived: true });
    expect(await ana.click(card, "Approve")).toMatchObject({ ok: true });
    await expect.poll(() => deployments(), { timeout: 10_000 }).toHaveLength(1);
    await administrator.change({ kind: "archive", channel: DEPLOYS, archived: false });
    await sweptUntil(system, ana, /^Approved: /);
    expect(await deployments()).toHaveLength(1);
  });
});

test("a card that has waited for a month can still be decided, by the clock of everything", async () => {
  const { ana, administrator, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  await administrator.advance(30 * 24 * 60 * 60);
  await ana.click(card, "Approve");
  await messageLike(ana, /^✅ Deployed/);
  expect(JSON.stringify((await messageLike(ana, /^Approved: /)).blocks)).toContain("after 30 d");
  expect(await deployments()).toHaveLength(1);
});
