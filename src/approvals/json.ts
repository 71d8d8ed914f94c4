// JSON as we keep it and compare it: plain values, and one canonical text for each of them.
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import * as z from "zod";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** Half a character has no canonical form, cannot be shown and cannot be stored: it becomes the replacement character at the door. */
export const Json = z.custom<Json>(isJson, "must be a JSON value").transform(wellFormed);
export const JsonObject = z
  .custom<JsonObject>((value) => isPlainObject(value) && isJson(value), "must be a JSON object")
  .transform((object) => objectWellFormed(object));

/** Not Zod's own: that drops a key "__proto__", and nobody should approve a card that left something out. */
function isJson(value: unknown): value is Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isPlainObject(value) && Object.values(value).every(isJson);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function wellFormed(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  return typeof value === "object" && value !== null ? objectWellFormed(value) : value;
}

function objectWellFormed(object: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name.toWellFormed(), wellFormed(value)]),
  );
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

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

/** Text from outside, for a schema to look at; undefined for what is no JSON. */
export function parsedJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
