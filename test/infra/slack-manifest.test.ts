// The Slack app's manifest against the code: the command, the events that are listened to, the scopes of exactly those methods that are called; and against Slack's limits.
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEFAULT_COMMAND } from "../../src/lambda/config.ts";
import { AppManifest, appManifest } from "../../src/slack/app-manifest.ts";
import { EVENTS, SCOPES } from "../../src/slack/permissions.ts";

/** From Slack's reference: what each method we call asks for. A method that is not here fails the test below. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "auth.test": [],
  "chat.delete": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "chat.postMessage": ["chat:write", "chat:write.public"],
  "chat.update": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history", "im:history", "mpim:history"],
  "conversations.info": ["channels:read", "groups:read"],
  "conversations.list": ["channels:read", "groups:read"],
  "conversations.open": ["im:write"],
  "conversations.replies": ["channels:history", "groups:history", "im:history", "mpim:history"],
  "files.uploadV2": ["files:write"],
  "users.conversations": ["channels:read", "groups:read", "im:read", "mpim:read"],
  "users.info": ["users:read"],
  "usergroups.list": ["usergroups:read"],
  "usergroups.users.list": ["usergroups:read"],
  "views.open": [],
  "views.publish": [],
  "views.update": [],
};

const NAMED = { command: DEFAULT_COMMAND, name: "Countersign" };
const URL = "https://abc.execute-api.eu-west-1.amazonaws.com";
const BY_HTTP = appManifest(NAMED, { kind: "http", url: URL });
const BY_SOCKET = appManifest(NAMED, { kind: "socket" });

const sources = globSync("src/slack/**/*.ts").map((file) => readFileSync(file, "utf8"));

