// chat.*: posting, changing and deleting the app's messages.
import { z } from "zod";
import { flag, method, refused, refusedBecause, type Methods } from "./api-method.ts";
import type { StoredMessage } from "./documents.ts";
import { LIMITS } from "./limits.ts";
import { acceptContent } from "./message-content.ts";
import { addMessage, messageJson, threadRoot } from "./messages.ts";
import type { Channel } from "./protocol.ts";
import { SEED } from "./seed.ts";
import { sentenceAt } from "./slack-issues.ts";
import { messageKey, type Workspace } from "./workspace.ts";

const content = {
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  metadata: z.unknown().optional(),
};
/** Left out on purpose; to ignore what a caller sent would be a lie. */
const unsupported = ["attachments", "markdown_text"] as const;
const address = z.object({ channel: z.string().min(1), ts: z.string().min(1) });

export const chatMethods: Methods = {
  "chat.postMessage": method(
    z.looseObject({
      channel: z.string().min(1),
      ...content,
      thread_ts: z.string().optional(),
      reply_broadcast: flag,
    }),
    ({ workspace }, args) => {
      const missing = unsupported.filter((name) => args[name] !== undefined);
      if (missing.length > 0) return refusedBecause("invalid_arguments", missing.map(notHere));
      const channel = postableIn(findTarget(workspace, args.channel));
      if (typeof channel === "string") return refused(channel);
      const verdict = acceptContent(workspace, args);
      if (!verdict.ok) return verdict.refusal;
      const thread = threadFor(workspace, channel.id, args.thread_ts);
      if (thread === undefined) return refused("thread_not_found");
      const broadcast = args.reply_broadcast && thread.threadTs !== undefined && { broadcast: true };
      const message = addMessage(workspace, {
        ...{ channel: channel.id, user: SEED.users.bot },
        ...verdict.content,
        ...thread,
        ...broadcast,
      });
      return answerWith(workspace, message);
    },
  ),
  "chat.postEphemeral": method(
    z.looseObject({
      channel: z.string().min(1),
      user: z.string().min(1),
      ...content,
      thread_ts: z.string().optional(),
    }),
    ({ workspace }, args) => {
      const channel = postableIn(workspace.channel(args.channel));
      if (typeof channel === "string") return refused(channel);
      if (!channel.members.includes(args.user)) return refused("user_not_in_channel");
      const verdict = acceptContent(workspace, { ...args, metadata: undefined });
      if (!verdict.ok) return verdict.refusal;
      const thread = threadFor(workspace, channel.id, args.thread_ts);
      if (thread === undefined) return refused("thread_not_found");
      const message = addMessage(workspace, {
        ...{ channel: channel.id, user: SEED.users.bot, visibleTo: args.user },
        ...verdict.content,
        ...thread,
      });
      return { ok: true, message_ts: message.ts };
    },
  ),
  "chat.update": method(z.looseObject({ ...address.shape, ...content }), ({ workspace }, args) => {
    const message = findOwn(workspace, args, "cant_update_message");
    if (typeof message === "string") return refused(message);
    if ((args.text ?? "").length > LIMITS.message.updateText) return refused("msg_too_long");
    const verdict = acceptContent(workspace, args);
    if (!verdict.ok) return verdict.refusal;
    const text = args.text === undefined ? message.text : verdict.content.text;
    const updated = { ...message, ...verdict.content, text, edited: true };
    workspace.messages.put(updated);
    return { ...answerWith(workspace, updated), text };
  }),
  "chat.delete": method(address, ({ workspace }, args) => {
    const message = findOwn(workspace, args, "cant_delete_message");
    if (typeof message === "string") return refused(message);
    workspace.messages.remove(messageKey(message));
    return { ok: true, channel: message.channel, ts: message.ts };
  }),
  "chat.getPermalink": method(
    z.object({ channel: z.string().min(1), message_ts: z.string().min(1) }),
    ({ workspace, origin }, args) => {
      if (workspace.channel(args.channel) === undefined) return refused("channel_not_found");
      const message = workspace.messages.get(messageKey({ channel: args.channel, ts: args.message_ts }));
      if (message === undefined || message.visibleTo !== undefined) return refused("message_not_found");
      const thread =
        message.threadTs === undefined ? "" : `?thread_ts=${message.threadTs}&cid=${message.channel}`;
      const place = `${message.channel}/p${message.ts.replace(".", "")}`;
      return { ok: true, channel: message.channel, permalink: `${origin}/archives/${place}${thread}` };
    },
  ),
};

function notHere(name: string): string {
  return sentenceAt(`the local Slack does not support ${name}; use text and blocks`, `/${name}`);
}

/** A channel's id, or a person's, which opens the direct message; never a name. */
function findTarget(workspace: Workspace, id: string): Channel | undefined {
  const person = workspace.person(id);
  if (person === undefined) return workspace.channel(id);
  return person.kind === "bot" ? undefined : workspace.openIm(person);
}

/** The channel, or the error why the app cannot post there. */
export function postableIn(channel: Channel | undefined): Channel | string {
  if (channel === undefined) return "channel_not_found";
  if (!channel.members.includes(SEED.users.bot))
    return channel.kind === "im" ? "channel_not_found" : "not_in_channel";
  return channel.archived === true ? "is_archived" : channel;
}

/** Undefined when the thread does not exist. */
export function threadFor(
  workspace: Workspace,
  channel: string,
  threadTs: string | undefined,
): { readonly threadTs?: string } | undefined {
  if (threadTs === undefined || threadTs === "") return {};
  const root = threadRoot(workspace, channel, threadTs);
  return root === undefined ? undefined : { threadTs: root };
}

/** The app's own message, or the error. Ephemeral messages are not to be found. */
function findOwn(
  workspace: Workspace,
  address: { readonly channel: string; readonly ts: string },
  notOwn: string,
): StoredMessage | string {
  const channel = workspace.channel(address.channel);
  if (channel === undefined) return "channel_not_found";
  // Slack's word for the messages of an archived channel, which differs from the one for posting there.
  if (channel.archived === true) return "is_inactive";
  const message = workspace.messages.get(messageKey(address));
  if (message === undefined || message.visibleTo !== undefined) return "message_not_found";
  return message.user === SEED.users.bot ? message : notOwn;
}

function answerWith(workspace: Workspace, message: StoredMessage) {
  const { channel, ts } = message;
  return { ok: true, channel, ts, message: messageJson(workspace, message, true) } as const;
}
