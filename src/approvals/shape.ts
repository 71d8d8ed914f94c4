// What a JSON Schema says of each argument, as far as somebody can be offered it in a form: zod writes such schemas, and people by hand.
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

/** What can be one of several. */
export type Scalar = string | number | boolean | null;

export interface Choice {
  readonly value: Exclude<Scalar, null>;
  readonly label: string;
}

/** One line of a list, and most fields. */
export type ScalarShape =
  | { readonly kind: "text"; readonly format: string; readonly maxLength: number | undefined }
  | {
      readonly kind: "number";
      readonly isWhole: boolean;
      readonly least: number | undefined;
      readonly most: number | undefined;
    }
  | { readonly kind: "flag" };

export type Shape =
  | ScalarShape
  | { readonly kind: "choice"; readonly choices: readonly Choice[] }
  | { readonly kind: "choices"; readonly choices: readonly Choice[]; readonly minItems: number }
  | { readonly kind: "list"; readonly item: ScalarShape; readonly minItems: number }
  | { readonly kind: "group"; readonly fields: readonly ArgField[] }
  /** Whatever else a schema can say: only its JSON can be offered. */
  | { readonly kind: "other" };

export interface ArgField {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
  readonly isNullable: boolean;
  /** What the schema says it is when it is left out. */
  readonly fallback: Json | undefined;
}

/** The arguments one by one; undefined when the schema does not name any. */
export function argFields(schema: JsonObject): readonly ArgField[] | undefined {
  const { node } = plainNode(schema, schema);
  const shape = groupShape(node, schema, 1);
  return shape.kind === "group" ? shape.fields : undefined;
}

/** How deep objects are taken apart: the arguments, and the objects among them. */
const DEEPEST = 2;
/** References and unions within each other, before they are taken to go round in a circle. */
const MOST_STEPS = 20;

interface Plain {
  readonly node: JsonObject;
  readonly isNullable: boolean;
}

/** With its references followed, "all of this one" put into it, and "or null" taken off. */
function plainNode(start: Json | undefined, root: JsonObject): Plain {
  let node: JsonObject = isJsonObject(start) ? start : {};
  let isNullable = false;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const inner = innerOf(node, root);
    if (inner === undefined) return { node, isNullable };
    isNullable ||= inner.isNullable;
    ({ node } = inner);
  }
  return { node: {}, isNullable };
}

/** One step further in; undefined when there is none. */
function innerOf(node: JsonObject, root: JsonObject): Plain | undefined {
  const { $ref, allOf, anyOf, oneOf, ...own } = node;
  if (typeof $ref === "string") return { node: { ...referred($ref, root), ...own }, isNullable: false };
  const [all, ...others] = Array.isArray(allOf) ? allOf : [];
  if (others.length === 0 && isJsonObject(all)) return { node: { ...all, ...own }, isNullable: false };
  return withoutNullType(node) ?? withoutNullBranch(own, anyOf ?? oneOf);
}

function withoutNullType(node: JsonObject): Plain | undefined {
  const { type } = node;
  const others = Array.isArray(type) ? type.filter((one) => one !== "null") : [];
  if (!Array.isArray(type) || others.length === type.length) return undefined;
  return { node: { ...node, type: only(others) }, isNullable: true };
}

function withoutNullBranch(own: JsonObject, branches: Json | undefined): Plain | undefined {
  if (!Array.isArray(branches)) return undefined;
  const others = branches.filter((branch) => !isNull(branch));
  const isNullable = others.length < branches.length;
  if (others.length === 1 && isJsonObject(others[0])) return { node: { ...others[0], ...own }, isNullable };
  return isNullable ? { node: { ...own, anyOf: others }, isNullable } : undefined;
}

function isNull(branch: Json): boolean {
  return isJsonObject(branch) && (branch["type"] === "null" || branch["const"] === null);
}

function only(types: readonly Json[]): Json {
  return types.length === 1 && types[0] !== undefined ? types[0] : [...types];
}

/** Of a reference into the schema itself, as JSON Pointer has it; nothing is said by one that leads nowhere. */
function referred(ref: string, root: JsonObject): JsonObject {
  const [start, ...steps] = ref.split("/");
  if (start !== "#") return {};
  let part: Json | undefined = root;
  for (const step of steps) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    part = isJsonObject(part) && Object.hasOwn(part, name) ? part[name] : undefined;
  }
  return isJsonObject(part) ? part : {};
}

const OTHER = { kind: "other" } as const;

function shapeOf(node: JsonObject, root: JsonObject, depth: number): Shape {
  const choices = choicesOf(node, root);
  if (choices !== undefined) return choices.length === 0 ? OTHER : { kind: "choice", choices };
  // Said of a type that is named, they only narrow it, which is for the check to find.
  if (node["type"] === undefined && (node["anyOf"] ?? node["oneOf"] ?? node["allOf"]) !== undefined)
    return OTHER;
  switch (textIn(node, "type")) {
    case "array":
      return listShape(node, root);
    case "object":
      return depth < DEEPEST ? groupShape(node, root, depth + 1) : OTHER;
    default:
      return scalarShape(node) ?? OTHER;
  }
}

