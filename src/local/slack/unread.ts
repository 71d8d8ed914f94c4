// What a person has not read yet, by channel, and marking it read.
import type { StoredMessage } from "./documents.ts";
import { refusal, type Acting, NOTHING_SENT } from "./acting.ts";
import type { Acted, Channel, Person, Read, Unread } from "./protocol.ts";
import { microsFromTs } from "./timestamps.ts";
import { readKey, type Workspace } from "./workspace.ts";

export function unreadOf(workspace: Workspace, me: Person, channels: readonly Channel[]): readonly Unread[] {
  const all = workspace.messages.all();
  return channels.flatMap((channel) => {
    const lastRead = workspace.reads.get(readKey({ user: me.id, channel: channel.id }))?.ts ?? "0";
    const news = all.filter(
      (message) =>
        message.channel === channel.id &&
        isNews(message, me) &&
        microsFromTs(message.ts) > microsFromTs(lastRead),
    );
    const mentions = channel.kind === "im" ? news : news.filter((message) => isNamed(workspace, message, me));
    return news.length === 0
      ? []
      : [{ channel: channel.id, count: news.length, mentions: mentions.length, lastRead }];
  });
}

/** Never back: two windows of one person may say different things. */
export function read({ workspace, person }: Acting, { channel, ts }: Read): Promise<Acted> {
  if (workspace.channel(channel)?.members.includes(person.id) !== true)
    return Promise.resolve(refusal(`${person.name} is not in the channel ${channel}.`));
  const mark = { user: person.id, channel, ts };
  const before = workspace.reads.get(readKey(mark))?.ts ?? "0";
  if (microsFromTs(ts) > microsFromTs(before)) workspace.reads.put(mark);
  return Promise.resolve({ ok: true, answer: NOTHING_SENT });
}

function isNews({ user, visibleTo, threadTs, broadcast }: StoredMessage, me: Person): boolean {
  return user !== me.id && visibleTo === undefined && (threadTs === undefined || broadcast === true);
}

function isNamed(workspace: Workspace, { text, blocks }: StoredMessage, me: Person): boolean {
  const groups = workspace.groups().filter(({ members }) => members.includes(me.id));
  const names = [`<@${me.id}`, ...groups.map(({ id }) => `<!subteam^${id}`)];
  const written = `${text}${JSON.stringify(blocks)}`;
  return names.some((name) => written.includes(name));
}
