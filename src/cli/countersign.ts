// What operators do without Slack, on the table of a deployment or of the npm start of this machine: reads the words, and answers as a process does.
import { parseArgs } from "node:util";
import { closest } from "fastest-levenshtein";
import { reasonOf } from "../approvals/reason.ts";
import { type Command, NoPlace, type Tools } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { placeOf } from "./place.ts";
import type { Prompt } from "./prompt.ts";
import { refused, type Said, wrong } from "./said.ts";
import { setup, type SetupSurroundings } from "./setup.ts";
import { SETUP_OPTIONS, SETUP_USAGE } from "./setup-words.ts";
import { openTools, type OpenTools } from "./tools.ts";

const USAGE = [
  ...[...COMMANDS.values()].flatMap(({ usage }) => usage),
  ...SETUP_USAGE,
  "",
  ...SETUP_OPTIONS,
  "every other command: --json: the answer as JSON",
  "--data <folder>: the npm start that has its data there",
  "",
  "Without --data it is the deployment that TABLE_NAME and SLACK_TEAM_ID name, with AWS credentials as usual, and",
  "SLACK_BOT_TOKEN to create a key; without those variables, the npm start that has its data in .countersign.",
].join("\n");

const EVERYWHERE = {
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

export interface Terminal {
  /** Undefined where nobody is there to ask. */
  readonly prompt?: Prompt;
  /** Undefined where nobody looks on. */
  readonly progress?: (line: string) => void;
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
  { prompt, progress = () => undefined }: Terminal = {},
): Promise<Ended> {
  const [name, ...words] = args;
  if (name === "setup" && !words.includes("--help")) return ended(await settingUp(words, { env, prompt }));
  const wanted = wantedIn(args);
  const { code, text, data } = await said(wanted, { env, progress });
  if (wanted.kind === "command" && wanted.options["json"] === true)
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

type Wanted =
  | { readonly kind: "said"; readonly said: Said }
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly words: readonly string[];
      readonly options: Readonly<Record<string, boolean | string | undefined>>;
    };

function wantedIn([name, ...rest]: readonly string[]): Wanted {
  const asIs = (said: Said): Wanted => ({ kind: "said", said });
  if (name === undefined) return asIs(wrong("Say what to do."));
  if ([name, ...rest].some((word) => word === "--help" || word === "-h"))
    return asIs({ code: 0, text: USAGE });
  const command = COMMANDS.get(name);
  if (command === undefined)
    return asIs(wrong(`There is no command "${name}". Did you mean "${closest(name, NAMES)}"?`));
  try {
    const options = { ...EVERYWHERE, ...command.options };
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true });
    return { kind: "command", command, words: positionals, options: values };
  } catch (error) {
    return asIs(wrong(reasonOf(error)));
  }
}

const NAMES = [...COMMANDS.keys(), "setup"];

interface CommandSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

async function said(wanted: Wanted, { env, progress }: CommandSurroundings): Promise<Said> {
  if (wanted.kind === "said") return wanted.said;
  const { command, words, options } = wanted;
  const opened: (() => void)[] = [];
  const tools = async (): Promise<Tools> => {
    const { tools: found, close } = await toolsOf(env, options["data"]);
    opened.push(close);
    return found;
  };
  try {
    return await command.run({ words, options, env, tools, progress });
  } catch (error) {
    if (error instanceof NoPlace) return error.said;
    return refused(`This did not work: ${reasonOf(error)}`);
  } finally {
    for (const close of opened) close();
  }
}

async function toolsOf(env: NodeJS.ProcessEnv, folder: boolean | string | undefined): Promise<OpenTools> {
  const found = await placeOf(env, typeof folder === "string" ? folder : undefined);
  if (found.kind === "none") throw new NoPlace(found.said);
  if (found.place.isLocal) Object.assign(env, STAND_IN);
  return openTools(found.place);
}

/** The SDK refuses to sign without credentials; real ones are no business of a stand-in's. */
const STAND_IN = { AWS_REGION: "local", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