test("the app asks for the scopes of the methods it calls and for no others", () => {
  const call = /\b(?:slack|client)\.((?!deps)[a-z]\w*(?:\.\w+)+)\(/g;
  const called = sources.flatMap((text) => [...text.matchAll(call)].map(([, method]) => method ?? ""));
  const methods = [...new Set(called)].toSorted();
  expect(methods).toEqual(Object.keys(NEEDED).toSorted());
  const needed = ["commands", "app_mentions:read", ...methods.flatMap((method) => NEEDED[method] ?? [])];
  expect(BY_HTTP.oauth_config.scopes.bot.toSorted()).toEqual([...new Set(needed)].toSorted());
});

test("the app is told of the events that are listened to and of no others", () => {
  const heard = sources.flatMap((text) =>
    [...text.matchAll(/\bapp\.event\("(\w+)"/g)].map(([, event]) => event),
  );
  expect(heard.length).toBeGreaterThan(0);
  expect(BY_HTTP.settings.event_subscriptions.bot_events.toSorted()).toEqual(heard.toSorted());
});

test("each scope and each event has a reason, in a sentence", () => {
  for (const reason of Object.values({ ...SCOPES, ...EVENTS })) expect(reason).toMatch(/^[A-Z].{10,}\.$/);
});

test("commands, clicks and events all come to the one door, whichever of its addresses was copied", () => {
  const door = `${URL}/slack/events`;
  const { features, settings } = BY_HTTP;
  const urls = [settings.event_subscriptions.request_url, settings.interactivity.request_url];
  expect([...urls, ...features.slash_commands.map(({ url }) => url)]).toEqual([door, door, door]);
  for (const url of [`${URL}/`, door]) expect(appManifest(NAMED, { kind: "http", url })).toEqual(BY_HTTP);
});

test("names in a command arrive as ids, and the command is the one that is listened to", () => {
  expect(BY_HTTP.features.slash_commands).toEqual([
    expect.objectContaining({ command: DEFAULT_COMMAND, should_escape: true }),
  ]);
  const other = appManifest({ ...NAMED, command: "/approve" }, { kind: "http", url: URL });
  expect(other.features.slash_commands.map(({ command }) => command)).toEqual(["/approve"]);
});

test("people have a tab for the app and messages from it, in which nobody would read what they write", () => {
  expect(BY_HTTP.features.app_home).toEqual({
    home_tab_enabled: true,
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: true,
  });
});

test("by Socket Mode the same app has no addresses, and clicks all the same", () => {
  expect(JSON.stringify(BY_SOCKET)).not.toContain("url");
  expect(BY_SOCKET.settings).toMatchObject({
    socket_mode_enabled: true,
    interactivity: { is_enabled: true },
  });
  expect(BY_HTTP.settings.socket_mode_enabled).toBe(false);
  expect([BY_SOCKET.oauth_config, BY_SOCKET.settings.event_subscriptions.bot_events]).toEqual([
    BY_HTTP.oauth_config,
    BY_HTTP.settings.event_subscriptions.bot_events,
  ]);
});

const [COMMAND] = BY_HTTP.features.slash_commands;
const { display_information: shown, features, oauth_config: oauth, settings } = BY_HTTP;
const text = (length: number): string => "x".repeat(length);
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `n${n}`);
const showing = (change: object): object => ({ ...BY_HTTP, display_information: { ...shown, ...change } });
const commanding = (change: object): object => ({
  ...BY_HTTP,
  features: { ...features, slash_commands: [{ ...COMMAND, ...change }] },
});
const calledBot = (display_name: string): object => ({
  ...BY_HTTP,
  features: { ...features, bot_user: { display_name, always_online: true } },
});
const commands = (count: number): object => ({
  ...BY_HTTP,
  features: { ...features, slash_commands: Array.from({ length: count }, () => COMMAND) },
});
const events = (bot_events: readonly string[]): object => ({
  ...BY_HTTP,
  settings: { ...settings, event_subscriptions: { ...settings.event_subscriptions, bot_events } },
});
const scopes = (bot: readonly string[]): object => ({
  ...BY_HTTP,
  oauth_config: { ...oauth, scopes: { bot } },
});

/** What Slack just takes, and what it does not. */
const LIMITS: readonly (readonly [string, object, object])[] = [
  ["an app's name of 35 characters", showing({ name: text(35) }), showing({ name: text(36) })],
  ["an app's name of one character", showing({ name: "x" }), showing({ name: "" })],
  ["a description of 140", showing({ description: text(140) }), showing({ description: text(141) })],
  [
    "a long one of 4,000",
    showing({ long_description: text(4_000) }),
    showing({ long_description: text(4_001) }),
  ],
  ["a long one of 175", showing({ long_description: text(175) }), showing({ long_description: text(174) })],
  ["a color", showing({ background_color: "#4A154B" }), showing({ background_color: "aubergine" })],
  ["a bot's name of 80", calledBot(text(80)), calledBot(text(81))],
  ["a command of 32", commanding({ command: `/${text(31)}` }), commanding({ command: `/${text(32)}` })],
  ["a command with a slash", commanding({ command: "/x" }), commanding({ command: "x" })],
  ["a command in one word", commanding({ command: "/x-y" }), commanding({ command: "/x y" })],
  [
    "words of 2,000 for it",
    commanding({ description: text(2_000) }),
    commanding({ description: text(2_001) }),
  ],
  ["a hint of 1,000", commanding({ usage_hint: text(1_000) }), commanding({ usage_hint: text(1_001) })],
  [
    "an address with https",
    commanding({ url: "https://x.example" }),
    commanding({ url: "http://x.example" }),
  ],
  ["50 commands", commands(50), commands(51)],
  ["100 events", events(many(100)), events(many(101))],
  ["255 scopes", scopes(many(255)), scopes(many(256))],
  ["what it knows", BY_HTTP, showing({ colour: "#fff" })],
];

test.each(LIMITS)("%s is within Slack's limits, and what is beyond is refused", (_, within, beyond) => {
  expect(AppManifest.safeParse(within).success).toBe(true);
  expect(AppManifest.safeParse(beyond).success).toBe(false);
});

test("what Slack would not take is refused with a sentence that names what it is", () => {
  const refused: readonly (readonly [() => unknown, string])[] = [
    [
      () => appManifest({ ...NAMED, name: text(36) }, { kind: "socket" }),
      "display_information.name has more than 35",
    ],
    [() => appManifest({ ...NAMED, command: "/A" }, { kind: "socket" }), "is no name of a command"],
    [
      () => appManifest(NAMED, { kind: "http", url: "http://x" }),
      "must be an address that begins with https://",
    ],
    [() => appManifest(NAMED, { kind: "http", url: "https://x?y=1" }), "must be an address without a query"],
  ];
  for (const [make, said] of refused) expect(make).toThrow(said);
});

function manifest(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const command = ["--disable-warning=ExperimentalWarning", "infra/manifest.ts", ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

test("npm run manifest prints what is pasted, and beside it what for; wrong words are refused", async () => {
  const [printed, undecided] = await Promise.all([
    manifest("--url", URL),
    manifest("--url", URL, "--socket-mode"),
  ]);
  expect(printed.code).toBe(0);
  expect(JSON.parse(printed.out)).toEqual(BY_HTTP);
  for (const name of Object.keys({ ...SCOPES, ...EVENTS })) expect(printed.err).toContain(`  ${name}: `);
  expect(undecided).toMatchObject({ code: 2, out: "" });
  expect(undecided.err).toMatch(/^Give either --url or --socket-mode\./);
});
