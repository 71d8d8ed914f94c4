// A CloudFormation template as the checker reads it: parsed once as far as every template is alike, and looked into with care from there on.
import * as z from "zod";

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
export type Resource = z.infer<typeof Resource>;

const Template = z.object({
  Resources: z.record(z.string(), Resource),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});
export type Template = z.infer<typeof Template>;

export function templateIn(json: string): Template {
  return Template.parse(JSON.parse(json));
}

export function ofType({ Resources }: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(Resources).filter(([, resource]) => resource.Type === type);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What stands at a path, or nothing.
 *
 * @example
 * at(table.Properties, "TimeToLiveSpecification", "Enabled");
 */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let inner = value;
  for (const key of path) {
    if (Array.isArray(inner)) inner = inner[Number(key)];
    else inner = isRecord(inner) ? inner[key] : undefined;
  }
  return inner;
}

/** Where CloudFormation takes one or many: all of them. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

/** The resource that a `Ref` or an `Fn::GetAtt` names. */
export function targetOf(value: unknown): string | undefined {
  const name = at(value, "Ref") ?? attributeIn(at(value, "Fn::GetAtt"))?.name;
  return typeof name === "string" ? name : undefined;
}

/** `Fn::GetAtt` is written ["Table", "Arn"] or "Table.Arn". */
export function attributeIn(
  given: unknown,
): { readonly name: string; readonly attribute: string } | undefined {
  const [name, ...attribute] = typeof given === "string" ? given.split(".") : listOf(given);
  if (typeof name !== "string" || !attribute.every((part) => typeof part === "string")) return undefined;
  return { name, attribute: attribute.join(".") };
}

/** Of a value made by CloudFormation: Ref, Condition or a function's name such as Fn::Sub. */
export function intrinsicIn(value: unknown): readonly [string, unknown] | undefined {
  if (!isRecord(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  return entry[0] === "Ref" || entry[0].startsWith("Fn::") ? entry : undefined;
}
