// Turns state into JSON and back, losing nothing: what JSON lacks is tagged, and what cannot be stored is refused by name.
import { Buffer } from "node:buffer";
import {
  ChatMessage,
  chatFromLangChain,
  type ChatMessageFields,
  isLangChainMessage,
  storedFields,
} from "./chat-message.ts";
import { UndecodableValueError, UnencodableValueError } from "./errors.ts";
import { writtenByNewer } from "./newer.ts";
import { Overwrite } from "./overwrite.ts";
import { isObject, mapped } from "./record.ts";

/** What survives `JSON.parse(JSON.stringify(value))`. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Values that are encoded already, by name. */
export type EncodedFields = { readonly [name: string]: JsonValue };

/** The only key of a tagged value; an object of the user's that has this key is tagged itself. The digit is the format's version. */
const TAG = "$cs1";
/** What the tag of any version begins with; see `taggedFields`. */
const ANY_TAG = "$cs";

/** Values in values up to this, so that none needs more stack than there is, wherever it is stored or read. */
const MOST_LEVELS = 500;

interface Place {
  readonly where: string;
  readonly path: (string | number)[];
  /** The objects around the current one: an object inside itself has no end. */
  readonly around: object[];
}

/**
 * JSON for a value of plain JSON, Date, Map, Set, BigInt, Uint8Array, Error, undefined or messages, nested as you like.
 * Throws `UnencodableValueError` that names `where` and the path for anything else.
 *
 * @example
 * encodeValue(new Date(0), 'channel "due"'); // { "$cs1": ["date", "1970-01-01T00:00:00.000Z"] }
 */
export function encodeValue(value: unknown, where: string): JsonValue {
  return encode(value, { where, path: [], around: [] });
}

/**
 * The inverse of `encodeValue`. Throws `UndecodableValueError` for a tag it does not know, and for what was damaged.
 *
 * @example
 * decodeValue(encodeValue(new Set([1]), "x")); // Set { 1 }
 */
export function decodeValue(json: JsonValue): unknown {
  try {
    return decode(json);
  } catch (cause) {
    if (cause instanceof UndecodableValueError) throw cause;
    throw new UndecodableValueError(`A stored value is damaged: ${String(cause)}. Restore it.`, { cause });
  }
}

function decode(json: JsonValue): unknown {
  if (!isObject(json)) return json;
  if (isJsonArray(json)) return json.map(decode);
  const tagged = json[TAG];
  if (tagged !== undefined) return decodeTagged(tagged);
  refuseNewer(json);
  return decodeFields(json);
}

/** The tag of a newer version would else be taken for a field of the user's. */
function refuseNewer(json: object): void {
  const [name = "", ...others] = Object.keys(json);
  if (others.length === 0 && /^\$cs\d+$/.test(name))
    throw writtenByNewer(`A stored value with the tag "${name}"`);
}

/**
 * The same text for equal values, whatever the order of their keys: made for hashing.
 *
 * @example
 * canonicalJson({ b: 1, a: 2 }); // '{"a":2,"b":1}'
 */
