// Arguments held against the JSON Schema that is stored with a request or listed for a workflow.
import * as z from "zod";
import { type FieldErrors, fieldErrors } from "./field-errors.ts";
import { JsonObject, sameJson } from "./json.ts";
import { reasonOf } from "./reason.ts";

export type { FieldErrors } from "./field-errors.ts";

export type Checked =
  | { readonly kind: "fits"; readonly args: JsonObject }
  | { readonly kind: "refused"; readonly errors: FieldErrors };

const Property = z.looseObject({
  type: z.unknown(),
  description: z.string().optional().catch(undefined),
  enum: z.array(z.unknown()).optional().catch(undefined),
});
export type Property = z.infer<typeof Property>;

const ObjectSchema = z.looseObject({
  type: z.literal("object"),
  /** A property may also be just true, or say things of a later version of JSON Schema. */
  properties: z.record(z.string(), Property.catch({ type: undefined })).default({}),
  required: z.array(z.string()).default([]),
});
export type ObjectSchema = z.infer<typeof ObjectSchema>;

/** The schema's fields in order, or undefined when it does not describe an object. */
export function fieldsOf(schema: JsonObject): ObjectSchema | undefined {
  const parsed = ObjectSchema.safeParse(schema);
  return parsed.success ? parsed.data : undefined;
}

type Checker =
  | { readonly kind: "schema"; readonly schema: z.ZodType }
  | { readonly kind: "none"; readonly because: unknown };

function checkerOf(schema: JsonObject): Checker {
  try {
    return { kind: "schema", schema: z.fromJSONSchema(schema) };
  } catch (error) {
    return { kind: "none", because: error };
  }
}

/** Whether arguments can be held against this schema. */
export function isCheckable(schema: JsonObject): boolean {
  return checkerOf(schema).kind === "schema";
}

/** @throws when arguments cannot be held against this schema; the message says what in it is not understood. */
export function assertCheckable(schema: JsonObject): void {
  const checker = checkerOf(schema);
  if (checker.kind === "schema") return;
  const { because } = checker;
  throw new TypeError(`The request's schema cannot be used to check an edit: ${reasonOf(because)}.`, {
    cause: because,
  });
}

/**
 * Checks arguments, and refuses fields the schema does not know: a typing error must not be dropped silently. Left-out fields get their default. Of a schema
 * that cannot be understood only the names are checked; the rest is for whoever takes the arguments.
 */
export function checkArgs(schema: JsonObject, args: JsonObject): Checked {
  const strangers = Object.keys(args).filter((name) => isOutside(schema, name));
  const checker = checkerOf(schema);
  const parsed = checker.kind === "schema" ? checker.schema.safeParse(args) : AnyArgs.safeParse(args);
  if (parsed.success && strangers.length === 0) return { kind: "fits", args: JsonObject.parse(parsed.data) };
  const issues = parsed.error?.issues ?? [];
  return { kind: "refused", errors: fieldErrors(schema, args, { strangers, issues }) };
}

const AnyArgs = z.record(z.string(), z.unknown());

/** Checks what somebody made of `before`. What the schema does not know and nobody touched stays as it was, and so does what was left out. */
export function checkEdit(schema: JsonObject, before: JsonObject, args: JsonObject): Checked {
  const isUntouched = (name: string): boolean =>
    Object.hasOwn(before, name) && sameJson(before[name] ?? null, args[name] ?? null);
  const known = Object.entries(args).filter(([name]) => !isOutside(schema, name) || !isUntouched(name));
  const checked = checkArgs(schema, Object.fromEntries(known));
  return checked.kind === "refused" ? checked : { kind: "fits", args: JsonObject.parse(args) };
}

/** Whether the schema has no place for a field of this name. */
export function isOutside(schema: JsonObject, name: string): boolean {
  const fields = fieldsOf(schema);
  if (fields === undefined || Object.hasOwn(fields.properties, name)) return false;
  const { additionalProperties, patternProperties } = schema;
  const takesOthers = typeof additionalProperties === "object" || additionalProperties === true;
  return !takesOthers && patternProperties === undefined && schema["allOf"] === undefined;
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
  const types = [property?.type].flat();
  const isNumber =
    (types.includes("integer") || types.includes("number")) &&
    word.trim() !== "" &&
    Number.isFinite(Number(word));
  if (isNumber) return Number(word);
  if (types.includes("boolean") && (word === "true" || word === "false")) return word === "true";
  return word;
}
