// What people do and what the app then receives: lines, commands, clicks, and answers that are late or wrong.
import { isValidSlackRequest } from "@slack/bolt";
import { describe, expect, it } from "vitest";
import { createPerson } from "../../../src/local/slack/person.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import {
  buttons,
  deploys,
  expectedSignature,
  formOf,
  json,
  payloadOf,
  plain,
  random,
  SIGNING_SECRET,
  someText,
  startWorld,
  textWith,
} from "./support.ts";

const { users } = SEED;

describe("a line in the composer", () => {
  it("is a message of its person, in the channel or in a thread, with mentions made and markup escaped", async () => {
    const { rita, ana, app } = await startWorld();
    await rita.say(deploys, "ask @ana or @oncall in #general & <!channel>");
    const [message] = await ana.messages(deploys);
    expect(message).toMatchObject({
      user: users.rita,
      text: "ask <@U0ANA|ana> or <!subteam^S0ONCALL|@oncall> in <#C0GENERAL|general> &amp; &lt;!channel&gt;",
    });
    await ana.say(deploys, "here", message?.ts);
    expect(await rita.thread(deploys, message?.ts ?? "")).toMatchObject([
      {},
      { user: users.ana, text: "here" },
    ]);
    expect(app.received).toEqual([]);
  });

  it("is refused where its person is not", async () => {
    const { url } = await startWorld();
    const gus = createPerson(url, users.gus);
    expect(await gus.say(random, "hello")).toEqual({
      ok: false,
      error: `gus is not in the channel ${random}.`,
    });
    expect(await createPerson(url, users.bot).say(deploys, "hello")).toMatchObject({ ok: false });
  });
});

