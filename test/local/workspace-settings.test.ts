// What start:slack asks of the environment and of the workspace: everything that is wrong is said at once, each with what to do.
import { expect, test } from "vitest";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { type WorkspaceSettings, workspaceSettings } from "../../src/local/workspace-settings.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { createSlackClient } from "../../src/slack/client.ts";
import { startLocalSlack } from "../slack/support.ts";

const COMPLETE = {
  SLACK_APP_TOKEN: "xapp-local",
  SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken,
  SLACK_DEFAULT_CHANNEL: "#deploys",
  APPROVER_GROUP: "@oncall",
  OPERATOR_GROUP: SEED.groups.ops,
};

async function settingsWith(change: Readonly<Record<string, string>>): Promise<WorkspaceSettings> {
  const { url } = await startLocalSlack();
  return workspaceSettings({ ...COMPLETE, ...change }, (token) =>
    createSlackClient({ token, apiUrl: `${url}/api/`, timeoutMs: 5_000, log: SILENT }),
  );
}

/** What is said of each variable, up to the end of its first sentence. */
async function problemsWith(change: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const error: unknown = await settingsWith(change).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error("Nothing is wrong.");
  const [first, ...lines] = error.message.split("\n- ");
  expect(first).toBe("these variables, in .env or in the environment, have to be put right first.");
  return lines;
}

test("by two tokens and three names the workspace says the rest", async () => {
  const { appToken, installation, lacking, variables } = await settingsWith({});
  expect({ appToken, team: installation.teamName, lacking }).toEqual({
    ...{ appToken: "xapp-local", team: SEED.teamName, lacking: [] },
  });
  expect(variables).toEqual({
    SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken,
    SLACK_TEAM_ID: SEED.teamId,
    SLACK_BOT_ID: SEED.botId,
    SLACK_BOT_USER_ID: SEED.users.bot,
    SLACK_DEFAULT_CHANNEL: SEED.channels.deploys,
    APPROVER_GROUP: SEED.groups.oncall,
    OPERATOR_GROUP: SEED.groups.ops,
  });
});

test("what is missing is said at once, with where it is to be had", async () => {
  const nothing = Object.fromEntries(Object.keys(COMPLETE).map((name) => [name, ""]));
  expect(await problemsWith(nothing)).toEqual([
    "SLACK_APP_TOKEN is missing. Make one at api.slack.com/apps under “Basic Information”, “App-Level Tokens”, with the scope connections:write; it begins with xapp-.",
    "SLACK_BOT_TOKEN is missing. It is at api.slack.com/apps under “OAuth & Permissions”, “Bot User OAuth Token”, once the app is installed; it begins with xoxb-.",
    "SLACK_DEFAULT_CHANNEL is missing. Name the channel for runs that are not started in one, such as #deploys.",
    "APPROVER_GROUP is missing. Name the user group whose members decide, such as @oncall.",
    "OPERATOR_GROUP is missing. Name the user group whose members operate runs, such as @ops; it may be the same one.",
  ]);
});

test("a token in the other's place, and names that name nothing, are said together and never shown", async () => {
  const wrong = { SLACK_APP_TOKEN: "xoxb-secret", SLACK_DEFAULT_CHANNEL: "#deplos", OPERATOR_GROUP: "@opps" };
  const problems = await problemsWith(wrong);
  expect(problems.map((problem) => problem.split(". ", 2).join(". "))).toEqual([
    "SLACK_APP_TOKEN is not the right token. Make one at api.slack.com/apps under “Basic Information”, “App-Level Tokens”, with the scope connections:write; it begins with xapp-.",
    "SLACK_DEFAULT_CHANNEL names nothing. There is no channel #deplos that the app can see",
    "OPERATOR_GROUP names nothing. There is no user group @opps in the workspace",
  ]);
  expect(problems.join()).not.toContain("secret");
});

test("a bot token that Slack refuses is one more of them", async () => {
  const [token, group] = await problemsWith({ SLACK_BOT_TOKEN: "xoxb-wrong", APPROVER_GROUP: "" });
  expect(token).toMatch(/^SLACK_BOT_TOKEN is of no use\. Slack refuses the bot token \(invalid_auth\)\./);
  expect(group).toMatch(/^APPROVER_GROUP is missing\./);
});
