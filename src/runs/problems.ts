// What is wrong with what an author has declared, a sentence for each; whoever reads it knows which workflow it is about.
import * as z from "zod";
import { reasonOf } from "../approvals/reason.ts";
import { assertCheckable } from "../approvals/schema.ts";
import { JsonObject } from "../approvals/json.ts";

interface Declared {
  /** The field of the declaration; empty for several of them. */
  readonly field: string;
  readonly schema: z.ZodType;
  readonly value: unknown;
}

export function problemsIn(declared: readonly Declared[]): readonly string[] {
  return declared.flatMap(({ field, schema, value }) => {
    const { error } = schema.safeParse(value);
    return (error?.issues ?? []).map((issue) => problemOf(field, issue));
  });
}

function problemOf(field: string, issue: z.core.$ZodIssue): string {
  const place = [...(field === "" ? [] : [field]), ...issue.path].join(".");
  const isEmpty = issue.code === "too_small" && issue.origin === "array";
  if (isEmpty) return `"${place}" names nobody: give it a role, a person, a group or a schedule.`;
  return `"${place}" is wrong: ${issue.message}.`;
}

/** Its JSON Schema, which commands and forms are made from; an empty one where there is a problem. */
export function inputSchemaOf(input: z.ZodObject): {
  readonly schema: JsonObject;
  readonly problems: readonly string[];
} {
  try {
    const schema = JsonObject.parse(z.toJSONSchema(input, { io: "input" }));
    assertCheckable(schema);
    return { schema, problems: [] };
  } catch (error) {
    const why = reasonOf(error).replace(/\.$/, "");
    const problem = `"input" cannot be shown: ${why}. Commands and forms are made from its JSON Schema: take texts, numbers, booleans, enums, lists and objects of those, and let a step make more of them.`;
    return { schema: {}, problems: [problem] };
  }
}

/** What it throws, each thing of it where that is several; nothing otherwise. */
export function problemsOfCalling(call: () => unknown): readonly string[] {
  try {
    call();
    return [];
  } catch (error) {
    const several: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
    return several.length > 0 ? several.map(reasonOf) : [reasonOf(error)];
  }
}
