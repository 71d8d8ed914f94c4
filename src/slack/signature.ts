// Proves that a request came from Slack, over the raw bytes and before anything of it is parsed.
// Source: docs.slack.dev, "Verifying requests from Slack".
import { createHmac, timingSafeEqual } from "node:crypto";

/** Both ways: Slack's documentation asks for the past only, but a clock ahead of ours is no more trustworthy. */
const MAX_SKEW_SECONDS = 5 * 60;

export interface SignedRequest {
  readonly body: Buffer;
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
}

/** Why the signature does not hold; undefined when it does. */
export function signatureProblem(
  { body, signature, timestamp }: SignedRequest,
  secret: string,
  nowMs: number,
): string | undefined {
  if (signature === undefined || timestamp === undefined) return "The signature or its timestamp is missing.";
  if (!/^\d{1,12}$/.test(timestamp)) return "The signature's timestamp is not a number.";
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > MAX_SKEW_SECONDS)
    return "The signature's timestamp is more than five minutes off.";
  return sameText(signature, signatureOf(body, timestamp, secret))
    ? undefined
    : "The signature does not match.";
}

export function signatureOf(body: Buffer, timestamp: string, secret: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex")}`;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
