// The workspace as one person sees it, and as nobody does.
import type { Journal } from "./journal.ts";
import type { Channel, Everything, Message, Person, Snapshot } from "./protocol.ts";
import { SEED } from "./seed.ts";
import { microsFromTs } from "./timestamps.ts";
import { unreadOf } from "./unread.ts";
import { homeViewOf, viewOf } from "./views.ts";
import type { Workspace } from "./workspace.ts";

export function snapshotFor(workspace: Workspace, me: Person): Snapshot {
  const channels = workspace
    .channels()
    .filter((channel) => me.deactivated !== true && channel.members.includes(me.id))
    .map((channel) => namedFor(workspace, me, channel));
  const ids = new Set(channels.map((channel) => channel.id));
  const home = workspace.homes.get(me.id);
  return {
    version: workspace.version(),
    now: new Date(workspace.now()).toISOString(),
    team: { id: workspace.team.id, name: workspace.team.name },
    me: me.id,
    people: workspace.people(),
    groups: workspace.groups(),
    channels,
    messages: inOrder(workspace).filter(
      (message) => ids.has(message.channel) && (message.visibleTo ?? me.id) === me.id,
    ),
    unread: unreadOf(workspace, me, channels),
    views: workspace.modals
      .all()
      .filter((modal) => modal.user === me.id)
      .map(viewOf),
    commands: [{ name: SEED.command, description: SEED.commandDescription, hint: SEED.commandHint }],
    app: SEED.users.bot,
    ...(home && { home: homeViewOf(home) }),
  };
}

/** A direct message bears the name of the other one. */
function namedFor(workspace: Workspace, me: Person, channel: Channel): Channel {
  if (channel.kind !== "im") return channel;
  const other = channel.members.find((id) => id !== me.id);
  return { ...channel, name: workspace.person(other ?? "")?.realName ?? channel.name };
}

export function everything(workspace: Workspace, journal: Journal): Everything {
  return {
    version: workspace.version(),
    people: workspace.people(),
    channels: workspace.channels(),
    messages: inOrder(workspace),
    views: workspace.modals.all().map(viewOf),
    homes: workspace.homes.all().map(homeViewOf),
    calls: journal.calls,
    deliveries: journal.deliveries,
  };
}

function inOrder(workspace: Workspace): readonly Message[] {
  return workspace.messages.all().toSorted((a, b) => microsFromTs(a.ts) - microsFromTs(b.ts));
}
