// What operators do without Slack, on the stores of a deployment or of this machine: reads the words, and answers as a process does.
import { reasonOf } from "../approvals/reason.ts";
import { NoPlace, type Tools } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { fileTrouble } from "./place/file.ts";
import { helpOf, helpOfAll } from "./help.ts";
import { placeOf, whereIn } from "./place/place.ts";
import type { Prompt } from "./prompt.ts";
import { jsonOf, refused, type Said } from "./said.ts";
import { openTools, type OpenTools } from "./tools.ts";
import type { Place } from "./where.ts";
import { type Wanted, wantedIn } from "./words.ts";

/** As a process ends. */
interface Ended {
  readonly code: Said["code"];
  readonly out: string;
  readonly err: string;
}

export interface Terminal {
  /** Undefined where nobody is there to ask. */
  readonly prompt?: Prompt;
  /** Undefined where nobody looks on. */
  readonly progress?: (line: string) => void;
}

/**
 * Of a place on this machine, `env` gets credentials for its stand-ins; of a stage, its region.
 *
 * @example
 * await countersign(["key", "list", "--json"], process.env);
 */
export async function countersign(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  terminal: Terminal = {},
): Promise<Ended> {
  const wanted = wantedIn(args, COMMANDS);
  const said = await saidOf(wanted, env, terminal);
  if (wanted.isJson) return { code: said.code, out: jsonOf(said), err: "" };
  const { code, text, isAnswer } = said;
  if (code === 0 || isAnswer) return { code, out: `${text}\n`, err: "" };
  return { code, out: "", err: `${text}\n${code === 2 ? moreHelp(wanted) : ""}` };
}

function moreHelp(wanted: Wanted): string {
  const of = wanted.kind === "command" ? wanted.command : wanted.of;
  if (of === undefined) return "npm run countersign -- --help says what there is.\n";
  return `npm run countersign -- ${of.name} --help says how it is used.\n`;
}

async function saidOf(wanted: Wanted, env: NodeJS.ProcessEnv, terminal: Terminal): Promise<Said> {
  switch (wanted.kind) {
    case "wrong":
      return wanted.said;
    case "help": {
      const text = wanted.of === undefined ? helpOfAll(COMMANDS) : helpOf(wanted.of);
      return { code: 0, text, data: { kind: "help" } };
    }
    case "command":
      return ran(wanted, env, terminal);
  }
}

async function ran(
  { command, words, options }: Extract<Wanted, { kind: "command" }>,
  env: NodeJS.ProcessEnv,
  { prompt, progress = () => undefined }: Terminal,
): Promise<Said> {
  const opened: OpenTools[] = [];
  const tools = async (): Promise<Tools> => {
    const found = await placeOf(env, whereIn(options));
    if (found.kind === "none") throw new NoPlace(found.said);
    const { place } = found;
    if (place.kind === "table") Object.assign(env, credentialsFor(place));
    const open = openTools(place);
    opened.push(open);
    return open.tools;
  };
  try {
    return await command.run({ words, options, env, tools, progress, prompt });
  } catch (error) {
    if (error instanceof NoPlace) return error.said;
    const ofFile = fileTrouble(error);
    if (ofFile !== undefined) return ofFile;
    return refused(`This did not work: ${reasonOf(error)}`, { kind: "failed" });
  } finally {
    for (const { close } of opened) close();
  }
}

function credentialsFor({
  isLocal,
  region,
}: Extract<Place, { kind: "table" }>): Readonly<Record<string, string>> {
  if (isLocal) return STAND_IN;
  return region === undefined ? {} : { AWS_REGION: region };
}

/** The SDK refuses to sign without credentials; real ones are no business of a stand-in's. */
const STAND_IN = { AWS_REGION: "local", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
