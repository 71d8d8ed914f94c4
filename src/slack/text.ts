// Untrusted text on its way into Slack: it stays text, cannot mention anyone, spoof a link, break a fence or hide characters.

import { actorFrom, CLI, keyOfGroup, type Webhook, webhookOf } from "../approvals/actor.ts";
import { SYSTEM } from "../approvals/decision.ts";
import { scheduleOf } from "../approvals/declared-policy.ts";
import { isPerson } from "../approvals/policy.ts";

/** Control, bidirectional, variation-selecting, halved and other characters that draw nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u;
/** Marks that strike through, overlay or enclose a letter, that stand on none, or that are piled up: they would draw on what is ours. */
const DRAWN_OVER =
  /[\u0334-\u0338\u20D2\u20D3\u20D8-\u20DA\u20E5\u20E6\u20EA\u20EB\p{Me}]|\p{M}(?<=(?:^|\s)\p{M})|\p{M}(?<=\p{M}{7})/u;
/** Line breaks and tabs, and what holds an emoji together: nothing can be hidden in those. */
const HARMLESS =
  /[\n\t]|\u20E3(?<=[0-9#*]\uFE0F?\u20E3)|\uFE0F(?<=(?:\p{Extended_Pictographic}|[0-9#*])\uFE0F)|\u200D(?<=(?:\p{Extended_Pictographic}|\p{Emoji_Modifier})\uFE0F?\u200D)(?=\p{Extended_Pictographic})/u;
const HARMLESS_OR_NOT = new RegExp(`(${HARMLESS.source})|${INVISIBLE.source}|${DRAWN_OVER.source}`, "gu");

/** Characters nobody can see are shown as escapes. Enough on its own for plain_text and rich text. */
export function visible(text: string): string {
  return text.replace(HARMLESS_OR_NOT, (character, harmless: string | undefined) =>
    harmless === undefined ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character,
  );
}

/** An emoji's name between colons, or one that a colon of ours could end; times of day are none. */
const EMOJI_COLON = /:(?=[\p{L}\p{N}_+'-]*[\p{L}_+'-][\p{L}\p{N}_+'-]*(?::|$))|(?<!\d):(?=\d+:)/gu;
const QUOTING = /^([^\S\n]*)>/gm;
/** Within a word it formats nothing. */
const EDGE_UNDERSCORE = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/**
 * For mrkdwn: nothing in it can be a mention, a link, a format, a quote or an emoji by its name. Send it with `verbatim`, so that Slack links nothing by itself.
 *
 * Slack has no escape for what formats, so that is shown by characters that look the same. What must be shown exactly stands in rich text.
 */
export function escaped(text: string): string {
  // First, so that what made a picture of an asterisk does not stay behind unseen.
  return visible(text.replaceAll("*", "\u2217"))
    .replace(QUOTING, "$1\uFF1E")
    .replace(EMOJI_COLON, "\u2236")
    .replace(EDGE_UNDERSCORE, "\u02CD")
    .replaceAll("~", "\u223C")
    .replaceAll("`", "\u02CB")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** Of a text that must not begin a line of its own. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Whether a plain_text would draw pictures out of it. */
export function namesEmoji(text: string): boolean {
  return text.search(EMOJI_COLON) >= 0;
}

/** What a person typed, with Slack's escaping of &, < and > taken back. */
export function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export const mention = {
  /** Of what nobody did, Countersign is the one who did it; who is no person cannot be mentioned. */
  user: (id: string): string => {
    if (id === SYSTEM) return "Countersign";
    const { user, key } = actorFrom(id);
    const who = isPerson(user) ? `<@${user}>` : nameOf(user);
    return key === undefined ? who : `${who} with the API key ${key}`;
  },
  /** Whoever is on call, and a key, are no groups that Slack knows. */
  group: (id: string): string => {
    const [schedule, key] = [scheduleOf(id), keyOfGroup(id)];
    if (key !== undefined) return `the API key ${key}`;
    return schedule === undefined ? `<!subteam^${id}>` : `whoever is on call for ${schedule}`;
  },
};

const WEBHOOK_NAMES: Readonly<Record<Webhook, string>> = {
  alertmanager: "Alertmanager",
  signed: "a signed webhook",
};

/** Of who cannot be mentioned. */
function nameOf(requester: string): string {
  if (requester === CLI) return "the command line";
  const webhook = webhookOf(requester);
  return webhook === undefined ? escaped(requester) : WEBHOOK_NAMES[webhook];
}

/** What something stands in. A direct message has no name that others could follow. */
export function placeOf(channel: string): string {
  return isDirect(channel) ? "a direct message" : `<#${channel}>`;
}

export function isDirect(channel: string): boolean {
  return channel.startsWith("D");
}

/** A moment as each viewer's own clock has it. */
export function moment(iso: string): string {
  const seconds = Math.floor(Date.parse(iso) / 1_000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${iso.slice(0, 16).replace("T", " ")} UTC>`;
}

/** "6 min", from one moment to another. */
export function duration(fromIso: string, toIso: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(toIso) - Date.parse(fromIso)) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}
