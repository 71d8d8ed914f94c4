// The state of a view's inputs: what they start with, and what Slack's client refuses to submit.
import type { InputValues, StoredInput } from "./documents.ts";
import {
  choicesOf,
  interactiveElements,
  type Choice,
  type Element,
  type Interactive,
} from "./interactive.ts";
import type { Block } from "./protocol.ts";

/** What a person who touches nothing would send; the state of every element that has one. */
export function initialValues(blocks: readonly Block[]): InputValues {
  return mergeValues(blocks, {});
}

/** The given values over the initial ones, only for elements that these blocks have. */
export function mergeValues(blocks: readonly Block[], given: InputValues): InputValues {
  const values: Record<string, Record<string, StoredInput>> = {};
  for (const { blockId, element } of interactiveElements(blocks)) {
    const value = given[blockId]?.[element.action_id] ?? initialValue(element);
    if (value !== undefined) values[blockId] = { ...values[blockId], [element.action_id]: value };
  }
  return values;
}

/** The second over the first, input by input. */
export function overlay(under: InputValues, over: InputValues): InputValues {
  const blocks = Object.entries(over).map(
    ([block, inputs]) => [block, { ...under[block], ...inputs }] as const,
  );
  return { ...under, ...Object.fromEntries(blocks) };
}

const SHAPES: Readonly<Record<string, (chosen: readonly Choice[], text: string | null) => StoredInput>> = {
  plain_text_input: (_, value) => ({ type: "plain_text_input", value }),
  number_input: (_, value) => ({ type: "number_input", value }),
  email_text_input: (_, value) => ({ type: "email_text_input", value }),
  url_text_input: (_, value) => ({ type: "url_text_input", value }),
  static_select: ([first = null]) => ({ type: "static_select", selected_option: first }),
  radio_buttons: ([first = null]) => ({ type: "radio_buttons", selected_option: first }),
  checkboxes: (chosen) => ({ type: "checkboxes", selected_options: chosen }),
  multi_static_select: (chosen) => ({ type: "multi_static_select", selected_options: chosen }),
  datepicker: (_, selected_date) => ({ type: "datepicker", selected_date }),
  timepicker: (_, selected_time) => ({ type: "timepicker", selected_time }),
  datetimepicker: (_, seconds) => ({
    type: "datetimepicker",
    selected_date_time: seconds === null ? null : Number(seconds),
  }),
  users_select: (_, selected_user) => ({ type: "users_select", selected_user }),
};

/** Undefined for what has no state: buttons and overflow menus. */
export function inputValue(
  type: string,
  chosen: readonly Choice[],
  text: string | null,
): StoredInput | undefined {
  return SHAPES[type]?.(chosen, text);
}

function initialValue(element: Element): StoredInput | undefined {
  const { initial_option: option, initial_options: options = option === undefined ? [] : [option] } = element;
  const { initial_value, initial_date, initial_time, initial_date_time, initial_user } = element;
  const text = initial_value ?? initial_date ?? initial_time ?? initial_date_time ?? initial_user;
  return inputValue(element.type, options, text === undefined ? null : String(text));
}

export type Submitted =
  | { readonly ok: true; readonly values: InputValues }
  /** Sentences by block_id, as the client shows them at the inputs. */
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

/** An input that was not sent is empty: putting initial values in is the client's work. */
export function acceptValues(blocks: readonly Block[], given: InputValues): Submitted {
  const elements = interactiveElements(blocks);
  const errors: Record<string, string> = {};
  const values: Record<string, Record<string, StoredInput>> = {};
  for (const blockId of Object.keys(given)) {
    if (!elements.some((known) => known.blockId === blockId)) errors[blockId] = "The view has no such input.";
  }
  for (const interactive of elements) {
    const { blockId, element } = interactive;
    const value = given[blockId]?.[element.action_id] ?? inputValue(element.type, [], null);
    if (value === undefined) continue;
    const problem = problemWith(interactive, value);
    if (problem !== undefined) errors[blockId] = problem;
    values[blockId] = { ...values[blockId], [element.action_id]: value };
  }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, values };
}

function problemWith({ element, isRequired }: Interactive, value: StoredInput): string | undefined {
  if (value.type !== element.type) return `This input is a ${element.type}, not a ${value.type}.`;
  const content = contentOf(value);
  if (content.length === 0) return isRequired ? "Please complete this required field." : undefined;
  if ("value" in value) return problemWithText(element, content.join(""));
  if ("selected_time" in value) return TIME.test(content.join("")) ? undefined : "Please enter a valid time.";
  if (!("selected_option" in value || "selected_options" in value)) return undefined;
  const offered = choicesOf(element).map((choice) => choice.value);
  const stranger = content.find((choice) => !offered.includes(choice));
  if (stranger !== undefined) return `There is no option ${stranger}.`;
  const { max_selected_items: most = Infinity } = element;
  return content.length > most ? `Please choose no more than ${most}.` : undefined;
}

function contentOf(value: StoredInput): readonly string[] {
  if ("selected_options" in value) return value.selected_options.map((option) => option.value);
  const single = singleOf(value);
  return single === null || single === "" ? [] : [single];
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

function singleOf(
  value: Exclude<StoredInput, { readonly type: "checkboxes" | "multi_static_select" }>,
): string | null {
  if ("selected_option" in value) return value.selected_option?.value ?? null;
  if ("selected_date" in value) return value.selected_date;
  if ("selected_time" in value) return value.selected_time;
  if ("selected_date_time" in value) return value.selected_date_time?.toString() ?? null;
  return "selected_user" in value ? value.selected_user : value.value;
}

const PATTERNS: Readonly<Record<string, readonly [RegExp, string]>> = {
  email_text_input: [/^\S+@\S+\.\S+$/, "Please enter a valid email address."],
  url_text_input: [/^https?:\/\/\S+$/, "Please enter a valid URL."],
  number_input: [/^-?\d+(\.\d+)?$/, "Please enter a number."],
};

function problemWithText(element: Element, text: string): string | undefined {
  const [shape, complaint] = PATTERNS[element.type] ?? [/^/, ""];
  if (!shape.test(text)) return complaint;
  if (element.type === "number_input") return problemWithNumber(element, text);
  const { min_length: min = 0, max_length: max = 3_000 } = element;
  if (text.length < min) return `Please enter at least ${min} characters.`;
  return text.length > max ? `Please enter no more than ${max} characters.` : undefined;
}

function problemWithNumber(element: Element, text: string): string | undefined {
  if (element.is_decimal_allowed === false && text.includes(".")) return "Please enter a whole number.";
  const { min_value: min = "-Infinity", max_value: max = "Infinity" } = element;
  if (Number(text) < Number(min)) return `Please enter a number that is at least ${min}.`;
  return Number(text) > Number(max) ? `Please enter a number that is at most ${max}.` : undefined;
}
