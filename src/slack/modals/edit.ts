// The form for changing arguments before approving: drawn from the request's JSON Schema, and read back into arguments.
import type { InputBlock, KnownBlock, View } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { isJsonObject, type Json, type JsonObject } from "../../approvals/json.ts";
import type { Request } from "../../approvals/request.ts";
import type { FieldErrors } from "../../approvals/schema.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { context, heading, plain, section } from "../blocks/parts.ts";
import { bytesOf, LIMITS } from "../limits.ts";
import { escaped } from "../text.ts";
import type { ArgField } from "../../approvals/shape.ts";
import { heldIn, INPUT, isUntouched, unixLines } from "./edit/control.ts";
import {
  type Form,
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
/** The blocks that are no field's: none of a field's can be called this. */
const JSON_BLOCK = "json";
const COMMENT_BLOCK = "comment";
const COMMENT_MAX = 1_000;

const NOT_CHECKED =
  "The schema of these arguments says more than can be checked here: only the run itself checks what you enter.";

export function editModal(approval: Approval): View {
  const { request } = approval;
  const form = formOf(request);
  const blocks = blocksOf(form);
  const canSubmit = blocks.some(({ type }) => type === "input");
  return {
    type: "modal",
    callback_id: VIEW.edit,
    private_metadata: encodeRequestRef(approval),
    title: plain("Edit request", LIMITS.modalTitle),
    ...(canSubmit ? { submit: plain("Approve edited", LIMITS.modalTitle) } : {}),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(`*${heading(request.title)}*${canSubmit ? `\n${whatSubmittingDoes(approval)}` : ""}`),
      ...blocks,
      ...(canSubmit ? [commentInput()] : []),
    ],
  };
}

/** Where one person does not decide alone, the changed request still waits for the others. */
function whatSubmittingDoes({ policy: { quorum = 1, everyGroup = false } }: Approval): string {
  const editing = "You are editing what will run.";
  const isAlone = quorum === 1 && !everyGroup;
  return isAlone
    ? `${editing} Submitting approves it with your changes.`
    : `${editing} With a change, submitting is the first vote on a new revision: earlier votes no longer count, and others have to approve it, too.`;
}

/** Of a modal's blocks, the title's and the reason's are not the arguments'. */
const MOST_BLOCKS = LIMITS.modalBlocks - 2;
/** What all but the arguments takes of a view. */
const FRAME_BYTES = 8_000;

function formOf(request: Request): Form {
  const parts = inputsFor(request);
  if (parts === undefined) return jsonFor(request);
  const blocks = parts.map(partBlock);
  const fits = blocks.length <= MOST_BLOCKS && bytesOf(blocks) <= LIMITS.viewBytes - FRAME_BYTES;
  return fits ? { kind: "inputs", parts } : jsonFor(request);
}

function blocksOf(form: Form): KnownBlock[] {
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

function commentInput(): InputBlock {
  return {
    type: "input",
    block_id: COMMENT_BLOCK,
    optional: true,
    label: plain("Reason for change", LIMITS.label),
    hint: plain("Stands on the card, for everybody to read.", LIMITS.label),
    element: { type: "plain_text_input", action_id: INPUT, multiline: true, max_length: COMMENT_MAX },
  };
}

export type Edited =
  | { readonly kind: "args"; readonly args: JsonObject; readonly comment: string }
  /** By block. */
  | { readonly kind: "unreadable"; readonly errors: FieldErrors }
  /** Not what this form sends: it has inputs that the form does not have. */
  | { readonly kind: "strange" };

/** The arguments as the form has them now; what it does not offer keeps its value. Whether they fit is for `decide` to say. */
export function editedOf(approval: Approval, submitted: unknown): Edited {
  const { request } = approval;
  const form = formOf(request);
  const held = heldIn(submitted);
  if (held === undefined) return { kind: "strange" };
  const known = inputIds(form);
  if ([...held.keys()].some((block) => !known.includes(block))) return { kind: "strange" };
  const read = form.kind === "json" ? jsonArgs(request, form, held) : inputArgs(request, form.parts, held);
  const comment = (held.get(COMMENT_BLOCK)?.[0] ?? "").trim().slice(0, COMMENT_MAX);
  return read.kind === "args" ? { ...read, comment } : read;
}

function inputIds(form: Form): readonly string[] {
  const inputs = blocksOf(form).flatMap((block) => (block.type === "input" ? [block.block_id ?? ""] : []));
  return inputs.length === 0 ? [] : [...inputs, COMMENT_BLOCK];
}

type Held = ReadonlyMap<string, readonly string[]>;
type Read = { readonly kind: "args"; readonly args: JsonObject } | Extract<Edited, { kind: "unreadable" }>;

function jsonArgs({ action: { args } }: Request, form: Extract<Form, { kind: "json" }>, held: Held): Read {
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

function inputArgs({ action: { args } }: Request, parts: readonly Part[], held: Held): Read {
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
export function blockErrors(approval: Approval, errors: FieldErrors): FieldErrors {
  const inputs = inputIds(formOf(approval.request));
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
