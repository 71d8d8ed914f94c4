// What the app is told when it runs against the local Slack: invented secrets, and addresses on this machine.
import { type Config, parseConfig } from "../lambda/config.ts";
import { SEED } from "./slack/seed.ts";

export const LOCAL_SECRETS = { signingSecret: "local-signing-secret", botToken: "xoxb-local" } as const;
export const LOCAL_WEBHOOK_SECRET = "local-webhook-secret-for-this-machine";

export interface LocalAddresses {
  readonly slackUrl: string;
  readonly opsUrl: string;
  readonly dynamoUrl: string;
  readonly sqsUrl: string;
  readonly queueUrl: string;
  readonly table: string;
}

/** The same variables as in the cloud, as they would stand in the environment. */
export function localEnvironment(addresses: LocalAddresses): Readonly<Record<string, string>> {
  return {
    SLACK_SIGNING_SECRET: LOCAL_SECRETS.signingSecret,
    SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken,
    SLACK_API_URL: `${addresses.slackUrl}/api/`,
    SLACK_TEAM_ID: SEED.teamId,
    SLACK_BOT_ID: SEED.botId,
    SLACK_BOT_USER_ID: SEED.users.bot,
    SLACK_DEFAULT_CHANNEL: SEED.channels.deploys,
    APPROVER_GROUP: SEED.groups.oncall,
    OPERATOR_GROUP: SEED.groups.ops,
    WEBHOOK_SECRETS: LOCAL_WEBHOOK_SECRET,
    TABLE_NAME: addresses.table,
    QUEUE_URL: addresses.queueUrl,
    OPS_URL: addresses.opsUrl,
    AWS_ENDPOINT_URL_DYNAMODB: addresses.dynamoUrl,
    AWS_ENDPOINT_URL_SQS: addresses.sqsUrl,
  };
}

export function localConfig(addresses: LocalAddresses): Config {
  return parseConfig(localEnvironment(addresses));
}
