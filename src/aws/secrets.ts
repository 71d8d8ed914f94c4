// Secrets in Secrets Manager: each is a JSON object of texts, by the names that they would have in the environment. No value of one is ever in an error.
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { reasonOf } from "../approvals/reason.ts";
import { adviceOn } from "./advice.ts";
import { type AwsAway, awayOf } from "./away.ts";
import { clientSettings, type Patience, patience } from "./patience.ts";

export type SecretValues = Readonly<Record<string, string>>;

const Values = z.record(z.string(), z.string());

/** A secret cannot be read, or not written; the sentence says which one and what to do. */
export class SecretUnavailable extends Error {
  override readonly name = "SecretUnavailable";
  /** Nothing is wrong with the secret: nobody was there to be asked for it, or nobody may ask. */
  readonly away: AwsAway | undefined;

  constructor(
    message: string,
    { away, ...options }: ErrorOptions & { readonly away?: AwsAway | undefined } = {},
  ) {
    super(message, options);
    this.away = away;
  }
}

/**
 * Reads one secret.
 *
 * @example
 * const read = createSecretReader({ endpoint: undefined, timeoutMs: 400, maxAttempts: 2 });
 * const { SLACK_BOT_TOKEN } = await read("countersign/dev/app");
 */
export function createSecretReader(options: Patience): (name: string) => Promise<SecretValues> {
  const client = clientOf(options);
  return async (name) => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      const values = decoded(SecretString);
      if (values !== undefined) return values;
    } catch (error) {
      throw await unreadable(client, name, error);
    }
    // What is wrong with it would be said with a piece of it.
    throw new SecretUnavailable(
      `The secret ${name} is not what was written there: it must be a JSON object of texts. ${await anew(client, name)}`,
    );
  };
}

/** For whoever sets them; the functions only read. */
export interface SecretStore {
  /** Undefined where there is none of that name yet; empty where what is there is of no use. */
  read(name: string): Promise<SecretValues | undefined>;
  create(name: string, values: SecretValues): Promise<void>;
  replace(name: string, values: SecretValues): Promise<void>;
}

export function createSecretStore(options: Patience & { readonly region: string }): SecretStore {
  const client = clientOf(options);
  return {
    async read(name): Promise<SecretValues | undefined> {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
        return decoded(SecretString) ?? {};
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw await unreadable(client, name, error);
      }
    },
    async create(name, values): Promise<void> {
      const SecretString = JSON.stringify(values);
      const tags = [{ Key: "service", Value: "countersign" }];
      await written(name, client.send(new CreateSecretCommand({ Name: name, SecretString, Tags: tags })));
    },
    async replace(name, values): Promise<void> {
      const SecretString = JSON.stringify(values);
      await written(name, client.send(new PutSecretValueCommand({ SecretId: name, SecretString })));
    },
  };
}

function clientOf(options: Patience): SecretsManagerClient {
  const client = new SecretsManagerClient(clientSettings(options));
  const { whole, attempt } = patience(options);
  client.middlewareStack.add(whole, { step: "initialize", priority: "high", name: "giveUpInTime" });
  client.middlewareStack.add(attempt, { step: "finalizeRequest", priority: "low", name: "sendNothingMore" });
  return client;
}

function decoded(text: string | undefined): SecretValues | undefined {
  try {
    return Values.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}

async function unreadable(
  client: SecretsManagerClient,
  name: string,
  error: unknown,
): Promise<SecretUnavailable> {
  // Without its cause: an answer that could not be read may stand in that.
  const away = kindOf(error) === "AccessDeniedException" ? undefined : awayOf(error);
  return new SecretUnavailable(await whyUnreadable(client, name, error), { away });
}

async function whyUnreadable(client: SecretsManagerClient, name: string, error: unknown): Promise<string> {
  switch (kindOf(error)) {
    case "ResourceNotFoundException":
      return `There is no secret ${name}. ${await anew(client, name)}`;
    // Of a secret that is not there, a role that may read only some is told no more than this.
    case "AccessDeniedException":
      return `The secret ${name} is not there, or may not be read from here. ${await anew(client, name)} If it is there, compare the function's role with infra/roles.yml.`;
    case "InvalidRequestException":
      return `The secret ${name} cannot be read; most likely it is to be deleted. Restore it with: aws secretsmanager restore-secret --secret-id ${name} --region ${await client.config.region()}.`;
    default:
      return `Secrets Manager did not give the secret ${name}: ${reasonFor(error)}`;
  }
}

/** The command that writes it. Only where something was answered: without a region nothing is even asked. */
async function anew(client: SecretsManagerClient, name: string): Promise<string> {
  const [, stage = "<stage>"] = /^countersign\/(.+)\/\w+$/.exec(name) ?? [];
  return `Write it with: npm run countersign -- setup --stage ${stage} --region ${await client.config.region()}.`;
}

async function written(name: string, sending: Promise<unknown>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    const reason =
      kindOf(error) === "AccessDeniedException"
        ? "your AWS credentials do not allow it. They need secretsmanager:GetSecretValue, CreateSecret, PutSecretValue and TagResource on it."
        : reasonFor(error);
    throw new SecretUnavailable(`The secret ${name} was not written: ${reason}`, { cause: error });
  }
}

function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

function reasonFor(error: unknown): string {
  if (error instanceof SyntaxError) return "its answer could not be read.";
  return adviceOn(error)?.sentence ?? reasonOf(error);
}
