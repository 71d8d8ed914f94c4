// The schema that edited arguments are held against: the one that came with them, else what can be seen of them.
import type { Json, JsonObject } from "../json.ts";
import { assertCheckable } from "../schema.ts";

/** The same fields, with values of the same types. */
export function schemaOf(args: JsonObject): JsonObject {
  const properties = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, typeOf(value)]));
  return { type: "object", properties, required: Object.keys(args) };
}

function typeOf(value: Json): Json {
  if (Array.isArray(value)) return { type: "array" };
  // What is null may as well be anything.
  return value === null ? {} : { type: typeof value };
}

/** Undefined for one that nothing can be held against. */
export function usableSchema(schema: JsonObject | undefined): JsonObject | undefined {
  if (schema?.["type"] !== "object") return undefined;
  try {
    assertCheckable(schema);
    return schema;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
