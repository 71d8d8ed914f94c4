// What npm run countersign -- setup can be told: an option for each name in the secrets, and how it is asked for where it is not given.
import type { Option, Options } from "../command.ts";
import { DEFAULT_REGION, isStage } from "../place/stage.ts";

export const SETUP_USAGE: readonly string[] = [
  "npm run countersign -- setup --stage dev (asks for what is missing, and writes the secrets that the functions read)",
  "npm run countersign -- setup --stage dev --bot-token ask (replaces that one alone; asks for it unseen)",
];

export interface Setting {
  readonly name: string;
  readonly option: string;
  /** Undefined for what nobody is asked for: it may be left out. */
  readonly question?: string;
  readonly isSecret?: boolean;
}

export const SETTINGS: readonly Setting[] = [
  {
    ...{ name: "SLACK_SIGNING_SECRET", option: "signing-secret", isSecret: true },
    question: "Signing secret, under Basic Information of the Slack app",
  },
  {
    ...{ name: "SLACK_BOT_TOKEN", option: "bot-token", isSecret: true },
    question: "Bot token (xoxb-…), under OAuth & Permissions",
  },
  {
    ...{ name: "SLACK_DEFAULT_CHANNEL", option: "channel" },
    question: "Channel for runs that were started in none, such as #ops",
  },
  { name: "APPROVER_GROUP", option: "approvers", question: "User group that decides, such as @oncall" },
  { name: "OPERATOR_GROUP", option: "operators", question: "User group that operates, such as @sre" },
  {
    ...{ name: "OPS_URL", option: "ops-url" },
    question: "Address that the deploy and email workflows call, https://…",
  },
  { name: "OPENAI_API_KEY", option: "model-key", isSecret: true },
  { name: "OPENAI_BASE_URL", option: "model-url" },
  { name: "OPENAI_MODEL", option: "model" },
  { name: "WEBHOOK_SECRETS", option: "webhook-secrets", isSecret: true },
];

export interface SetupWords {
  readonly stage: string;
  readonly region: string;
  readonly isDryRun: boolean;
  readonly asksNothing: boolean;
  /** By their names in the secrets. */
  readonly given: Readonly<Record<string, string>>;
}

const text = (takes: string, says: string): Option => ({ type: "string", takes, says });

export const SETUP_OPTIONS: Readonly<Record<string, Option>> = {
  "signing-secret": text("<secret>", "the Slack app's; here and below, ask: it is asked for, unseen"),
  "bot-token": text("<xoxb-…>", "the Slack app's bot token"),
  channel: text("<#ops>", "the channel of runs that were started in none"),
  approvers: text("<@oncall>", "the user group that decides"),
  operators: text("<@sre>", "the user group that operates"),
  "ops-url": text("<https://…>", "the address that the deploy and email workflows call"),
  "model-key": text("<key>", "for workflows that ask a model"),
  "model-url": text("<https://…>", "where that is not OpenAI's"),
  model: text("<name>", "which one"),
  "webhook-secrets": text("<secrets>", "prove webhooks; new: makes one, off: takes none"),
  "dry-run": { type: "boolean", says: "shows what would be written, and writes nothing" },
  yes: { type: "boolean", says: "asks nothing" },
};

/** A sentence when they are wrong. */
export function setupWords(options: Options): SetupWords | string {
  const said = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  const stage = said("stage");
  if (stage === undefined || !isStage(stage))
    return "Say which deployment: --stage dev, as npm run deploy had it.";
  const given = SETTINGS.flatMap(({ name, option }) => {
    const value = said(option);
    return value === undefined ? [] : [[name, value.trim()] as const];
  });
  return {
    ...{ stage, region: said("region") ?? DEFAULT_REGION },
    ...{ isDryRun: options["dry-run"] === true, asksNothing: options["yes"] === true },
    given: Object.fromEntries(given),
  };
}
