// The text after /countersign, read into what the person wants.
import parseArgs from "string-argv";
import { closest } from "fastest-levenshtein";
import { unescaped } from "./text.ts";

export type Intent =
  | {
      readonly kind: "run";
      readonly workflow: string;
      readonly words: Readonly<Record<string, string>>;
      readonly stray: readonly string[];
    }
  | { readonly kind: "help" }
  | { readonly kind: "unclear"; readonly said: string; readonly nearest: string };

const WORDS = ["run", "help"] as const;

export function parseCommand(text: string): Intent {
  const [first = "help", ...rest] = parseArgs(straightQuotes(unlinked(text)));
  switch (first.toLowerCase()) {
    case "run":
      return runIntent(rest.map(unescaped));
    case "help":
      return { kind: "help" };
    default:
      return { kind: "unclear", said: unescaped(first), nearest: closest(first.toLowerCase(), WORDS) };
  }
}

function runIntent([workflow = "", ...fields]: readonly string[]): Intent {
  const pairs = fields.filter((field) => field.includes("="));
  const words = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  return { kind: "run", workflow, words, stray: fields.filter((field) => !field.includes("=")) };
}

/** Phones type curly quotes. */
function straightQuotes(text: string): string {
  return text.replace(/[\u201C\u201D\u201E]/g, '"').replace(/[\u2018\u2019]/g, "'");
}

/** Slack writes <@U123|ana>, <#C123|deploys> and <https://x|x> for what was typed as a name or a link. */
function unlinked(text: string): string {
  return text
    .replace(/<[@#]([A-Z0-9]+)(?:\|[^>]*)?>/g, "$1")
    .replace(/<(https?:[^|>]+|mailto:[^|>]+)(?:\|[^>]*)?>/g, "$1");
}
