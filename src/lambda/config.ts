// The configuration, read from the environment once, with every problem reported at once.
import * as z from "zod";
import type { Groups } from "../approvals/declared-policy.ts";
import { DAYS_KEPT, type Keeping, keepingOf } from "../runs/removed.ts";

const required = z.string({ error: "is missing" }).trim().min(1, "is empty");
const url = required.pipe(z.url({ error: "is not a URL", abort: true }));

/** Where requests go below: what they say comes behind it. */
const baseUrl = url.refine(isBase, {
  error: "must begin with http:// or https:// and have no user, query or fragment",
});

function isBase(text: string): boolean {
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === "" && !/[?#]/.test(text);
}

/** Left empty is left out, as in a copied .env.example. */
function optional<Value>(given: z.ZodType<Value, string>): z.ZodType<Value | undefined> {
  return z.preprocess((value) => (value === "" ? undefined : value), given.optional());
}

/** A secret cannot be put there empty, so a word says that there is none. */
export const NO_WEBHOOKS = "off";
const SHORTEST_SECRET = 24;

const webhookSecrets = required
  .transform((text) => (text === NO_WEBHOOKS ? [] : text.split(/\s+/)))
  .refine((secrets) => secrets.every(({ length }) => length >= SHORTEST_SECRET), {
    error: `has a secret of less than ${SHORTEST_SECRET} characters; make one with: openssl rand -base64 32`,
  })
  .refine((secrets) => secrets.every(isSigningSecret), {
    error: "has a secret whsec_… that is not base64, as Standard Webhooks has it",
  });

/** One that begins as theirs do is read as theirs are. */
function isSigningSecret(secret: string): boolean {
  return (
    !secret.startsWith("whsec_") ||
    /^whsec_(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret)
  );
}

/** Small and quick: what a workflow asks of it is a few sentences, and a person reads them before anything happens. */
const DEFAULT_MODEL = "gpt-5.4-mini";

/** Slack's commands have no namespaces: where another app has this one, it takes another name. */
export const DEFAULT_COMMAND = "/countersign";

const ModelEnvironment = z.object({
  OPENAI_API_KEY: optional(required),
  OPENAI_BASE_URL: optional(baseUrl),
  OPENAI_MODEL: optional(required),
});

const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"] as const;

/** Under which name a deployment logs and counts, and what is least to be in its log. */
export interface Logging {
  readonly service: string;
  readonly level: (typeof LOG_LEVELS)[number];
  /** What is wrong with what was given, and what holds in its place. */
  readonly problem?: string;
}

export const DEFAULT_LOGGING: Logging = { service: "countersign", level: "INFO" };

const LoggingEnvironment = z.object({
  SERVICE_NAME: optional(
    required.regex(/^[A-Za-z0-9_-]{1,100}$/, "is no name of letters, digits, hyphens and underscores"),
  ),
  LOG_LEVEL: optional(z.string()),
});

/** More than anybody means, and still a time that a date has room for. */
const MOST_DAYS = 36_500;

/** In place of a number of days, for histories. */
const FOREVER = "forever";

function isDays(text: string): boolean {
  return /^[0-9]{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_DAYS;
}

const NO_DAYS = `is no whole number of days from 1 to ${MOST_DAYS}`;

const KeepingEnvironment = z
  .object({
    RETENTION_DAYS: optional(required.refine(isDays, { error: NO_DAYS })),
    AUDIT_RETENTION_DAYS: optional(
      required.refine((text) => text === FOREVER || isDays(text), { error: `${NO_DAYS}, nor "${FOREVER}"` }),
    ),
  })
  .transform(({ RETENTION_DAYS: details, AUDIT_RETENTION_DAYS: history = DAYS_KEPT.history }) => ({
    details: Number(details ?? DAYS_KEPT.details),
    history: history === FOREVER ? undefined : Number(history),
  }))
  .refine(({ details, history = details }) => history >= details, {
    path: ["AUDIT_RETENTION_DAYS"],
    error: `is less than RETENTION_DAYS (${DAYS_KEPT.details}, where that is not set): a history is kept for as long as what it is about, or longer`,
  })
  .transform(({ details, history }) => keepingOf(details, history));

const Environment = z.object({
  SLACK_SIGNING_SECRET: required,
  SLACK_BOT_TOKEN: required,
  SLACK_API_URL: optional(url),
  SLACK_TEAM_ID: required,
  SLACK_BOT_ID: required,
  SLACK_BOT_USER_ID: required,
  SLACK_DEFAULT_CHANNEL: required,
  SLACK_COMMAND: optional(
    required.regex(/^\/[a-z][a-z0-9_-]{0,30}$/, "is no name of a command, such as /countersign"),
  ),
  APPROVER_GROUP: required,
  OPERATOR_GROUP: required,
  TABLE_NAME: required,
  QUEUE_URL: url,
  OPS_URL: baseUrl,
  ...ModelEnvironment.shape,
  ...LoggingEnvironment.shape,
  WEBHOOK_SECRETS: optional(webhookSecrets),
  AWS_ENDPOINT_URL_DYNAMODB: optional(url),
  AWS_ENDPOINT_URL_SQS: optional(url),
});

const WholeEnvironment = z.object({ value: Environment, keeping: KeepingEnvironment });

/** On AWS what is secret, and what Slack's ids are, is read when a function starts; its environment names where. */
const SecretNames = z.object({
  APP_SECRET: optional(required),
  MODEL_SECRET: optional(required),
  WEBHOOKS_SECRET: optional(required),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: optional(url),
});

/** What a tool needs that works on the same table: who people are is asked of Slack only where there is a token. */
const ToolEnvironment = Environment.pick({
  SLACK_API_URL: true,
  SLACK_TEAM_ID: true,
  TABLE_NAME: true,
  AWS_ENDPOINT_URL_DYNAMODB: true,
}).extend({ SLACK_BOT_TOKEN: optional(required) });

export interface ToolConfig {
  readonly table: string;
  readonly team: string;
  readonly dynamoUrl: string | undefined;
  readonly slack: { readonly token: string | undefined; readonly apiUrl: string | undefined };
}

export interface Config {
  readonly slack: {
    readonly signingSecret: string;
    readonly token: string;
    readonly apiUrl: string | undefined;
    readonly team: string;
    readonly botId: string;
    readonly botUserId: string;
    readonly defaultChannel: string;
    /** What people type, with its slash. */
    readonly command: string;
  };
  readonly groups: Groups;
  readonly table: string;
  readonly queueUrl: string;
  readonly opsUrl: string;
  /** Without a key and a base URL there is no model; workflows that ask none do not miss it. */
  readonly openai: {
    readonly apiKey: string | undefined;
    readonly baseUrl: string | undefined;
    readonly model: string;
  };
  /** Each of them proves a webhook; none, where no webhooks are taken. */
  readonly webhookSecrets: readonly string[];
  /** How long runs are kept that have ended. */
  readonly keeping: Keeping;
  readonly endpoints: { readonly dynamodb: string | undefined; readonly sqs: string | undefined };
}

/**
 * @throws one error that names every variable with a problem, never its value.
 * @example
 * export const handler = composeSlack(parseConfig(process.env), surroundings);
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const { value, keeping } = parsed(WholeEnvironment, { value: env, keeping: env });
  return {
    slack: {
      signingSecret: value.SLACK_SIGNING_SECRET,
      token: value.SLACK_BOT_TOKEN,
      apiUrl: value.SLACK_API_URL,
      team: value.SLACK_TEAM_ID,
      botId: value.SLACK_BOT_ID,
      botUserId: value.SLACK_BOT_USER_ID,
      defaultChannel: value.SLACK_DEFAULT_CHANNEL,
      command: value.SLACK_COMMAND ?? DEFAULT_COMMAND,
    },
    groups: { approvers: value.APPROVER_GROUP, operators: value.OPERATOR_GROUP },
    table: value.TABLE_NAME,
    queueUrl: value.QUEUE_URL,
    opsUrl: value.OPS_URL.replace(/\/$/, ""),
    openai: modelIn(value),
    webhookSecrets: value.WEBHOOK_SECRETS ?? [],
    keeping,
    endpoints: { dynamodb: value.AWS_ENDPOINT_URL_DYNAMODB, sqs: value.AWS_ENDPOINT_URL_SQS },
  };
}

/** Only what names the model. @throws as `parseConfig`. */
export function parseModel(env: Readonly<Record<string, string | undefined>>): Config["openai"] {
  return modelIn(parsed(ModelEnvironment, env));
}

/** Only how long runs are kept. @throws as `parseConfig`. */
export function parseKeeping(env: Readonly<Record<string, string | undefined>>): Keeping {
  return parsed(KeepingEnvironment, env);
}

/** Where the rest of the configuration is; no names, where all of it is in the environment. @throws as `parseConfig`. */
export function parseSecretNames(env: Readonly<Record<string, string | undefined>>): {
  readonly names: readonly string[];
  readonly endpoint: string | undefined;
} {
  const { AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint, ...named } = parsed(SecretNames, env);
  return { names: Object.values(named).filter((name) => name !== undefined), endpoint };
}

/**
 * Only what says how it logs: read by itself, so that there is a log before all else is known. A level that nobody knows is no reason to answer nobody:
 * the default holds, and the log says so.
 *
 * @throws as `parseConfig`.
 */
export function parseLogging(env: Readonly<Record<string, string | undefined>>): Logging {
  const { SERVICE_NAME: service = DEFAULT_LOGGING.service, LOG_LEVEL: given } = parsed(
    LoggingEnvironment,
    env,
  );
  const level = LOG_LEVELS.find((known) => known === (given ?? DEFAULT_LOGGING.level));
  if (level !== undefined) return { service, level };
  const problem = `LOG_LEVEL is none of ${LOG_LEVELS.join(", ")}, so it is ${DEFAULT_LOGGING.level}.`;
  return { service, level: DEFAULT_LOGGING.level, problem };
}

/** Only what names the table and the workspace. @throws as `parseConfig`. */
export function parseTools(env: Readonly<Record<string, string | undefined>>): ToolConfig {
  const value = parsed(ToolEnvironment, env);
  return {
    table: value.TABLE_NAME,
    team: value.SLACK_TEAM_ID,
    dynamoUrl: value.AWS_ENDPOINT_URL_DYNAMODB,
    slack: { token: value.SLACK_BOT_TOKEN, apiUrl: value.SLACK_API_URL },
  };
}

function modelIn(value: z.infer<typeof ModelEnvironment>): Config["openai"] {
  return {
    apiKey: value.OPENAI_API_KEY,
    baseUrl: value.OPENAI_BASE_URL,
    model: value.OPENAI_MODEL ?? DEFAULT_MODEL,
  };
}

function parsed<Schema extends z.ZodType>(
  schema: Schema,
  env: Readonly<Record<string, unknown>>,
): z.infer<Schema> {
  const { success, data, error } = schema.safeParse(env);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => `${String(path.at(-1))} ${message}`);
  throw new Error(
    `The configuration is not usable: ${problems.join("; ")}. See .env.example for what each variable means.`,
  );
}
