// A line in the composer: a message, or a slash command and what becomes of the app's answer.
import { answerOf, NOTHING_SENT, refusal, type Acting } from "./acting.ts";
import type { Delivery } from "./dispatch.ts";
import { addMessage, tellPrivately, threadRoot } from "./messages.ts";
import { mentionEvent, slashFields } from "./payloads.ts";
import type { Acted, Channel, Say } from "./protocol.ts";
import { applyReply, issueHook, replySchema } from "./response-url.ts";
import { SEED } from "./seed.ts";
import { issueTrigger } from "./triggers.ts";
import type { Workspace } from "./workspace.ts";

export async function say(acting: Acting, line: Say): Promise<Acted> {
  const { workspace, person } = acting;
  const channel = workspace.channel(line.channel);
  if (!channel?.members.includes(person.id))
    return refusal(`${person.name} is not in the channel ${line.channel}.`);
  if (channel.archived === true)
    return refusal(`#${channel.name} is archived: nobody can write there any more.`);
  if (line.text.trim() === "") return refusal("There is nothing to send: the line is empty.");
  const thread = line.thread_ts && threadRoot(workspace, channel.id, line.thread_ts);
  if (line.thread_ts && !thread) return refusal(`There is no thread ${line.thread_ts} in ${channel.name}.`);
  const inThread = thread ? { threadTs: thread } : {};
  if (line.text.startsWith("/")) return command(acting, channel, line.text, inThread);
  const text = escapeLine(workspace, line.text);
  const draft = { channel: channel.id, user: person.id, text, blocks: [], ...inThread };
  const message = addMessage(workspace, draft);
  if (!isToApp(channel, text)) return { ok: true, answer: NOTHING_SENT };
  const delivery = await acting.dispatcher.sendJson("app_mention", mentionEvent(workspace, person, message));
  return { ok: true, answer: answerOf(delivery) };
}

/** Slack tells the app of mentions where it is a member, and not of those in direct messages. */
function isToApp({ kind, members }: Channel, text: string): boolean {
  const isThere = kind === "channel" && members.includes(SEED.users.bot);
  return isThere && new RegExp(`<@${SEED.users.bot}(?:\\||>)`).test(text);
}

async function command(
  acting: Acting,
  channel: Channel,
  line: string,
  inThread: { readonly threadTs?: string },
): Promise<Acted> {
  const { workspace, person, origin, dispatcher } = acting;
  const name = line.split(/\s/, 1)[0] ?? line;
  const forbidden = whyNot(name, inThread.threadTs !== undefined);
  if (forbidden !== undefined) {
    tellPrivately(workspace, { channel: channel.id, visibleTo: person.id, text: forbidden, ...inThread });
    return refusal(forbidden);
  }
  const slash = {
    ...{ person, channel, command: name, text: escapeLine(workspace, line.slice(name.length).trim()) },
    responseUrl: issueHook(workspace, origin, { user: person.id, channel: channel.id }),
    triggerId: issueTrigger(workspace, person.id),
  };
  const delivery = await dispatcher.sendForm("slash_command", slashFields(workspace, slash));
  const failure = failureOf(acting, channel, delivery);
  if (failure === undefined) return { ok: true, answer: answerOf(delivery) };
  const text = `${name} failed with the error "${failure}"`;
  tellPrivately(workspace, { channel: channel.id, visibleTo: person.id, text });
  return { ok: true, answer: { ...answerOf(delivery), kind: delivery.kind === "late" ? "late" : "failed" } };
}

/** Slackbot's words. */
function whyNot(name: string, isInThread: boolean): string | undefined {
  if (name !== SEED.command) return `${name} is not a valid command.`;
  return isInThread ? `${name} is not supported in threads. Sorry!` : undefined;
}

/** Shows the inline answer; a late one is thrown away, as Slack does. */
function failureOf({ workspace, person }: Acting, channel: Channel, delivery: Delivery): string | undefined {
  if (delivery.kind !== "ok") return delivery.kind === "late" ? "operation_timeout" : "dispatch_failed";
  if (delivery.body.trim() === "") return undefined;
  const reply = replySchema.safeParse(readReply(delivery.body));
  if (!reply.success) return "invalid_command_response";
  const refused = applyReply(workspace, { user: person.id, channel: channel.id }, reply.data);
  return refused === undefined ? undefined : "invalid_command_response";
}

/** An answer that is not JSON is shown as it is. */
function readReply(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch {
    return { text: body };
  }
}

/** What becomes a link or a mention, read in one go: what stands within a link is part of it. */
const LINKED =
  /(?<=^|[\s=,("'])(?:(?<url>https?:\/\/(?:(?!&[lg]t;)[^\s"'<>])+(?<![.,;:!?)]))|(?<address>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?<sign>[@#])(?<name>[\w-]+))/g;

/** As Slack does for an app with "Escape channels, users, and links": what a person types cannot forge a mention, and addresses become links. */
function escapeLine(workspace: Workspace, line: string): string {
  const escaped = line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replaceAll(LINKED, (typed, ...groups) => {
    const { url, address, sign, name = "" } = groups.at(-1) as Readonly<Record<string, string | undefined>>;
    if (url !== undefined) return `<${url}>`;
    if (address !== undefined) return `<mailto:${address}|${address}>`;
    return (sign === "#" ? channelNamed(workspace, name) : somebodyNamed(workspace, name)) ?? typed;
  });
}

function channelNamed(workspace: Workspace, name: string): string | undefined {
  const channel = workspace.channels().find((one) => one.kind === "channel" && one.name === name);
  return channel && `<#${channel.id}|${name}>`;
}

function somebodyNamed(workspace: Workspace, name: string): string | undefined {
  const person = workspace.people().find((one) => one.name === name);
  if (person !== undefined) return `<@${person.id}|${name}>`;
  const group = workspace.groups().find((one) => one.handle === name);
  return group && `<!subteam^${group.id}|@${name}>`;
}
