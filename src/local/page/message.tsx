// One message: who, when, what it says, and the way into its thread.
import { useMemo, type ReactElement } from "react";
import type { Message, Person } from "../slack/protocol.ts";
import { Avatar } from "./avatar.tsx";
import { Blocks } from "./blocks.tsx";
import { Files } from "./files.tsx";
import { dayOf, inPlainWords, inThread, isReply, repliesLabel, tsToDate } from "./conversation.ts";
import { SiteContext, type Site } from "./elements/site.ts";
import { Icon } from "./icons.tsx";
import { RichText } from "./rich-text.tsx";
import { useWorkspace } from "./workspace.ts";

const TIME = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

interface MessageItemProps {
  readonly message: Message;
  readonly where: "channel" | "thread";
  /** Stands under another one of the same author, without a name and a picture of its own. */
  readonly isContinued: boolean;
  readonly isLinked: boolean;
}

export function MessageItem(props: MessageItemProps): ReactElement {
  const { message, where, isContinued, isLinked } = props;
  const { snapshot } = useWorkspace();
  const author = snapshot.people.find(({ id }) => id === message.user);
  const isPrivate = message.visibleTo !== undefined;
  const hasThread = where === "channel" && !isReply(message) && !isPrivate;
  const time = TIME.format(tsToDate(message.ts));
  return (
    <article
      className={["message", isPrivate ? "private" : "", isLinked ? "linked" : ""].join(" ")}
      aria-label={`${author?.realName ?? message.user}, ${time}`}
      data-ts={message.ts}
    >
      {isContinued ? <TimeAside time={time} /> : <Avatar person={author} />}
      <div className="message-body">
        <Notes message={message} where={where} />
        {!isContinued && <Byline author={author} name={message.user} ts={message.ts} />}
        <Content message={message} />
        <Files files={message.files} />
        {message.edited && <span className="edited">(edited)</span>}
        {hasThread && <ThreadLink message={message} />}
      </div>
      {hasThread && <ReplyButton message={message} />}
    </article>
  );
}

/** Where the picture would be, once somebody points at the message. */
function TimeAside({ time }: { readonly time: string }): ReactElement {
  return (
    <span className="message-time-aside" aria-hidden="true">
      {time.replace(/\s.*/, "")}
    </span>
  );
}

function Notes({ message, where }: Pick<MessageItemProps, "message" | "where">): ReactElement | undefined {
  if (message.visibleTo !== undefined) return <p className="message-note">Only visible to you</p>;
  return where === "channel" && isReply(message) ? <RepliedTo message={message} /> : undefined;
}

interface BylineProps {
  readonly author: Person | undefined;
  readonly name: string;
  readonly ts: string;
}

function Byline({ author, name, ts }: BylineProps): ReactElement {
  const time = tsToDate(ts);
  return (
    <header>
      <strong className="author">{author?.realName ?? name}</strong>
      {(author === undefined || author.kind === "bot") && <span className="badge">APP</span>}
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

const EXCERPT = 70;

function RepliedTo({ message }: { readonly message: Message }): ReactElement {
  const { snapshot, visit } = useWorkspace();
  const { channel, threadTs: thread = "" } = message;
  const first = snapshot.messages.find((one) => one.channel === channel && one.ts === thread)?.text ?? "";
  const said = inPlainWords(first, snapshot);
  const excerpt = said.length > EXCERPT ? `${said.slice(0, EXCERPT)}…` : said;
  return (
    <p className="message-note">
      <button type="button" className="link muted" onClick={() => visit({ thread })}>
        replied to a thread
      </button>
      {excerpt !== "" && `: ${excerpt}`}
    </p>
  );
}

const FACES = 4;

function ThreadLink({ message }: { readonly message: Message }): ReactElement | undefined {
  const { snapshot, visit } = useWorkspace();
  const replies = inThread(snapshot.messages, message.channel, message.ts);
  const last = replies.at(-1);
  if (last === undefined) return undefined;
  const users = [...new Set(replies.map(({ user }) => user))].slice(0, FACES);
  const when = `${dayOf(last.ts, new Date(snapshot.now)).toLowerCase()} at ${TIME.format(tsToDate(last.ts))}`;
  return (
    <button type="button" className="thread-link" onClick={() => visit({ thread: message.ts })}>
      {users.map((user) => (
        <Avatar key={user} person={snapshot.people.find(({ id }) => id === user)} size="small" />
      ))}
      <span className="thread-count">{repliesLabel(replies)}</span>
      <span className="thread-last">Last reply {when}</span>
      <span className="thread-open" aria-hidden="true">
        View thread
      </span>
      <Icon name="next" size={14} />
    </button>
  );
}

function ReplyButton({ message }: { readonly message: Message }): ReactElement {
  const { visit } = useWorkspace();
  return (
    <div className="message-tools">
      <button
        type="button"
        className="tool"
        aria-label="Reply in thread"
        title="Reply in thread"
        onClick={() => visit({ thread: message.ts })}
      >
        <Icon name="thread" size={18} />
      </button>
    </div>
  );
}
