// The few building blocks every card and modal is made of.
import type {
  Button,
  ConfirmationDialog,
  ContextBlock,
  MrkdwnElement,
  PlainTextElement,
  RichTextBlock,
  KnownBlock,
  SectionBlock,
} from "@slack/web-api";
import { maskedText } from "../../approvals/redaction.ts";
import { clip, LIMITS } from "../limits.ts";
import { escaped, namesEmoji, oneLine, visible } from "../text.ts";

/** Slack must link nothing by itself: what is a mention or a link was written as one. */
export function mrkdwn(text: string, max: number = LIMITS.sectionText): MrkdwnElement {
  return { type: "mrkdwn", text: clip(text, max), verbatim: true };
}

export function plain(text: string, max: number): PlainTextElement {
  const shown = clip(visible(text), max);
  if (shown.trim() === "") return { type: "plain_text", text: BLANK, emoji: true };
  return { type: "plain_text", text: shown, emoji: !namesEmoji(shown) };
}

export function section(text: string, accessory?: Button): SectionBlock {
  return { type: "section", text: mrkdwn(text), ...(accessory && { accessory }) };
}

/** Lines of mrkdwn in as few blocks as they fit into. */
export function sectionsOf(lines: readonly string[]): SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    const together = `${last ?? ""}\n${line}`;
    if (last === undefined || together.length > LIMITS.sectionText) texts.push(line);
    else texts[texts.length - 1] = together;
  }
  return texts.map((text) => section(text));
}

export function fields(pairs: readonly (readonly [label: string, value: string])[]): SectionBlock {
  const filled = pairs.filter(([, value]) => value !== "");
  const shown = filled.slice(0, filled.length > LIMITS.fields ? LIMITS.fields - 1 : LIMITS.fields);
  const left = filled.length - shown.length;
  const more = left === 0 ? [] : [["More", `… and ${left} more that do not fit here`] as const];
  return {
    type: "section",
    fields: [...shown, ...more].map(([label, value]) => mrkdwn(`*${label}*\n${value}`, LIMITS.fieldText)),
  };
}

/** One line, so that it cannot pretend to be more than the name of one thing. */
export function heading(text: string): string {
  return inLine(maskedText(text), LIMITS.title);
}

/** Within a line of ours. Cut before it is escaped, too: there may be a hundred long ones. */
export function inLine(text: string, max: number): string {
  return clip(escaped(clip(oneLine(text) || BLANK, max)), max);
}

/** What has no character that can be seen. */
const BLANK = "(blank)";

/** At the end of the last line, when anything is masked: whoever decides must know that they did not see all of it. */
export function withMaskedNote({ text, blocks }: DrawnMessage, count: number): DrawnMessage {
  const last = blocks.at(-1);
  const [line] = last?.type === "context" ? last.elements : [];
  if (count === 0 || line?.type !== "mrkdwn") return { text, blocks };
  return { text, blocks: [...blocks.slice(0, -1), context(`${line.text} · ${maskedCount(count)}`)] };
}

export function maskedCount(count: number): string {
  return count === 1 ? "1 value is masked" : `${count} values are masked`;
}

export function context(text: string): ContextBlock {
  return { type: "context", elements: [mrkdwn(text)] };
}

/** Code, shown as it is: rich text has no markup that its content could break out of. */
export function preformatted(text: string): RichTextBlock {
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: visible(text) || " " }] }],
  };
}

interface ButtonParts {
  readonly text: string;
  readonly action: string;
  readonly value: string;
  readonly style?: "primary" | "danger";
  readonly confirm?: ConfirmationDialog;
}

export function button({ text, action, value, style, confirm }: ButtonParts): Button {
  return {
    type: "button",
    text: plain(text, LIMITS.buttonText),
    action_id: action,
    value,
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined ? {} : { confirm }),
  };
}

/** A message as it is drawn: the sentence for lock screens and screen readers, and the blocks. */
export interface DrawnMessage {
  readonly text: string;
  readonly blocks: KnownBlock[];
}
