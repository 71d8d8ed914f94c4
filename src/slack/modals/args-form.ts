// Arguments as a form: drawn from their JSON Schema, read back into arguments, and with what does not fit told at its input.
import type { InputBlock, KnownBlock } from "@slack/web-api";
import { isJsonObject, type Json, type JsonObject } from "../../approvals/json.ts";
import type { FieldErrors } from "../../approvals/schema.ts";
import type { ArgField } from "../../approvals/shape.ts";
import { context, heading, plain, section } from "../blocks/parts.ts";
import { bytesOf, LIMITS } from "../limits.ts";
import { escaped } from "../text.ts";
import { INPUT, isUntouched, unixLines } from "./edit/control.ts";
import {
  type Form,
  type Given,
  type Input,
  inputsFor,
  jsonFor,
  mustBeGiven,
  nameOf,
  ownValue,
  type Part,
} from "./edit/form.ts";
import { jsonRead, jsonText, without } from "./edit/json.ts";

const BLOCK = "arg:";
/** The block that is no field's: none of a field's can be called this. */
const JSON_BLOCK = "json";

const NOT_CHECKED =
  "The schema of these arguments says more than can be checked here: only the run itself checks what you enter.";

/** Of a modal's blocks, the heading's and another input's are not the arguments'. */
const MOST_BLOCKS = LIMITS.modalBlocks - 2;
/** What all but the arguments takes of a view. */
const FRAME_BYTES = 8_000;

export function argsForm(given: Given): Form {
  const parts = inputsFor(given);
  if (parts === undefined) return jsonFor(given);
  const blocks = parts.map(partBlock);
  const fits = blocks.length <= MOST_BLOCKS && bytesOf(blocks) <= LIMITS.viewBytes - FRAME_BYTES;
  return fits ? { kind: "inputs", parts } : jsonFor(given);
}

export function argsBlocks(form: Form): KnownBlock[] {
  return form.kind === "inputs" ? form.parts.map(partBlock) : jsonBlocks(form);
}

function partBlock(part: Part): KnownBlock {
  switch (part.kind) {
    case "heading":
      return section(`*${heading(part.label)}*${part.about === "" ? "" : `\n${escaped(part.about)}`}`);
    case "stays":
      return stays([part.label], part.because);
    case "input":
      return inputBlock(part.input);
  }
}

function stays(names: readonly string[], because: "too long" | "masked"): KnownBlock {
  const listed = names.map((name) => `*${heading(name)}*`).join(", ");
  const why = because === "masked" ? "masked" : "too long to edit here";
  return context(
    names.length === 1
      ? `${listed} is ${why} and stays as it is.`
      : `${listed} are ${why} and stay as they are.`,
  );
}

function inputBlock(input: Input): InputBlock {
  const hint = hintOf(input);
  return {
    type: "input",
    block_id: blockOf(input),
    optional: input.isOptional,
    label: plain(input.label, LIMITS.label),
    ...(hint === "" ? {} : { hint: plain(hint, LIMITS.label) }),
    element: input.control.element,
  };
}

function blockOf(input: Input): string {
  return `${BLOCK}${nameOf(input)}`;
}

function hintOf({ field: { description, fallback }, control }: Input): string {
  const about = description === "" ? (control.example ?? "") : description;
  const left = fallback === undefined ? "" : `Left empty, it is ${JSON.stringify(fallback)}.`;
  const more = [control.hint, left].filter((part) => part !== "").join(" ");
  if (about === "" || more === "") return `${about}${more}`;
  return /[.!?…]$/.test(about) ? `${about} ${more}` : `${about}. ${more}`;
}

function jsonBlocks({ shown, tooLong, masked, isChecked }: Extract<Form, { kind: "json" }>): KnownBlock[] {
  const fixed = [
    ...(tooLong.length === 0 ? [] : [stays(tooLong, "too long")]),
    ...(masked.length === 0 ? [] : [stays(masked, "masked")]),
  ];
  if (fixed.length > 0 && Object.keys(shown).length === 0) return fixed;
  const box: InputBlock = {
    type: "input",
    block_id: JSON_BLOCK,
    label: plain("Arguments as JSON", LIMITS.label),
    element: { type: "plain_text_input", action_id: INPUT, multiline: true, initial_value: jsonText(shown) },
  };
  return [...fixed, ...(isChecked ? [] : [context(NOT_CHECKED)]), box];
}

