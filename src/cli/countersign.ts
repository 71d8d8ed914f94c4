// What operators do without Slack, on the table of a deployment or of the npm start of this machine: reads the words, and answers as a process does.
import { parseArgs } from "node:util";
import { closest } from "fastest-levenshtein";
import { reasonOf } from "../approvals/reason.ts";
import { KEY_USAGE, keyCommand } from "./key.ts";
import { placeOf } from "./place.ts";
import type { Prompt } from "./prompt.ts";
import { refused, type Said, wrong } from "./said.ts";
import { setup, type SetupSurroundings } from "./setup.ts";
import { SETUP_OPTIONS, SETUP_USAGE } from "./setup-words.ts";

const USAGE = [
  ...KEY_USAGE,
  ...SETUP_USAGE,
  "",
  ...SETUP_OPTIONS,
  "key: --json: the answer as JSON",
  "--data <folder>: the keys of the npm start that has its data there",
  "",
  "Without --data they are those of the deployment that TABLE_NAME and SLACK_TEAM_ID name, with AWS credentials as",
  "usual, and SLACK_BOT_TOKEN to create one; without those variables, of the npm start that has its data in .countersign.",
].join("\n");

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  json: { type: "boolean" },
  data: { type: "string" },
} as const;

/** As a process ends. */
interface Ended {
  readonly code: Said["code"];
  readonly out: string;
  readonly err: string;
}

/**
 * Of a place on this machine, `env` gets credentials for its stand-ins.
 *
 * @example
 * await countersign(["key", "list", "--json"], process.env);
 */
export async function countersign(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  prompt?: Prompt,
): Promise<Ended> {
  const [command, ...words] = args;
  if (command === "setup" && !words.includes("--help")) return ended(await settingUp(words, { env, prompt }));
  const wanted = wantedIn(args);
  const { code, text, data } = await said(wanted, env);
  if (typeof wanted !== "string" && wanted.isJson)
    return { code, out: `${JSON.stringify({ ...data, text }, null, 2)}\n`, err: "" };
  return ended({ code, text });
}

function ended({ code, text }: Said): Ended {
  if (code === 0) return { code, out: `${text}\n`, err: "" };
  return { code, out: "", err: `${text}\n${code === 2 ? HELP : ""}` };
}

async function settingUp(words: readonly string[], around: SetupSurroundings): Promise<Said> {
  try {
    return await setup(words, around);
  } catch (error) {
    return refused(`This did not work: ${reasonOf(error)}`);
  }
}

const HELP = "npm run countersign -- --help says what there is.\n";

interface Wanted {
  readonly words: readonly string[];
  readonly isHelp: boolean;
  readonly isJson: boolean;
  readonly folder: string | undefined;
}

/** A sentence when they are wrong. */
function wantedIn(args: readonly string[]): Wanted | string {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const { help = false, json = false, data } = values;
    return { words: positionals, isHelp: help, isJson: json, folder: data };
  } catch (error) {
    return reasonOf(error);
  }
}

async function done(
  { words: [command, ...words], isHelp, folder }: Wanted,
  env: NodeJS.ProcessEnv,
): Promise<Said> {
  if (isHelp) return { code: 0, text: USAGE };
  if (command === undefined) return wrong("Say what to do.");
  if (command !== "key")
    return wrong(`There is no command "${command}". Did you mean "${closest(command, ["key", "setup"])}"?`);
  const found = await placeOf(env, folder);
  if (found.kind === "none") return found.said;
  if (found.place.isLocal) Object.assign(env, STAND_IN);
  return keyCommand(found.place, words);
}

/** The SDK refuses to sign without credentials; real ones are no business of a stand-in's. */
const STAND_IN = { AWS_REGION: "local", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

async function said(wanted: Wanted | string, env: NodeJS.ProcessEnv): Promise<Said> {
  if (typeof wanted === "string") return wrong(wanted);
  try {
    return await done(wanted, env);
  } catch (error) {
    return refused(`This did not work: ${reasonOf(error)}`);
  }
}