describe("a slash command", () => {
  it("reaches the app as Slack sends it, signed", async () => {
    const { rita, app, clock, url } = await startWorld();
    expect(await rita.say(deploys, "/countersign run deploy to=@ana note='a>b'")).toMatchObject({
      ok: true,
      answer: { kind: "ok", status: 200 },
    });
    const [received] = app.received;
    expect(formOf(received)).toEqual({
      token: someText,
      team_id: "T0LOCAL",
      team_domain: "countersign-local",
      channel_id: deploys,
      channel_name: "deploys",
      user_id: users.rita,
      user_name: "rita",
      command: "/countersign",
      text: "run deploy to=<@U0ANA|ana> note='a&gt;b'",
      api_app_id: "A0LOCAL",
      is_enterprise_install: "false",
      response_url: textWith(`${url}/respond/`),
      trigger_id: textWith("T0LOCAL"),
    });
    expect(received?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    expect(received?.headers.get("x-slack-signature")).toBe(received && expectedSignature(received));
    const asBoltSeesIt = {
      signingSecret: SIGNING_SECRET,
      body: received?.body ?? "",
      headers: {
        "x-slack-signature": received?.headers.get("x-slack-signature") ?? "",
        "x-slack-request-timestamp": Number(received?.headers.get("x-slack-request-timestamp")),
      },
      nowMilliseconds: clock.ms,
    };
    expect(isValidSlackRequest(asBoltSeesIt)).toBe(true);
    expect(isValidSlackRequest({ ...asBoltSeesIt, signingSecret: "another" })).toBe(false);
  });

  it("shows the inline answer to its person only, or to all when the app says in_channel", async () => {
    const { rita, ana, app } = await startWorld();
    app.answer = () => json({ text: "private", blocks: [buttons("Go")] });
    await rita.say(deploys, "/countersign help");
    app.answer = () => json({ text: "public", response_type: "in_channel" });
    await rita.say(deploys, "/countersign help");
    app.answer = () => new Response("just words");
    await rita.say(deploys, "/countersign help");
    expect(await rita.ephemerals()).toMatchObject([
      { text: "private", blocks: [{ type: "actions" }] },
      { text: "just words" },
    ]);
    expect((await ana.snapshot()).messages).toMatchObject([{ text: "public", user: users.bot }]);
  });

  it("is refused in a thread and when unknown, in Slackbot's words, and never sent", async () => {
    const { rita, web, app } = await startWorld();
    const { ts = "" } = await web.chat.postMessage({ channel: deploys, text: "run" });
    expect(await rita.say(deploys, "/countersign help", ts)).toEqual({
      ok: false,
      error: "/countersign is not supported in threads. Sorry!",
    });
    expect(await rita.say(deploys, "/deploy now")).toEqual({
      ok: false,
      error: "/deploy is not a valid command.",
    });
    expect(await rita.ephemerals()).toMatchObject([
      { user: users.slackbot, threadTs: ts, text: "/countersign is not supported in threads. Sorry!" },
      { user: users.slackbot },
    ]);
    expect(app.received).toEqual([]);
  });

  it("fails visibly when the app answers wrongly, late or not at all", async () => {
    const { rita, app, clock, everything } = await startWorld();
    const fail = async (): Promise<unknown> => {
      const acted = await rita.say(deploys, "/countersign help");
      return [acted.ok && acted.answer.kind, (await rita.ephemerals()).at(-1)?.text];
    };
    app.answer = () => new Response("", { status: 500 });
    expect(await fail()).toEqual(["failed", '/countersign failed with the error "dispatch_failed"']);
    app.answer = () => json({ blocks: [{ type: "nope" }] });
    expect(await fail()).toEqual(["failed", '/countersign failed with the error "invalid_command_response"']);
    app.answer = () => {
      clock.ms += 3_001;
      return json({ text: "too late to be seen" });
    };
    expect(await fail()).toEqual(["late", '/countersign failed with the error "operation_timeout"']);
    await app.close();
    expect(await fail()).toEqual(["failed", '/countersign failed with the error "dispatch_failed"']);
    expect((await everything()).deliveries.map(({ type, status }) => [type, status])).toEqual([
      ["slash_command", 500],
      ["slash_command", 200],
      ["slash_command", 200],
      ["slash_command", 0],
    ]);
  });

  it("stops waiting for an app that hangs", async () => {
    const { rita, app } = await startWorld({ patience: { lateAfterMs: 20, giveUpAfterMs: 60 } });
    app.answer = () => new Promise(() => {});
    expect(await rita.say(deploys, "/countersign help")).toMatchObject({
      ok: true,
      answer: { kind: "late", status: 0 },
    });
  });
});

describe("a click in a message", () => {
  it("reaches the app with the message, the action and a way to answer", async () => {
    const { web, ana, app, url } = await startWorld();
    const parent = await web.chat.postMessage({ channel: deploys, text: "run" });
    await web.chat.postMessage({
      channel: deploys,
      thread_ts: parent.ts ?? "",
      text: "Approve?",
      blocks: [buttons("Approve", "Reject")],
    });
    const [, card] = await ana.thread(deploys, parent.ts ?? "");
    if (card === undefined) throw new Error("There is no card.");
    expect(await ana.click(card, "Approve")).toMatchObject({ ok: true, answer: { kind: "ok" } });
    expect(payloadOf(app.received[0])).toMatchObject({
      type: "block_actions",
      user: { id: users.ana, username: "ana", name: "ana", team_id: "T0LOCAL" },
      team: { id: "T0LOCAL", domain: "countersign-local" },
      api_app_id: "A0LOCAL",
      container: {
        type: "message",
        message_ts: card.ts,
        channel_id: deploys,
        is_ephemeral: false,
        thread_ts: parent.ts,
      },
      channel: { id: deploys, name: "deploys" },
      message: { ts: card.ts, text: "Approve?", blocks: card.blocks, thread_ts: parent.ts, user: users.bot },
      state: { values: {} },
      response_url: textWith(`${url}/respond/`),
      trigger_id: someText,
      actions: [
        {
          type: "button",
          block_id: "row",
          action_id: "approve",
          value: "value of Approve",
          text: plain("Approve"),
          action_ts: someText,
        },
      ],
    });
  });

  it("is possible only on what the person sees and what is there, unless it is said to be stale", async () => {
    const { web, ana, bo, app, url } = await startWorld();
    const { ts = "" } = await web.chat.postMessage({
      channel: deploys,
      text: "Approve?",
      blocks: [buttons("Approve")],
    });
    await web.chat.postEphemeral({
      channel: deploys,
      user: users.bo,
      text: "psst",
      blocks: [buttons("Mine")],
    });
    const [card] = await ana.messages(deploys);
    const [secret] = await bo.ephemerals();
    if (card === undefined || secret === undefined) throw new Error("There is no card.");
    expect(await ana.click(secret, "Mine")).toMatchObject({ ok: false });
    expect(await createPerson(url, "U0NOBODY").click(card, "Approve")).toMatchObject({ ok: false });
    await web.chat.update({ channel: deploys, ts, text: "Approved" });
    expect(await ana.click(card, "Approve")).toEqual({
      ok: false,
      error: "There is no button approve in the block row.",
    });
    expect(app.received).toEqual([]);
    expect(await ana.click(card, "Approve", { stale: true })).toMatchObject({ ok: true });
    expect(payloadOf(app.received[0])).toMatchObject({
      message: { text: "Approved" },
      actions: [{ type: "button", action_id: "approve", value: "value of Approve" }],
    });
  });

  it("in an ephemeral message carries no message, since Slack keeps none", async () => {
    const { web, bo, app } = await startWorld();
    await web.chat.postEphemeral({
      channel: deploys,
      user: users.bo,
      text: "psst",
      blocks: [buttons("Mine")],
    });
    const [secret] = await bo.ephemerals();
    if (secret) await bo.click(secret, /^mine$/);
    expect(payloadOf(app.received[0])).toMatchObject({ container: { is_ephemeral: true } });
    expect(payloadOf(app.received[0])).not.toHaveProperty("message");
  });

  it("chooses from menus, with the state of all of the message's inputs", async () => {
    const { web, ana, app } = await startWorld();
    const option = (name: string) => ({ text: plain(name), value: name.toLowerCase() });
    const elements = [
      { type: "overflow" as const, action_id: "more", options: [option("Details"), option("Snooze")] },
      { type: "static_select" as const, action_id: "where", options: [option("Prod"), option("Test")] },
      { type: "checkboxes" as const, action_id: "which", options: [option("One"), option("Two")] },
      { type: "users_select" as const, action_id: "who" },
    ];
    await web.chat.postMessage({
      channel: deploys,
      text: "a",
      blocks: [{ type: "actions", block_id: "row", elements }],
    });
    const [card] = await ana.messages(deploys);
    if (card === undefined) throw new Error("There is no card.");
    await ana.click(card, "Snooze");
    await ana.click(card, "where", { option: "test" });
    await ana.click(card, "which", { options: ["one", "two"] });
    await ana.click(card, "who", { option: users.bo });
    expect(await ana.click(card, "where", { option: "moon" })).toMatchObject({ ok: false });
    const actions = app.received.map((received) => payloadOf(received).actions);
    expect(actions).toMatchObject([
      [{ type: "overflow", selected_option: option("Snooze") }],
      [{ type: "static_select", selected_option: option("Test") }],
      [{ type: "checkboxes", selected_options: [option("One"), option("Two")] }],
      [{ type: "users_select", selected_user: users.bo }],
    ]);
    expect(payloadOf(app.received[1])).toMatchObject({
      state: {
        values: { row: { where: { selected_option: option("Test") }, who: { selected_user: null } } },
      },
    });
  });

  it("says when the app was late, so that the page can show the warning sign", async () => {
    const { web, ana, app, clock } = await startWorld();
    await web.chat.postMessage({ channel: deploys, text: "a", blocks: [buttons("Go")] });
    const [card] = await ana.messages(deploys);
    app.answer = () => {
      clock.ms += 3_500;
      return new Response("");
    };
    expect(card && (await ana.click(card, "Go"))).toEqual({
      ok: true,
      answer: { kind: "late", status: 200, ms: 3_500 },
    });
  });
});
