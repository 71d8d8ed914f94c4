// Which messages a channel shows and which a thread shows, as Slack decides it.
import type { Message } from "../slack/protocol.ts";

/** The channel's own messages, and the replies that were broadcast to it. */
export function inChannel(messages: readonly Message[], channel: string): readonly Message[] {
  return messages
    .filter((message) => message.channel === channel && (!isReply(message) || message.broadcast === true))
    .sort(byTs);
}

/** The replies to one message, without the message itself. */
export function inThread(messages: readonly Message[], channel: string, ts: string): readonly Message[] {
  return messages
    .filter((message) => message.channel === channel && message.threadTs === ts && isReply(message))
    .sort(byTs);
}

export function isReply({ threadTs, ts }: Message): boolean {
  return threadTs !== undefined && threadTs !== ts;
}

/** "2 replies", and what only this person got there: without that, a private answer in a closed thread would go unseen. */
export function repliesLabel(replies: readonly Message[]): string {
  const own = replies.filter(({ visibleTo }) => visibleTo !== undefined).length;
  const count = replies.length - own;
  const shared = count === 0 ? [] : [count === 1 ? "1 reply" : `${count} replies`];
  return [...shared, ...(own === 0 ? [] : [`${own} just for you`])].join(" · ");
}

export function tsToDate(ts: string): Date {
  return new Date(Number(ts) * 1000);
}

function byTs(a: Message, b: Message): number {
  return Number(a.ts) - Number(b.ts);
}
