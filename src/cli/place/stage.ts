// A deployment by its stage alone: its team and its token are in its secret, and its table goes by its name.
import { createDynamo } from "../../aws/dynamodb.ts";
import { tablesOfStage } from "../../aws/find-table.ts";
import { createSecretStore, SecretUnavailable, type SecretValues } from "../../aws/secrets.ts";
import { parseTools } from "../../lambda/config.ts";
import { secretName } from "../../lambda/secret-contents.ts";
import { systemClock } from "../../lambda/surroundings.ts";
import { StorageUnavailable } from "../../runs/errors.ts";
import { refused, type Said, wrong } from "../said.ts";
import type { Found } from "../where.ts";

/** As in serverless.yml. */
export const DEFAULT_REGION = "eu-west-1";
const STAGE = /^[A-Za-z0-9-]{1,50}$/;
const PATIENCE = { connectMs: 3_000, timeoutMs: 10_000, maxAttempts: 3, totalMs: 20_000 };

type Environment = Readonly<Record<string, string | undefined>>;

export function isStage(text: string): boolean {
  return STAGE.test(text);
}

interface Staged {
  readonly stage: string;
  readonly region: string;
}

/** TABLE_NAME counts where there is more than one. */
export async function stagePlace(
  env: Environment,
  { stage, region = DEFAULT_REGION }: { readonly stage: string; readonly region: string | undefined },
): Promise<Found> {
  const none = (said: Said): Found => ({ kind: "none", said });
  if (!isStage(stage)) return none(wrong("A stage is a word of letters, digits and hyphens, such as dev."));
  try {
    const [secret, table] = await Promise.all([
      secretOf(env, { stage, region }),
      tableOf(env, { stage, region }),
    ]);
    if (typeof table !== "string") return none(table);
    const known = { ...secret, TABLE_NAME: table };
    const places = { SLACK_API_URL: env["SLACK_API_URL"], AWS_ENDPOINT_URL_DYNAMODB: endpointOf(env) };
    const config = parseTools({ ...known, ...places });
    return { kind: "found", place: { kind: "table", ...config, region, isLocal: false, clock: systemClock } };
  } catch (error) {
    const isKnown = error instanceof SecretUnavailable || error instanceof StorageUnavailable;
    if (isKnown) return none(refused(error.message, { kind: "no-place" }));
    if (!(error instanceof Error)) throw error;
    const where = `The secret ${secretName(stage, "app")} in ${region} does not say all of it.`;
    return none(refused(`${where} ${error.message}`, { kind: "no-place" }));
  }
}

async function secretOf(env: Environment, { stage, region }: Staged): Promise<SecretValues> {
  const endpoint = env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] || undefined;
  const store = createSecretStore({ endpoint, region, ...PATIENCE });
  const name = secretName(stage, "app");
  const values = await store.read(name);
  if (values !== undefined) return values;
  throw new SecretUnavailable(
    `There is no secret ${name} in ${region}: either nothing of that stage is deployed there, or it is not set up yet (npm run countersign -- setup --stage ${stage} --region ${region}).`,
  );
}

async function tableOf(env: Environment, { stage, region }: Staged): Promise<string | Said> {
  const named = env["TABLE_NAME"];
  if (named !== undefined && named !== "") return named;
  const dynamo = createDynamo({ endpoint: endpointOf(env), region, ...PATIENCE });
  try {
    const [table, ...others] = await tablesOfStage(dynamo, stage);
    if (table === undefined)
      return refused(
        `There is no table of the stage ${stage} in ${region}; its name would begin with countersign-${stage}-Table-. Name the right stage and region, or the table by TABLE_NAME.`,
        { kind: "no-place" },
      );
    if (others.length === 0) return table;
    const all = [table, ...others].join(", ");
    return refused(
      `The stage ${stage} has more than one table in ${region}: ${all}. One of them was kept when a deployment was removed. Say which one by TABLE_NAME; it is under Outputs of the stack countersign-${stage}.`,
      { kind: "no-place", tables: [table, ...others] },
    );
  } finally {
    dynamo.destroy();
  }
}

function endpointOf(env: Environment): string | undefined {
  return env["AWS_ENDPOINT_URL_DYNAMODB"] || undefined;
}
