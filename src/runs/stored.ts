// What was stored, read as this version knows it: all of it, or nothing.
import type * as z from "zod";
import { UnknownForm } from "./errors.ts";

/**
 * What a record's text says. `what` names it, in the words of a sentence.
 *
 * A record is written back whole: read without what only a newer version knows, it would lose that for good.
 *
 * @throws UnknownForm
 * @example
 * const run = storedAs(Run, text, "The run r-1a2b3c");
 */
export function storedAs<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
): z.infer<Schema> {
  const { stored, known } = read(schema, text, what);
  const left = leftOut(stored, known);
  if (left !== undefined) throw new UnknownForm(what, new Error(`"${left}" is not known.`));
  return known;
}

/** A record by the name that the store has for it, and what it belongs to. @throws UnknownForm */
export function recordFrom<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { name, of }: { readonly name: string; readonly of: string },
): z.infer<Schema> {
  return storedAs(schema, text, `The record "${name}" of "${of}"`);
}

/** For who goes on without what only a newer version knows. @example const noted = ifKnown(() => notedFrom(text)); */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownForm) return undefined;
    throw error;
  }
}

/**
 * The text to store of a record: what its schema knows and nothing more, since what it does not know could not be read again.
 *
 * @example
 * const text = textToStore(Run, run);
 */
export function textToStore<Schema extends z.ZodType>(schema: Schema, record: z.input<Schema>): string {
  return JSON.stringify(schema.parse(JSON.parse(JSON.stringify(record))));
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
): { readonly stored: unknown; readonly known: z.infer<Schema> } {
  try {
    const stored: unknown = JSON.parse(text);
    return { stored, known: schema.parse(stored) };
  } catch (cause) {
    throw new UnknownForm(what, cause);
  }
}

/** The path of something that was stored and is not in what was read. */
function leftOut(stored: unknown, known: unknown): string | undefined {
  if (!isObject(stored)) return undefined;
  const found = isObject(known) ? known : {};
  for (const [name, value] of Object.entries(stored)) {
    if (!Object.hasOwn(found, name)) return name;
    const within = leftOut(value, found[name]);
    if (within !== undefined) return `${name}.${within}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
