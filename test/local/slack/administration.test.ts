// What an administrator changes: who belongs, who is active, what is archived, and what time it is; all of it survives a restart.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createClock } from "../../../src/local/clock.ts";
import { createAdministrator } from "../../../src/local/slack/administrator.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { createStore } from "../../../src/local/slack/store.ts";
import { buttons, deploys, formOf, general, refusalOf, startWorld, textWith } from "./support.ts";

const { users, groups } = SEED;

async function world(options: Parameters<typeof startWorld>[0] = {}) {
  const started = await startWorld(options);
  return { ...started, administrator: createAdministrator(started.url) };
}

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "local-slack-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "slack.sqlite");
}

describe("a group's members", () => {
  it("leave it and come back, for the Web API and for the page", async () => {
    const { web, rita, administrator } = await world();
    const members = async () => (await web.usergroups.users.list({ usergroup: groups.oncall })).users;
    await administrator.change({ kind: "group", group: groups.oncall, user: users.bo, isMember: false });
    expect(await members()).toEqual([users.ana]);
    const shown = (await rita.snapshot()).groups.find(({ id }) => id === groups.oncall);
    expect(shown?.members).toEqual([users.ana]);
    await administrator.change({ kind: "group", group: groups.oncall, user: users.otto, isMember: true });
    await administrator.change({ kind: "group", group: groups.oncall, user: users.bo, isMember: true });
    expect([...((await members()) ?? [])].sort()).toEqual([users.ana, users.bo, users.otto].sort());
  });
});

describe("a deactivated account", () => {
  it("is deleted for the Web API, in no group and no channel, and can do nothing", async () => {
    const { web, bo, rita, administrator } = await world();
    await web.chat.postMessage({ channel: deploys, text: "Approve?", blocks: [buttons("Approve")] });
    const card = (await bo.messages(deploys))[0];
    if (card === undefined) throw new Error("The card is missing.");
    await administrator.change({ kind: "deactivate", user: users.bo, deactivated: true });
    expect((await web.users.info({ user: users.bo })).user?.deleted).toBe(true);
    expect((await web.usergroups.users.list({ usergroup: groups.oncall })).users).toEqual([users.ana]);
    expect((await web.conversations.members({ channel: deploys })).members).not.toContain(users.bo);
    const refused = { ok: false, error: textWith("Bo Oncall's account is deactivated") };
    expect(await bo.click(card, "Approve")).toMatchObject(refused);
    expect(await bo.say(deploys, "hello")).toMatchObject(refused);
    expect(await refusalOf(web.conversations.open({ users: users.bo }))).toMatchObject({
      error: "user_disabled",
    });
    expect((await bo.snapshot()).channels).toEqual([]);
    const shown = (await rita.snapshot()).people.find(({ id }) => id === users.bo);
    expect(shown).toMatchObject({ deactivated: true });
  });

  it("keeps its name in the conversations others had with it", async () => {
    const { rita, bo, administrator } = await world();
    const opened = await rita.openIm(users.bo);
    if (!opened.ok) throw new Error(opened.error);
    await administrator.change({ kind: "deactivate", user: users.bo, deactivated: true });
    const { channels } = await rita.snapshot();
    expect(channels).toContainEqual(expect.objectContaining({ id: opened.channel, name: "Bo Oncall" }));
    expect((await bo.snapshot()).channels).toEqual([]);
  });

  it("is as it was when it is active again", async () => {
    const { web, bo, administrator } = await world();
    await administrator.change({ kind: "deactivate", user: users.bo, deactivated: true });
    await administrator.change({ kind: "deactivate", user: users.bo, deactivated: false });
    expect((await web.users.info({ user: users.bo })).user?.deleted).toBe(false);
    expect((await web.usergroups.users.list({ usergroup: groups.oncall })).users).toContain(users.bo);
    expect(await bo.say(deploys, "back again")).toMatchObject({ ok: true });
  });
});

