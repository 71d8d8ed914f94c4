// Any value a node asks with, as JSON and as text that people read: nothing of it is left out.
import { Json, JsonObject } from "./json.ts";

/** A graph may ask about dates, maps and large numbers; nobody should approve a card that left them out. */
export function jsonOf(value: unknown): Json | undefined {
  const text = JSON.stringify(value, (_, part: unknown) => readable(part)) as string | undefined;
  return text === undefined ? undefined : Json.parse(JSON.parse(text));
}

function readable(part: unknown): unknown {
  const isNoJsonNumber = typeof part === "bigint" || (typeof part === "number" && !Number.isFinite(part));
  if (isNoJsonNumber) return String(part);
  if (part instanceof Map || part instanceof Set) return [...part];
  if (part instanceof Uint8Array) return Buffer.from(part).toString("base64");
  return part instanceof Error ? part.message : part;
}

/** The value's keys as arguments; what has none is one argument. */
export function argsOf(value: unknown): JsonObject {
  const json = jsonOf(value);
  const object = JsonObject.safeParse(json);
  if (object.success) return object.data;
  return json === undefined ? {} : { value: json };
}

/** Keys and items on lines of their own, indented below what they belong to. */
export function linesOf(value: Json, level = 0): string {
  if (!isNested(value)) return scalar(value);
  if (level === DEEPEST) return JSON.stringify(value);
  if (Array.isArray(value)) return value.map((item) => `- ${below(item, level)}`).join("\n");
  return Object.entries(value)
    .map((entry) => named(entry, level))
    .join("\n");
}

/** What is nested in itself a thousand times would be mostly spaces. */
const DEEPEST = 20;

/** Whether it takes lines of its own. */
export function isNested(value: Json): value is Json[] | Record<string, Json> {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function named([name, value]: readonly [string, Json], level: number): string {
  const key = isPlain(name) ? name : JSON.stringify(name);
  return isNested(value) ? `${key}:\n  ${indented(linesOf(value, level + 1))}` : `${key}: ${scalar(value)}`;
}

function below(item: Json, level: number): string {
  return isNested(item) ? indented(linesOf(item, level + 1)) : scalar(item);
}

function scalar(value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  // A mark says that the lines below are one text, and no keys of their own.
  if (value.includes("\n")) return `|\n  ${indented(value)}`;
  return isPlain(value) ? value : JSON.stringify(value);
}

function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

/** Whether a text reads as nothing but that text: no number, no key and no item. */
function isPlain(text: string): boolean {
  const isOther = /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(text);
  const isMarked = /^[-[{"|]|^\s|\s$|: |:$/.test(text);
  return text !== "" && !text.includes("\n") && !isOther && !isMarked;
}

/** Longer than this it is no longer read at a glance. */
const LONGEST_FACT = 150;

interface Labelled {
  readonly label: string;
  readonly value: string;
}

/** What else a node said beside its question: short things as facts, long ones as details. */
export function factsOf(rest: Readonly<Record<string, unknown>>): {
  readonly facts: Labelled[];
  readonly details: Labelled[];
} {
  const all = Object.entries(rest).map(([label, part]) => ({
    label: label.toWellFormed() || "value",
    value: textOf(part),
  }));
  const isLong = ({ value }: Labelled): boolean => value.length > LONGEST_FACT || value.includes("\n");
  return { facts: all.filter((one) => !isLong(one)), details: all.filter(isLong) };
}

/** A text as it is, anything else in lines. */
export function textOf(value: unknown): string {
  const json = jsonOf(value);
  return typeof json === "string" ? json : linesOf(json ?? null);
}
