// Slack's mrkdwn as rich text elements, read the way Slack reads it: what was escaped stays text, and code is never touched.
//
// The drawing library has a parser of its own, but it reads mrkdwn as Markdown: an escaped mention becomes a mention, `[a](b)`
// becomes a link, and `*` inside code is doubled. A person would then approve something other than what they see.
import type { RichTextBlockElement, RichTextSection } from "slack-blocks-to-jsx";

type Inline = RichTextSection["elements"][number];
type Style = { readonly bold?: true; readonly italic?: true; readonly strike?: true; readonly code?: true };

const FENCE = /```\n?([\s\S]+?)```\n?/g;
const QUOTED = /^(?:&gt;|>) ?/;

/** `*bold*`, `_italic_`, `~strike~` and `` `code` `` need a word's edge on both sides, as in Slack. */
const STYLED = (mark: string): string =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?!\\s)([^${mark}\\n]+?)(?<!\\s)${mark}(?![\\p{L}\\p{N}${mark}])`;
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\p{L}\\p{N}]):([a-z0-9_+'-]+):",
    "(https?://[^\\s<>|*~`]+[^\\s<>|*~`.,;:!?)])",
    STYLED("\\*"),
    STYLED("_"),
    STYLED("~"),
  ].join("|"),
  "gu",
);

/** A mrkdwn text object as the elements of a rich_text block. With `verbatim`, Slack makes no links of bare addresses. */
export function mrkdwnToRichText(
  text: string,
  { verbatim = false }: { readonly verbatim?: boolean } = {},
): RichTextBlockElement[] {
  const elements: RichTextBlockElement[] = [];
  let from = 0;
  for (const fence of text.matchAll(FENCE)) {
    elements.push(...proseToRichText(text.slice(from, fence.index).replace(/\n$/, ""), verbatim));
    elements.push({
      type: "rich_text_preformatted",
      elements: [{ type: "text", text: unescape(fence[1] ?? "").replace(/\n$/, "") }],
    });
    from = fence.index + fence[0].length;
  }
  return [...elements, ...proseToRichText(text.slice(from), verbatim)];
}

/** A plain_text object: nothing is markup in it but emoji names, and not even those without `emoji`. */
export function plainToRichText(
  text: string,
  { emoji = true }: { readonly emoji?: boolean } = {},
): RichTextBlockElement[] {
  const elements: Inline[] = [];
  if (!emoji) return [{ type: "rich_text_section", elements: [{ type: "text", text: unescape(text) }] }];
  for (const [index, part] of text.split(/(?<![\p{L}\p{N}]):([a-z0-9_+'-]+):/u).entries()) {
    if (index % 2 === 1) elements.push({ type: "emoji", name: part });
    else if (part !== "") elements.push({ type: "text", text: unescape(part) });
  }
  return [{ type: "rich_text_section", elements }];
}

// Lines that start with ">" are gathered into quotes; everything between is one section.
function proseToRichText(text: string, verbatim: boolean): RichTextBlockElement[] {
  if (text === "") return [];
  const groups: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTED.test(line);
    const last = groups.at(-1);
    if (last?.quoted === quoted) last.lines.push(line);
    else groups.push({ quoted, lines: [line] });
  }
  return groups.map(({ quoted, lines }) => {
    const prose = lines.map((line) => (quoted ? line.replace(QUOTED, "") : line)).join("\n");
    const elements = inline(prose, { style: {}, verbatim });
    return quoted ? { type: "rich_text_quote", elements } : { type: "rich_text_section", elements };
  });
}

interface Reading {
  readonly style: Style;
  readonly verbatim: boolean;
}

function inline(text: string, reading: Reading): Inline[] {
  const { style } = reading;
  const elements: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    elements.push(...literal(text.slice(from, match.index), style), ...matched(match, reading));
    from = match.index + match[0].length;
  }
  return [...elements, ...literal(text.slice(from), style)];
}

function matched(match: RegExpExecArray, { style, verbatim }: Reading): Inline[] {
  const [whole, code, angled, emoji, url, bold, italic, strike] = match;
  if (code !== undefined) return literal(code, { ...style, code: true });
  if (angled !== undefined) return angledToInline(angled, style);
  if (emoji !== undefined) return [{ type: "emoji", name: emoji }];
  if (url !== undefined && verbatim) return literal(url, style);
  if (url !== undefined) return [{ type: "link", url: unescape(url), style }];
  if (bold !== undefined) return inline(bold, { style: { ...style, bold: true }, verbatim });
  if (italic !== undefined) return inline(italic, { style: { ...style, italic: true }, verbatim });
  if (strike !== undefined) return inline(strike, { style: { ...style, strike: true }, verbatim });
  return literal(whole, style);
}

/** What stands between `<` and `>`: a mention, a date, a link; anything else is shown as it was written. */
function angledToInline(inside: string, style: Style): Inline[] {
  const [target = "", label] = inside.split("|", 2);
  if (target.startsWith("@")) return [{ type: "user", user_id: target.slice(1), style }];
  if (target.startsWith("#")) return [{ type: "channel", channel_id: target.slice(1), style }];
  if (target.startsWith("!subteam^"))
    return [{ type: "usergroup", usergroup_id: target.slice("!subteam^".length) }];
  if (target.startsWith("!date^")) return dateToInline(target, label, style);
  if (target === "!here" || target === "!channel" || target === "!everyone") return [broadcast(target)];
  if (/^(https?:\/\/|mailto:)/.test(target))
    return [{ type: "link", url: unescape(target), text: unescape(label ?? target), style }];
  return literal(label ?? `<${inside}>`, style);
}

function dateToInline(target: string, fallback: string | undefined, style: Style): Inline[] {
  const [, seconds, format] = target.split("^");
  const timestamp = Number(seconds);
  const isReadable = format !== undefined && Number.isInteger(timestamp) && timestamp > 0;
  return isReadable ? [{ type: "date", timestamp, format, style }] : literal(fallback ?? target, style);
}

function broadcast(target: "!here" | "!channel" | "!everyone"): Inline {
  switch (target) {
    case "!here":
      return { type: "broadcast", range: "here" };
    case "!channel":
      return { type: "broadcast", range: "channel" };
    case "!everyone":
      return { type: "broadcast", range: "everyone" };
  }
}

function literal(text: string, style: Style): Inline[] {
  return text === "" ? [] : [{ type: "text", text: unescape(text), style }];
}

function unescape(text: string): string {
  return text.replace(/&(lt|gt|amp);/g, (_, name: string) =>
    name === "lt" ? "<" : name === "gt" ? ">" : "&",
  );
}
