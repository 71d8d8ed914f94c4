// What is stored is read with the schema of this version. A form that it does not know is for a newer one to go on with.
import type * as z from "zod";

/** `name` is how the store calls the record, and `of` what it belongs to. */
export function recordFrom<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { name, of }: { readonly name: string; readonly of: string },
): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `The record "${name}" of "${of}" has a form that this version of Countersign does not know. Nothing was done with it; deploy the version that wrote it, or a newer one.`,
      { cause },
    );
  }
}
