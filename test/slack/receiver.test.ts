// Slack's front door: what is signed and well formed gets in, everything else gets a plain refusal and never a throw.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { buttonClick, type Delivery, interaction, signed, slashCommand } from "../support/deliver.ts";
import { DEPLOY_COMMAND, DEPLOYS, startSystem } from "../support/system.ts";
import { someApproval } from "./fixtures.ts";
import { startDoor, told } from "./support.ts";

const NOW = Date.parse("2026-05-04T15:00:00.000Z");
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json; charset=utf-8";
const atNow = (contentType: string, text: string | Buffer): Delivery =>
  signed(contentType, text, { nowMs: NOW });

function withHeaders(
  { body, headers }: Delivery,
  change: (name: string, value: string) => readonly [string, string] | undefined,
): Delivery {
  const changed = Object.entries(headers).flatMap(([name, value]) => {
    const entry = change(name, value);
    return entry === undefined ? [] : [entry];
  });
  return { body, headers: Object.fromEntries(changed) };
}

const help = (text = "help"): Delivery => {
  const form = new URLSearchParams({
    command: "/countersign",
    text,
    team_id: SEED.teamId,
    channel_id: DEPLOYS,
    user_id: SEED.users.rita,
    trigger_id: "t",
    response_url: "http://127.0.0.1:9/respond",
  });
  return atNow(FORM, form.toString());
};
const challenge = (text: string): Delivery =>
  atNow(JSON_TYPE, JSON.stringify({ type: "url_verification", challenge: text }));

describe("a signed request", () => {
  test.each([true, false])(
    "gets in whether its body comes in base64 or plain (base64: %s)",
    async (base64) => {
      const { send } = await startDoor(() => NOW);
      const answer = await send(help("émoji 🟠 日本"), { base64 });
      expect(answer.status).toBe(200);
      expect(answer.body).toContain("I don't know “émoji”");
      expect(await send(challenge("żółć 🟠"), { base64 })).toEqual({ status: 200, body: "żółć 🟠" });
    },
  );

  test("gets in whatever the case of its header names", async () => {
    const { send } = await startDoor(() => NOW);
    for (const cased of [
      (name: string) => name.toUpperCase(),
      (name: string) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()),
    ])
      expect(await send(withHeaders(help(), (name, value) => [cased(name), value]))).toMatchObject({
        status: 200,
      });
  });

  test("that only checks the certificate gets an empty 200", async () => {
    const { send } = await startDoor(() => NOW);
    expect(await send(atNow(FORM, "ssl_check=1&token=x"))).toEqual({ status: 200, body: "" });
  });

  test("of another workspace is refused, and so is one that names none", async () => {
    const { send, records } = await startDoor();
    const run = "run deploy service=checkout version=v2.4.1 env=prod";
    const other = await send(slashCommand(run, { team_id: "T0OTHER" }));
    expect(other).toEqual({ status: 403, body: "This app is set up for another workspace." });
    const click = { user: SEED.users.ana, action: "approve", value: "{}", team: "T0OTHER" };
    expect(await send(buttonClick(click))).toMatchObject({ status: 403 });
    const none = interaction({ type: "view_closed" });
    expect(await send(none)).toMatchObject({ status: 403 });
    expect(await records.due(SEED.teamId, "9999-01-01T00:00:00.000Z")).toEqual([]);
  });
});

