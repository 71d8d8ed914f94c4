// Whether Slack takes the token, as whom, and whether the channel and the user groups are there that a deployment counts on.
import { SILENT } from "../../runs/silent-log.ts";
import { askedOf, channelState, groupStates, type GroupState } from "../../slack/checkup.ts";
import { createSlackClient } from "../../slack/client.ts";
import { type Installation, installationOf, lackingScopes } from "../../slack/installation.ts";
import { type Check, type Finding, fine, unknown, wrong } from "./check.ts";
import type { DoctorFacts } from "./facts.ts";
import { byChanging } from "./mend.ts";

type Client = ReturnType<typeof createSlackClient>;

/** Undefined without a token: then nobody can be asked. */
function clientOf({ values, limitMs }: DoctorFacts): Client | undefined {
  const token = values["SLACK_BOT_TOKEN"] ?? "";
  if (token === "") return undefined;
  const apiUrl = values["SLACK_API_URL"] || undefined;
  return createSlackClient({ token, apiUrl, timeoutMs: limitMs * 0.9, log: SILENT });
}

const NO_TOKEN = unknown("Slack was not asked: SLACK_BOT_TOKEN is not known here.");

export const tokenCheck: Check = {
  name: "Slack",
  async look(facts) {
    const client = clientOf(facts);
    if (client === undefined) return [NO_TOKEN];
    const installation = await askedOf(() => installationOf(client));
    return [...identity(installation, facts), ...scopes(installation)];
  },
};

function identity(installation: Installation, { values, setup }: DoctorFacts): readonly Finding[] {
  const { team, teamName, botId, botUserId, botName } = installation;
  const pairs = [
    ["SLACK_TEAM_ID", team, "the workspace"],
    ["SLACK_BOT_ID", botId, "the bot"],
    ["SLACK_BOT_USER_ID", botUserId, "the bot's user"],
  ] as const;
  const others = pairs.filter(([name, id]) => values[name] !== undefined && values[name] !== id);
  if (others.length === 0)
    return [fine(`The bot token is taken: @${botName} in the workspace ${teamName} (${team}).`)];
  return others.map(([name, id, what]) => {
    const says = `The bot token is of another app or workspace than the configuration: ${what} is ${id}, and ${name} says ${values[name] ?? ""}.`;
    const mend =
      name === "SLACK_TEAM_ID"
        ? "Give it the token of the workspace to which its runs belong; another workspace takes another stage."
        : `Run ${setup} once more: it asks Slack for the ids.`;
    return wrong(says, mend);
  });
}

function scopes(installation: Installation): readonly Finding[] {
  if (installation.scopes.length === 0)
    return [unknown("Which scopes the token has is not said by who answers in Slack's place.")];
  const missing = lackingScopes(installation);
  if (missing.length === 0) return [fine("The token has every scope that the app asks for.")];
  return [
    wrong(
      `The bot token lacks the scopes ${missing.join(", ")}.`,
      "Give the Slack app the manifest that npm run -s manifest prints, and install it again; a token that is installed again may be a new one.",
    ),
  ];
}

export const channelCheck: Check = {
  name: "Channel",
  async look(facts) {
    const [client, id] = [clientOf(facts), facts.values["SLACK_DEFAULT_CHANNEL"] ?? ""];
    if (client === undefined) return [NO_TOKEN];
    if (id === "") return [unknown("SLACK_DEFAULT_CHANNEL is not known here.")];
    return [await channel(client, id, facts)];
  },
};

async function channel(client: Client, id: string, facts: DoctorFacts): Promise<Finding> {
  const state = await channelState(client, id);
  const another = `Name another channel: ${byChanging(facts, "SLACK_DEFAULT_CHANNEL")}.`;
  if (state.kind === "unknown")
    return wrong(
      `There is no channel ${id} that the app can see: it was deleted, or is private without the app in it.`,
      `Invite the app into it, in Slack. ${another}`,
    );
  const { name, isArchived, isMember } = state;
  if (isArchived)
    return wrong(`The channel #${name} (${id}) is archived, so nothing can be posted there.`, another);
  if (isMember === false)
    return wrong(
      `The app is no member of #${name} (${id}): it can post there, and cannot look for a card whose posting got no answer, so such a card may stand there twice.`,
      `In #${name}, invite the app by /invite.`,
    );
  return fine(`#${name} (${id}) is there, and the app ${isMember === true ? "is in it" : "can see it"}.`);
}

export const groupsCheck: Check = {
  name: "User groups",
  async look(facts) {
    const client = clientOf(facts);
    if (client === undefined) return [NO_TOKEN];
    const named = GROUPS.map(({ name, does }) => ({ name, does, id: facts.values[name] ?? "" }));
    if (named.every(({ id }) => id === "")) return [unknown("No user group is known here.")];
    const states = await groupStates(client);
    return named.map(({ name, does, id }) =>
      id === ""
        ? unknown(`${name} is not known here.`)
        : group(states, { id, does, another: `name another one: ${byChanging(facts, name)}.` }),
    );
  },
};

const GROUPS = [
  { name: "APPROVER_GROUP", does: "decides" },
  { name: "OPERATOR_GROUP", does: "operates" },
] as const;

interface Named {
  readonly id: string;
  readonly does: string;
  /** How to name another one. */
  readonly another: string;
}

function group(states: readonly GroupState[], { id, does, another }: Named): Finding {
  const found = states.find((state) => state.id === id);
  if (found === undefined)
    return wrong(
      `There is no user group ${id} in the workspace, and it is the one that ${does}.`,
      `Make one in Slack, under People, User groups, and ${another}`,
    );
  const { handle, isEnabled, members } = found;
  const who = `@${handle} (${id}), the user group that ${does}, `;
  if (!isEnabled)
    return wrong(`${who}is switched off.`, `Switch it on in Slack, under People, User groups, or ${another}`);
  if (members === 0)
    return wrong(
      `${who}has nobody in it: nobody could do that.`,
      `Add people to it in Slack, under People, User groups, or ${another}`,
    );
  return fine(`${who}has ${members} ${members === 1 ? "member" : "members"}.`);
}