type Held = ReadonlyMap<string, readonly string[]>;

export type Read =
  | { readonly kind: "args"; readonly args: JsonObject }
  /** By block. */
  | { readonly kind: "unreadable"; readonly errors: FieldErrors };

/** The arguments as the form has them now; what it does not offer keeps its value. */
export function argsRead(args: JsonObject, form: Form, held: Held): Read {
  return form.kind === "json" ? jsonArgs(args, form, held) : inputArgs(args, form.parts, held);
}

/** The names of the inputs' blocks. */
export function argsInputs(form: Form): readonly string[] {
  return argsBlocks(form).flatMap((block) => (block.type === "input" ? [block.block_id ?? ""] : []));
}

function jsonArgs(args: JsonObject, form: Extract<Form, { kind: "json" }>, held: Held): Read {
  const text = held.get(JSON_BLOCK)?.[0] ?? (held.has(JSON_BLOCK) ? "" : undefined);
  // Untouched, they are not even read.
  if (text === undefined || unixLines(text) === jsonText(form.shown)) return { kind: "args", args };
  const read = jsonRead(text, form.shown);
  if (read.kind === "unreadable") return { kind: "unreadable", errors: { [JSON_BLOCK]: read.error } };
  const kept = without(args, Object.keys(form.shown));
  const taken = Object.keys(read.args).find((name) => Object.hasOwn(kept, name));
  if (taken === undefined) return { kind: "args", args: { ...kept, ...read.args } };
  return {
    kind: "unreadable",
    errors: { [JSON_BLOCK]: `"${taken}" stays as it is and cannot be set here.` },
  };
}

function inputArgs(args: JsonObject, parts: readonly Part[], held: Held): Read {
  const errors: Record<string, string> = {};
  let edited = args;
  for (const part of parts) {
    const texts = part.kind === "input" ? held.get(blockOf(part.input)) : undefined;
    if (part.kind !== "input" || texts === undefined || isUntouched(part.input.control, texts)) continue;
    const read = part.input.control.read(texts);
    if (read.kind === "unreadable") errors[blockOf(part.input)] = read.error;
    else
      edited = withValue(edited, part.input, read.kind === "value" ? read.value : emptied(part.input.field));
  }
  return Object.keys(errors).length === 0 ? { kind: "args", args: edited } : { kind: "unreadable", errors };
}

/** What a field is that was emptied: nothing where that may be said, else left out. */
function emptied({ isNullable }: ArgField): Json | undefined {
  return isNullable ? null : undefined;
}

function withValue(args: JsonObject, { path, outer }: Input, value: Json | undefined): JsonObject {
  const [first, second] = path;
  if (second === undefined) return set(args, first, value);
  const before = ownValue(args, first);
  const inner = set(isJsonObject(before) ? before : {}, second, value);
  const isGone = Object.keys(inner).length === 0 && outer !== undefined && !mustBeGiven(outer);
  return set(args, first, isGone ? emptied(outer) : { ...inner });
}

function set(args: JsonObject, name: string, value: Json | undefined): JsonObject {
  const entries = new Map(Object.entries(args));
  if (value === undefined) entries.delete(name);
  else entries.set(name, value);
  return Object.fromEntries(entries);
}

/** Errors by field as errors by block, which is how Slack places them: at the field's input or, when it has none, at one near it with its name. */
export function placedErrors(inputs: readonly string[], errors: FieldErrors): FieldErrors {
  const placed: Record<string, string> = {};
  for (const [field, error] of Object.entries(errors)) {
    const own = inputs.find((block) => block === `${BLOCK}${field}`);
    const near = inputs.find((block) => block.startsWith(`${BLOCK}${field}.`));
    const block = own ?? near ?? inputs[0] ?? JSON_BLOCK;
    const sentence = own === undefined && field !== "" ? `${field}: ${error}` : error;
    placed[block] = placed[block] === undefined ? sentence : `${placed[block]} ${sentence}`;
  }
  return placed;
}
