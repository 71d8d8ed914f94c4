// help: every command with what it is for, and an example for each workflow.
import { clip, LIMITS } from "../limits.ts";
import type { SlackContext } from "../listeners/context.ts";
import { escaped } from "../text.ts";
import { type Answer, answered } from "./asked.ts";
import { usage } from "./start-words.ts";

const COMMANDS: readonly (readonly [words: string, about: string])[] = [
  ["run <workflow> field=value …", "start a run here"],
  ["list", "what can be started"],
  ["status [run]", "your runs, or how one stands"],
  ["pending [me|all|@group]", "what waits for a decision"],
  ["show <run>", "its graph and where it is"],
  ["history <run>", "what happened to it"],
  ["cancel <run> [reason]", "end it; what was done stays done"],
  ["retry <run>", "run its failed step again"],
  ["replay <run> [step]", "do it again, with every question"],
  ["audit <run> [export]", "its history, sealed; as a file"],
  ["key [list|create|rotate|revoke]", "API keys, for operators"],
  ["help", "this list"],
];

const IN_THREADS =
  "Slack takes no commands inside threads. Mention @Countersign there, as in “@Countersign status r-1a2b3c”: it is the same, and only you see the answer. In a run's own thread its name can be left out, and words that are no command answer its question; “@Countersign answer: …” says that they do.";

export function help({ deps, command }: SlackContext): Answer {
  const head = `Type these behind \`${command}\`. A form opens where fields are missing; runs are named as on their cards.`;
  // No table: on a phone its columns would run into each other.
  const commands = COMMANDS.map(([words, about]) => `• \`${escaped(words)}\` ${about}`);
  const examples = deps.catalog.map((listing) => usage(listing, command));
  const parts = [head, commands.join("\n"), [...examples, IN_THREADS].join("\n")];
  return {
    text: clip(parts.join("\n"), LIMITS.fallbackText),
    blocks: parts.flatMap((part) => answered(part).blocks),
  };
}
