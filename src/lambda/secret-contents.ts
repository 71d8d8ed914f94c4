// Which names stand in which secret. What is there counts as if it stood in the environment of the functions that read it.

export const SECRET_CONTENTS = {
  /** Slack's secrets and ids, and who decides: every function reads it. */
  app: [
    "SLACK_SIGNING_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_TEAM_ID",
    "SLACK_BOT_ID",
    "SLACK_BOT_USER_ID",
    "SLACK_DEFAULT_CHANNEL",
    "APPROVER_GROUP",
    "OPERATOR_GROUP",
    "OPS_URL",
  ],
  /** The worker alone reads it. */
  model: ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"],
  /** The api function alone reads it. */
  webhooks: ["WEBHOOK_SECRETS"],
} as const;

export type SecretKind = keyof typeof SECRET_CONTENTS;
export const SECRET_KINDS = ["app", "model", "webhooks"] as const satisfies readonly SecretKind[];

/**
 * As serverless.yml and infra/roles.yml have it; a test compares them.
 *
 * @example
 * secretName("dev", "app"); // "countersign/dev/app"
 */
export function secretName(stage: string, kind: SecretKind): string {
  return `countersign/${stage}/${kind}`;
}
