// The form for changing arguments before approving: an input for each field of their JSON Schema, built and read on one screen.
import type { InputBlock, KnownBlock, View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import type { Json, JsonObject } from "../../approvals/json.ts";
import { JsonObject as JsonObjectSchema } from "../../approvals/json.ts";
import { fieldsOf, type FieldErrors, type Property } from "../../approvals/schema.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { context, plain, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";
import { escaped } from "../text.ts";

const BLOCK = "arg:";
const INPUT = "value";
/** One box with JSON, where the schema is not a flat object of simple fields. */
const JSON_BLOCK = `${BLOCK}json`;

export function editModal(approval: Approval): View {
  const { request } = approval;
  return {
    type: "modal",
    callback_id: VIEW.edit,
    private_metadata: encodeRequestRef(approval),
    title: plain("Edit request", LIMITS.modalTitle),
    submit: plain("Approve edited", LIMITS.modalTitle),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(
        `*${escaped(request.title)}*\nYou are editing what will run. Submitting approves it with your changes.`,
      ),
      ...inputsOf(approval),
    ],
  };
}

function inputsOf({ request }: Approval): KnownBlock[] {
  const flat = flatFieldsOf(request.schema);
  if (flat === undefined) return [jsonInput(request.action.args)];
  return flat.map(([name, property, required]) => {
    const value = request.action.args[name];
    if (isTooLong(value))
      return context(`*${escaped(labelOf(name, property))}* is too long to edit here and stays as it is.`);
    return fieldInput({ name, property, required, value });
  });
}

function isTooLong(value: Json | undefined): boolean {
  return typeof value === "string" && value.length > LIMITS.inputText;
}

type Field = readonly [name: string, property: Property, required: boolean];

/** Undefined when a field is no string, number, choice or yes-or-no, or when there are more than a modal holds. */
function flatFieldsOf(schema: JsonObject | undefined): readonly Field[] | undefined {
  const fields = schema && fieldsOf(schema);
  if (fields === undefined) return undefined;
  const flat = Object.entries(fields.properties);
  const fits = flat.length < LIMITS.modalBlocks && flat.every(([, property]) => isSimple(property));
  return fits ? flat.map(([name, property]) => [name, property, fields.required.includes(name)]) : undefined;
}

function isSimple({ type, enum: choices }: Property): boolean {
  if (choices !== undefined)
    return (
      choices.length <= LIMITS.selectOptions &&
      choices.every((choice) => choice !== "" && choice.length <= LIMITS.optionText)
    );
  return type === "string" || type === "integer" || type === "number" || type === "boolean";
}

interface FieldParts {
  readonly name: string;
  readonly property: Property;
  readonly required: boolean;
  readonly value: Json | undefined;
}

function labelOf(name: string, { title }: Property): string {
  return title ?? name;
}

function fieldInput({ name, property, required, value }: FieldParts): InputBlock {
  const { description } = property;
  return {
    type: "input",
    block_id: `${BLOCK}${name}`,
    // An unticked box is an answer too.
    optional: !required || property.type === "boolean",
    label: plain(labelOf(name, property), LIMITS.label),
    ...(description === undefined ? {} : { hint: plain(description, LIMITS.label) }),
    element: elementOf(property, value),
  };
}

function elementOf(
  { type, enum: choices, maxLength }: Property,
  value: Json | undefined,
): InputBlock["element"] {
  if (choices !== undefined) return selectOf(choices, value);
  if (type === "boolean") return checkboxOf(value);
  if (type === "integer" || type === "number") {
    const initial = typeof value === "number" ? { initial_value: String(value) } : {};
    return { type: "number_input", action_id: INPUT, is_decimal_allowed: type === "number", ...initial };
  }
  const text = typeof value === "string" ? value : "";
  return {
    type: "plain_text_input",
    action_id: INPUT,
    multiline: text.includes("\n") || text.length > 120,
    max_length: Math.min(maxLength ?? LIMITS.inputText, LIMITS.inputText),
    ...(text === "" ? {} : { initial_value: text }),
  };
}

