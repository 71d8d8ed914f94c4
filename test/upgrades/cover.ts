// Which members of a schema's unions stored values have: so that a corpus is seen to hold each.
import * as z from "zod";

type Schema = z.core.$ZodType;

export interface Cover {
  /** Each member of each union and enum: "run.status(done)". One that several places share is one. */
  readonly all: Set<string>;
  readonly seen: Set<string>;
  readonly names: Map<Schema, string>;
}

export function newCover(): Cover {
  return { all: new Set(), seen: new Set(), names: new Map() };
}

/**
 * Adds what a schema has, and what these values of it have.
 *
 * @example
 * const cover = newCover();
 * coverOf(cover, Run, runs, "run");
 */
export function coverOf(cover: Cover, schema: Schema, values: readonly unknown[], path: string): void {
  const name = cover.names.get(schema) ?? path;
  cover.names.set(schema, name);
  if (schema instanceof z.ZodObject)
    for (const [field, inner] of Object.entries<Schema>(schema.shape))
      coverOf(cover, inner, fieldsIn(values, field), `${name}.${field}`);
  else if (schema instanceof z.ZodUnion)
    for (const option of membersOf(schema)) coverMember(cover, option, values, name);
  else if (schema instanceof z.ZodArray) coverOf(cover, schema.element, values.flat(), name);
  else if (schema instanceof z.ZodRecord)
    coverOf(cover, schema.valueType, values.filter(isObject).flatMap(Object.values), name);
  else if (schema instanceof z.ZodEnum)
    for (const option of schema.options) note(cover, `${name}="${option}"`, values.includes(option));
  else if (innerOf(schema) !== undefined) coverOf(cover, innerOf(schema) ?? schema, values, name);
}

function coverMember(cover: Cover, option: Schema, values: readonly unknown[], name: string): void {
  const kind = kindOf(option);
  if (kind === undefined) {
    coverOf(cover, option, values, name);
    return;
  }
  const own = values.filter((value) => isObject(value) && (value["kind"] ?? "approve") === kind);
  note(cover, `${name}(${kind})`, own.length > 0);
  coverOf(cover, option, own, `${name}(${kind})`);
}

function note({ all, seen }: Cover, member: string, isThere: boolean): void {
  all.add(member);
  if (isThere) seen.add(member);
}

function fieldsIn(values: readonly unknown[], field: string): readonly unknown[] {
  return values.flatMap((value) => (isObject(value) && value[field] !== undefined ? [value[field]] : []));
}

/** Unions within unions are one. */
function membersOf(schema: z.ZodUnion): readonly Schema[] {
  return schema.options.flatMap((option) => (option instanceof z.ZodUnion ? membersOf(option) : [option]));
}

function innerOf(schema: Schema): Schema | undefined {
  const { def } = schema._zod;
  return "innerType" in def && def.innerType instanceof z.ZodType ? def.innerType : undefined;
}

function kindOf(schema: Schema): string | undefined {
  if (!(schema instanceof z.ZodObject)) return undefined;
  const kind: unknown = schema.shape["kind"];
  const literal = kind instanceof z.ZodDefault ? kind.def.innerType : kind;
  return literal instanceof z.ZodLiteral ? String(literal.value) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
