// What every command is given beside its words, and what it answers: for one person's eyes.
import type { KnownBlock } from "@slack/web-api";

export interface Asked {
  readonly user: string;
  readonly channel: string;
  /** Names the delivery. */
  readonly delivery: string;
  /** Opens a form; a mention has none. */
  readonly trigger?: string;
  readonly threadTs?: string;
}

export interface Answer {
  readonly text: string;
  readonly blocks?: readonly KnownBlock[];
}
