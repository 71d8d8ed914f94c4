// Texts as they are recorded: without secrets, and no longer than a record has room for.
import { maskedText } from "./redaction.ts";

const LONGEST_TEXT = 2_000;

/** Text as it is kept: without secrets, and an error can be as long as a page. */
export function clippedText(text: string, longest: number = LONGEST_TEXT): string {
  const masked = maskedText(text);
  return masked.length <= longest ? masked : `${masked.slice(0, longest)}…`;
}

const MOST_NOTES = 20;

/** What was wrong with an answer, or has changed: a node may say more of it than a record has room for. */
export function clippedNotes(notes: readonly string[]): string[] {
  return notes.slice(0, MOST_NOTES).map((note) => clippedText(note));
}
