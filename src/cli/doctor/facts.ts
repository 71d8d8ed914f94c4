// What is known of the place that is looked at: its variables as its functions have them, and where its table and queue are.
import { createDynamo } from "../../aws/dynamodb.ts";
import { tablesOfStage } from "../../aws/find-table.ts";
import { asked, AwsAway, awayOf } from "../../aws/away.ts";
import { createSqs, queuesOfStage } from "../../aws/queue-facts.ts";
import { createSecretReader, SecretUnavailable, type SecretValues } from "../../aws/secrets.ts";
import { reasonOf } from "../../approvals/reason.ts";
import { parseSecretNames } from "../../lambda/config.ts";
import { SECRET_KINDS, secretName } from "../../lambda/secret-contents.ts";
import { systemClock } from "../../lambda/surroundings.ts";
import { localEnvironment } from "../../local/config.ts";
import { runningIn } from "../../local/running.ts";
import { StorageUnavailable } from "../../runs/errors.ts";
import type { FileFacts } from "../../sqlite/file-facts.ts";
import type { Environment, Given } from "../command.ts";
import { fileLook, type Settings } from "./file-look.ts";
import { DATA_FOLDER, problemOf, whereIn } from "../place/place.ts";
import { refused, type Said, wrong } from "../said.ts";
import { DEFAULT_REGION, isStage } from "../place/stage.ts";

/** A name in the deployment, or why nobody found it. */
type Address =
  | { readonly kind: "known"; readonly value: string }
  | { readonly kind: "untold" }
  | { readonly kind: "none"; readonly says: string; readonly mend: string };

export interface DoctorFacts {
  /** For a sentence: "the stage dev in eu-west-1". */
  readonly where: string;
  readonly kind: "stage" | "environment" | "local" | "file";
  readonly region: string | undefined;
  /** What the functions would have in their environment, as far as that is known here. */
  readonly values: Environment;
  readonly secrets: readonly SecretLook[];
  /** With its options, as one types it. */
  readonly setup: string;
  readonly table: Address;
  readonly queue: Address;
  /** Of the file of one machine. */
  readonly file?: FileFacts;
  /** What Slack says of the variables of the app that has the file; absent where they are not known here. */
  readonly settings?: Settings;
  /** By the clock of the place. */
  readonly now: string;
  /** For each check. */
  readonly limitMs: number;
}

export type SecretLook =
  | { readonly kind: "read"; readonly name: string; readonly values: SecretValues }
  | { readonly kind: "unreadable"; readonly name: string; readonly says: string }
  | { readonly kind: "away"; readonly name: string; readonly away: AwsAway };

/** As long as one attempt may take; the check as a whole has its own limit. */
export function patienceFor({ limitMs }: Pick<DoctorFacts, "limitMs">): {
  readonly connectMs: number;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly totalMs: number;
} {
  const totalMs = limitMs * 0.9;
  return { connectMs: Math.min(3_000, totalMs), timeoutMs: totalMs / 2, maxAttempts: 2, totalMs };
}

type FoundFacts =
  { readonly kind: "found"; readonly facts: DoctorFacts } | { readonly kind: "none"; readonly said: Said };

export async function factsOf(given: Given, limitMs: number): Promise<FoundFacts> {
  const { options, env } = given;
  const problem = problemOf(whereIn(options));
  if (problem !== undefined) return none(wrong(problem));
  const [stage, data, store] = [options["stage"], options["data"], options["store"]];
  if (typeof store === "string") return ofFile(given, store, limitMs);
  if (typeof stage === "string") {
    if (!isStage(stage)) return none(wrong("A stage is a word of letters, digits and hyphens, such as dev."));
    const region = typeof options["region"] === "string" ? options["region"] : DEFAULT_REGION;
    return { kind: "found", facts: await ofStage(env, { stage, region, limitMs }) };
  }
  if (data === undefined && (env["TABLE_NAME"] ?? "") !== "")
    return { kind: "found", facts: await ofEnvironment(env, limitMs) };
  return localIn(given, typeof data === "string" ? data : DATA_FOLDER, limitMs);
}

function none(said: Said): FoundFacts {
  return { kind: "none", said };
}

interface Staged {
  readonly stage: string;
  readonly region: string;
  readonly limitMs: number;
}

async function ofStage(env: Environment, staged: Staged): Promise<DoctorFacts> {
  const { stage, region, limitMs } = staged;
  const endpoint = env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] || undefined;
  const names = SECRET_KINDS.map((kind) => secretName(stage, kind));
  const [secrets, table, queue] = await Promise.all([
    secretsIn(names, { endpoint, region, limitMs }),
    tableOf(env, staged),
    queueOf(env, staged),
  ]);
  return {
    ...{ kind: "stage", where: `the stage ${stage} in ${region}`, region, limitMs },
    now: systemClock.now(),
    values: { ...servers(env), ...named(table, "TABLE_NAME"), ...named(queue, "QUEUE_URL"), ...all(secrets) },
    setup: `npm run countersign -- setup --stage ${stage} --region ${region}`,
    ...{ secrets, table, queue },
  };
}

