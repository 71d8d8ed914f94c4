// The form for changing arguments before approving: an input for each field of their JSON Schema, built and read on one screen.
import type { InputBlock, KnownBlock, View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import type { Json, JsonObject } from "../../approvals/json.ts";
import { JsonObject as JsonObjectSchema } from "../../approvals/json.ts";
import { isMasked, maskedArgs } from "../../approvals/redaction.ts";
import type { Request } from "../../approvals/request.ts";
import { fieldsOf, type FieldErrors, type Property } from "../../approvals/schema.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { context, heading, plain, section } from "../blocks/parts.ts";
import { bytesOf, LIMITS } from "../limits.ts";

const BLOCK = "arg:";
const INPUT = "value";
/** One box with JSON, where the schema is not a flat object of simple fields. No field's block can be called this. */
const JSON_BLOCK = "json";

const WHAT_SUBMITTING_DOES = "You are editing what will run. Submitting approves it with your changes.";

export function editModal(approval: Approval): View {
  const inputs = inputsOf(approval);
  const canSubmit = inputs.some(({ type }) => type === "input");
  return {
    type: "modal",
    callback_id: VIEW.edit,
    private_metadata: encodeRequestRef(approval),
    title: plain("Edit request", LIMITS.modalTitle),
    ...(canSubmit ? { submit: plain("Approve edited", LIMITS.modalTitle) } : {}),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(`*${heading(approval.request.title)}*${canSubmit ? `\n${WHAT_SUBMITTING_DOES}` : ""}`),
      ...inputs,
    ],
  };
}

function inputsOf({ request }: Approval): KnownBlock[] {
  const flat = flatFieldsOf(request);
  return flat === undefined ? [jsonInput(request)] : flat.map(fieldBlock);
}

function fieldBlock(field: Field): KnownBlock {
  const { name, property, value, masked } = field;
  if (masked) return context(`*${heading(labelOf(name, property))}* is masked and stays as it is.`);
  if (!isTooLong(value)) return fieldInput(field);
  return context(`*${heading(labelOf(name, property))}* is too long to edit here and stays as it is.`);
}

function isTooLong(value: Json | undefined): boolean {
  return typeof value === "string" && value.length > LIMITS.inputText;
}

interface Field {
  readonly name: string;
  readonly property: Property;
  readonly required: boolean;
  /** As it was asked. */
  readonly value: Json | undefined;
  readonly masked: boolean;
}

/** Undefined when a field is no string, number, choice or yes-or-no, or when there are more than a modal holds. */
function flatFieldsOf(request: Request): readonly Field[] | undefined {
  const { action } = request;
  const schema = request.kind === "approve" ? request.schema : undefined;
  const fields = schema && fieldsOf(schema);
  if (fields === undefined) return undefined;
  const flat = Object.entries(fields.properties).map(([name, property]) => ({
    name,
    property,
    required: fields.required.includes(name),
    value: action.args[name],
    masked: isMasked(name, action.args[name], schema),
  }));
  const fits =
    flat.length < LIMITS.modalBlocks &&
    flat.every(isSimple) &&
    bytesOf(flat.map(fieldBlock)) <= LIMITS.viewBytes;
  return fits ? flat : undefined;
}

function isSimple({ name, property: { type, enum: choices }, masked }: Field): boolean {
  if (masked) return true;
  if (name === "" || BLOCK.length + name.length > LIMITS.blockId) return false;
  if (choices !== undefined)
    return (
      choices.length > 0 &&
      choices.length <= LIMITS.selectOptions &&
      choices.every((choice) => choice !== "" && choice.length <= LIMITS.optionText)
    );
  return type === "string" || type === "boolean" || isNumber(type);
}

function labelOf(name: string, { title = "" }: Property): string {
  return title === "" ? name : title;
}

