// Untrusted text on its way into Slack: it stays text, cannot mention anyone, spoof a link, break a fence or hide characters.

import { scheduleOf } from "../approvals/declared-policy.ts";

/** Control, bidirectional, variation-selecting, halved and other characters that draw nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u;
/** Line breaks and tabs, and what holds an emoji together: nothing can be hidden in those. */
const HARMLESS =
  /[\n\t]|(?<=\p{Extended_Pictographic}|[0-9#*])\uFE0F|(?<=(?:\p{Extended_Pictographic}|\p{Emoji_Modifier})\uFE0F?)\u200D(?=\p{Extended_Pictographic})/u;
const HARMLESS_OR_INVISIBLE = new RegExp(`(${HARMLESS.source})|${INVISIBLE.source}`, "gu");

/** Characters nobody can see are shown as escapes. Enough on its own for plain_text and preformatted text. */
export function visible(text: string): string {
  return text.replace(HARMLESS_OR_INVISIBLE, (character, harmless: string | undefined) =>
    harmless === undefined ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character,
  );
}

/** For mrkdwn: nothing in it can be a mention or a link. Send it with `verbatim`, so that Slack links nothing by itself. */
export function escaped(text: string): string {
  return visible(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What a person typed, with Slack's escaping of &, < and > taken back. */
export function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export const mention = {
  user: (id: string): string => `<@${id}>`,
  /** Whoever is on call is no group that Slack knows. */
  group: (id: string): string => {
    const schedule = scheduleOf(id);
    return schedule === undefined ? `<!subteam^${id}>` : `whoever is on call for ${schedule}`;
  },
};

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