describe("an archived channel", () => {
  it("can be read, and neither people nor the app write there or change what was written", async () => {
    const { web, rita, administrator } = await world();
    const { ts = "" } = await web.chat.postMessage({ channel: deploys, text: "before" });
    await administrator.change({ kind: "archive", channel: deploys, archived: true });
    const error = (call: Promise<unknown>) => refusalOf(call).then((refusal) => refusal.error);
    expect(await error(web.chat.postMessage({ channel: deploys, text: "x" }))).toBe("is_archived");
    expect(await error(web.chat.postEphemeral({ channel: deploys, user: users.rita, text: "x" }))).toBe(
      "is_archived",
    );
    expect(await error(web.chat.update({ channel: deploys, ts, text: "x" }))).toBe("is_inactive");
    expect(await error(web.chat.delete({ channel: deploys, ts }))).toBe("is_inactive");
    expect(await rita.say(deploys, "hello")).toMatchObject({
      ok: false,
      error: textWith("#deploys is archived"),
    });
    expect(await rita.messages(deploys)).toMatchObject([{ text: "before" }]);
    expect((await web.conversations.history({ channel: deploys })).messages).toHaveLength(1);
    await administrator.change({ kind: "archive", channel: deploys, archived: false });
    await web.chat.update({ channel: deploys, ts, text: "after" });
    expect(await rita.messages(deploys)).toMatchObject([{ text: "after" }]);
  });
});

describe("changes", () => {
  it.each([
    ["nobody", { kind: "deactivate", user: "U0NOBODY", deactivated: true }],
    ["the app", { kind: "deactivate", user: users.bot, deactivated: true }],
    ["no group", { kind: "group", group: "S0NONE", user: users.ana, isMember: true }],
    ["no channel", { kind: "archive", channel: "C0NONE", archived: true }],
  ] as const)("to %s are refused with a sentence", async (_, change) => {
    const { administrator } = await world();
    await expect(administrator.change(change)).rejects.toThrow(/^There is (nobody|no) /);
  });

  it("survive a restart, and end with a reset", async () => {
    const file = temporaryFile();
    const first = await world({ store: createStore(file) });
    await first.administrator.change({
      kind: "group",
      group: groups.oncall,
      user: users.bo,
      isMember: false,
    });
    await first.administrator.change({ kind: "archive", channel: general, archived: true });
    const second = await world({ store: createStore(file) });
    const { groups: now, channels } = await second.rita.snapshot();
    expect(now.find(({ id }) => id === groups.oncall)?.members).toEqual([users.ana]);
    expect(channels.find(({ id }) => id === general)?.archived).toBe(true);
    await second.administrator.reset();
    expect((await second.rita.snapshot()).groups.find(({ id }) => id === groups.oncall)?.members).toContain(
      users.bo,
    );
  });
});

describe("the clock", () => {
  it("moves ahead for everything the local Slack does, and says so", async () => {
    const { clock, url, app, rita, administrator } = await world();
    await rita.say(deploys, "/countersign help");
    const { response_url = "" } = formOf(app.received.at(-1));
    expect(await administrator.advance(30 * 60 + 1)).toEqual({
      now: new Date(clock.ms + 1_801_000).toISOString(),
      aheadSeconds: 1_801,
    });
    expect((await fetch(response_url, { method: "POST", body: "text=late" })).status).toBe(404);
    await rita.say(deploys, "later");
    const [message] = await rita.messages(deploys);
    expect(Number(message?.ts)).toBeGreaterThanOrEqual(clock.ms / 1_000 + 1_801);
    expect((await rita.snapshot()).now).toBe(new Date(clock.ms + 1_801_000).toISOString());
    expect(await (await fetch(`${url}/local/clock`)).json()).toMatchObject({ aheadSeconds: 1_801 });
  });

  it("that is moved while the app answers does not make the answer late", async () => {
    let real = 0;
    const { rita, app, administrator } = await world({ elapsed: () => (real += 5) });
    app.answer = async () => {
      await administrator.advance(24 * 60 * 60);
      return new Response("");
    };
    expect(await rita.say(deploys, "/countersign help")).toMatchObject({
      answer: { kind: "ok", status: 200 },
    });
  });

  it.each([0, -60, 1e9, "soon"])("never moves back, nor by %s seconds", async (advanceSeconds) => {
    const { url } = await world();
    const answer = await fetch(`${url}/local/clock`, {
      method: "POST",
      body: JSON.stringify({ advanceSeconds }),
    });
    expect(answer.status).toBe(400);
    expect(await (await fetch(`${url}/local/clock`)).json()).toMatchObject({ aheadSeconds: 0 });
  });

  it("is as far ahead after a restart as before", () => {
    const file = temporaryFile();
    const first = createClock(() => 1_000_000, createStore(file));
    first.advance(60);
    first.advance(30);
    const second = createClock(() => 2_000_000, createStore(file));
    expect([second.aheadSeconds(), second.nowMs(), second.now()]).toEqual([
      90,
      2_090_000,
      "1970-01-01T00:34:50.000Z",
    ]);
  });
});
