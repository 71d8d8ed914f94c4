// A stored record by its names, read with the schema of this version.
import type * as z from "zod";
import { storedAs } from "./stored.ts";

/**
 * `name` is how the store calls the record, and `of` what it belongs to.
 *
 * @throws UnknownForm
 */
export function recordFrom<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { name, of }: { readonly name: string; readonly of: string },
): z.infer<Schema> {
  return storedAs(schema, text, `The record "${name}" of "${of}"`);
}
