// What the inputs of a modal hold: their first values, what is wrong with them, and how Slack shapes them on submit.
import type { Block, Click, InputValue, Option, Submit } from "../slack/protocol.ts";
import {
  decodeActions,
  decodeField,
  decodeInput,
  decodeSection,
  isTyped,
  type DateElement,
  type FieldElement,
  type OptionObject,
} from "./block-kit.ts";

/** What a person has changed so far, by block_id and action_id; everything else still has its first value. */
export type Edits = Readonly<Record<string, Readonly<Record<string, InputValue>>>>;

/** block_id, action_id and what that input now holds. */
export type Edit = readonly [blockId: string, actionId: string, value: InputValue];

interface PlacedField {
  readonly blockId: string;
  readonly element: FieldElement;
  readonly required: boolean;
}

export function initialValue(element: FieldElement): InputValue {
  if (isTyped(element)) return { type: element.type, value: orNull(element.initial_value) };
  switch (element.type) {
    case "static_select":
    case "radio_buttons":
      return { type: element.type, selected_option: optionOrNull(element.initial_option) };
    case "checkboxes":
    case "multi_static_select":
      return { type: element.type, selected_options: (element.initial_options ?? []).map(asOption) };
    case "users_select":
      return { type: element.type, selected_user: orNull(element.initial_user) };
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return initialMoment(element);
  }
}

function initialMoment(element: DateElement): InputValue {
  switch (element.type) {
    case "datepicker":
      return { type: element.type, selected_date: orNull(element.initial_date) };
    case "timepicker":
      return { type: element.type, selected_time: orNull(element.initial_time) };
    case "datetimepicker":
      return { type: element.type, selected_date_time: orNull(element.initial_date_time) };
  }
}

function orNull<T>(value: T | undefined): T | null {
  return value ?? null;
}

/** The chosen option of a menu or a radio group, if there is one. */
export function optionOrNull(option: OptionObject | undefined): Option | null {
  return option === undefined ? null : asOption(option);
}

/** An option as Slack repeats it in a payload: the two fields that identify it. */
export function asOption(option: OptionObject): Option {
  return { text: option.text, value: option.value };
}

/** What a click says was chosen. */
export function valueToChoice(value: InputValue): Pick<Click, "option" | "options"> {
  if ("selected_options" in value) return { options: value.selected_options.map((option) => option.value) };
  return { option: contentOf(value) };
}

/** What a value holds as text; empty when nothing is chosen or typed. */
export function contentOf(value: InputValue): string {
  if ("selected_option" in value) return value.selected_option?.value ?? "";
  if ("selected_options" in value) return value.selected_options.map((option) => option.value).join(",");
  const { type, ...held } = value;
  return Object.values(held)
    .map((one) => String(one ?? ""))
    .join("");
}

export function withEdit(edits: Edits, ...[blockId, actionId, value]: Edit): Edits {
  return { ...edits, [blockId]: { ...edits[blockId], [actionId]: value } };
}

/** `view.state.values` of a modal: every input, menu and picker on it, edited or not. */
export function submitValues(blocks: readonly Block[], edits: Edits): Submit["values"] {
  const values: Record<string, Record<string, InputValue>> = {};
  for (const { blockId, element } of fieldsOf(blocks)) {
    (values[blockId] ??= {})[element.action_id] = valueOf(edits, blockId, element);
  }
  return values;
}

/** What Slack's own client refuses to submit, by block_id. */
export function problemsIn(blocks: readonly Block[], edits: Edits): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const { blockId, element, required } of fieldsOf(blocks)) {
    const value = valueOf(edits, blockId, element);
    const problem = isEmpty(value)
      ? required
        ? "Please complete this required field."
        : undefined
      : problemWith(element, value);
    if (problem !== undefined) problems[blockId] = problem;
  }
  return problems;
}

export function valueOf(edits: Edits, blockId: string, element: FieldElement): InputValue {
  return edits[blockId]?.[element.action_id] ?? initialValue(element);
}

function fieldsOf(blocks: readonly Block[]): PlacedField[] {
  return blocks.flatMap((block) =>
    elementsOf(block).flatMap((raw) => {
      const element = decodeField(raw);
      const required = block.type === "input" && decodeInput(block)?.optional === false;
      return element === undefined ? [] : [{ blockId: block.block_id, element, required }];
    }),
  );
}

function elementsOf(block: Block): readonly unknown[] {
  if (block.type === "input") return [decodeInput(block)?.element];
  if (block.type === "actions") return decodeActions(block)?.elements ?? [];
  return block.type === "section" ? [decodeSection(block)?.accessory] : [];
}

function isEmpty(value: InputValue): boolean {
  return contentOf(value).trim() === "";
}

function problemWith(element: FieldElement, value: InputValue): string | undefined {
  const text = contentOf(value);
  if (element.type === "number_input") return problemWithNumber(element, text);
  if (element.type !== "plain_text_input") return undefined;
  const { min_length: shortest = 0, max_length: longest = 3000 } = element;
  if (text.length < shortest) return `Please enter at least ${shortest} characters.`;
  return text.length > longest
    ? `Please enter at most ${longest} characters; these are ${text.length}.`
    : undefined;
}

function problemWithNumber(
  element: Extract<FieldElement, { type: "number_input" }>,
  text: string,
): string | undefined {
  const pattern = element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(text.trim()))
    return element.is_decimal_allowed ? "Please enter a number." : "Please enter a whole number.";
  const { min_value: least, max_value: most } = element;
  if (least !== undefined && Number(text) < Number(least)) return `Please enter ${least} or more.`;
  return most !== undefined && Number(text) > Number(most) ? `Please enter ${most} or less.` : undefined;
}
