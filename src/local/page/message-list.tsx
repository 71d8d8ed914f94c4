// Messages in order, with a line between days and before what is new; it stays at the newest one unless somebody scrolled up to read.
import { useLayoutEffect, useRef, type ReactElement } from "react";
import type { Message } from "../slack/protocol.ts";
import { continues, dayOf, isReply } from "./conversation.ts";
import { MessageItem } from "./message.tsx";
import { useWorkspace } from "./workspace.ts";

const NEAR_END_PX = 80;

interface MessageListProps {
  readonly name: string;
  readonly messages: readonly Message[];
  readonly where: "channel" | "thread";
  /** The ts of the last message that had been read when the person came here; nothing is marked without one. */
  readonly readUntil?: string | undefined;
  /** The ts of the message a link led to. */
  readonly linked?: string;
  /** What a channel says before its first message. */
  readonly opening?: ReactElement;
}

export function MessageList(props: MessageListProps): ReactElement {
  const { name, messages, where, linked = "", opening } = props;
  const { snapshot } = useWorkspace();
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [messages]);
  useLayoutEffect(() => {
    const target = linked === "" ? null : list.current?.querySelector(`[data-ts="${CSS.escape(linked)}"]`);
    if (target === null || target === undefined) return;
    atEnd.current = false;
    target.scrollIntoView({ block: "center" });
  }, [linked]);
  const now = new Date(snapshot.now);
  const firstNew = firstUnread(props, snapshot.me);
  return (
    <div
      ref={list}
      className="messages"
      role="log"
      aria-label={name}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
      }}
    >
      {opening}
      {messages.map((message, index) => (
        <Row
          key={`${message.ts}/${message.visibleTo ?? ""}`}
          message={message}
          before={messages[index - 1]}
          {...{ where, now }}
          isNew={message === firstNew}
          isLinked={message.ts === linked}
          replies={where === "thread" && index === 0 ? messages.length - 1 : 0}
        />
      ))}
    </div>
  );
}

interface RowProps extends Pick<MessageListProps, "where"> {
  readonly message: Message;
  readonly before: Message | undefined;
  readonly now: Date;
  readonly isNew: boolean;
  readonly isLinked: boolean;
  /** How many are said to follow; only below a thread's first message. */
  readonly replies: number;
}

function Row({ message, before, where, now, isNew, isLinked, replies }: RowProps): ReactElement {
  const day = dayOf(message.ts, now);
  const isNewDay = where === "channel" && (before === undefined || dayOf(before.ts, now) !== day);
  // A thread's first message stands apart from its replies.
  const isFirstReply = where === "thread" && before !== undefined && !isReply(before);
  const isContinued = !isNewDay && !isNew && !isFirstReply && continues(before, message);
  return (
    <>
      {isNewDay && <DayLine day={day} isNew={isNew} />}
      {isNew && !isNewDay && <NewLine />}
      <MessageItem {...{ message, where, isContinued, isLinked }} />
      {replies > 0 && <RepliesLine count={replies} />}
    </>
  );
}

function firstUnread({ messages, readUntil }: MessageListProps, me: string): Message | undefined {
  if (readUntil === undefined) return undefined;
  return messages.find(({ ts, user }) => Number(ts) > Number(readUntil) && user !== me);
}

function DayLine({ day, isNew }: { readonly day: string; readonly isNew: boolean }): ReactElement {
  return (
    <p className={isNew ? "day new" : "day"}>
      <span>{day}</span>
      {isNew && <b>New</b>}
    </p>
  );
}

function NewLine(): ReactElement {
  return (
    <p className="new-line">
      <span>New</span>
    </p>
  );
}

function RepliesLine({ count }: { readonly count: number }): ReactElement {
  return (
    <p className="replies-line">
      <span>{count === 1 ? "1 reply" : `${count} replies`}</span>
    </p>
  );
}
