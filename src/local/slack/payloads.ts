// The payloads Slack sends to an app, field by field.
import type { Home, InputValues, Modal, StoredMessage } from "./documents.ts";
import { messageJson } from "./messages.ts";
import type { Channel, Person } from "./protocol.ts";
import { SEED } from "./seed.ts";
import { viewJson } from "./views.ts";
import type { Workspace } from "./workspace.ts";

type Json = Readonly<Record<string, unknown>>;

/** Deprecated by Slack, still sent; nothing may trust it. */
const TOKEN = "local-verification-token";

function envelope(workspace: Workspace, person: Person): Json {
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    api_app_id: SEED.appId,
    token: TOKEN,
    team: { id: workspace.team.id, domain: workspace.team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

interface Slash {
  readonly person: Person;
  readonly channel: Channel;
  readonly command: string;
  readonly text: string;
  readonly responseUrl: string;
  readonly triggerId: string;
}

export function slashFields(workspace: Workspace, slash: Slash): Readonly<Record<string, string>> {
  return {
    token: TOKEN,
    team_id: workspace.team.id,
    team_domain: workspace.team.domain,
    channel_id: slash.channel.id,
    channel_name: channelName(slash.channel),
    user_id: slash.person.id,
    user_name: slash.person.name,
    command: slash.command,
    text: slash.text,
    api_app_id: SEED.appId,
    is_enterprise_install: "false",
    response_url: slash.responseUrl,
    trigger_id: slash.triggerId,
  };
}

function channelName(channel: Channel): string {
  return channel.kind === "im" ? "directmessage" : channel.name;
}

interface MessageClick {
  readonly person: Person;
  readonly channel: Channel;
  readonly message: StoredMessage;
  readonly action: Json;
  readonly values: InputValues;
  readonly responseUrl: string;
  readonly triggerId: string;
}

/** Of an ephemeral message Slack keeps nothing, so only its address is sent. */
export function messageClickPayload(workspace: Workspace, click: MessageClick): Json {
  const { channel, message } = click;
  const isEphemeral = message.visibleTo !== undefined;
  return {
    type: "block_actions",
    ...envelope(workspace, click.person),
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs && { thread_ts: message.threadTs }),
    },
    trigger_id: click.triggerId,
    channel: { id: channel.id, name: channelName(channel) },
    ...(!isEphemeral && { message: messageJson(workspace, message, true) }),
    state: { values: click.values },
    response_url: click.responseUrl,
    actions: [click.action],
  };
}

interface ViewClick {
  readonly person: Person;
  readonly view: Modal | Home;
  readonly action: Json;
  readonly triggerId: string;
}

export function viewClickPayload(workspace: Workspace, { person, view, action, triggerId }: ViewClick): Json {
  return {
    type: "block_actions",
    ...envelope(workspace, person),
    container: { type: "view", view_id: view.id },
    trigger_id: triggerId,
    view: viewJson(workspace, view),
    actions: [action],
  };
}

export function submissionPayload(
  workspace: Workspace,
  person: Person,
  modal: Modal,
  triggerId: string,
): Json {
  return {
    type: "view_submission",
    ...envelope(workspace, person),
    trigger_id: triggerId,
    view: viewJson(workspace, modal),
    response_urls: [],
  };
}

export function closedPayload(workspace: Workspace, person: Person, modal: Modal, isCleared: boolean): Json {
  return {
    type: "view_closed",
    ...envelope(workspace, person),
    view: viewJson(workspace, modal),
    is_cleared: isCleared,
  };
}

export function homeOpenedEvent(workspace: Workspace, person: Person, home: Home | undefined): Json {
  return eventCallback(workspace, {
    type: "app_home_opened",
    user: person.id,
    channel: workspace.openIm(person).id,
    tab: "home",
    event_ts: workspace.nextTs(),
    ...(home && { view: viewJson(workspace, home) }),
  });
}

/** A message that names the app. Its text has people as ids alone, without the names that a command's has beside them. */
export function mentionEvent(workspace: Workspace, person: Person, message: StoredMessage): Json {
  const { channel, ts, threadTs } = message;
  return eventCallback(workspace, {
    type: "app_mention",
    ...{ user: person.id, team: person.teamId, channel, ts, event_ts: ts },
    text: message.text.replaceAll(/<(@U\w+)\|[^>]*>/g, "<$1>"),
    ...(threadTs && { thread_ts: threadTs }),
  });
}

/** Who has been put into a user group, or taken out of it. */
export function membersChangedEvent(
  workspace: Workspace,
  { group, user, isMember }: { readonly group: string; readonly user: string; readonly isMember: boolean },
): Json {
  const [added, removed] = isMember ? [[user], []] : [[], [user]];
  return eventCallback(workspace, {
    type: "subteam_members_changed",
    subteam_id: group,
    team_id: workspace.team.id,
    date_update: Math.floor(workspace.now() / 1_000),
    added_users: added,
    added_users_count: added.length,
    removed_users: removed,
    removed_users_count: removed.length,
    event_ts: workspace.nextTs(),
  });
}

function eventCallback(workspace: Workspace, event: Json): Json {
  const seconds = Math.floor(workspace.now() / 1_000);
  return {
    type: "event_callback",
    token: TOKEN,
    team_id: workspace.team.id,
    api_app_id: SEED.appId,
    event,
    event_id: workspace.nextId("Ev"),
    event_time: seconds,
    authorizations: [
      {
        ...{ enterprise_id: null, team_id: workspace.team.id, user_id: SEED.users.bot },
        ...{ is_bot: true, is_enterprise_install: false },
      },
    ],
    is_ext_shared_channel: false,
  };
}