function scalarShape(node: JsonObject): ScalarShape | undefined {
  switch (textIn(node, "type")) {
    case "string":
      return {
        kind: "text",
        format: textIn(node, "format"),
        maxLength: numberIn(node, "maxLength"),
      };
    case "integer":
    case "number":
      return { kind: "number", isWhole: node["type"] === "integer", ...rangeOf(node) };
    case "boolean":
      return { kind: "flag" };
    default:
      return undefined;
  }
}

/** A whole number beside an excluded bound is one off it; of others the bound itself is as near as can be said. */
function rangeOf(node: JsonObject): { least: number | undefined; most: number | undefined } {
  const isWhole = node["type"] === "integer";
  const above = numberIn(node, "exclusiveMinimum");
  const below = numberIn(node, "exclusiveMaximum");
  const least = isWhole && above !== undefined ? Math.floor(above) + 1 : above;
  const most = isWhole && below !== undefined ? Math.ceil(below) - 1 : below;
  return {
    least: nearest(Math.max, numberIn(node, "minimum"), least),
    most: nearest(Math.min, numberIn(node, "maximum"), most),
  };
}

function nearest(
  pick: (a: number, b: number) => number,
  a: number | undefined,
  b: number | undefined,
): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : pick(a, b);
}

function listShape(node: JsonObject, root: JsonObject): Shape {
  if (node["prefixItems"] !== undefined) return OTHER;
  const { node: item, isNullable } = plainNode(node["items"], root);
  const choices = choicesOf(item, root);
  const minItems = numberIn(node, "minItems") ?? 0;
  if (isNullable || hasNull(item)) return OTHER;
  if (choices !== undefined) return choices.length === 0 ? OTHER : { kind: "choices", choices, minItems };
  const scalar = scalarShape(item);
  return scalar === undefined ? OTHER : { kind: "list", item: scalar, minItems };
}

function groupShape(node: JsonObject, root: JsonObject, depth: number): Shape {
  const properties = node["properties"];
  const isWhole =
    node["type"] === "object" && (node["allOf"] ?? node["anyOf"] ?? node["oneOf"]) === undefined;
  if (!isWhole || !isJsonObject(properties)) return OTHER;
  const required: readonly Json[] = Array.isArray(node["required"]) ? node["required"] : [];
  const fields = Object.entries(properties).map(([name, property]) =>
    fieldOf(property, root, { name, depth, isRequired: required.includes(name) }),
  );
  return fields.length === 0 ? OTHER : { kind: "group", fields };
}

function fieldOf(
  property: Json,
  root: JsonObject,
  {
    name,
    depth,
    isRequired,
  }: { readonly name: string; readonly depth: number; readonly isRequired: boolean },
): ArgField {
  const { node, isNullable } = plainNode(property, root);
  const fallback = node["default"];
  return {
    name,
    title: textIn(node, "title"),
    description: textIn(node, "description"),
    shape: shapeOf(node, root, depth),
    isRequired: isRequired && fallback === undefined,
    isNullable: isNullable || hasNull(node),
    fallback,
  };
}

/** Undefined where a schema does not name what there is to choose from; "nothing" is no choice but the lack of one. */
function choicesOf(node: JsonObject, root: JsonObject): readonly Choice[] | undefined {
  const named = Object.hasOwn(node, "const") ? [node["const"]] : node["enum"];
  if (Array.isArray(named)) {
    const label = named.length === 1 ? textIn(node, "title") : "";
    return named.every(isScalar) ? named.flatMap((value) => choiceOf(value, label)) : undefined;
  }
  const branches = node["anyOf"] ?? node["oneOf"];
  if (!Array.isArray(branches)) return undefined;
  const chosen = branches.map((branch) => choicesOf(plainNode(branch, root).node, root));
  return chosen.every((one) => one !== undefined) ? chosen.flat() : undefined;
}

function isScalar(value: Json | undefined): value is Scalar {
  return value !== undefined && (value === null || typeof value !== "object");
}

function choiceOf(value: Scalar, label: string): readonly Choice[] {
  return value === null ? [] : [{ value, label: label === "" ? String(value) : label }];
}

function hasNull(node: JsonObject): boolean {
  return Array.isArray(node["enum"]) && node["enum"].includes(null);
}

function textIn(node: JsonObject, name: string): string {
  const value = node[name];
  return typeof value === "string" ? value : "";
}

function numberIn(node: JsonObject, name: string): number | undefined {
  const value = node[name];
  return typeof value === "number" ? value : undefined;
}
