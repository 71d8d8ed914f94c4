// One message: who, when, what it says, and the way into its thread.
import { memo, useMemo, type ReactElement } from "react";
import type { Message, Person } from "../slack/protocol.ts";
import { Blocks } from "./blocks.tsx";
import { inThread, isReply, repliesLabel, tsToDate } from "./conversation.ts";
import { SiteContext, type Site } from "./elements/site.ts";
import { RichText } from "./rich-text.tsx";
import { useWorkspace } from "./workspace.ts";

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

interface MessageItemProps {
  readonly message: Message;
  readonly where: "channel" | "thread";
}

export const MessageItem = memo(function MessageItem({ message, where }: MessageItemProps): ReactElement {
  const { snapshot } = useWorkspace();
  const { name, isBot } = authorOf(message, snapshot.people);
  const isPrivate = message.visibleTo !== undefined;
  const showsThread = where === "channel" && !isReply(message) && !isPrivate;
  return (
    <article
      className={isPrivate ? "message private" : "message"}
      aria-label={`${name}, ${TIME.format(tsToDate(message.ts))}`}
    >
      <Avatar name={name} isBot={isBot} />
      <div className="message-body">
        {isPrivate && <p className="message-note">Only visible to you</p>}
        {where === "channel" && isReply(message) && <RepliedTo thread={message.threadTs ?? ""} />}
        <Byline name={name} isBot={isBot} ts={message.ts} />
        <Content message={message} />
        {message.edited && <span className="edited">(edited)</span>}
        {showsThread && <ThreadLink message={message} />}
      </div>
    </article>
  );
});

function authorOf(
  { user }: Message,
  people: readonly Person[],
): { readonly name: string; readonly isBot: boolean } {
  const author = people.find(({ id }) => id === user);
  return { name: author?.realName ?? user, isBot: author === undefined || author.kind === "bot" };
}

function Byline({
  name,
  isBot,
  ts,
}: {
  readonly name: string;
  readonly isBot: boolean;
  readonly ts: string;
}): ReactElement {
  const time = tsToDate(ts);
  return (
    <header>
      <strong className="author">{name}</strong>
      {isBot && <span className="badge">APP</span>}
      <time dateTime={time.toISOString()} title={FULL.format(time)}>
        {TIME.format(time)}
      </time>
    </header>
  );
}

function Content({ message }: { readonly message: Message }): ReactElement {
  const { channel, ts, text, blocks } = message;
  const site = useMemo((): Site => ({ container: { kind: "message", channel, ts } }), [channel, ts]);
  if (blocks.length === 0) return <RichText text={{ type: "mrkdwn", text }} />;
  return (
    <SiteContext value={site}>
      <Blocks blocks={blocks} />
    </SiteContext>
  );
}

function RepliedTo({ thread }: { readonly thread: string }): ReactElement {
  const { visit } = useWorkspace();
  return (
    <button type="button" className="link message-note" onClick={() => visit({ thread })}>
      replied to a thread
    </button>
  );
}

function ThreadLink({ message }: { readonly message: Message }): ReactElement {
  const { snapshot, visit } = useWorkspace();
  const replies = inThread(snapshot.messages, message.channel, message.ts);
  return (
    <button
      type="button"
      className={replies.length === 0 ? "link thread-link quiet" : "link thread-link"}
      onClick={() => visit({ thread: message.ts })}
    >
      {replies.length === 0 ? "Reply in thread" : repliesLabel(replies)}
    </button>
  );
}

function Avatar({ name, isBot }: { readonly name: string; readonly isBot: boolean }): ReactElement {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
  const hue = Array.from(name).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  return (
    <span
      className={isBot ? "avatar bot" : "avatar"}
      style={{ backgroundColor: `hsl(${hue} 38% 42%)` }}
      aria-hidden="true"
    >
      {initials}
    </span>
  );
}
