// Whether a webhook comes from who may send it: by a secret that is sent along, or one that it is signed with.
import { createHash, timingSafeEqual } from "node:crypto";
import { Webhook as Signing, WebhookVerificationError } from "standardwebhooks";
import type { Webhook } from "../../approvals/actor.ts";

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  /** As it arrived: that is what was signed. */
  readonly bytes: Uint8Array;
}

/** All secrets count alike, so that one can be replaced by another. */
export function isProven(webhook: Webhook, secrets: readonly string[], sent: Sent): boolean {
  const holds = { alertmanager: isSentAlong, signed: isSigned }[webhook];
  return secrets.filter((secret) => holds(secret, sent)).length > 0;
}

/** As bearer token, or as the password of whichever user. */
function isSentAlong(secret: string, { headers }: Sent): boolean {
  const [, scheme = "", given = ""] = /^(\w+) +(\S+) *$/.exec(headers["authorization"] ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return isSame(given, secret);
  if (scheme.toLowerCase() !== "basic") return false;
  const [, ...password] = Buffer.from(given, "base64").toString("utf8").split(":");
  return isSame(password.join(":"), secret);
}

/** Takes as long whatever is given. */
function isSame(given: string, secret: string): boolean {
  const [one, other] = [given, secret].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

/** The library's own secrets, "whsec_…", are base64; every other one is taken as it is. */
function isSigned(secret: string, { headers, bytes }: Sent): boolean {
  const signing = secret.startsWith("whsec_") ? new Signing(secret) : new Signing(secret, { format: "raw" });
  try {
    signing.verify(Buffer.from(bytes), { ...headers }, { jsonParse: false });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}
