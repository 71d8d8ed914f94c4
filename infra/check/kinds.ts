// The kinds of values that AWS's description of a property may ask for.
import type { PropertyType } from "./spec.ts";
import { isRecord } from "./template.ts";

interface Kind {
  readonly is: (value: unknown) => boolean;
  readonly words: string;
}

const isText = (value: unknown): boolean => typeof value === "string";

const KINDS: Readonly<Record<Exclude<PropertyType["type"], "union">, Kind>> = {
  string: { is: isText, words: "a string" },
  "date-time": { is: isText, words: "a point in time" },
  integer: { is: Number.isInteger, words: "a whole number" },
  number: { is: (value) => typeof value === "number", words: "a number" },
  boolean: { is: (value) => typeof value === "boolean", words: "true or false" },
  null: { is: (value) => value === null, words: "null" },
  array: { is: Array.isArray, words: "a list" },
  map: { is: isRecord, words: "an object" },
  ref: { is: isRecord, words: "an object" },
  tag: { is: isRecord, words: "an object" },
  json: { is: () => true, words: "anything" },
};

/** As far as can be seen without looking into it. */
export function isOfKind(value: unknown, type: PropertyType): boolean {
  if (type.type === "union") return type.types.some((inner) => isOfKind(value, inner));
  const allowed = allowedIn(type);
  return KINDS[type.type].is(value) && (allowed?.some((one) => one === value) ?? true);
}

/** @example kindOf({ type: "integer" }); // "a whole number" */
export function kindOf(type: PropertyType): string {
  if (type.type === "union") return type.types.map(kindOf).join(" or ");
  const allowed = allowedIn(type);
  return allowed === undefined
    ? KINDS[type.type].words
    : allowed.map((one) => JSON.stringify(one)).join(" or ");
}

function allowedIn(type: PropertyType): readonly (string | number)[] | undefined {
  return "allowedValues" in type ? type.allowedValues : undefined;
}