function fieldInput({ name, property, required, value }: Field): InputBlock {
  const { description = "" } = property;
  return {
    type: "input",
    block_id: `${BLOCK}${name}`,
    // An unticked box is an answer too, and so is a text that was empty when it was asked.
    optional: !required || property.type === "boolean" || value === "",
    label: plain(labelOf(name, property), LIMITS.label),
    ...(description === "" ? {} : { hint: plain(description, LIMITS.label) }),
    element: elementOf(property, value),
  };
}

function elementOf(
  { type, enum: choices, maxLength }: Property,
  value: Json | undefined,
): InputBlock["element"] {
  if (choices !== undefined) return selectOf(choices, value);
  if (type === "boolean") return checkboxOf(value);
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  // Slack's number input takes no exponents; such a number is edited as text.
  const isNumeral = text === "" || PLAIN_NUMBER.test(text);
  if (isNumber(type) && isNumeral) {
    const initial = text === "" ? {} : { initial_value: text };
    return { type: "number_input", action_id: INPUT, is_decimal_allowed: type === "number", ...initial };
  }
  return textInput(text, maxLength);
}

/** About what fits beside its label. */
const ONE_LINE = 120;

function textInput(text: string, maxLength: number | undefined): InputBlock["element"] {
  return {
    type: "plain_text_input",
    action_id: INPUT,
    multiline: text.includes("\n") || text.length > ONE_LINE || (maxLength ?? 0) > 2 * ONE_LINE,
    max_length: Math.min(Math.max(maxLength ?? LIMITS.inputText, text.length, 1), LIMITS.inputText),
    ...(text === "" ? {} : { initial_value: text }),
  };
}

const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

function isNumber(type: string | undefined): boolean {
  return type === "integer" || type === "number";
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

function jsonInput(request: Request): KnownBlock {
  const { args } = request.action;
  const schema = request.kind === "approve" ? request.schema : undefined;
  if (maskedArgs(args, schema).count > 0)
    return context("Some of these arguments are masked, so they cannot be edited in Slack.");
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
  const flat = flatFieldsOf(approval.request);
  if (flat === undefined) return jsonArgs(values[JSON_BLOCK]?.[INPUT]?.value ?? "");
  const args: Record<string, Json> = { ...approval.request.action.args };
  for (const field of flat) {
    if (field.masked) continue;
    const submitted = values[`${BLOCK}${field.name}`]?.[INPUT];
    if (submitted === undefined) continue;
    const value = valueOf(field, submitted);
    if (value === undefined) Reflect.deleteProperty(args, field.name);
    else args[field.name] = value;
  }
  return { kind: "args", args };
}

/** Undefined when there is no value; what was not there and was not touched does not appear. */
function valueOf(
  { property: { type, enum: choices }, required, value }: Field,
  submitted: z.infer<typeof Value>,
): Json | undefined {
  if (choices !== undefined) return submitted.selected_option?.value;
  if (type === "boolean") {
    const isTicked = (submitted.selected_options ?? []).length > 0;
    return isTicked || required || value !== undefined ? isTicked : undefined;
  }
  const text = submitted.value ?? "";
  if (text === "") return value === "" ? "" : undefined;
  return isNumber(type) ? Number(text) : text;
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

/** Errors by field as errors by block, which is how Slack places them: at the field's input or, when it has none, at the first one with its name. */
export function blockErrors(approval: Approval, errors: FieldErrors): FieldErrors {
  const inputs = inputsOf(approval).flatMap((block) =>
    block.type === "input" && block.block_id !== undefined ? [block.block_id] : [],
  );
  const placed: Record<string, string> = {};
  for (const [field, error] of Object.entries(errors)) {
    const own = inputs.find((block) => block === `${BLOCK}${field}`);
    const block = own ?? inputs[0] ?? JSON_BLOCK;
    const sentence = own === undefined && field !== "" ? `${field}: ${error}` : error;
    placed[block] = placed[block] === undefined ? sentence : `${placed[block]} ${sentence}`;
  }
  return placed;
}