describe("a request that nobody from Slack signed", () => {
  const forged: readonly (readonly [string, Delivery])[] = [
    ["without a signature", withHeaders(help(), (n, v) => (n.endsWith("signature") ? undefined : [n, v]))],
    ["without a timestamp", withHeaders(help(), (n, v) => (n.endsWith("timestamp") ? undefined : [n, v]))],
    ["without any header", { body: help().body, headers: {} }],
    ["signed with another secret", signed(FORM, help().body, { nowMs: NOW, secret: "another" })],
    ["with another body", { ...help(), body: Buffer.concat([help().body, Buffer.from("&a=b")]) }],
    ["with the scheme v1", withHeaders(help(), (n, v) => [n, v.replace(/^v0=/, "v1=")])],
    ["without a scheme", withHeaders(help(), (n, v) => [n, v.replace(/^v0=/, "")])],
    [
      "with a cut signature",
      withHeaders(help(), (n, v) => [n, n.endsWith("signature") ? v.slice(0, -1) : v]),
    ],
    ["over five minutes old", signed(FORM, help().body, { nowMs: NOW - 301_000 })],
    ["over five minutes ahead", signed(FORM, help().body, { nowMs: NOW + 301_000 })],
    ...["soon", "", "1e9", "-1", "0x10", " 1", String(NOW / 1_000 + 0.5)].map(
      (text) =>
        [
          `with the timestamp "${text}"`,
          withHeaders(help(), (n, v) => [n, n.endsWith("timestamp") ? text : v]),
        ] as const,
    ),
  ];

  test.each(forged)("is refused with 401 and one line in the log: %s", async (_, delivery) => {
    const { send, logLines } = await startDoor(() => NOW);
    expect(await send(delivery)).toEqual({ status: 401, body: "This request is not signed by Slack." });
    expect(logLines).toHaveLength(1);
  });

  test("is accepted up to five minutes on either side", async () => {
    const { send } = await startDoor(() => NOW);
    for (const nowMs of [NOW - 299_000, NOW + 299_000])
      expect(await send(signed(FORM, help().body, { nowMs }))).toMatchObject({ status: 200 });
  });
});

