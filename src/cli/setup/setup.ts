// npm run countersign -- setup: puts what the functions of a deployment need to know into its three secrets, and replaces what is given anew.
import {
  createSecretStore,
  SecretUnavailable,
  type SecretStore,
  type SecretValues,
} from "../../aws/secrets.ts";
import { parseConfig } from "../../lambda/config.ts";
import { SECRET_KINDS, type SecretKind, secretName } from "../../lambda/secret-contents.ts";
import type { Command } from "../command.ts";
import type { Prompt } from "../prompt.ts";
import { refused, type Said, wrong } from "../said.ts";
import { learnFromSlack } from "./slack.ts";
import { isWebhookToMake, line, made, planned, withNewWebhookSecret } from "./plan.ts";
import { type Setting, SETTINGS, SETUP_OPTIONS, SETUP_USAGE, type SetupWords, setupWords } from "./words.ts";
import { strayIn } from "../words.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface SetupSurroundings {
  readonly env: Environment;
  /** Undefined where nobody is there to ask. */
  readonly prompt: Prompt | undefined;
}

/** Nobody waits for an answer within three seconds here. */
const PATIENCE = { connectMs: 3_000, timeoutMs: 10_000, maxAttempts: 3, totalMs: 20_000 };

export const setupCommand: Command = {
  name: "setup",
  group: "Access",
  says: "writes the secrets of a deployment, asking for what is missing",
  usage: SETUP_USAGE,
  options: SETUP_OPTIONS,
  run: async ({ words, options, env, prompt }) => {
    const stray = strayIn(words, 0, '"setup" takes options');
    const wanted = stray ?? setupWords(options);
    return typeof wanted === "string" ? wrong(wanted) : setup(wanted, { env, prompt });
  },
};

async function setup(words: SetupWords, around: SetupSurroundings): Promise<Said> {
  const endpoint = around.env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] || undefined;
  const store = createSecretStore({ endpoint, region: words.region, ...PATIENCE });
  try {
    return await setUp(words, store, around);
  } catch (error) {
    if (error instanceof SecretUnavailable) return refused(`${error.message} Nothing more was written.`);
    throw error;
  }
}

async function setUp(words: SetupWords, store: SecretStore, around: SetupSurroundings): Promise<Said> {
  const kept = await keptIn(store, words.stage);
  const before = merged(kept);
  const collected = await collect(words, before, around);
  if (collected.kind === "missing") return wrong(collected.sentence);
  const { news, fromEnvironment } = collected;
  const slack = await learnFromSlack({
    values: { ...before, ...news },
    isNew: (name) => name in news,
    apiUrl: around.env["SLACK_API_URL"] || undefined,
  });
  if (slack.kind === "refused") return refused([...slack.sentences, "Nothing was written."].join("\n"));
  const values = { ...before, ...news, ...slack.ids };
  const problem = problemOf(values);
  if (problem !== undefined) return wrong(`${problem} Nothing was written.`);
  const plan = SECRET_KINDS.map((kind) => planned(kind, kept[kind], values, words.stage));
  const { teamName } = slack.installation;
  const shown = [
    `For the stage ${words.stage} in ${words.region}, and the workspace ${teamName}:`,
    ...plan.map((one) => line(one, fromEnvironment)),
  ];
  if (words.isDryRun) return { code: 0, text: [...shown, "Nothing was written."].join("\n") };
  const isAgreed = await agreed(shown, words, around.prompt);
  if (!isAgreed) return refused("Nothing was written.");
  for (const { name, isNew, changed, contents } of plan) {
    if (isNew) await store.create(name, contents);
    else if (changed.length > 0) await store.replace(name, contents);
  }
  return { code: 0, text: [...shown, ...made(news, before), ...next(kept, words)].join("\n") };
}

type Kept = Readonly<Record<SecretKind, SecretValues | undefined>>;

async function keptIn(store: SecretStore, stage: string): Promise<Kept> {
  const [app, model, webhooks] = await Promise.all(
    SECRET_KINDS.map((kind) => store.read(secretName(stage, kind))),
  );
  return { app, model, webhooks };
}

function merged({ app, model, webhooks }: Kept): SecretValues {
  return { ...app, ...model, ...webhooks };
}

type Collected =
  | { readonly kind: "collected"; readonly news: SecretValues; readonly fromEnvironment: readonly string[] }
  | { readonly kind: "missing"; readonly sentence: string };

/** What was given; of what is not there yet, what stands in the environment, or is answered. */
async function collect(
  { given, asksNothing }: SetupWords,
  before: SecretValues,
  { env, prompt }: SetupSurroundings,
): Promise<Collected> {
  const news: Record<string, string> = {};
  const missing: string[] = [];
  for (const setting of SETTINGS) {
    const { name, option, question = option, isSecret = false } = setting;
    const isThere = name in before;
    const found = given[name] ?? (isThere ? undefined : env[name] || undefined);
    if (!isToAsk(setting, found, isThere))
      Object.assign(news, found !== undefined && { [name]: valueOf(name, found, before) });
    else if (prompt === undefined || asksNothing) missing.push(`--${option}`);
    else news[name] = await prompt(question, { isHidden: isSecret });
  }
  if (missing.length === 0) return { kind: "collected", news, fromEnvironment: exportedOf(news, given, env) };
  return {
    kind: "missing",
    sentence: `Say ${missing.join(", ")}: nobody is there to be asked. Nothing was written.`,
  };
}

/** What was neither given nor answered. */
function exportedOf(news: SecretValues, given: SecretValues, env: Environment): readonly string[] {
  return Object.keys(news).filter((name) => !(name in given) && env[name] && env[name] !== ASK);
}

function isToAsk({ question }: Setting, found: string | undefined, isThere: boolean): boolean {
  return found === ASK || (found === undefined && question !== undefined && !isThere);
}

function valueOf(name: string, found: string, before: SecretValues): string {
  return isWebhookToMake(name, found) ? withNewWebhookSecret(before[name]) : found;
}

/** In place of a value: it is to be asked for, and stands in no list of commands. */
const ASK = "ask";

/** As the functions will read it. */
function problemOf(values: SecretValues): string | undefined {
  try {
    parseConfig({ ...values, TABLE_NAME: "table", QUEUE_URL: "https://queue.invalid" });
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

async function agreed(
  shown: readonly string[],
  { asksNothing }: SetupWords,
  prompt: Prompt | undefined,
): Promise<boolean> {
  if (asksNothing || prompt === undefined) return true;
  const answer = await prompt([...shown, "Write this? (yes or no)"].join("\n"), { isHidden: false });
  return /^y(es)?$/i.test(answer);
}

function next(kept: Kept, { stage, region }: SetupWords): readonly string[] {
  if (kept.app !== undefined)
    return ["", "Written. A new signing secret counts at once, everything else within five minutes."];
  return [
    "",
    "Written. Next: verify the address under Event Subscriptions of the Slack app and type /countersign help. The app posts in public channels uninvited; into a private one it is invited first.",
    `Workflows that ask a model need its key: npm run countersign -- setup --stage ${stage} --region ${region} --model-key ask`,
  ];
}
