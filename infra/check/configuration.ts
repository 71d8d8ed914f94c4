// Which names the configuration reads from the environment, learned from itself: it is given an environment that notes what it is asked for.
import { parseConfig, parseLogging, parseSecretNames } from "../../src/lambda/config.ts";
import { SECRET_CONTENTS, SECRET_KINDS, type SecretKind } from "../../src/lambda/secret-contents.ts";

/** Read where Countersign runs on one machine, and by tests: on AWS, servers are where AWS and Slack have them. */
export const LOCAL_ONLY: ReadonlySet<string> = new Set([
  "SLACK_API_URL",
  "AWS_ENDPOINT_URL_DYNAMODB",
  "AWS_ENDPOINT_URL_SQS",
  "AWS_ENDPOINT_URL_SECRETS_MANAGER",
]);

/** By what stands in it: which secret that is. */
export const SECRETLY: ReadonlyMap<string, SecretKind> = new Map(
  SECRET_KINDS.flatMap((kind) => SECRET_CONTENTS[kind].map((name) => [name, kind] as const)),
);

/** The variable that names a secret. @example nameOfSecret("app"); // "APP_SECRET" */
export function nameOfSecret(kind: SecretKind): string {
  return `${kind.toUpperCase()}_SECRET`;
}

function namesRead(): ReadonlySet<string> {
  const names = new Set<string>();
  const noting = new Proxy<Record<string, string>>(
    {},
    {
      get(_, name) {
        if (typeof name === "string") names.add(name);
        return undefined;
      },
    },
  );
  for (const parse of [parseSecretNames, parseLogging, parseConfig]) problemsOf(() => parse(noting));
  return names;
}

function problemsOf(parse: () => unknown): string {
  try {
    parse();
    return "";
  } catch (error) {
    return String(error);
  }
}

export const NAMES_READ = namesRead();

/** Those without which it refuses to start. */
export const NAMES_REQUIRED = [...problemsOf(() => parseConfig({})).matchAll(/(\w+) is missing/g)].map(
  ([, name = ""]) => name,
);