export function canonicalJson(json: JsonValue): string {
  if (!isObject(json)) return JSON.stringify(json);
  if (isJsonArray(json)) return `[${json.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${canonicalJson(value)}`).join(",")}}`;
}

function encode(value: unknown, place: Place): JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return encodeNumber(value);
    case "undefined":
      return { [TAG]: ["undefined"] };
    case "bigint":
      return { [TAG]: ["bigint", String(value)] };
    case "object":
      return value === null ? null : encodeWithin(value, place);
    case "function":
    case "symbol":
      throw unencodable(place, `a ${typeof value}`);
  }
}

function encodeNumber(value: number): JsonValue {
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : { [TAG]: ["number", Object.is(value, -0) ? "-0" : String(value)] };
}

function encodeWithin(value: object, place: Place): JsonValue {
  if (place.around.includes(value)) throw unencodable(place, "an object that contains itself");
  if (place.around.length >= MOST_LEVELS) throw unencodable(place, `more than ${MOST_LEVELS} levels`);
  place.around.push(value);
  const json = encodeObject(value, place);
  place.around.pop();
  return json;
}

function encodeObject(value: object, place: Place): JsonValue {
  if (Array.isArray(value)) return encodeList(value, place);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return encodePlain(value, place);
  if (value instanceof Date) return { [TAG]: ["date", encodeNumber(value.getTime())] };
  if (value instanceof Map) return { [TAG]: ["map", encodeList([...value].flat(), place)] };
  if (value instanceof Set) return { [TAG]: ["set", encodeList([...value], place)] };
  if (value instanceof Uint8Array) return { [TAG]: ["bytes", Buffer.from(value).toString("base64")] };
  if (value instanceof Error) return { [TAG]: ["error", encodeEntries(errorEntries(value), place)] };
  if (value instanceof Overwrite) return encodePlain({ __overwrite__: value.value as unknown }, place);
  if (isLangChainMessage(value)) return encodeMessage(value, place);
  throw unencodable(place, `an instance of ${classOf(value)}`);
}

function classOf({ constructor }: { readonly constructor?: unknown }): string {
  return typeof constructor === "function" ? constructor.name : "no class";
}

/** The same for a message of LangChain's and for what becomes of it, so that a question with one stays the same question. */
function encodeMessage(message: ChatMessageFields, place: Place): JsonValue {
  return { [TAG]: ["message", encodeEntries(storedFields(chatFromLangChain(message)), place)] };
}

function encodePlain(value: object, place: Place): JsonValue {
  if (Object.getOwnPropertySymbols(value).length > 0) return encodeWithSymbol(value, place);
  return taggedFields(encodeEntries(Object.entries(value), place));
}

/** The symbol may be LangChain's: `{ ...message }` copies it. */
function encodeWithSymbol(value: object, place: Place): JsonValue {
  if (isLangChainMessage(value)) return encodeMessage(value, place);
  throw unencodable(place, "a key that is a symbol");
}

function encodeList(values: readonly unknown[], place: Place): JsonValue {
  // Not `map`: it leaves the holes of a sparse array.
  return Array.from(values, (value, index) => encodeAt(index, value, place));
}

/** `Object.fromEntries` defines keys, so that one named `__proto__` stays data. */
function encodeEntries(entries: readonly (readonly [string, unknown])[], place: Place): EncodedFields {
  return Object.fromEntries(entries.map(([key, value]) => [key, encodeAt(key, value, place)]));
}

function encodeAt(key: string | number, value: unknown, place: Place): JsonValue {
  place.path.push(key);
  const json = encode(value, place);
  place.path.pop();
  return json;
}

/** The stack is left out: it is long, and tells where things are on a machine that is gone. */
function errorEntries(error: Error): readonly (readonly [string, unknown])[] {
  const cause = "cause" in error ? [["cause", error.cause] as const] : [];
  return [["name", error.name], ["message", error.message], ...cause];
}

const MOST_STEPS = 30;

function unencodable({ where, path }: Place, found: string): UnencodableValueError {
  const steps = path.slice(0, MOST_STEPS).map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`));
  if (path.length > MOST_STEPS) steps.push("…");
  return new UnencodableValueError(where + steps.join(""), found);
}

const decoders = new Map<JsonValue | undefined, (json: JsonValue) => unknown>([
  ["undefined", () => undefined],
  ["number", Number],
  ["bigint", (json) => BigInt(typeof json === "string" ? json : 0)],
  ["date", (json) => new Date(Number(decode(json)))],
  ["bytes", (json) => new Uint8Array(Buffer.from(typeof json === "string" ? json : "", "base64"))],
  ["map", (json) => new Map(pairs(decodeList(json)))],
  ["set", (json) => new Set(decodeList(json))],
  ["error", decodeError],
  // Our own writing: the tag says that these are a message's fields.
  ["message", (json) => new ChatMessage(decodeFields(json) as unknown as ChatMessageFields)],
  ["object", decodeFields],
]);

/** Fields that are encoded already, told from a tag of ours, of whatever version, by being tagged themselves where one of them looks like one. */
export function taggedFields(fields: EncodedFields): EncodedFields {
  const looksTagged = Object.keys(fields).some((name) => name.startsWith(ANY_TAG));
  return looksTagged ? { [TAG]: ["object", fields] } : fields;
}

/** The inverse of `taggedFields`. */
export function untaggedFields(fields: EncodedFields): EncodedFields {
  const tagged = fields[TAG] ?? null;
  const [tag, inner] = isJsonArray(tagged) ? tagged : [];
  return tag === "object" && isObject(inner) ? inner : fields;
}

function decodeTagged(tagged: JsonValue): unknown {
  const [tag, json = null] = isJsonArray(tagged) ? tagged : [];
  const decode = decoders.get(tag);
  if (decode !== undefined) return decode(json);
  throw writtenByNewer(`A stored value with the tag ${JSON.stringify(tag)}`);
}

function decodeList(json: JsonValue): readonly unknown[] {
  return isJsonArray(json) ? json.map(decode) : [];
}

function pairs(flat: readonly unknown[]): readonly (readonly [unknown, unknown])[] {
  return flat.flatMap((key, index) => (index % 2 === 0 ? [[key, flat[index + 1]] as const] : []));
}

function decodeError(json: JsonValue): Error {
  const { name, message, ...rest } = decodeFields(json);
  const error = new Error(String(message), rest);
  // Not enumerable, as an error's own name is not.
  Object.defineProperty(error, "name", { value: String(name), configurable: true, writable: true });
  return error;
}

function decodeFields(json: JsonValue): Readonly<Record<string, unknown>> {
  return isObject(json) ? mapped(json, decode) : {};
}

/** `Array.isArray` does not narrow readonly arrays. */
function isJsonArray(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}
