// Who and what the workspace holds on its first day.
import { COMMAND_WORDS } from "../../slack/app-manifest.ts";
import { SCOPES } from "../../slack/permissions.ts";
import type { Channel, Person } from "./protocol.ts";

export const SEED = {
  teamId: "T0LOCAL",
  teamName: "Countersign Local",
  teamDomain: "countersign-local",
  appId: "A0LOCAL",
  appName: "countersign",
  botId: "B0LOCAL",
  command: "/countersign",
  commandDescription: COMMAND_WORDS.description,
  commandHint: COMMAND_WORDS.usage_hint,
  /** What the bot's token may do. */
  scopes: Object.keys(SCOPES),
  users: {
    rita: "U0RITA",
    ana: "U0ANA",
    bo: "U0BO",
    otto: "U0OTTO",
    gus: "U0GUS",
    eve: "U0EVE",
    bot: "U0BOT",
    slackbot: "USLACKBOT",
  },
  groups: { oncall: "S0ONCALL", ops: "S0OPS" },
  /** The app is not a member of `random`: posting there is refused, as in a real workspace before an invitation. */
  channels: { deploys: "C0DEPLOYS", general: "C0GENERAL", random: "C0RANDOM" },
} as const;

const { users, groups, channels } = SEED;

export interface Group {
  readonly id: string;
  readonly handle: string;
  readonly members: readonly string[];
}

export function seedPeople(teamId: string): readonly Person[] {
  const member = { kind: "member", teamId } as const;
  const bot = { kind: "bot", teamId } as const;
  return [
    { id: users.rita, name: "rita", realName: "Rita Requester", title: "Release engineer", ...member },
    { id: users.ana, name: "ana", realName: "Ana Oncall", title: "On-call engineer", ...member },
    { id: users.bo, name: "bo", realName: "Bo Oncall", title: "On-call engineer", ...member },
    { id: users.otto, name: "otto", realName: "Otto Outsider", title: "Sales, not in any group", ...member },
    {
      id: users.gus,
      name: "gus",
      realName: "Gus Guest",
      title: "Guest of the workspace",
      kind: "guest",
      teamId,
    },
    {
      id: users.eve,
      name: "eve",
      realName: "Eve External",
      title: "From another company, in a shared channel",
      kind: "external",
      teamId: "T0OTHER",
    },
    { id: users.bot, name: SEED.appName, realName: "Countersign", title: "The app", ...bot },
    { id: users.slackbot, name: "slackbot", realName: "Slackbot", title: "Slack itself", ...bot },
  ];
}

export const SEED_GROUPS: readonly Group[] = [
  { id: groups.oncall, handle: "oncall", members: [users.ana, users.bo] },
  { id: groups.ops, handle: "ops", members: [users.ana] },
];

const team = [users.rita, users.ana, users.bo, users.otto];

export const SEED_CHANNELS: readonly Channel[] = [
  {
    id: channels.deploys,
    name: "deploys",
    kind: "channel",
    members: [...team, users.gus, users.eve, users.bot],
  },
  { id: channels.general, name: "general", kind: "channel", members: [...team, users.gus, users.bot] },
  { id: channels.random, name: "random", kind: "channel", members: team },
];
