// Arguments held against the JSON Schema that is stored with a request or listed for a workflow.
import * as z from "zod";
import { JsonObject } from "./json.ts";

/** A sentence for each field that does not fit, by the field's name; "" stands for the arguments as a whole. */
export type FieldErrors = Readonly<Record<string, string>>;

export type Checked =
  | { readonly kind: "fits"; readonly args: JsonObject }
  | { readonly kind: "refused"; readonly errors: FieldErrors };

const Property = z.looseObject({
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  examples: z.array(z.unknown()).optional(),
});
export type Property = z.infer<typeof Property>;

const ObjectSchema = z.looseObject({
  type: z.literal("object"),
  properties: z.record(z.string(), Property).default({}),
  required: z.array(z.string()).default([]),
});
export type ObjectSchema = z.infer<typeof ObjectSchema>;

/** The schema's fields in order, or undefined when it does not describe an object. */
export function fieldsOf(schema: JsonObject): ObjectSchema | undefined {
  const parsed = ObjectSchema.safeParse(schema);
  return parsed.success ? parsed.data : undefined;
}

/** @throws when arguments cannot be held against this schema; the message says what in it is not understood. */
export function assertCheckable(schema: JsonObject): void {
  try {
    z.fromJSONSchema(schema);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`The request's schema cannot be used to check an edit: ${reason}.`, { cause: error });
  }
}

/** Checks arguments, and refuses fields the schema does not know: a typing error must not be dropped silently. */
export function checkArgs(schema: JsonObject, args: JsonObject): Checked {
  const fields = fieldsOf(schema);
  // Without a prototype: fields are named by people, and "constructor" is a name.
  const errors: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const name of Object.keys(args)) {
    if (fields !== undefined && !Object.hasOwn(fields.properties, name))
      errors[name] = `There is no field "${name}".`;
  }
  const parsed = z.fromJSONSchema(schema).safeParse(args);
  if (parsed.success && Object.keys(errors).length === 0)
    return { kind: "fits", args: JsonObject.parse(parsed.data) };
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? "");
    errors[name] ??= sentenceOf(issue, fields?.properties[name], Object.hasOwn(args, name));
  }
  return { kind: "refused", errors };
}

function sentenceOf(issue: z.core.$ZodIssue, property: Property | undefined, given: boolean): string {
  if (!given) return "This is required.";
  if (property?.enum !== undefined) return `Must be one of: ${property.enum.join(", ")}.`;
  const fixesFormat = issue.code === "invalid_format" && property?.description !== undefined;
  return fixesFormat ? `Must be: ${property.description}.` : `${issue.message}.`;
}

/** Words typed by a person, turned into the types the schema names; what cannot be turned stays text and is refused by the check. */
export function argsFromWords(schema: JsonObject, words: Readonly<Record<string, string>>): JsonObject {
  const properties = fieldsOf(schema)?.properties ?? {};
  return Object.fromEntries(
    Object.entries(words).map(([name, word]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, valueOf(property, word)];
    }),
  );
}

function valueOf(property: Property | undefined, word: string): string | number | boolean {
  const isNumber =
    (property?.type === "integer" || property?.type === "number") &&
    word.trim() !== "" &&
    Number.isFinite(Number(word));
  if (isNumber) return Number(word);
  if (property?.type === "boolean" && (word === "true" || word === "false")) return word === "true";
  return word;
}
