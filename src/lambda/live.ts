// A handler that lives as long as its secrets: composed when they are first read, and anew when they were replaced, without a deployment.
// Where no secret is named, as on one machine, it is composed of the environment at once.
import { isDeepStrictEqual } from "node:util";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { reasonOf } from "../approvals/reason.ts";
import { createSecretReader, type SecretValues } from "../aws/secrets.ts";
import { type Config, parseConfig, parseSecretNames } from "./config.ts";
import type { Invocation } from "./log.ts";
import type { Surroundings } from "./surroundings.ts";
import { TIME_OUTS } from "./time-outs.ts";

/** So old they are read again before the next invocation. */
const STALE_MS = 5 * 60_000;
/** Not more often than this, whatever gives cause: who guesses signatures gives cause as often as they like. */
const COOLDOWN_MS = 10_000;

type Environment = Readonly<Record<string, string | undefined>>;

interface Parts<Given extends readonly unknown[], Result> {
  readonly name: keyof typeof TIME_OUTS;
  readonly compose: (config: Config, around: Surroundings) => (...given: Given) => Promise<Result>;
  /** Whether it was refused for a secret that may be an old one: then it is given once more when there is a new one. Nothing was done for it yet. */
  readonly isUnproven?: (result: Result, ...given: Given) => boolean;
}

/**
 * @example
 * export const handler = live({ name: "worker", compose: composeWorker }, process.env, surroundings);
 */
export function live<Given extends readonly unknown[], Result>(
  { name, compose, isUnproven = () => false }: Parts<Given, Result>,
  env: Environment,
  around: Surroundings,
): (...given: Given) => Promise<Result> {
  const { names, endpoint } = parseSecretNames(env);
  if (names.length === 0) return compose(parseConfig(env), around);
  const loadedWith = { ...env };
  const read = createSecretReader({ endpoint, ...TIME_OUTS[name].secrets });
  const kept = keep(around, {
    names,
    read: async () => (await Promise.all(names.map(read))).reduce((all, each) => ({ ...all, ...each }), {}),
    compose: (secrets, onTokenRefused) =>
      compose(parseConfig({ ...loadedWith, ...secrets }), { ...around, onTokenRefused }),
  });
  return async (...given) => {
    // What is logged of the secrets belongs to the invocation, too.
    around.log.begin(invocationOf(given));
    try {
      const handler = await kept.current();
      const result = await handler(...given);
      if (!isUnproven(result, ...given)) return result;
      const renewed = await kept.renewed();
      return renewed === handler ? result : await renewed(...given);
    } finally {
      around.log.end();
    }
  };
}

/** Lambda gives an event and its invocation, whatever a handler takes of them. */
function invocationOf([, invocation]: readonly unknown[]): Invocation | undefined {
  return invocation as Invocation | undefined;
}

interface Source<Handler> {
  readonly names: readonly string[];
  readonly read: () => Promise<SecretValues>;
  readonly compose: (secrets: SecretValues, onTokenRefused: () => void) => Handler;
}

interface Composed<Handler> {
  readonly handler: Handler;
  readonly secrets: SecretValues;
}

interface Kept<Handler> {
  /** @throws only while there is none yet. */
  current(): Promise<Handler>;
  /** For one that may have been refused for an old secret: read again, unless that was done just now. */
  renewed(): Promise<Handler>;
}

function keep<Handler>({ clock, log }: Surroundings, source: Source<Handler>): Kept<Handler> {
  let composed: Composed<Handler> | undefined;
  let renewing: Promise<Composed<Handler>> | undefined;
  /** Slack did not take the token: the next invocation reads again, as soon as it may. */
  let isDoubted = false;
  let [readAt, triedAt] = [0, 0];
  const doubt = (): void => {
    isDoubted = true;
  };
  const nowMs = (): number => Date.parse(clock.now());

  async function readAnew(before: Composed<Handler> | undefined): Promise<Composed<Handler>> {
    triedAt = nowMs();
    try {
      const secrets = await source.read();
      const isSame = isDeepStrictEqual(secrets, before?.secrets);
      const after =
        before !== undefined && isSame ? before : { handler: source.compose(secrets, doubt), secrets };
      [readAt, isDoubted] = [triedAt, false];
      return after;
    } catch (error) {
      log.error(before === undefined ? NOTHING_YET : AS_BEFORE, {
        reason: reasonOf(error),
        names: source.names,
      });
      if (before === undefined) throw error;
      return before;
    }
  }

  async function handlerOf(isSuspect: boolean): Promise<Handler> {
    const now = nowMs();
    const isDue = (isSuspect || isDoubted || now - readAt >= STALE_MS) && now - triedAt >= COOLDOWN_MS;
    if (composed !== undefined && renewing === undefined && !isDue) return composed.handler;
    // Who comes meanwhile waits for the same reading.
    renewing ??= readAnew(composed).finally(() => {
      renewing = undefined;
    });
    composed = await renewing;
    return composed.handler;
  }

  return {
    current: () => handlerOf(false),
    // Nothing of the suspicion stays: whoever guesses signatures makes nobody else wait.
    renewed: () => handlerOf(true),
  };
}

const NOTHING_YET =
  "Nothing can be done without the secrets. The reason says what is wrong with them; npm run countersign -- setup writes them. The next request tries again.";
const AS_BEFORE =
  "The secrets could not be read again, or are of no use; those that were read before are still used. The reason says what is wrong; npm run countersign -- setup writes them.";

type Refused = (
  result: APIGatewayProxyStructuredResultV2,
  event: Pick<APIGatewayProxyEventV2, "rawPath">,
) => boolean;

/** Slack repeats no click: one that was signed with a new secret counts at once. */
export const isUnsigned: Refused = ({ statusCode }) => statusCode === 401;

/** API keys are in the table; only webhooks are known by a secret. */
export const isUnprovenWebhook: Refused = ({ statusCode }, { rawPath }) =>
  statusCode === 401 && rawPath.startsWith("/v1/webhooks/");
