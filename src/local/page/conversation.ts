// Which messages a channel shows and which a thread shows, how they are grouped, and what of them is new.
import type { Message, Snapshot } from "../slack/protocol.ts";

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

const TOGETHER_SECONDS = 5 * 60;

/** Whether a message stands under the one before it without a name and a picture of its own. */
export function continues(before: Message | undefined, message: Message): boolean {
  if (before === undefined) return false;
  const areAlike =
    before.user === message.user &&
    before.visibleTo === message.visibleTo &&
    !before.broadcast &&
    !message.broadcast;
  return areAlike && Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
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

const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });
const DAY_MS = 24 * 60 * 60 * 1_000;

/** "Today", "Yesterday", or the date. */
export function dayOf(ts: string, now: Date): string {
  const day = DAY.format(tsToDate(ts));
  if (day === DAY.format(now)) return "Today";
  return day === DAY.format(new Date(now.getTime() - DAY_MS)) ? "Yesterday" : day;
}

/** mrkdwn on one line, for where nothing is drawn: names instead of ids, no marks. */
export function inPlainWords(text: string, { people, groups }: Pick<Snapshot, "people" | "groups">): string {
  const nameOf = (id: string): string | undefined =>
    people.find((person) => person.id === id)?.name ?? groups.find((group) => group.id === id)?.handle;
  return text
    .replaceAll(/<(?:@|!subteam\^)(\w+)[^>]*>/g, (_, id: string) => `@${nameOf(id) ?? id}`)
    .replaceAll(/<#\w+\|?([^>]*)>/g, "#$1")
    .replaceAll(/<!(\w+)[^>]*>/g, "@$1")
    .replaceAll(/<([^>|]*)(?:\|([^>]*))?>/g, (_, target: string, label?: string) => label ?? target)
    .replaceAll(/[*_`~]/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function byTs(a: Message, b: Message): number {
  return Number(a.ts) - Number(b.ts);
}
