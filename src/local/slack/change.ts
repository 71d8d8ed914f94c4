// What an administrator of the workspace has changed since its first day, and what that makes of people, groups and channels.
import { z } from "zod";
import type { Change, Channel, Person } from "./protocol.ts";
import type { Group } from "./seed.ts";

export const changeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("group"), group: z.string(), user: z.string(), isMember: z.boolean() }),
  z.strictObject({ kind: z.literal("archive"), channel: z.string(), archived: z.boolean() }),
  z.strictObject({ kind: z.literal("deactivate"), user: z.string(), deactivated: z.boolean() }),
]);

/** Only the last change of the same thing counts. */
export function changeKey(change: Change): string {
  switch (change.kind) {
    case "group":
      return `group/${change.group}/${change.user}`;
    case "archive":
      return `archive/${change.channel}`;
    case "deactivate":
      return `deactivate/${change.user}`;
  }
}

/** The sentence that says why a change makes no sense. */
export function whyNoChange(
  change: Change,
  {
    people,
    groups,
    channels,
  }: {
    readonly people: readonly Person[];
    readonly groups: readonly Group[];
    readonly channels: readonly Channel[];
  },
): string | undefined {
  if (change.kind === "archive")
    return channels.some(({ id, kind }) => id === change.channel && kind === "channel")
      ? undefined
      : `There is no channel ${change.channel}.`;
  if (!people.some(({ id, kind }) => id === change.user && kind !== "bot"))
    return `There is nobody with the id ${change.user}.`;
  return change.kind === "deactivate" || groups.some(({ id }) => id === change.group)
    ? undefined
    : `There is no user group ${change.group}.`;
}

export function changedPeople(seed: readonly Person[], changes: readonly Change[]): readonly Person[] {
  const away = deactivated(changes);
  return seed.map((person) => (away.has(person.id) ? { ...person, deactivated: true } : person));
}

/** Slack takes a deactivated account out of its groups, and puts it back with the account. */
export function changedGroups(seed: readonly Group[], changes: readonly Change[]): readonly Group[] {
  const away = deactivated(changes);
  return seed.map((group) => {
    const members = new Set(group.members);
    for (const change of changes) {
      if (change.kind !== "group" || change.group !== group.id) continue;
      if (change.isMember) members.add(change.user);
      else members.delete(change.user);
    }
    return { ...group, members: [...members].filter((id) => !away.has(id)) };
  });
}

/** A deactivated account is in no channel either; a conversation with it stays what it was. */
export function changedChannels(seed: readonly Channel[], changes: readonly Change[]): readonly Channel[] {
  const away = deactivated(changes);
  const archived = new Set(
    changes.flatMap((change) => (change.kind === "archive" && change.archived ? [change.channel] : [])),
  );
  return seed.map((channel) => ({
    ...channel,
    members: channel.kind === "im" ? channel.members : channel.members.filter((id) => !away.has(id)),
    ...(archived.has(channel.id) && { archived: true }),
  }));
}

function deactivated(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap((change) => (change.kind === "deactivate" && change.deactivated ? [change.user] : [])),
  );
}
