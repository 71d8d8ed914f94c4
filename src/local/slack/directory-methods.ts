// auth.test, users.* and usergroups.*: who is who.
import { z } from "zod";
import { flag, method, refused, type Methods } from "./api-method.ts";
import { channelPage, channelRange, channelTypes } from "./channel-page.ts";
import type { Channel, Person } from "./protocol.ts";
import { SEED, type Group } from "./seed.ts";

const conversationsArgs = z.object({
  ...channelRange,
  user: z.string().min(1).default(SEED.users.bot),
  types: channelTypes,
  exclude_archived: flag,
});

export const directoryMethods: Methods = {
  "auth.test": method(z.object({}), ({ workspace, origin }) => ({
    ok: true,
    url: `${origin}/`,
    team: workspace.team.name,
    user: workspace.person(SEED.users.bot)?.name,
    team_id: workspace.team.id,
    user_id: SEED.users.bot,
    bot_id: SEED.botId,
    app_id: SEED.appId,
    is_enterprise_install: false,
  })),
  "users.info": method(z.object({ user: z.string().min(1) }), ({ workspace }, args) => {
    const person = workspace.person(args.user);
    return person === undefined ? refused("user_not_found") : { ok: true, user: userJson(person) };
  }),
  "users.conversations": method(conversationsArgs, ({ workspace }, args) => {
    if (workspace.person(args.user) === undefined) return refused("user_not_found");
    return channelPage(
      workspace.channels().filter((channel) => isShared(channel, args)),
      args,
    );
  }),
  "usergroups.list": method(z.object({ include_users: flag }), ({ workspace }, args) => ({
    ok: true,
    usergroups: workspace.groups().map((group) => groupJson(group, workspace.team.id, args.include_users)),
  })),
  "usergroups.users.list": method(z.object({ usergroup: z.string().min(1) }), ({ workspace }, args) => {
    const group = workspace.groups().find(({ id }) => id === args.usergroup);
    return group === undefined ? refused("no_such_subteam") : { ok: true, users: group.members };
  }),
};

/** Of what is not public, only where the app is, too. */
function isShared(
  { kind, members, archived }: Channel,
  { user, types, exclude_archived: onlyOpen }: z.output<typeof conversationsArgs>,
): boolean {
  const isAsked = types.includes(kind === "im" ? "im" : "public_channel");
  const isSeen = kind === "channel" || members.includes(SEED.users.bot);
  return isAsked && isSeen && members.includes(user) && !(onlyOpen && archived === true);
}

function userJson(person: Person): Readonly<Record<string, unknown>> {
  const { id, name, realName, title, kind, teamId } = person;
  return {
    ...{ id, name, team_id: teamId, real_name: realName, tz: "Etc/UTC", tz_offset: 0 },
    deleted: person.deactivated === true,
    is_bot: kind === "bot",
    is_app_user: false,
    is_admin: false,
    is_owner: false,
    is_restricted: kind === "guest",
    is_ultra_restricted: false,
    is_stranger: kind === "external",
    profile: {
      real_name: realName,
      display_name: name,
      title,
      team: teamId,
      ...(kind === "bot" && id === SEED.users.bot && { bot_id: SEED.botId, api_app_id: SEED.appId }),
    },
  };
}

function groupJson(group: Group, teamId: string, withUsers: boolean): Readonly<Record<string, unknown>> {
  const { id, handle, members } = group;
  return {
    ...{ id, handle, name: handle, team_id: teamId, is_usergroup: true, description: "", date_delete: 0 },
    user_count: members.length,
    ...(withUsers && { users: members }),
  };
}
