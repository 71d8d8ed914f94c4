// A run's history in one private message: line by line, the newest last; of a long one the last part.
import type { Approval } from "../../approvals/approval.ts";
import { type ChainedEntry, entryOf } from "../../approvals/chain.ts";
import { LIMITS } from "../limits.ts";
import { entryLine } from "./history-words.ts";
import { context, type DrawnMessage, section, sectionsOf } from "./parts.ts";

export interface Told {
  readonly lines: readonly string[];
  /** Stands above them, and alone on a lock screen. */
  readonly title: string;
  /** Stands below them. */
  readonly notes?: readonly string[];
  /** How to get what has no room. */
  readonly whole: string;
}

/** Of all lines as JSON; the rest of what a message may be is for what stands around them. */
const LINES_BYTES = LIMITS.messageBytes - 2_500;

export function historyMessage({ lines, title, notes = [], whole }: Told): DrawnMessage {
  const shown = lines.slice(lines.length - roomFor(lines));
  const before = lines.length - shown.length;
  const earlier = before === 0 ? [] : [context(`${countOf(before)} before these. ${whole}`)];
  return {
    text: title,
    blocks: [section(`*${title}*`), ...earlier, ...sectionsOf(shown), ...notes.map((note) => context(note))],
  };
}

/** How many of the last lines there is room for. */
function roomFor(lines: readonly string[]): number {
  let bytes = 0;
  const over = lines.findLastIndex((line) => {
    bytes += Buffer.byteLength(JSON.stringify(line));
    return bytes > LINES_BYTES;
  });
  return lines.length - 1 - over;
}

export function countOf(entries: number): string {
  return entries === 1 ? "1 entry" : `${entries} entries`;
}

/** An entry as people read it, also one of a kind that this version does not know. */
export function linkLine(link: ChainedEntry, approvals: readonly Approval[]): string {
  const entry = entryOf(link);
  return entry === undefined
    ? "an entry that a newer version of Countersign wrote"
    : entryLine(entry, approvals);
}
