// What npm run countersign -- setup can be told: an option for each name in the secrets, and how it is asked for where it is not given.
import { parseArgs } from "node:util";
import { reasonOf } from "../approvals/reason.ts";

export const SETUP_USAGE: readonly string[] = [
  "npm run countersign -- setup --stage dev (asks for what is missing, and writes the secrets that the functions read)",
  "npm run countersign -- setup --stage dev --bot-token ask (replaces that one alone; asks for it unseen)",
];

export const SETUP_OPTIONS: readonly string[] = [
  "setup: --signing-secret, --bot-token, --channel #ops, --approvers @oncall, --operators @sre, --ops-url https://…,",
  "--model-key, --model-url, --model, --webhook-secrets (new: makes one; off: takes none); --region, as npm run deploy has it;",
  "--dry-run shows what would be written; --yes asks nothing",
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

/** As in serverless.yml. */
const DEFAULT_REGION = "eu-west-1";

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const OPTIONS = {
  ...{ stage: text, region: { ...text, default: DEFAULT_REGION }, "dry-run": flag, yes: flag },
  ...{ "signing-secret": text, "bot-token": text, channel: text, approvers: text, operators: text },
  ...{ "ops-url": text, "model-key": text, "model-url": text, model: text, "webhook-secrets": text },
} as const;

/** A sentence when they are wrong. */
export function setupWords(args: readonly string[]): SetupWords | string {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const { stage, region, "dry-run": isDryRun, yes: asksNothing, ...rest } = values;
    if (stage === undefined || !/^[A-Za-z0-9-]{1,50}$/.test(stage))
      return "Say which deployment: --stage dev, as npm run deploy had it.";
    const said = new Map(Object.entries(rest));
    const given = SETTINGS.flatMap(({ name, option }) => {
      const value = said.get(option);
      return value === undefined ? [] : [[name, value.trim()] as const];
    });
    return { stage, region, isDryRun, asksNothing, given: Object.fromEntries(given) };
  } catch (error) {
    return reasonOf(error);
  }
}
