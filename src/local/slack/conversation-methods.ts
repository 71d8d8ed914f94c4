// conversations.*: reading channels and threads, their members, and opening direct messages.
import { z } from "zod";
import { flag, method, refused, type ApiAnswer, type Methods } from "./api-method.ts";
import { channelJson, channelPage, channelRange, channelTypes } from "./channel-page.ts";
import type { StoredMessage } from "./documents.ts";
import { LIMITS } from "./limits.ts";
import { messageJson, messagesOf, threadRoot } from "./messages.ts";
import type { Channel } from "./protocol.ts";
import { SEED } from "./seed.ts";
import { microsFromTs } from "./timestamps.ts";
import type { Workspace } from "./workspace.ts";

const listed = z.object({ ...channelRange, types: channelTypes, exclude_archived: flag });
const range = z.object({
  channel: z.string().min(1),
  oldest: z.string().default("0"),
  latest: z.string().default("9999999999"),
  inclusive: flag,
  limit: z.coerce.number().int().min(1).max(LIMITS.message.historyPage).default(100),
  include_all_metadata: flag,
  cursor: z.string().default(""),
});
type Range = z.output<typeof range>;

export const conversationMethods: Methods = {
  "conversations.history": method(range, ({ workspace }, args) => {
    const error = unreadable(workspace, args.channel);
    if (error !== undefined) return refused(error);
    const shown = messagesOf(workspace, args.channel).filter(
      (message) => !message.threadTs || message.broadcast,
    );
    return page(workspace, args, shown.filter(isWithin(args)).toReversed());
  }),
  "conversations.replies": method(range.extend({ ts: z.string().min(1) }), ({ workspace }, args) => {
    const error = unreadable(workspace, args.channel);
    if (error !== undefined) return refused(error);
    const root = threadRoot(workspace, args.channel, args.ts);
    if (root === undefined) return refused("thread_not_found");
    const isInThread = isWithin(args);
    const thread = messagesOf(workspace, args.channel).filter(
      // The thread's first message comes along whatever the range.
      (message) => message.ts === root || (message.threadTs === root && isInThread(message)),
    );
    return page(workspace, args, thread);
  }),
  "conversations.members": method(z.object({ channel: z.string().min(1) }), ({ workspace }, args) => {
    const channel = workspace.channel(args.channel);
    if (channel === undefined) return refused("channel_not_found");
    return { ok: true, members: channel.members, response_metadata: { next_cursor: "" } };
  }),
  "conversations.info": method(z.object({ channel: z.string().min(1) }), ({ workspace }, args) => {
    const channel = workspace.channel(args.channel);
    if (channel === undefined) return refused("channel_not_found");
    const isMember = channel.members.includes(SEED.users.bot);
    return { ok: true, channel: { ...channelJson(channel), is_private: false, is_member: isMember } };
  }),
  "conversations.list": method(listed, ({ workspace }, args) => {
    const isAsked = ({ kind, archived }: Channel): boolean =>
      args.types.includes(kind === "im" ? "im" : "public_channel") &&
      !(args.exclude_archived && archived === true);
    return channelPage(workspace.channels().filter(isAsked), args);
  }),
  "conversations.open": method(z.object({ users: z.string().default("") }), ({ workspace }, args) => {
    if (args.users === "") return refused("users_list_not_supplied");
    const person = workspace.person(args.users);
    if (person === undefined) return refused("user_not_found");
    if (person.kind === "bot") return refused("cannot_dm_bot");
    if (person.deactivated === true) return refused("user_disabled");
    return { ok: true, channel: { id: workspace.openIm(person).id } };
  }),
};

function unreadable(workspace: Workspace, id: string): string | undefined {
  const channel = workspace.channel(id);
  if (channel === undefined) return "channel_not_found";
  if (channel.members.includes(SEED.users.bot)) return undefined;
  return channel.kind === "im" ? "channel_not_found" : "not_in_channel";
}

function isWithin({ oldest, latest, inclusive }: Range): (message: StoredMessage) => boolean {
  const [from, to] = [microsFromTs(oldest), microsFromTs(latest)];
  return ({ ts }) => {
    const at = microsFromTs(ts);
    return inclusive ? at >= from && at <= to : at > from && at < to;
  };
}

/** A cursor names the last message already given. */
function page(workspace: Workspace, args: Range, found: readonly StoredMessage[]): ApiAnswer {
  const given = Buffer.from(args.cursor, "base64url").toString();
  const start = args.cursor === "" ? 0 : found.findIndex((message) => message.ts === given) + 1;
  if (start === 0 && args.cursor !== "") return refused("invalid_cursor");
  const messages = found.slice(start, start + args.limit);
  const hasMore = start + args.limit < found.length;
  const cursor = hasMore ? Buffer.from(messages.at(-1)?.ts ?? "").toString("base64url") : "";
  return {
    ok: true,
    messages: messages.map((message) => messageJson(workspace, message, args.include_all_metadata)),
    has_more: hasMore,
    response_metadata: { next_cursor: cursor },
  };
}