function optionOf(text: string): { text: ReturnType<typeof plain>; value: string } {
  return { text: plain(text, LIMITS.optionText), value: text };
}

function selectOf(choices: readonly string[], value: Json | undefined): InputBlock["element"] {
  const chosen = choices.find((choice) => choice === value);
  return {
    type: "static_select",
    action_id: INPUT,
    options: choices.map(optionOf),
    ...(chosen === undefined ? {} : { initial_option: optionOf(chosen) }),
  };
}

function checkboxOf(value: Json | undefined): InputBlock["element"] {
  const yes = { text: plain("Yes", LIMITS.optionText), value: "true" };
  return {
    type: "checkboxes",
    action_id: INPUT,
    options: [yes],
    ...(value === true ? { initial_options: [yes] } : {}),
  };
}

function jsonInput(args: JsonObject): KnownBlock {
  const text = JSON.stringify(args, null, 2);
  if (text.length > LIMITS.inputText) return context("These arguments are too long to edit in Slack.");
  return {
    type: "input",
    block_id: JSON_BLOCK,
    label: plain("Arguments as JSON", LIMITS.label),
    element: { type: "plain_text_input", action_id: INPUT, multiline: true, initial_value: text },
  };
}

const Value = z.looseObject({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).optional(),
});
const Values = z.record(z.string(), z.record(z.string(), Value));

export type EditedArgs =
  | { readonly kind: "args"; readonly args: JsonObject }
  | { readonly kind: "unreadable"; readonly errors: FieldErrors };

/** The arguments as the form has them now; fields it did not offer keep their value. Whether they fit is for `decide` to say. */
export function editedArgsOf(approval: Approval, submitted: unknown): EditedArgs {
  const values = Values.safeParse(submitted).data ?? {};
  const { schema, action } = approval.request;
  const flat = flatFieldsOf(schema);
  if (flat === undefined) return jsonArgs(values[JSON_BLOCK]?.[INPUT]?.value ?? "");
  const args: Record<string, Json> = { ...action.args };
  for (const [name, property] of flat) {
    const field = values[`${BLOCK}${name}`]?.[INPUT];
    if (field === undefined) continue;
    const value = valueOf(property, field);
    if (value === undefined) Reflect.deleteProperty(args, name);
    else args[name] = value;
  }
  return { kind: "args", args };
}

function valueOf({ type, enum: choices }: Property, field: z.infer<typeof Value>): Json | undefined {
  if (choices !== undefined) return field.selected_option?.value;
  if (type === "boolean") return (field.selected_options ?? []).length > 0;
  const text = field.value ?? undefined;
  if (text === undefined || text === "") return undefined;
  return type === "integer" || type === "number" ? Number(text) : text;
}

function jsonArgs(text: string): EditedArgs {
  try {
    const args = JsonObjectSchema.safeParse(JSON.parse(text));
    if (args.success) return { kind: "args", args: args.data };
    return { kind: "unreadable", errors: { [JSON_BLOCK]: "Must be a JSON object, with { and } around it." } };
  } catch (error) {
    return {
      kind: "unreadable",
      errors: { [JSON_BLOCK]: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` },
    };
  }
}

/** Errors by field as errors by block, which is how Slack places them; what has no field of its own stands at the first input. */
export function blockErrors(approval: Approval, errors: FieldErrors): FieldErrors {
  const flat = flatFieldsOf(approval.request.schema);
  const first = flat?.[0]?.[0];
  const blockOf = (field: string): string => {
    if (flat === undefined) return JSON_BLOCK;
    return `${BLOCK}${flat.some(([name]) => name === field) ? field : (first ?? "")}`;
  };
  const placed: Record<string, string> = {};
  for (const [field, error] of Object.entries(errors)) {
    placed[blockOf(field)] = flat === undefined && field !== "" ? `${field}: ${error}` : error;
  }
  return placed;
}
