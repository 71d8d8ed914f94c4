// Who the bot is and what names mean, asked of the local Slack over HTTP.
import { WebClient } from "@slack/web-api";
import { expect, onTestFinished, test } from "vitest";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { createSlackClient } from "../../src/slack/client.ts";
import {
  channelOf,
  type Found,
  installationOf,
  NotInstalled,
  userGroupOf,
} from "../../src/slack/installation.ts";
import { startRelay } from "../support/relay.ts";
import { clientOf, startLocalSlack } from "./support.ts";

const { channels, groups, users } = SEED;

test("the token tells the workspace, the bot and what it may do", async () => {
  const { url, web } = await startLocalSlack();
  expect(await installationOf(web)).toEqual({
    ...{ team: SEED.teamId, teamName: SEED.teamName, url: `${url}/` },
    ...{ botId: SEED.botId, botUserId: users.bot, botName: SEED.appName },
    scopes: SEED.scopes,
  });
});

test("a token that Slack does not know is refused with the place to copy it from", async () => {
  const { url } = await startLocalSlack();
  const stranger = createSlackClient({
    token: "xoxb-wrong",
    apiUrl: `${url}/api/`,
    timeoutMs: 1_000,
    log: SILENT,
  });
  const asked = installationOf(stranger);
  await expect(asked).rejects.toThrow(NotInstalled);
  await expect(asked).rejects.toThrow(
    "Slack refuses the bot token (invalid_auth). Install the Slack app to the workspace and copy its “Bot User OAuth Token” (xoxb-…) from “OAuth & Permissions”.",
  );
});

test("no answer is not a refusal: what went wrong is told as it is", async () => {
  const { url } = await startLocalSlack();
  const relay = await startRelay(url);
  onTestFinished(() => relay.close());
  relay.cut();
  await expect(installationOf(clientOf(relay.url))).rejects.not.toThrow(NotInstalled);
  await expect(channelOf(clientOf(relay.url), "deploys")).rejects.toThrow();
});

test.each(["#deploys", "deploys", "#Deploys", channels.deploys])("a channel is found by %s", async (said) => {
  const { web } = await startLocalSlack();
  expect(await channelOf(web, said)).toEqual({ kind: "found", id: channels.deploys, name: "deploys" });
});

test.each(["@oncall", "oncall", "@OnCall", groups.oncall])("a user group is found by %s", async (said) => {
  const { web } = await startLocalSlack();
  expect(await userGroupOf(web, said)).toEqual({ kind: "found", id: groups.oncall, name: "oncall" });
});

function sentenceOf(found: Found): string {
  return found.kind === "found" ? `It is ${found.id}.` : found.sentence;
}

test("what is not there is said with the nearest names", async () => {
  const { web } = await startLocalSlack();
  expect(sentenceOf(await channelOf(web, "#generel"))).toBe(
    "There is no channel #generel that the app can see. Nearest: #general, #deploys, #random. Into a private channel it is invited first.",
  );
  expect(sentenceOf(await channelOf(web, "C0NOWHERE"))).toBe(
    "There is no channel C0NOWHERE that the app can see. Into a private channel it is invited first.",
  );
  expect(sentenceOf(await userGroupOf(web, "@oncal"))).toBe(
    "There is no user group @oncal in the workspace. Nearest: @oncall, @ops.",
  );
});

test("where Slack gives the channels page by page, all of them are looked through", async () => {
  const { url } = await startLocalSlack();
  const oneByOne: typeof fetch = (input, { body = "", ...init } = {}) =>
    fetch(input, { ...init, body: (body as string).replace(/limit=\d+/, "limit=1") });
  const web = new WebClient(LOCAL_SECRETS.botToken, { slackApiUrl: `${url}/api/`, fetch: oneByOne });
  expect(await channelOf(web, "#random")).toMatchObject({ kind: "found", id: channels.random });
});

test("an archived channel is not taken, by its id neither", async () => {
  const { url, web } = await startLocalSlack();
  await createAdministrator(url).change({ kind: "archive", channel: channels.general, archived: true });
  expect(sentenceOf(await channelOf(web, "#general"))).toContain("There is no channel #general");
  expect(sentenceOf(await channelOf(web, channels.general))).toBe(
    "The channel #general is archived. Name another one.",
  );
});

test.each([
  ["missing_scope", "The bot token may not look this up: a scope is missing."],
  ["plan_upgrade_required", "The workspace's plan has no user groups"],
  ["internal_error", "Slack refuses to look this up (internal_error)."],
])("that Slack refuses a look-up by %s is a sentence", async (error, sentence) => {
  const { url, web } = await startLocalSlack();
  await createAdministrator(url).faults({ kind: "refuse", error, times: 2 });
  expect(sentenceOf(await userGroupOf(web, "@oncall"))).toContain(sentence);
  expect(sentenceOf(await channelOf(web, "#deploys"))).toContain(sentence);
});

test("of too many look-ups it is said what else there is: another time, and for a channel its id", async () => {
  const { url, web } = await startLocalSlack();
  await createAdministrator(url).faults({ kind: "rate-limit", retryAfterSeconds: 30, times: 3 });
  expect(sentenceOf(await channelOf(web, "#deploys"))).toBe(
    "Slack looks nothing more up for 30 seconds. Give the channel's id in place of its name: it begins with C and stands at the end of the channel's details in Slack.",
  );
  const later = "Slack looks nothing more up for 30 seconds. Try again then.";
  expect(sentenceOf(await channelOf(web, channels.deploys))).toBe(later);
  expect(sentenceOf(await userGroupOf(web, "@oncall"))).toBe(later);
});