describe("a signed request that is malformed", () => {
  const user = { id: SEED.users.ana };
  const team = { id: SEED.teamId };
  const trigger_id = "t";
  const button = { type: "button", action_id: "approve", value: "{}" };
  const payload = (value: unknown): Delivery =>
    atNow(FORM, new URLSearchParams({ payload: JSON.stringify(value) }).toString());
  const view = { callback_id: "reject_request", private_metadata: "{}", state: { values: {} } };
  const malformed: readonly (readonly [string, Delivery])[] = [
    ["an empty body", atNow(FORM, "")],
    ["a form without a command", atNow(FORM, "secret=hunter2&x=%ZZ")],
    ["a type as long as a header may be", atNow(`text/${"x".repeat(6_000)}hunter2`, "")],
    ["JSON that ends early", atNow(JSON_TYPE, '{"secret":"hunter2"')],
    ["JSON that is no object", atNow(JSON_TYPE, '"hunter2"')],
    ["bytes that are no UTF-8", atNow(FORM, Buffer.from([0x61, 0x3d, 0xc3, 0x28, 0xff]))],
    ["a payload that is no JSON", atNow(FORM, "payload=hunter2")],
    ["a payload that is null", payload(null)],
    ["a click without actions", payload({ type: "block_actions", team, user, trigger_id })],
    ["a click with no action", payload({ type: "block_actions", team, user, trigger_id, actions: [] })],
    ["a click by nobody", payload({ type: "block_actions", team, trigger_id, actions: [button] })],
    [
      "a click by somebody whose id is as long as a page",
      payload({
        type: "block_actions",
        team,
        user: { id: "x".repeat(3_000) },
        trigger_id,
        actions: [button],
      }),
    ],
    ["a click without a trigger", payload({ type: "block_actions", team, user, actions: [button] })],
    ["a form submitted by nobody", payload({ type: "view_submission", team, view })],
    ["a form without values", payload({ type: "view_submission", team, user, view: { ...view, state: {} } })],
    ["an event without an event", atNow(JSON_TYPE, JSON.stringify({ type: "event_callback", team_id: "T" }))],
    [
      "a click in no channel",
      payload({ type: "block_actions", team, user, trigger_id, actions: [button], channel: null }),
    ],
  ];

  test.each(malformed)("is refused with 400, and none of it reaches the log: %s", async (_, delivery) => {
    const { send, logLines } = await startDoor(() => NOW);
    expect(await send(delivery)).toEqual({ status: 400, body: "This request is malformed." });
    expect(logLines).toHaveLength(1);
    expect(logLines.join("")).not.toMatch(/hunter2|U0ANA|x{200}/);
  });

  test("never throws and never answers 5xx, whatever the bytes", async () => {
    const { send } = await startDoor(() => NOW);
    const contentType = fc.constantFrom(FORM, JSON_TYPE, "text/plain", "");
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: "binary", maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(contentType, bytes, fc.boolean(), async (type, body, base64) => {
        const { status } = await send(atNow(type, Buffer.from(body)), {
          base64: base64 || typeof body !== "string",
        });
        expect([200, 400, 403]).toContain(status);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test("never throws and never answers 5xx, whatever the payload", async () => {
    const { send, logLines } = await startDoor(() => NOW);
    const odd = fc.jsonValue({ maxDepth: 2 });
    const maybe = (likely: unknown): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(likely) }, odd);
    const random = fc.record(
      {
        type: fc.constantFrom(
          ...[
            "block_actions",
            "view_submission",
            "view_closed",
            "shortcut",
            "message_action",
            "block_suggestion",
          ],
          ...["event_callback", "url_verification", "dialog_submission"],
        ),
        team: maybe(team),
        team_id: maybe(SEED.teamId),
        user: maybe(user),
        trigger_id: maybe("t"),
        actions: maybe([button]),
        view: maybe(view),
        event: maybe({ type: "app_home_opened" }),
        channel: odd,
        container: odd,
        message: odd,
        command: odd,
        name: odd,
        is_enterprise_install: odd,
        enterprise: odd,
        authorizations: odd,
        function_data: odd,
      },
      { requiredKeys: ["type"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(random, odd), fc.boolean(), async (value, asForm) => {
        const delivery = asForm ? payload(value) : atNow(JSON_TYPE, JSON.stringify(value));
        expect([200, 400, 403]).toContain((await send(delivery)).status);
      }),
      { seed: 11, numRuns: 400 },
    );
    expect(logLines.join("")).not.toContain(SEED.users.ana);
  }, 60_000);
});

describe("a well-formed request nobody listens for", () => {
  test("a button of another version is answered politely and privately", async () => {
    const { slack, ask } = await startDoor();
    const card = await ask(someApproval());
    const ana = slack.person(SEED.users.ana);
    const body = {
      as: ana.id,
      container: { kind: "message", channel: card.channel, ts: card.ts },
      ...{ block_id: "gone", action_id: "snooze", stale: true, value: "x" },
    };
    const headers = { "content-type": "application/json" };
    const clicked = await fetch(`${slack.url}/local/click`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    expect(await clicked.json()).toMatchObject({ ok: true, answer: { kind: "ok", status: 200 } });
    const answer = await told(ana, /older version/);
    expect(answer.text).toBe(
      "This button is from an older version of this app and does nothing any more. Your click was not counted.",
    );
  });

  test("a form of another version says that it was not counted, instead of closing silently", async () => {
    const { send } = await startDoor(() => NOW);
    const view = { callback_id: "snooze_request", private_metadata: "", state: { values: {} }, blocks: [] };
    const payload = {
      type: "view_submission",
      team: { id: SEED.teamId },
      user: { id: SEED.users.ana },
      view,
    };
    const form = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const { status, body } = await send(atNow(FORM, form));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      response_action: "update",
      view: { title: { text: "Not counted" } },
    });
  });

  test("an event or a closed form gets an empty 200", async () => {
    const { send } = await startDoor(() => NOW);
    const event = {
      type: "event_callback",
      team_id: SEED.teamId,
      event: { type: "app_home_opened", user: "U" },
    };
    expect(await send(atNow(JSON_TYPE, JSON.stringify(event)))).toEqual({ status: 200, body: "" });
    const closed = {
      type: "view_closed",
      team: { id: SEED.teamId },
      user: { id: "U" },
      view: { callback_id: "x" },
    };
    const form = new URLSearchParams({ payload: JSON.stringify(closed) }).toString();
    expect(await send(atNow(FORM, form))).toEqual({ status: 200, body: "" });
  });
});

test("starting up and answering a command makes no call to auth.test", async () => {
  const { slackUrl, rita } = await startSystem();
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  await told(rita, /^Started/);
  const { calls } = (await (await fetch(`${slackUrl}/local/everything`)).json()) as {
    calls: { method: string }[];
  };
  expect(calls.map(({ method }) => method)).toContain("users.info");
  expect(calls.map(({ method }) => method)).not.toContain("auth.test");
});
