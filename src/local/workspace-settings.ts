// What `npm run start:slack` is told of a real workspace: two tokens, a channel and two groups, by name. Everything that is missing is said at once.
import type { WebClient } from "@slack/web-api";
import {
  type Installation,
  installationOf,
  lackingScopes,
  LOOK_UPS,
  NotInstalled,
} from "../slack/installation.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const WHERE = {
  SLACK_APP_TOKEN:
    "Make one at api.slack.com/apps under “Basic Information”, “App-Level Tokens”, with the scope connections:write; it begins with xapp-.",
  SLACK_BOT_TOKEN:
    "It is at api.slack.com/apps under “OAuth & Permissions”, “Bot User OAuth Token”, once the app is installed; it begins with xoxb-.",
  SLACK_DEFAULT_CHANNEL: "Name the channel for runs that are not started in one, such as #deploys.",
  APPROVER_GROUP: "Name the user group whose members decide, such as @oncall.",
  OPERATOR_GROUP: "Name the user group whose members operate runs, such as @ops; it may be the same one.",
} as const;
type Name = keyof typeof WHERE;

const PREFIXES: Readonly<Partial<Record<Name, string>>> = {
  SLACK_APP_TOKEN: "xapp-",
  SLACK_BOT_TOKEN: "xoxb-",
};

/** Something is missing, wrong or not to be found; the message names all of it. */
export class Unsettled extends Error {
  override readonly name = "Unsettled";
}

export interface WorkspaceSettings {
  readonly appToken: string;
  readonly installation: Installation;
  /** The bot's scopes that the app lacks. */
  readonly lacking: readonly string[];
  /** The variables of the configuration that Slack knows, by id. */
  readonly variables: Readonly<Record<string, string>>;
}

/** @throws Unsettled, which names everything that is missing, wrong or not to be found, each with what to do. */
export async function workspaceSettings(
  env: Environment,
  clientWith: (botToken: string) => WebClient,
): Promise<WorkspaceSettings> {
  const given = (name: Name): string => env[name]?.trim() ?? "";
  const problems = new Map<Name, string>();
  for (const name of Object.keys(WHERE) as Name[]) {
    const problem = problemOf(given(name), name);
    if (problem !== undefined) problems.set(name, problem);
  }
  const botToken = given("SLACK_BOT_TOKEN");
  const known = problems.has("SLACK_BOT_TOKEN")
    ? undefined
    : await lookUp(clientWith(botToken), given, problems);
  if (known === undefined || problems.size > 0) throw new Unsettled(listed(problems));
  const { installation, ids } = known;
  return {
    ...{ appToken: given("SLACK_APP_TOKEN"), installation },
    lacking: lackingScopes(installation),
    variables: {
      ...ids,
      SLACK_BOT_TOKEN: botToken,
      SLACK_TEAM_ID: installation.team,
      SLACK_BOT_ID: installation.botId,
      SLACK_BOT_USER_ID: installation.botUserId,
    },
  };
}

function problemOf(value: string, name: Name): string | undefined {
  if (value === "") return `is missing. ${WHERE[name]}`;
  const prefix = PREFIXES[name];
  return prefix === undefined || value.startsWith(prefix)
    ? undefined
    : `is not the right token. ${WHERE[name]}`;
}

/** What is not to be found becomes one more problem. */
async function lookUp(
  client: WebClient,
  given: (name: Name) => string,
  problems: Map<Name, string>,
): Promise<{ installation: Installation; ids: Record<string, string> } | undefined> {
  const installation = await installationOf(client).catch((error: unknown) => {
    if (!(error instanceof NotInstalled)) throw error;
    problems.set("SLACK_BOT_TOKEN", `is of no use. ${error.message}`);
    return undefined;
  });
  if (installation === undefined) return undefined;
  const ids: Record<string, string> = {};
  for (const name of Object.keys(LOOK_UPS) as (keyof typeof LOOK_UPS)[]) {
    if (problems.has(name)) continue;
    const found = await LOOK_UPS[name](client, given(name));
    if (found.kind === "found") ids[name] = found.id;
    else problems.set(name, `names nothing. ${found.sentence}`);
  }
  return { installation, ids };
}

function listed(problems: ReadonlyMap<Name, string>): string {
  const lines = (Object.keys(WHERE) as Name[]).flatMap((name) => {
    const problem = problems.get(name);
    return problem === undefined ? [] : [`\n- ${name} ${problem}`];
  });
  return `these variables, in .env or in the environment, have to be put right first.${lines.join("")}`;
}
