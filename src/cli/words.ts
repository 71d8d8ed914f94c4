// Reads what was typed: which command, with which words and options; what is wrong with it is said with what comes nearest.
import { parseArgs } from "node:util";
import { closest, distance } from "fastest-levenshtein";
import { reasonOf } from "../approvals/reason.ts";
import { visible } from "../slack/text.ts";
import type { Command, Option, Options } from "./command.ts";
import { wrong, type Said } from "./said.ts";

export const EVERYWHERE: Readonly<Record<string, Option>> = {
  stage: { type: "string", takes: "<stage>", says: "the deployment of that stage, as npm run deploy had it" },
  region: { type: "string", takes: "<region>", says: "where that stage is; eu-west-1, if it is not said" },
  data: { type: "string", takes: "<folder>", says: "the npm start that has its data there" },
  store: {
    type: "string",
    takes: "<store>",
    says: "the file of npm run start:slack -- --store, such as sqlite:./data.db; its app may run meanwhile",
  },
  json: { type: "boolean", says: "the answer as JSON: one object with a kind, also when it is refused" },
  help: { type: "boolean", short: "h", says: "what the command does, and how" },
};

export type Wanted =
  | { readonly kind: "help"; readonly of: Command | undefined; readonly isJson: boolean }
  | {
      readonly kind: "wrong";
      readonly said: Said;
      readonly of: Command | undefined;
      readonly isJson: boolean;
    }
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly words: readonly string[];
      readonly options: Options;
      readonly isJson: boolean;
    };

/** @example wantedIn(["runs", "--limit", "5"], COMMANDS) */
export function wantedIn(args: readonly string[], commands: ReadonlyMap<string, Command>): Wanted {
  const isJson = args.includes("--json");
  const [name, ...rest] = args.filter((word, at) => at > 0 || word !== "help" || args.length === 1);
  const isHelp = args[0] === "help" || args.includes("--help") || args.includes("-h");
  const command = name === undefined ? undefined : commands.get(name);
  if (isHelp && (command !== undefined || name === undefined || name === "help" || name.startsWith("-")))
    return { kind: "help", of: command, isJson };
  if (command === undefined) return { kind: "wrong", said: noCommand(name, commands), of: undefined, isJson };
  return commandIn(command, rest, isJson);
}

function noCommand(name: string | undefined, commands: ReadonlyMap<string, Command>): Said {
  if (name === undefined || name.startsWith("-")) return wrong("Say what to do.");
  const near = closest(name, [...commands.keys()]);
  return wrong(`There is no command "${shown(name)}". Did you mean "${near}"?`);
}

function commandIn(command: Command, rest: readonly string[], isJson: boolean): Wanted {
  const options = { ...EVERYWHERE, ...command.options };
  try {
    const { values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true });
    return { kind: "command", command, words: positionals, options: values, isJson };
  } catch (error) {
    return { kind: "wrong", said: wrong(optionTrouble(error, options, command.name)), of: command, isJson };
  }
}

function optionTrouble(error: unknown, options: Readonly<Record<string, Option>>, command: string): string {
  const [, unknown] = /^Unknown option '(-{1,2}[^']*)'/.exec(reasonOf(error)) ?? [];
  if (unknown === undefined) return reasonOf(error).replace(/\n[^]*/, "");
  const names = Object.keys(options).map((name) => `--${name}`);
  return `"${command}" has no option ${shown(unknown)}. Did you mean ${closest(unknown, names)}?`;
}

const LONGEST = 60;

/** What somebody typed, as it may stand in a sentence. */
export function shown(word: string): string {
  const text = visible(word.replaceAll(/\s+/g, " "));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/**
 * A sentence when there are more words than a command takes.
 *
 * @example
 * const problem = strayIn(words, 1, `"run" takes one run`);
 */
export function strayIn(words: readonly string[], most: number, says: string): string | undefined {
  const stray = words.slice(most);
  return stray.length === 0 ? undefined : `${says}, and not "${shown(stray.join(" "))}" as well.`;
}

/** Undefined when it is one of them; a sentence with the nearest, when not. */
export function notAmong(what: string, said: string, all: readonly string[]): string | undefined {
  if (all.includes(said)) return undefined;
  const near = closest(said, [...all]);
  const hint = distance(said, near) <= Math.max(2, near.length / 2) ? `Did you mean ${near}? ` : "";
  return `There is no ${what} "${shown(said)}". ${hint}There are: ${all.join(", ")}.`;
}
