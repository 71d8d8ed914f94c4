// The Web API through Slack's own client: what it answers and how it refuses.
import { describe, expect, it } from "vitest";
import { SEED } from "../../../src/local/slack/seed.ts";
import { buttons, deploys, general, random, refusalOf, startWorld, webClient } from "./support.ts";

const { users, groups } = SEED;
const text = (length: number): string => "x".repeat(length);

describe("the Web API", () => {
  it("knows the token it was given and no other", async () => {
    const { web, url } = await startWorld();
    expect(await web.auth.test()).toMatchObject({
      ok: true,
      user_id: users.bot,
      bot_id: "B0LOCAL",
      team_id: "T0LOCAL",
    });
    expect((await refusalOf(webClient(url, "xoxb-wrong").auth.test())).error).toBe("invalid_auth");
    const without = await fetch(`${url}/api/auth.test`, { method: "POST" });
    expect(await without.json()).toEqual({ ok: false, error: "not_authed" });
  });

  it("says so when a method does not exist, and notes every call", async () => {
    const { web, everything } = await startWorld();
    expect((await refusalOf(web.apiCall("chat.shout"))).error).toBe("unknown_method");
    expect((await refusalOf(web.apiCall("toString"))).error).toBe("unknown_method");
    await web.auth.test();
    expect((await everything()).calls).toEqual([
      { method: "chat.shout", ok: false, error: "unknown_method" },
      { method: "toString", ok: false, error: "unknown_method" },
      { method: "auth.test", ok: true },
    ]);
  });

  it("takes JSON as well as a form", async () => {
    const { url } = await startWorld();
    const response = await fetch(`${url}/api/chat.postMessage`, {
      method: "POST",
      headers: { Authorization: "Bearer xoxb-local", "Content-Type": "application/json" },
      body: JSON.stringify({ channel: deploys, text: "hi", blocks: [buttons("Go")] }),
    });
    expect(await response.json()).toMatchObject({ ok: true, channel: deploys, message: { text: "hi" } });
  });

  it("posts with blocks and metadata, and gives metadata back only when asked", async () => {
    const { web } = await startWorld();
    const metadata = { event_type: "card", event_payload: { interrupt: "9c21" } };
    const posted = await web.chat.postMessage({
      channel: deploys,
      text: "Approve?",
      blocks: [buttons("Approve")],
      metadata,
    });
    expect(posted.message).toMatchObject({
      user: users.bot,
      bot_id: "B0LOCAL",
      blocks: [{ block_id: "row" }],
    });
    const plainly = await web.conversations.history({ channel: deploys });
    expect(plainly.messages?.[0]).not.toHaveProperty("metadata");
    const fully = await web.conversations.history({ channel: deploys, include_all_metadata: true });
    expect(fully.messages?.[0]).toMatchObject({ ts: posted.ts, metadata });
  });

  it("refuses what cannot be posted", async () => {
    const { web } = await startWorld();
    const post = async (extra: object): Promise<string> =>
      (await refusalOf(web.apiCall("chat.postMessage", { channel: deploys, ...extra }))).error;
    expect(await post({ channel: "C0NOWHERE", text: "a" })).toBe("channel_not_found");
    expect(await post({ channel: "#deploys", text: "a" })).toBe("channel_not_found");
    expect(await post({ channel: random, text: "a" })).toBe("not_in_channel");
    expect(await post({})).toBe("no_text");
    expect(await post({ text: "a", thread_ts: "1.000001" })).toBe("thread_not_found");
    expect(await post({ text: "a", blocks: "not json" })).toBe("invalid_blocks_format");
    expect(
      await post({ text: "a", metadata: { event_type: "x", event_payload: { a: { b: { c: 1 } } } } }),
    ).toBe("invalid_metadata_format");
    expect(await post({ text: "a", attachments: [{}] })).toBe("invalid_arguments");
  });

  it("names a missing argument in Slack's shape", async () => {
    const { web } = await startWorld();
    expect(await refusalOf(web.apiCall("chat.postMessage", { text: "a" }))).toEqual(
      expect.objectContaining({
        error: "invalid_arguments",
        response_metadata: { messages: ["[ERROR] missing required field: channel [json-pointer:]"] },
      }),
    );
  });

  it("refuses bad blocks in Slack's shape, with pointers", async () => {
    const { web } = await startWorld();
    const blocks = [{ type: "section", text: { type: "mrkdwn", text: text(3001) } }];
    const refusal = await refusalOf(web.apiCall("chat.postMessage", { channel: deploys, text: "a", blocks }));
    const problem = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]";
    expect(refusal).toMatchObject({
      error: "invalid_blocks",
      errors: [problem],
      response_metadata: { messages: [`[ERROR] ${problem}`] },
    });
  });

  it("refuses blocks over 12,000 bytes together and cuts text at 40,000", async () => {
    const { web } = await startWorld();
    const section = { type: "section", text: { type: "mrkdwn", text: text(2950) } };
    const four = Array<object>(4).fill(section);
    const accepted = await web.apiCall("chat.postMessage", {
      channel: deploys,
      text: "a",
      blocks: four.slice(1),
    });
    expect(accepted.ok).toBe(true);
    const refusal = await refusalOf(
      web.apiCall("chat.postMessage", { channel: deploys, text: "a", blocks: [...four, section] }),
    );
    expect(refusal.error).toBe("msg_blocks_too_long");
    const cut = await web.chat.postMessage({ channel: deploys, text: text(40_001) });
    expect(cut.message?.text).toHaveLength(40_000);
  });

  it("updates only the app's own, lasting messages, with at most 4,000 characters", async () => {
    const { web, rita } = await startWorld();
    const posted = await web.chat.postMessage({
      channel: deploys,
      text: "Approve?",
      blocks: [buttons("Approve")],
    });
    const ephemeral = await web.chat.postEphemeral({ channel: deploys, user: users.rita, text: "psst" });
    await rita.say(deploys, "mine");
    const [mine] = (await rita.messages(deploys)).filter((message) => message.user === users.rita);
    const update = async (ts: string | undefined, words: string): Promise<string> =>
      (await refusalOf(web.chat.update({ channel: deploys, ts: ts ?? "", text: words }))).error;
    expect(await update(posted.ts, text(4001))).toBe("msg_too_long");
    expect(await update("1.000001", "a")).toBe("message_not_found");
    expect(await update(ephemeral.message_ts, "a")).toBe("message_not_found");
    expect(await update(mine?.ts, "a")).toBe("cant_update_message");
    expect((await refusalOf(web.chat.delete({ channel: deploys, ts: mine?.ts ?? "" }))).error).toBe(
      "cant_delete_message",
    );
    await web.chat.update({ channel: deploys, ts: posted.ts ?? "", text: text(4000) });
  });

  it("drops the blocks when only text is updated, and keeps the text when only blocks are", async () => {
    const { web, rita } = await startWorld();
    const { ts = "" } = await web.chat.postMessage({
      channel: deploys,
      text: "one",
      blocks: [buttons("Go")],
    });
    await web.apiCall("chat.update", { channel: deploys, ts, blocks: [buttons("Stop")] });
    expect(await rita.messages(deploys)).toMatchObject([
      { text: "one", edited: true, blocks: [{ elements: [{ action_id: "stop" }] }] },
    ]);
    await web.chat.update({ channel: deploys, ts, text: "two" });
    expect(await rita.messages(deploys)).toMatchObject([{ text: "two", blocks: [] }]);
    await web.chat.delete({ channel: deploys, ts });
    expect(await rita.messages(deploys)).toEqual([]);
  });

  it("shows an ephemeral message to its one person and nobody else", async () => {
    const { web, rita, ana } = await startWorld();
    await web.chat.postEphemeral({ channel: deploys, user: users.ana, text: "You already approved." });
    expect(await ana.ephemerals()).toMatchObject([{ text: "You already approved.", visibleTo: users.ana }]);
    expect((await rita.snapshot()).messages).toEqual([]);
    expect((await web.conversations.history({ channel: deploys })).messages).toEqual([]);
    const outside = web.chat.postEphemeral({ channel: general, user: users.eve, text: "a" });
    expect((await refusalOf(outside)).error).toBe("user_not_in_channel");
  });

  it("keeps replies in their thread, and shows broadcast ones in the channel too", async () => {
    const { web, rita } = await startWorld();
    const { ts = "" } = await web.chat.postMessage({ channel: deploys, text: "run" });
    const quiet = await web.chat.postMessage({ channel: deploys, text: "quiet", thread_ts: ts });
    await web.chat.postMessage({
      channel: deploys,
      text: "loud",
      thread_ts: quiet.ts ?? "",
      reply_broadcast: true,
    });
    const texts = (messages: readonly { readonly text?: string }[] | undefined) =>
      messages?.map((one) => one.text);
    expect(texts((await web.conversations.history({ channel: deploys })).messages)).toEqual(["loud", "run"]);
    const replies = await web.conversations.replies({ channel: deploys, ts });
    expect(texts(replies.messages)).toEqual(["run", "quiet", "loud"]);
    expect(replies.messages?.[0]).toMatchObject({ reply_count: 2, thread_ts: ts });
    expect(texts(await rita.thread(deploys, ts))).toEqual(["run", "quiet", "loud"]);
    expect(texts(await rita.messages(deploys))).toEqual(["run", "loud"]);
    expect((await refusalOf(web.conversations.replies({ channel: deploys, ts: "1.000001" }))).error).toBe(
      "thread_not_found",
    );
  });

  it("reads history in pages and ranges", async () => {
    const { web } = await startWorld();
    const stamps: string[] = [];
    for (const word of ["a", "b", "c", "d"]) {
      stamps.push((await web.chat.postMessage({ channel: deploys, text: word })).ts ?? "");
    }
    const first = await web.conversations.history({ channel: deploys, limit: 3 });
    expect(first).toMatchObject({ has_more: true, messages: [{ text: "d" }, { text: "c" }, { text: "b" }] });
    const cursor = first.response_metadata?.next_cursor ?? "";
    const second = await web.conversations.history({ channel: deploys, limit: 3, cursor });
    expect(second).toMatchObject({ has_more: false, messages: [{ text: "a" }] });
    const [, oldest = "", latest = ""] = stamps;
    const without = await web.conversations.history({ channel: deploys, oldest, latest });
    expect(without.messages).toEqual([]);
    const within = await web.conversations.history({ channel: deploys, oldest, latest, inclusive: true });
    expect(within.messages).toMatchObject([{ text: "c" }, { text: "b" }]);
  });

  it("never gives a timestamp twice, even when the clock stands still or goes back", async () => {
    const { web, clock } = await startWorld();
    const first = await web.chat.postMessage({ channel: deploys, text: "a" });
    clock.ms -= 60_000;
    const second = await web.chat.postMessage({ channel: deploys, text: "b" });
    expect(Number(second.ts)).toBeGreaterThan(Number(first.ts));
  });

  it("links to messages and to replies in their thread", async () => {
    const { web, url } = await startWorld();
    const { ts = "" } = await web.chat.postMessage({ channel: deploys, text: "a" });
    const reply = (await web.chat.postMessage({ channel: deploys, text: "b", thread_ts: ts })).ts ?? "";
    const link = async (message_ts: string) =>
      (await web.chat.getPermalink({ channel: deploys, message_ts })).permalink;
    expect(await link(ts)).toBe(`${url}/archives/${deploys}/p${ts.replace(".", "")}`);
    expect(await link(reply)).toContain(`?thread_ts=${ts}&cid=${deploys}`);
  });

  it("says who people are and who is in a group", async () => {
    const { web } = await startWorld();
    expect((await web.users.info({ user: users.ana })).user).toMatchObject({
      name: "ana",
      is_bot: false,
      is_restricted: false,
      deleted: false,
    });
    expect((await web.users.info({ user: users.gus })).user).toMatchObject({ is_restricted: true });
    expect((await web.users.info({ user: users.eve })).user).toMatchObject({
      is_stranger: true,
      team_id: "T0OTHER",
    });
    expect((await web.users.info({ user: users.bot })).user).toMatchObject({ is_bot: true });
    expect((await refusalOf(web.users.info({ user: "U0NOBODY" }))).error).toBe("user_not_found");
    expect((await web.usergroups.list()).usergroups).toMatchObject([
      { id: groups.oncall, handle: "oncall" },
      { id: groups.ops },
    ]);
    expect((await web.usergroups.users.list({ usergroup: groups.oncall })).users).toEqual([
      users.ana,
      users.bo,
    ]);
    expect((await refusalOf(web.usergroups.users.list({ usergroup: "S0NONE" }))).error).toBe(
      "no_such_subteam",
    );
    expect((await web.conversations.members({ channel: deploys })).members).toContain(users.otto);
  });

  it("says which channels somebody is in, of each kind that is asked for, page by page", async () => {
    const { web } = await startWorld();
    const { channel: im } = await web.conversations.open({ users: users.ana });
    const channelsOf = async (user: string, types?: string): Promise<readonly unknown[]> =>
      ((await web.users.conversations({ user, ...(types && { types }) })).channels ?? []).map(({ id }) => id);
    expect(await channelsOf(users.ana)).toEqual([deploys, general, random]);
    expect(await channelsOf(users.ana, "public_channel,im")).toEqual([deploys, general, random, im?.id]);
    expect(await channelsOf(users.eve, "public_channel,private_channel,mpim,im")).toEqual([deploys]);
    const first = await web.users.conversations({ user: users.ana, limit: 2 });
    const cursor = first.response_metadata?.next_cursor ?? "";
    const second = await web.users.conversations({ user: users.ana, limit: 2, cursor });
    expect(first.channels).toMatchObject([{ id: deploys, name: "deploys" }, { id: general }]);
    expect(second).toMatchObject({ channels: [{ id: random }], response_metadata: { next_cursor: "" } });
    expect((await refusalOf(web.users.conversations({ user: "U0NOBODY" }))).error).toBe("user_not_found");
    const strange = web.users.conversations({ user: users.ana, types: "carrier_pigeon" });
    expect((await refusalOf(strange)).error).toBe("invalid_arguments");
    const nowhere = web.users.conversations({ user: users.ana, cursor: "nowhere" });
    expect((await refusalOf(nowhere)).error).toBe("invalid_cursor");
  });

  it("opens a direct message that only its person sees", async () => {
    const { web, ana, rita } = await startWorld();
    const opened = await web.conversations.open({ users: users.ana });
    const posted = await web.chat.postMessage({ channel: users.ana, text: "Only for you" });
    expect(posted.channel).toBe(opened.channel?.id);
    expect((await ana.snapshot()).channels).toContainEqual(
      expect.objectContaining({ id: posted.channel, kind: "im", name: "Countersign" }),
    );
    expect((await rita.snapshot()).channels.map((channel) => channel.id)).not.toContain(posted.channel);
    expect((await rita.snapshot()).messages).toEqual([]);
    expect((await refusalOf(web.conversations.open({ users: users.bot }))).error).toBe("cannot_dm_bot");
  });
});
