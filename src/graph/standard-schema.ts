// Schemas by their common interface (standardschema.dev), which zod, valibot and arktype share: the runtime needs none of them.
import { GraphValueError } from "./errors.ts";
import type { SchemaIssue } from "./schema-issues.ts";

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type Verdict<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Verdict<Output> | Promise<Verdict<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** The schema as JSON Schema; newer schemas have it. */
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: "draft-2020-12" }) => Readonly<Record<string, unknown>>;
    };
  };
}

export type InputOf<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["input"];
export type OutputOf<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>["output"];

export type Checked<Output> =
  | { readonly kind: "fits"; readonly value: Output }
  | { readonly kind: "refused"; readonly issues: readonly SchemaIssue[] };

export function isStandardSchema(value: unknown): value is StandardSchema {
  return (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value;
}

/** @throws GraphValueError for a schema that can only be checked asynchronously: the runtime cannot wait at these places. */
export function checkedBy<Output>(schema: StandardSchema<unknown, Output>, value: unknown): Checked<Output> {
  const verdict = schema["~standard"].validate(value);
  if (verdict instanceof Promise)
    throw new GraphValueError(
      "A schema with an asynchronous check cannot be used here. Check in the node itself what has to be waited for.",
    );
  if (verdict.issues === undefined) return { kind: "fits", value: verdict.value };
  const issues = verdict.issues.map(({ message, path = [] }) => ({
    message,
    path: path.map((part) => String(typeof part === "object" ? part.key : part)).join("."),
  }));
  return { kind: "refused", issues };
}

/** The schema for those who cannot run it; undefined when it cannot say what it is. */
export function jsonSchemaOf(schema: StandardSchema): Readonly<Record<string, unknown>> | undefined {
  return schema["~standard"].jsonSchema?.input({ target: "draft-2020-12" });
}
