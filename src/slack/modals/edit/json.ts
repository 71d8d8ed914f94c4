// Arguments as JSON in one box, for what has no inputs of its own: read back without losing a digit, and without names that mean something to JavaScript.
import * as z from "zod";
import { JsonObject } from "../../../approvals/json.ts";
import { reasonOf } from "../../../approvals/reason.ts";
import { LIMITS } from "../../limits.ts";
import { inexact, isExact } from "./number.ts";

export function jsonText(args: JsonObject): string {
  return JSON.stringify(args, null, 2);
}

/** What of the arguments fits in the box, and the names of what is left out for its length, longest first until the rest fits. */
export function fittingArgs(args: JsonObject): {
  readonly shown: JsonObject;
  readonly tooLong: readonly string[];
} {
  const lengthOf = (name: string): number => jsonText({ [name]: args[name] ?? null }).length;
  const byLength = Object.keys(args).toSorted((a, b) => lengthOf(b) - lengthOf(a));
  let shown = args;
  const tooLong: string[] = [];
  for (const name of byLength) {
    if (jsonText(shown).length <= LIMITS.inputText) break;
    tooLong.push(name);
    shown = without(shown, tooLong);
  }
  return { shown, tooLong: Object.keys(args).filter((name) => tooLong.includes(name)) };
}

export function without(args: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name)));
}

export type JsonRead =
  | { readonly kind: "args"; readonly args: JsonObject }
  | { readonly kind: "unreadable"; readonly error: string };

/** `shown` is what the box had in it: a name that was there may stay. */
export function jsonRead(text: string, shown: JsonObject): JsonRead {
  const wrong: string[] = [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, (...[name, value, context]: readonly unknown[]) => {
      const numeral = typeof value === "number" ? sourceIn(context) : undefined;
      if (numeral !== undefined && !isExact(numeral)) wrong.push(`${String(name)}: ${inexact(numeral)}`);
      return value;
    });
  } catch (error) {
    return unread(`This is not JSON: ${reasonOf(error)}`);
  }
  const names = namesIn(parsed);
  if (names === undefined)
    return unread(`This has more than ${DEEPEST} levels; please put less within each other.`);
  const known = namesIn(shown);
  const reserved = RESERVED.find((name) => names.has(name) && known?.has(name) !== true);
  if (reserved !== undefined) return unread(`Nothing can be called "${reserved}".`);
  if (wrong.length > 0) return unread(wrong.slice(0, 3).join(" "));
  const args = JsonObject.safeParse(parsed);
  return args.success
    ? { kind: "args", args: args.data }
    : unread("Must be a JSON object, with { and } around it.");
}

function unread(error: string): JsonRead {
  return { kind: "unreadable", error };
}

const RESERVED = ["__proto__", "constructor", "prototype"] as const;

const Context = z.object({ source: z.string() });

/** A number as it was written; undefined before Node 22, which does not tell. */
function sourceIn(context: unknown): string | undefined {
  return Context.safeParse(context).data?.source;
}

/** Deeper than anything a person writes, and far from what checking it could not bear. */
const DEEPEST = 50;

/** Every name in it, at any depth; undefined when it goes too deep. */
function namesIn(value: unknown, depth = 0): ReadonlySet<string> | undefined {
  if (typeof value !== "object" || value === null) return new Set();
  if (depth >= DEEPEST) return undefined;
  const names = new Set(Array.isArray(value) ? [] : Object.keys(value));
  for (const part of Object.values(value)) {
    const inner = namesIn(part, depth + 1);
    if (inner === undefined) return undefined;
    for (const name of inner) names.add(name);
  }
  return names;
}
