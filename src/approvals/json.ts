// JSON as we keep it and compare it: plain values, and one canonical text for each of them.
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import * as z from "zod";

export const Json = z.json();
export type Json = z.infer<typeof Json>;
export type JsonObject = Readonly<Record<string, Json>>;
export const JsonObject = z.record(z.string(), Json);

/** SHA-256, in hex, of the canonical form (RFC 8785), so that key order never changes it. */
export function digestOf(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("Only JSON values have a digest.");
  return createHash("sha256").update(text).digest("hex");
}

/** Equal as JSON, whatever the order of keys. */
export function sameJson(a: Json, b: Json): boolean {
  return canonicalize(a) === canonicalize(b);
}
