// What somebody has not read, and whom it names; direct messages between people.
import { describe, expect, it } from "vitest";
import { SEED } from "../../../src/local/slack/seed.ts";
import { deploys, general, refusalOf, startWorld, textWith } from "./support.ts";

const { users } = SEED;

describe("unread marks", () => {
  it("count what others wrote since, and what of it names a person or their group", async () => {
    const { web, rita, ana, bo } = await startWorld();
    await rita.say(deploys, "hello");
    await rita.say(deploys, "@ana can you look?");
    await web.chat.postMessage({
      channel: deploys,
      text: "Approve?",
      blocks: [{ type: "section", text: { type: "mrkdwn", text: "for <!subteam^S0ONCALL>" } }],
    });
    const unread = async (person: typeof ana) => (await person.snapshot()).unread;
    expect(await unread(ana)).toEqual([{ channel: deploys, count: 3, mentions: 2, lastRead: "0" }]);
    expect(await unread(bo)).toMatchObject([{ count: 3, mentions: 1 }]);
    // Her own two are read.
    expect(await unread(rita)).toMatchObject([{ count: 1, mentions: 0 }]);
  });

  it("leave out thread replies, unless they are broadcast, and what only one person sees", async () => {
    const { web, ana } = await startWorld();
    const { ts = "" } = await web.chat.postMessage({ channel: general, text: "run" });
    await ana.read(general, ts);
    await web.chat.postMessage({ channel: general, text: "progress", thread_ts: ts });
    await web.chat.postEphemeral({ channel: general, user: users.ana, text: "for you" });
    expect((await ana.snapshot()).unread).toEqual([]);
    await web.chat.postMessage({ channel: general, text: "card", thread_ts: ts, reply_broadcast: true });
    expect((await ana.snapshot()).unread).toMatchObject([{ count: 1, lastRead: ts }]);
  });

  it("go when the channel was read, and never come back by an older mark", async () => {
    const { web, ana } = await startWorld();
    const first = await web.chat.postMessage({ channel: general, text: "one" });
    const second = await web.chat.postMessage({ channel: general, text: "two" });
    expect(await ana.read(general, second.ts ?? "")).toMatchObject({ ok: true });
    await ana.read(general, first.ts ?? "");
    expect((await ana.snapshot()).unread).toEqual([]);
  });

  it("are nobody's business in a channel they are not in", async () => {
    const { web, url } = await startWorld();
    const { createPerson } = await import("../../../src/local/slack/person.ts");
    const eve = createPerson(url, users.eve);
    const { ts = "" } = await web.chat.postMessage({ channel: general, text: "internal" });
    expect(await eve.read(general, ts)).toMatchObject({ ok: false, error: textWith("not in the channel") });
    expect((await eve.snapshot()).unread).toEqual([]);
  });
});

describe("direct messages between people", () => {
  it("are opened once, bear the other one's name, and all of them are mentions", async () => {
    const { rita, ana, bo } = await startWorld();
    const opened = await rita.openIm(users.ana);
    const again = await ana.openIm(users.rita);
    expect(again).toEqual(opened);
    if (!opened.ok) throw new Error(opened.error);
    await rita.say(opened.channel, "got a minute?");
    const seen = await ana.snapshot();
    expect(seen.channels).toContainEqual(expect.objectContaining({ kind: "im", name: "Rita Requester" }));
    expect((await rita.snapshot()).channels).toContainEqual(expect.objectContaining({ name: "Ana Oncall" }));
    expect(seen.unread).toMatchObject([{ count: 1, mentions: 1 }]);
    expect((await bo.snapshot()).messages).toEqual([]);
  });

  it("are none of the app's business", async () => {
    const { web, rita } = await startWorld();
    const opened = await rita.openIm(users.ana);
    if (!opened.ok) throw new Error(opened.error);
    expect(await refusalOf(web.chat.postMessage({ channel: opened.channel, text: "hi" }))).toMatchObject({
      error: "channel_not_found",
    });
    expect(await refusalOf(web.conversations.history({ channel: opened.channel }))).toMatchObject({
      error: "channel_not_found",
    });
  });

  it("cannot be had with nobody, with Slackbot, or with oneself", async () => {
    const { rita } = await startWorld();
    for (const other of ["U0NOBODY", users.slackbot, users.rita])
      expect(await rita.openIm(other)).toMatchObject({ ok: false });
  });
});

describe("what people type", () => {
  it.each([
    ["an address", "to=lee@example.com now", "to=<mailto:lee@example.com|lee@example.com> now"],
    ["a link", "see https://example.com/a?b=1&c=2.", "see <https://example.com/a?b=1&amp;c=2>."],
    [
      "a link with an address and a name in it",
      "https://x.example/?to=a@b.com&by=@ana",
      "<https://x.example/?to=a@b.com&amp;by=@ana>",
    ],
    ["a mention", "@ana look", "<@U0ANA|ana> look"],
    ["brackets", "a <b> https://x.example>", "a &lt;b&gt; <https://x.example>&gt;"],
  ])("is escaped as Slack does: %s", async (_, typed, stored) => {
    const { rita } = await startWorld();
    await rita.say(general, typed);
    expect((await rita.messages(general))[0]?.text).toBe(stored);
  });
});