/** Those of a stage's functions are AWS's; whoever looks may have others. */
function servers(env: Environment): Environment {
  const names = ["SLACK_API_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_SQS"];
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

function named(address: Address, name: string): Environment {
  return address.kind === "known" ? { [name]: address.value } : {};
}

function all(secrets: readonly SecretLook[]): SecretValues {
  const values = secrets.map((secret) => (secret.kind === "read" ? secret.values : {}));
  return Object.assign({}, ...values) as SecretValues;
}

async function ofEnvironment(env: Environment, limitMs: number): Promise<DoctorFacts> {
  const { names, endpoint } = parseSecretNames(env);
  const region = env["AWS_REGION"] || undefined;
  const secrets = await secretsIn(names, { endpoint, region, limitMs });
  const known = (name: string): Address => {
    const value = env[name];
    return value === undefined || value === "" ? { kind: "untold" } : { kind: "known", value };
  };
  return {
    ...{ kind: "environment", where: "the deployment that the environment names", region, limitMs },
    now: systemClock.now(),
    values: { ...env, ...all(secrets) },
    setup: "npm run countersign -- setup --stage <stage> --region <region>",
    ...{ secrets, table: known("TABLE_NAME"), queue: known("QUEUE_URL") },
  };
}

async function localIn({ tools }: Given, folder: string, limitMs: number): Promise<FoundFacts> {
  // Whether it runs at all; and the SDK gets credentials for its stand-ins.
  const { place } = await tools();
  const running = runningIn(folder);
  if (running === undefined) return none(refused(`The npm start with its data in ${folder} has ended.`));
  const { slackUrl, dynamoUrl, table, queueUrl, opsUrl } = running;
  const sqsUrl = queueUrl === undefined ? "" : new URL(queueUrl).origin;
  const addresses = { slackUrl, dynamoUrl, table, sqsUrl, queueUrl: queueUrl ?? "", opsUrl: opsUrl ?? "" };
  const facts: DoctorFacts = {
    ...{ kind: "local", where: `the npm start that has its data in ${folder}`, region: "local", limitMs },
    ...{ now: place.clock.now(), values: localEnvironment(addresses) },
    ...{ setup: "npm start", secrets: [] },
    table: { kind: "known", value: table },
    queue: queueUrl === undefined ? { kind: "untold" } : { kind: "known", value: queueUrl },
  };
  return { kind: "found", facts };
}

async function ofFile(given: Given, store: string, limitMs: number): Promise<FoundFacts> {
  const look = await fileLook(given, store, limitMs);
  if (look.kind === "none") return look;
  const { file, values, settings } = look;
  const facts: DoctorFacts = {
    ...{ kind: "file", where: `the file ${file.file}`, region: undefined, limitMs, now: systemClock.now() },
    ...{ values, secrets: [], setup: "the command from where .env is right", file },
    ...(settings !== undefined && { settings }),
    ...{ table: { kind: "untold" }, queue: { kind: "untold" } },
  };
  return { kind: "found", facts };
}

interface Reading {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly limitMs: number;
}

function secretsIn(
  names: readonly string[],
  { endpoint, region, limitMs }: Reading,
): Promise<readonly SecretLook[]> {
  const place = { endpoint, ...(region !== undefined && { region }) };
  const read = createSecretReader({ ...place, ...patienceFor({ limitMs }) });
  return Promise.all(
    names.map(async (name): Promise<SecretLook> => {
      try {
        return { kind: "read", name, values: await read(name) };
      } catch (error) {
        if (!(error instanceof SecretUnavailable)) throw error;
        const { away, message } = error;
        return away === undefined
          ? { kind: "unreadable", name, says: message }
          : { kind: "away", name, away };
      }
    }),
  );
}

async function tableOf(env: Environment, staged: Staged): Promise<Address> {
  const endpoint = env["AWS_ENDPOINT_URL_DYNAMODB"] || undefined;
  const dynamo = createDynamo({ endpoint, region: staged.region, ...patienceFor(staged) });
  try {
    return await theOne("table", env["TABLE_NAME"], staged, () => tablesOfStage(dynamo, staged.stage));
  } finally {
    dynamo.destroy();
  }
}

async function queueOf(env: Environment, staged: Staged): Promise<Address> {
  const endpoint = env["AWS_ENDPOINT_URL_SQS"] || undefined;
  const sqs = createSqs({ endpoint, region: staged.region, ...patienceFor(staged) });
  try {
    const find = (): Promise<readonly string[]> => queuesOfStage(sqs, staged.stage);
    return await theOne("queue", env["QUEUE_URL"], staged, find);
  } finally {
    sqs.destroy();
  }
}

/** What the environment names counts where there is more than one. */
async function theOne(
  what: "table" | "queue",
  said: string | undefined,
  staged: Staged,
  find: () => Promise<readonly string[]>,
): Promise<Address> {
  if (said !== undefined && said !== "") return { kind: "known", value: said };
  try {
    return addressOf(what, await asked(`listing each ${what}`, find), staged);
  } catch (error) {
    const away =
      error instanceof AwsAway ? error : awayOf(error instanceof StorageUnavailable ? error.cause : error);
    return { kind: "none", says: away?.message ?? reasonOf(error), mend: away?.mend ?? "Try again." };
  }
}

function addressOf(
  what: "table" | "queue",
  [first, ...others]: readonly string[],
  { stage, region }: Staged,
): Address {
  if (first === undefined)
    return {
      ...{ kind: "none", says: `There is no ${what} of the stage ${stage} in ${region}.` },
      mend: `Deploy it (npm run deploy -- --stage ${stage} --region ${region}), or name the right stage and region.`,
    };
  if (others.length === 0) return { kind: "known", value: first };
  return {
    kind: "none",
    says: `The stage ${stage} has more than one ${what} in ${region}: ${[first, ...others].join(", ")}.`,
    mend: `Say which one counts by ${what === "table" ? "TABLE_NAME" : "QUEUE_URL"}.`,
  };
}
