// The text after /countersign, read into what the person wants.
import parseArgs from "string-argv";
import { closest } from "fastest-levenshtein";
import { wordsOf } from "../runs/words.ts";
import { unescaped } from "./text.ts";

/** Those that take words of their own. */
const WORDED = ["status", "pending", "show", "history", "cancel", "retry", "replay", "audit", "key"] as const;
export type Worded = (typeof WORDED)[number];

export type Intent =
  | {
      readonly kind: "run";
      readonly workflow: string;
      readonly words: Readonly<Record<string, string>>;
      readonly stray: readonly string[];
    }
  | { readonly kind: "worded"; readonly command: Worded; readonly words: readonly string[] }
  | { readonly kind: "list" | "help" }
  /** `text` is all that was written, which may be an answer. */
  | { readonly kind: "unclear"; readonly said: string; readonly nearest: string; readonly text: string }
  | { readonly kind: "answer"; readonly text: string };

/** In front of an answer that begins as a command does. */
const ANSWER = /^\s*answer\s*:/i;

export const COMMANDS = ["run", "list", ...WORDED, "help"] as const;

export function parseCommand(text: string): Intent {
  if (ANSWER.test(text)) return { kind: "answer", text: asWritten(text.replace(ANSWER, "")) };
  const [first = "help", ...rest] = parseArgs(straightQuotes(unlinked(text))).map((word) =>
    unescaped(word.replaceAll(APOSTROPHE, "'")),
  );
  const command = first.toLowerCase();
  const worded = WORDED.find((one) => one === command);
  if (worded !== undefined) return { kind: "worded", command: worded, words: rest };
  switch (command) {
    case "run":
    case "start":
      // Which one, nobody can guess; the list says what there is.
      return rest.length === 0 ? { kind: "list" } : runIntent(rest);
    case "list":
    case "help":
      return { kind: command };
    default:
      return { kind: "unclear", said: first, nearest: closest(command, COMMANDS), text: asWritten(text) };
  }
}

function runIntent([workflow = "", ...fields]: readonly string[]): Intent {
  return { kind: "run", workflow, ...wordsOf(fields) };
}

/** Stands for an apostrophe while the text is split; nobody can type it. */
const APOSTROPHE = "\uE000";

/** Phones type curly quotes; the one in "don't" is no quote at all. */
function straightQuotes(text: string): string {
  return text
    .replace(/(?<=[\p{L}\p{N}])['\u2018\u2019](?=[\p{L}\p{N}])/gu, APOSTROPHE)
    .replace(/[\u201C\u201D\u201E]/g, '"')
    .replace(/[\u2018\u2019]/g, "'");
}

function asWritten(text: string): string {
  return unescaped(unlinked(text)).trim();
}

/** Slack writes <@U123|ana>, <#C123|deploys>, <!subteam^S123|@oncall>, <https://x|x> and <mailto:a@x|a@x> for what was typed as a name, a link or an address. */
function unlinked(text: string): string {
  return text
    .replace(/<(?:[@#]|!subteam\^)([A-Z0-9]+)(?:\|[^>]*)?>/g, "$1")
    .replace(/<(https?:[^|>]+)(?:\|[^>]*)?>/g, "$1")
    .replace(/<mailto:([^|>]+)(?:\|[^>]*)?>/g, "$1");
}
