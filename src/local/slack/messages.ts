// Messages: adding one, finding threads, and how the Web API shows them.
import type { StoredMessage } from "./documents.ts";
import { SEED } from "./seed.ts";
import { microsFromTs } from "./timestamps.ts";
import { messageKey, type Workspace } from "./workspace.ts";

export type Draft = Omit<StoredMessage, "ts" | "edited">;

export function addMessage(workspace: Workspace, draft: Draft): StoredMessage {
  const message = { ...draft, ts: workspace.nextTs(), edited: false };
  workspace.messages.put(message);
  return message;
}

/** Slackbot's private word to one person, for what the client itself would say. */
export function tellPrivately(workspace: Workspace, to: Omit<Draft, "user" | "blocks">): void {
  addMessage(workspace, { ...to, user: SEED.users.slackbot, blocks: [] });
}

export function messagesOf(workspace: Workspace, channel: string): readonly StoredMessage[] {
  return workspace.messages
    .all()
    .filter((message) => message.channel === channel && message.visibleTo === undefined)
    .toSorted((a, b) => microsFromTs(a.ts) - microsFromTs(b.ts));
}

/** The message a reply belongs under, which for a reply's own timestamp is its thread's first message. */
export function threadRoot(workspace: Workspace, channel: string, ts: string): string | undefined {
  const message = workspace.messages.get(messageKey({ channel, ts }));
  if (message === undefined || message.visibleTo !== undefined) return undefined;
  return message.threadTs ?? message.ts;
}

export function messageJson(
  workspace: Workspace,
  message: StoredMessage,
  withMetadata: boolean,
): Readonly<Record<string, unknown>> {
  const isOurs = message.user === SEED.users.bot;
  return {
    type: "message",
    ...(message.broadcast && { subtype: "thread_broadcast" }),
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: workspace.team.id,
    ...(isOurs && { bot_id: SEED.botId, app_id: SEED.appId }),
    ...threadFields(workspace, message),
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.files && { files: message.files.map(({ bytes, ...file }) => ({ ...file, size: bytes })) }),
    ...(message.edited && { edited: { user: message.user, ts: message.ts } }),
    ...(withMetadata && message.metadata && { metadata: message.metadata }),
  };
}

function threadFields(workspace: Workspace, message: StoredMessage): Readonly<Record<string, unknown>> {
  if (message.threadTs !== undefined) return { thread_ts: message.threadTs };
  const replies = messagesOf(workspace, message.channel).filter((reply) => reply.threadTs === message.ts);
  const last = replies.at(-1);
  if (last === undefined) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return { thread_ts: message.ts, reply_count: replies.length, reply_users: users, latest_reply: last.ts };
}
