// The form for arguments: an input for each, as its JSON Schema says, or one box with JSON where that does not go.
import type { Json, JsonObject } from "../../../approvals/json.ts";
import { isJsonObject } from "../../../approvals/json.ts";
import { isMasked, isMaskedWithin } from "../../../approvals/redaction.ts";
import { isCheckable, isOutside } from "../../../approvals/schema.ts";
import { type ArgField, argFields } from "../../../approvals/shape.ts";
import { LIMITS } from "../../limits.ts";
import { choiceControl, choicesControl, flagControl } from "./choice.ts";
import type { Control } from "./control.ts";
import { fittingArgs, jsonText, without } from "./json.ts";
import { linesOf, listControl } from "./list.ts";
import { numberControl } from "./number.ts";
import { textControl } from "./text.ts";

export type Form =
  | { readonly kind: "inputs"; readonly parts: readonly Part[] }
  /** `shown` is what is in the box. */
  | {
      readonly kind: "json";
      readonly shown: JsonObject;
      readonly tooLong: readonly string[];
      readonly masked: readonly string[];
      readonly isChecked: boolean;
    };

export type Part =
  | { readonly kind: "heading"; readonly label: string; readonly about: string }
  /** Stays as it is. */
  | { readonly kind: "stays"; readonly label: string; readonly because: "too long" | "masked" }
  | { readonly kind: "input"; readonly input: Input };

export interface Input {
  /** The argument, or the argument that is an object and the field in it. */
  readonly path: readonly [name: string] | readonly [outer: string, name: string];
  readonly field: ArgField;
  /** The object that it is a field of. */
  readonly outer: ArgField | undefined;
  readonly label: string;
  readonly control: Control;
  readonly isOptional: boolean;
}

/** Arguments as they are now, and what they may be. */
export interface Given {
  readonly args: JsonObject;
  /** Without one nothing is known of them. */
  readonly schema: JsonObject | undefined;
  /** What the schema says is secret is typed by whoever fills in the form; elsewhere it stays as it is. */
  readonly typesSecrets?: boolean;
}

/** The inputs, if the schema and the values go into some; the one who draws them says whether Slack takes so many. */
export function inputsFor(given: Given): readonly Part[] | undefined {
  const { schema } = given;
  const fields = schema && isCheckable(schema) ? argFields(schema) : undefined;
  if (fields === undefined) return undefined;
  const parts: Part[] = [];
  for (const field of fields) {
    const drawn = partsOf(field, given);
    if (drawn === undefined) return undefined;
    parts.push(...drawn);
  }
  const names = parts.flatMap((part) => (part.kind === "input" ? [nameOf(part.input)] : []));
  return new Set(names).size === names.length ? parts : undefined;
}

export function jsonFor({ args, schema, typesSecrets = false }: Given): Form {
  // What the schema has no place for stays as it is.
  const outside = Object.keys(args).filter((name) => schema !== undefined && isOutside(schema, name));
  const isChecked = schema !== undefined && isCheckable(schema);
  const isSecret = (name: string): boolean => !typesSecrets && isMasked(name, args, schema);
  const masked = Object.keys(args).filter(isSecret);
  return { kind: "json", isChecked, masked, ...fittingArgs(without(args, [...outside, ...masked])) };
}

/** "outer.inner" for a field of an object. */
export function nameOf({ path }: Input): string {
  return path.join(".");
}

export function ownValue(object: Json | undefined, name: string): Json | undefined {
  return isJsonObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

function partsOf(
  field: ArgField,
  { args, schema, typesSecrets = false }: Given,
): readonly Part[] | undefined {
  const value = ownValue(args, field.name);
  if (field.shape.kind !== "group") {
    const isSecret = !typesSecrets && isMasked(field.name, args, schema);
    const part = partOf(field, value, { path: [field.name], outer: undefined, isSecret });
    return part && [part];
  }
  if (value !== undefined && value !== null && !isJsonObject(value)) return undefined;
  const heading: Part = { kind: "heading", label: labelOf(field, field.name), about: field.description };
  const inner = field.shape.fields.map((one) =>
    partOf(one, ownValue(value, one.name), {
      ...{ path: [field.name, one.name], outer: field },
      isSecret: !typesSecrets && isMaskedWithin([field.name, one.name], args, schema),
    }),
  );
  return inner.every((part) => part !== undefined) ? [heading, ...inner] : undefined;
}

function labelOf({ title }: ArgField, name: string): string {
  return title === "" ? name : title;
}

interface Placed extends Pick<Input, "path" | "outer"> {
  readonly isSecret: boolean;
}

function partOf(
  field: ArgField,
  value: Json | undefined,
  { path, outer, isSecret }: Placed,
): Part | undefined {
  const name = path.join(".");
  const label = labelOf(field, name);
  if (path.some((step) => step === "" || step === "__proto__") || name.length > LONGEST_NAME)
    return undefined;
  if (isSecret) return { kind: "stays", label, because: "masked" };
  if (isTooLong(field, value)) return { kind: "stays", label, because: "too long" };
  const control = controlFor(field, value);
  if (control === undefined) return undefined;
  const isOptional =
    !mustBeGiven(field) || control.mayBeEmpty || (outer !== undefined && !mustBeGiven(outer));
  return { kind: "input", input: { path, field, outer, label, control, isOptional } };
}

/** What is before it in a block's id takes some of the room. */
const LONGEST_NAME = LIMITS.blockId - "arg:".length;

export function mustBeGiven({ isRequired, isNullable }: ArgField): boolean {
  return isRequired && !isNullable;
}

function isTooLong({ shape }: ArgField, value: Json | undefined): boolean {
  switch (shape.kind) {
    case "text":
      return typeof value === "string" && value.length > LIMITS.inputText;
    case "list":
      return (linesOf(shape.item, value) ?? []).join("\n").length > LIMITS.inputText;
    case "other":
      return value !== undefined && jsonText({ value }).length > LIMITS.inputText;
    case "number":
    case "flag":
    case "choice":
    case "choices":
    case "group":
      return false;
  }
}

function controlFor(field: ArgField, value: Json | undefined): Control | undefined {
  const { shape } = field;
  const choosing = { mustBeGiven: mustBeGiven(field), value };
  switch (shape.kind) {
    case "text":
      return textControl(shape, value);
    case "number":
      return numberControl(shape, value);
    case "flag":
      return flagControl(choosing);
    case "choice":
      return choiceControl(shape.choices, choosing);
    case "choices":
      return choicesControl(shape.choices, { ...choosing, minItems: shape.minItems });
    case "list":
      return listControl(shape.item, { ...choosing, minItems: shape.minItems });
    case "group":
    case "other":
      return undefined;
  }
}
