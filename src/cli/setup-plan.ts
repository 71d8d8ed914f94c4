// What setup would write into each secret, as it is shown: names, and values that are not secret.
import { randomBytes } from "node:crypto";
import type { SecretValues } from "../aws/secrets.ts";
import { SECRET_CONTENTS, type SecretKind, secretName } from "../lambda/secret-contents.ts";
import { SETTINGS } from "./setup-words.ts";

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

/** Without anything secret. */
export function line({ name, isNew, changed, contents }: Planned): string {
  const values = changed.map((key) => `  ${key}: ${HIDDEN.has(key) ? "(secret)" : (contents[key] ?? "")}`);
  const what = isNew ? "new" : changed.length === 0 ? "as it was" : "changed";
  return [`${name}, ${what}`, ...values].join("\n");
}

export function isWebhookToMake(name: string, value: string): boolean {
  return name === "WEBHOOK_SECRETS" && value === "new";
}

/** As Standard Webhooks has them. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** A secret that was made here is known to nobody else yet. */
export function made(news: SecretValues, before: SecretValues): readonly string[] {
  const secret = news["WEBHOOK_SECRETS"];
  if (secret?.startsWith("whsec_") !== true || secret === before["WEBHOOK_SECRETS"]) return [];
  return ["", "Whoever sends webhooks signs them with this, or sends it along as bearer token:", secret];
}
