// What the command line says of itself: all commands, each in a line, and one command with everything it takes.
import type { Command, Group, Option } from "./command.ts";
import { EVERYWHERE } from "./words.ts";

const GROUPS: readonly Group[] = ["Runs", "Histories", "Upkeep", "Access"];
const WIDTH = 100;

export function helpOfAll(commands: ReadonlyMap<string, Command>): string {
  const all = [...commands.values()];
  const wide = Math.max(...all.map(({ name }) => name.length)) + 2;
  const groups = GROUPS.flatMap((group) => {
    const own = all.filter((command) => command.group === group);
    return own.length === 0 ? [] : ["", group, ...own.flatMap(({ name, says }) => row(name, says, wide))];
  });
  return [
    "npm run countersign -- <command> …   what operators do without Slack",
    ...groups,
    "",
    "Options of every command",
    ...optionRows(EVERYWHERE),
    "",
    "Where it works: the stage, folder or store that is named; else the deployment that TABLE_NAME and",
    "SLACK_TEAM_ID name; else the npm start that has its data in .countersign.",
    "It exits with 0 when it was done, 1 when it was refused or something is wrong, 2 when the words were wrong.",
    "",
    "npm run countersign -- <command> --help   says how a command is used, with an example.",
  ].join("\n");
}

export function helpOf({ name, says, usage, examples = [], options }: Command): string {
  const own = Object.keys(options).length === 0 ? [] : ["", "Options", ...optionRows(options)];
  return [
    `${name}: ${says}`,
    ...["", "Usage", ...usage.map((line) => `  ${line}`)],
    ...(examples.length === 0 ? [] : ["", "For example", ...examples.map((line) => `  ${line}`)]),
    ...own,
    "",
    "Options of every command",
    ...optionRows(withoutOwn(options)),
  ].join("\n");
}

/** An option that a command has for itself is said by it alone. */
function withoutOwn(own: Readonly<Record<string, Option>>): Readonly<Record<string, Option>> {
  return Object.fromEntries(Object.entries(EVERYWHERE).filter(([name]) => !(name in own)));
}

function optionRows(options: Readonly<Record<string, Option>>): readonly string[] {
  const named = Object.entries(options).map(([name, { short, takes, says }]) => ({
    says,
    name:
      [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].join(", ") + (takes ? ` ${takes}` : ""),
  }));
  const wide = Math.max(...named.map(({ name }) => name.length)) + 2;
  return named.flatMap(({ name, says }) => row(name, says, wide));
}

/** In a second column, wrapped where a line is full. */
function row(name: string, says: string, wide: number): readonly string[] {
  const lines = [""];
  for (const word of says.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && wide + last.length + word.length + 3 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.map((line, at) => `  ${(at === 0 ? name : "").padEnd(wide)}${line}`);
}
