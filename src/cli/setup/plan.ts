// What setup would write into each secret, as it is shown: names, and values that are not secret.
import { randomBytes } from "node:crypto";
import type { SecretValues } from "../../aws/secrets.ts";
import { NO_WEBHOOKS } from "../../lambda/config.ts";
import { SECRET_CONTENTS, type SecretKind, secretName } from "../../lambda/secret-contents.ts";
import { SETTINGS } from "./words.ts";

export interface Planned {
  readonly name: string;
  readonly isNew: boolean;
  readonly changed: readonly string[];
  readonly contents: SecretValues;
}

export function planned(
  kind: SecretKind,
  before: SecretValues | undefined,
  values: SecretValues,
  stage: string,
): Planned {
  const here = SECRET_CONTENTS[kind].flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const changed = here.filter(([name, value]) => before?.[name] !== value).map(([name]) => name);
  const contents = { ...before, ...Object.fromEntries(here) };
  return { name: secretName(stage, kind), isNew: before === undefined, changed, contents };
}

const HIDDEN = new Set<string>(SETTINGS.flatMap(({ name, isSecret }) => (isSecret ? [name] : [])));

/** Without anything secret. What was exported for something else, perhaps, is said to come from there. */
export function line(
  { name, isNew, changed, contents }: Planned,
  fromEnvironment: readonly string[],
): string {
  const values = changed.map((key) => {
    const source = fromEnvironment.includes(key) ? "from the environment" : undefined;
    if (HIDDEN.has(key)) return `  ${key}: (${["secret", source].filter(Boolean).join(", ")})`;
    return `  ${key}: ${contents[key] ?? ""}${source === undefined ? "" : ` (${source})`}`;
  });
  const what = isNew ? "new" : changed.length === 0 ? "as it was" : "changed";
  return [`${name}, ${what}`, ...values].join("\n");
}

export function isWebhookToMake(name: string, value: string): boolean {
  return name === "WEBHOOK_SECRETS" && value === "new";
}

/** As Standard Webhooks has them, before those that are there: senders go over to it one by one. */
export function withNewWebhookSecret(before: string = NO_WEBHOOKS): string {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  return before === NO_WEBHOOKS ? secret : `${secret} ${before}`;
}

const DROPPED_BY =
  "What was there before counts as well. When every sender has gone over, setup with --webhook-secrets ask, and this one alone as the answer, drops it.";

/** A secret that was made here is known to nobody else yet. */
export function made(news: SecretValues, before: SecretValues): readonly string[] {
  const [secret = "", ...others] = (news["WEBHOOK_SECRETS"] ?? "").split(" ");
  const isKnown = before["WEBHOOK_SECRETS"]?.split(/\s+/).includes(secret) === true;
  if (!secret.startsWith("whsec_") || isKnown) return [];
  const told = "Whoever sends webhooks signs them with this, or sends it along as bearer token:";
  return ["", told, secret, ...(others.length > 0 ? [DROPPED_BY] : [])];
}
