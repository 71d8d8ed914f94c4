// What every command is given beside its words, and what it answers: for one person's eyes.
import type { KnownBlock } from "@slack/web-api";
import { type DrawnMessage, sectionsOf } from "../blocks/parts.ts";
import { bytesOf, clip, LIMITS } from "../limits.ts";

export interface Asked {
  readonly user: string;
  readonly channel: string;
  /** Names the delivery. */
  readonly delivery: string;
  /** Opens a form; a mention has none. */
  readonly trigger?: string;
  /** Of a mention in a thread: which one, and the message itself. */
  readonly inThread?: { readonly threadTs: string; readonly ts: string };
}

export type Answer = DrawnMessage;

/** What a few blocks beside the lines take. */
const FRAME_BYTES = 900;

/**
 * Lines of mrkdwn as blocks, since in a bare text Slack would make links of what others wrote.
 * What does not fit into one message is counted. `around` stands behind the lines.
 */
export function answered(text: string, around: readonly KnownBlock[] = []): Answer {
  const lines = text.split("\n").map((line) => clip(line, LIMITS.sectionText));
  const room = LIMITS.messageBytes - FRAME_BYTES - bytesOf(around);
  let used = 0;
  const fit = lines.filter((line) => (used += bytesOf(line)) <= room);
  const left = lines.length - fit.length;
  const shown = left === 0 ? fit : [...fit, `… and ${left} more lines that do not fit here.`];
  return {
    text: clip(text, LIMITS.fallbackText),
    blocks: [...sectionsOf(shown), ...around],
  };
}
