// Each resource against AWS's description of its type: what is not known there, what is missing, and what is of another kind.
import { isOfKind, kindOf } from "./kinds.ts";
import { type Properties, type PropertyType, type Shape, shapeBehind, shapeOf } from "./spec.ts";
import { intrinsicIn, isRecord, type Resource, type Template } from "./template.ts";

const BESIDE_PROPERTIES = new Set([
  ...["Type", "Properties", "DependsOn", "Condition", "Metadata", "Description"],
  ...["DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy"],
]);

export function propertyFindings({ Resources }: Template): readonly string[] {
  return Object.entries(Resources).flatMap(([name, resource]) => ofResource(name, resource));
}

function ofResource(name: string, { Type, Properties, ...beside }: Resource): readonly string[] {
  const shape = shapeOf(Type);
  if (shape === undefined) return [`${name} has the type ${Type}, which CloudFormation does not know.`];
  const unknown = Object.keys(beside).filter((key) => !BESIDE_PROPERTIES.has(key));
  return [
    ...unknown.map(
      (key) => `${name} has ${key} beside its properties, where CloudFormation knows no such thing.`,
    ),
    ...ofShape(name, Properties, shape),
  ];
}

function ofShape(
  path: string,
  value: Readonly<Record<string, unknown>>,
  { name, properties }: Shape,
): readonly string[] {
  const missing = requiredIn(properties).filter((key) => !(key in value));
  return [
    ...missing.map((key) => `${path}.${key} is missing, and ${name} requires it.`),
    ...Object.entries(value).flatMap(([key, inner]) => {
      const property = properties[key];
      if (property === undefined) return [`${path}.${key} is no property of ${name}.`];
      return ofValue(`${path}.${key}`, inner, property.type);
    }),
  ];
}

function requiredIn(properties: Properties): readonly string[] {
  return Object.entries(properties).flatMap(([key, { required }]) => (required === true ? [key] : []));
}

function ofValue(path: string, value: unknown, type: PropertyType): readonly string[] {
  // What CloudFormation makes of it is known when it deploys; what it is made of, references.ts looks at.
  if (intrinsicIn(value) !== undefined) return [];
  if (!isOfKind(value, type)) return [`${path} is ${JSON.stringify(value)}, and it must be ${kindOf(type)}.`];
  if (type.type === "union") return ofUnion(path, value, type.types);
  if (type.type === "ref" && isRecord(value)) return ofShape(path, value, shapeBehind(type));
  if (type.type === "array" && Array.isArray(value))
    return value.flatMap((inner, index) => ofValue(`${path}[${index}]`, inner, type.element));
  if (type.type === "map" && isRecord(value))
    return Object.entries(value).flatMap(([key, inner]) => ofValue(`${path}.${key}`, inner, type.element));
  return [];
}

/** What may also be any JSON is held against the stricter description that stands beside it. */
function ofUnion(path: string, value: unknown, types: readonly PropertyType[]): readonly string[] {
  const fitting = types.filter((type) => isOfKind(value, type));
  const strict = fitting.filter(({ type }) => type !== "json");
  const tried = (strict.length > 0 ? strict : fitting).map((type) => ofValue(path, value, type));
  return tried.find((findings) => findings.length === 0) ?? tried[0] ?? [];
}
