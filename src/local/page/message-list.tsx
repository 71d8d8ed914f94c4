// Messages in order, with a line between days; it stays at the newest one unless somebody scrolled up to read.
import { useLayoutEffect, useRef, type ReactElement } from "react";
import type { Message } from "../slack/protocol.ts";
import { tsToDate } from "./conversation.ts";
import { MessageItem } from "./message.tsx";

const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });
const NEAR_END_PX = 80;

interface MessageListProps {
  readonly name: string;
  readonly messages: readonly Message[];
  readonly where: "channel" | "thread";
}

export function MessageList({ name, messages, where }: MessageListProps): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [messages]);
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
      {messages.length === 0 && <p className="empty">Nothing here yet.</p>}
      {messages.map((message, index) => {
        const day = DAY.format(tsToDate(message.ts));
        const before = messages[index - 1];
        const isNewDay =
          where === "channel" && (before === undefined || DAY.format(tsToDate(before.ts)) !== day);
        return (
          <div key={`${message.ts}/${message.visibleTo ?? ""}`}>
            {isNewDay && (
              <p className="day">
                <span>{day}</span>
              </p>
            )}
            <MessageItem message={message} where={where} />
          </div>
        );
      })}
    </div>
  );
}
