// The configuration, read from the environment once, with every problem reported at once.
import * as z from "zod";
import type { Groups } from "../runs/workflow.ts";

const required = z.string({ error: "is missing" }).trim().min(1, "is empty");
const url = required.pipe(z.url({ error: "is not a URL" }));

const Environment = z.object({
  SLACK_SIGNING_SECRET: required,
  SLACK_BOT_TOKEN: required,
  SLACK_API_URL: url.optional(),
  SLACK_TEAM_ID: required,
  SLACK_BOT_ID: required,
  SLACK_BOT_USER_ID: required,
  SLACK_DEFAULT_CHANNEL: required,
  APPROVER_GROUP: required,
  OPERATOR_GROUP: required,
  TABLE_NAME: required,
  QUEUE_URL: url,
  OPS_URL: url,
  OPENAI_API_KEY: required.optional(),
  OPENAI_BASE_URL: url.optional(),
  AWS_ENDPOINT_URL_DYNAMODB: url.optional(),
  AWS_ENDPOINT_URL_SQS: url.optional(),
});

export interface Config {
  readonly slack: {
    readonly signingSecret: string;
    readonly token: string;
    readonly apiUrl: string | undefined;
    readonly team: string;
    readonly botId: string;
    readonly botUserId: string;
    readonly defaultChannel: string;
  };
  readonly groups: Groups;
  readonly table: string;
  readonly queueUrl: string;
  readonly opsUrl: string;
  readonly openai: { readonly apiKey: string | undefined; readonly baseUrl: string | undefined };
  readonly endpoints: { readonly dynamodb: string | undefined; readonly sqs: string | undefined };
}

/**
 * @throws one error that names every variable with a problem, never its value.
 * @example
 * export const handler = composeSlack(parseConfig(process.env));
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    throw new Error(
      `The configuration is not usable: ${problems.join("; ")}. See .env.example for what each variable means.`,
    );
  }
  const value = parsed.data;
  return {
    slack: {
      signingSecret: value.SLACK_SIGNING_SECRET,
      token: value.SLACK_BOT_TOKEN,
      apiUrl: value.SLACK_API_URL,
      team: value.SLACK_TEAM_ID,
      botId: value.SLACK_BOT_ID,
      botUserId: value.SLACK_BOT_USER_ID,
      defaultChannel: value.SLACK_DEFAULT_CHANNEL,
    },
    groups: { approvers: value.APPROVER_GROUP, operators: value.OPERATOR_GROUP },
    table: value.TABLE_NAME,
    queueUrl: value.QUEUE_URL,
    opsUrl: value.OPS_URL.replace(/\/$/, ""),
    openai: { apiKey: value.OPENAI_API_KEY, baseUrl: value.OPENAI_BASE_URL },
    endpoints: { dynamodb: value.AWS_ENDPOINT_URL_DYNAMODB, sqs: value.AWS_ENDPOINT_URL_SQS },
  };
}
