// What every store does alike: which namespaces it takes, in which order it lists, and what a filter lets through.
import { canonicalJson, encodeValue } from "./codec.ts";
import { InvalidNamespaceError } from "./errors.ts";

/** Parts of a namespace from its root, or, at its end, in a suffix; "*" stands for any one part. */
export interface NamespaceSelection {
  readonly prefix?: readonly string[];
  readonly suffix?: readonly string[];
}

/**
 * Refuses what LangGraph refuses to put something into: no parts, an empty part, a part with "." in it, and the root "langgraph".
 *
 * @throws InvalidNamespaceError
 * @example
 * checkNamespace(["users", "U123"]);
 */
export function checkNamespace(namespace: readonly string[]): void {
  const shown = JSON.stringify(namespace);
  if (namespace.length === 0)
    throw new InvalidNamespaceError(
      'Namespace cannot be empty. Name at least one part, such as ["memories"].',
    );
  // Callers without types pass anything.
  const parts: readonly unknown[] = namespace;
  for (const part of parts) {
    if (typeof part !== "string")
      throw new InvalidNamespaceError(`Namespace labels must be strings, but ${shown} has a ${typeof part}.`);
    if (part === "")
      throw new InvalidNamespaceError(`Namespace labels cannot be empty strings. Got one in ${shown}.`);
    if (part.includes("."))
      throw new InvalidNamespaceError(
        `Namespace labels cannot contain periods ('.'). Found "${part}" in ${shown}: make parts of it, or replace the period.`,
      );
  }
  if (namespace[0] === "langgraph")
    throw new InvalidNamespaceError(
      `Root label for namespace cannot be "langgraph". Got ${shown}; choose another.`,
    );
}

/**
 * A namespace, or an item in it, as text: one that begins with the text of another lies within it, and the texts' order in UTF-8
 * is the order in which stores list, parents before children.
 *
 * @example
 * storePath(["users", "U123"], "tone"); // '"users""U123" "tone"'
 */
export function storePath(namespace: readonly string[], key?: string): string {
  // A quote within a part is escaped, so no part's text is the beginning of another's.
  const parts = namespace.map((part) => JSON.stringify(part)).join("");
  return key === undefined ? parts : `${parts} ${JSON.stringify(key)}`;
}

/** Whether a namespace begins and ends as asked. */
export function isSelected(
  namespace: readonly string[],
  { prefix = [], suffix = [] }: NamespaceSelection,
): boolean {
  const fits = (parts: readonly string[], from: number): boolean =>
    from >= 0 &&
    parts.length <= namespace.length &&
    parts.every((part, index) => part === "*" || part === namespace[from + index]);
  return fits(prefix, 0) && fits(suffix, namespace.length - suffix.length);
}

/**
 * Whether an item's value has all fields of a filter. A field of a filter is a value, which is compared by what is in it, or
 * conditions: `$eq`, `$ne`, `$gt`, `$gte`, `$lt`, `$lte`, which compare numbers, `$in` and `$nin`.
 *
 * @example
 * passesFilter({ team: "ops", age: 3 }, { team: "ops", age: { $gt: 2 } }); // true
 */
export function passesFilter(
  value: Readonly<Record<string, unknown>>,
  filter: Readonly<Record<string, unknown>> = {},
): boolean {
  return Object.entries(filter).every(([field, wanted]) =>
    fieldPasses(Object.hasOwn(value, field) ? value[field] : undefined, wanted),
  );
}

const conditions = {
  $eq: isSame,
  $ne: (found: unknown, wanted: unknown) => !isSame(found, wanted),
  $gt: (found: unknown, wanted: unknown) => Number(found) > Number(wanted),
  $gte: (found: unknown, wanted: unknown) => Number(found) >= Number(wanted),
  $lt: (found: unknown, wanted: unknown) => Number(found) < Number(wanted),
  $lte: (found: unknown, wanted: unknown) => Number(found) <= Number(wanted),
  $in: isAmong,
  $nin: (found: unknown, wanted: unknown) => !isAmong(found, wanted),
};

function fieldPasses(found: unknown, wanted: unknown): boolean {
  if (!areConditions(wanted)) return isSame(found, wanted);
  return Object.entries(conditions).every(
    ([name, holds]) => !Object.hasOwn(wanted, name) || holds(found, wanted[name]),
  );
}

function areConditions(wanted: unknown): wanted is Readonly<Record<string, unknown>> {
  const isPlain = typeof wanted === "object" && wanted !== null && !Array.isArray(wanted);
  return (
    isPlain &&
    Object.getPrototypeOf(wanted) === Object.prototype &&
    Object.keys(wanted).every((name) => Object.hasOwn(conditions, name))
  );
}

function isAmong(found: unknown, wanted: unknown): boolean {
  return Array.isArray(wanted) && wanted.some((one) => isSame(found, one));
}

function isSame(found: unknown, wanted: unknown): boolean {
  if (typeof found !== "object" || typeof wanted !== "object") return found === wanted;
  return textOf(found) === textOf(wanted);
}

function textOf(value: unknown): string {
  return canonicalJson(encodeValue(value, "The filter of search()"));
}
