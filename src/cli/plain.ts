// Texts for a terminal: Slack's mark-up taken off what is said in its words, and nothing in them that could move a cursor or look like a line of ours.
import { unescaped, visible } from "../slack/text.ts";

/**
 * A text that was written for Slack.
 *
 * @example
 * plain("*deploy* needs <!subteam^S0ONCALL>"); // "deploy needs group S0ONCALL"
 */
export function plain(mrkdwn: string): string {
  const words = mrkdwn
    .replaceAll(/<!date\^[^|>]*\|([^>]*)>/g, "$1")
    .replaceAll(/<!subteam\^([^|>]+)(?:\|[^>]*)?>/g, "group $1")
    .replaceAll(/<[@#]([^|>]+)(?:\|[^>]*)?>/g, "$1")
    // What was typed has other asterisks and underscores by then.
    .replaceAll(/\*|`|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "");
  return oneLine(unescaped(words));
}

/** Untrusted text, in a line. */
export function oneLine(text: string): string {
  return visible(text.replaceAll(/\s+/g, " ").trim());
}

/** At most so wide, with a mark where it was cut. */
export function cut(text: string, width: number): string {
  const letters = Array.from(text);
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join("")}…`;
}

interface Column {
  readonly title: string;
  readonly most: number;
}

/** Columns as wide as what is in them, two spaces apart; nothing of a row stands anywhere else. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => columns.map(({ most }, at) => cut(oneLine(row[at] ?? ""), most)));
  const all = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, at) => Math.max(...all.map((row) => widthOf(row[at] ?? ""))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
      .join("  ")
      .trimEnd();
  return all.map(line).join("\n");
}

/** In letters, as near as a terminal's columns can be told without asking it. */
function widthOf(text: string): number {
  return Array.from(text).length;
}
