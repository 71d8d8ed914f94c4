// One of several is chosen in a menu, a yes-or-no ticked, several of several ticked or chosen in a menu.
import type { InputBlock, PlainTextOption } from "@slack/web-api";
import type { Json } from "../../../approvals/json.ts";
import type { Choice } from "../../../approvals/shape.ts";
import { plain } from "../../blocks/parts.ts";
import { LIMITS } from "../../limits.ts";
import { type Control, INPUT, NOTHING, type Reading, unreadable, valueRead } from "./control.ts";

/** An option, and the value it stands for; none for the one that stands for no value. */
interface Entry {
  readonly option: PlainTextOption;
  readonly value: Choice["value"] | undefined;
}

/** No choice may be called this, or it could not be told from none. */
const NOT_GIVEN = "(not given)";

export interface Choosing {
  readonly mustBeGiven: boolean;
  readonly value: Json | undefined;
}

/** Undefined for choices that do not fit in a menu. */
export function choiceControl(
  choices: readonly Choice[],
  { mustBeGiven, value }: Choosing,
): Control | undefined {
  const named = entriesOf(choices);
  if (named === undefined) return undefined;
  // Slack has no way back from a menu to nothing.
  const none: Entry = { option: optionOf("Not given", NOT_GIVEN), value: undefined };
  const entries = mustBeGiven ? named : [...named, none];
  if (entries.length > LIMITS.selectOptions) return undefined;
  const chosen = entries.find((entry) => entry.value === (value ?? undefined));
  return {
    element: {
      ...{ type: "static_select", action_id: INPUT, options: entries.map(({ option }) => option) },
      ...(chosen && { initial_option: chosen.option }),
    },
    held: chosen?.option.value === undefined ? [] : [chosen.option.value],
    ...{ mayBeEmpty: false, hint: "" },
    read: (held) => choiceRead(entries, held),
  };
}

function choiceRead(entries: readonly Entry[], [picked]: readonly string[]): Reading {
  if (picked === undefined) return NOTHING;
  const entry = entries.find(({ option }) => option.value === picked);
  if (entry === undefined) return unreadable("Please choose one of the options.");
  return entry.value === undefined ? NOTHING : valueRead(entry.value);
}

const YES_OR_NO: readonly Choice[] = [
  { value: true, label: "Yes" },
  { value: false, label: "No" },
];

/** An unticked box says no, so it is only for what must be one or the other. */
export function flagControl({ mustBeGiven, value }: Choosing): Control | undefined {
  if (typeof value !== "boolean" && value !== undefined && value !== null) return undefined;
  if (!mustBeGiven || typeof value !== "boolean") return choiceControl(YES_OR_NO, { mustBeGiven, value });
  const yes = optionOf("Yes", "true");
  return {
    element: {
      ...{ type: "checkboxes", action_id: INPUT, options: [yes] },
      ...(value && { initial_options: [yes] }),
    },
    held: value ? ["true"] : [],
    ...{ mayBeEmpty: true, hint: "" },
    read: (held) => valueRead(held.length > 0),
  };
}

/** More than these are chosen in a menu. */
const MOST_TICKS = 10;

/** Undefined for choices that do not fit, and for a list that ticks cannot show: with one twice, or with something else. */
export function choicesControl(
  choices: readonly Choice[],
  { mustBeGiven, value, minItems }: Choosing & { readonly minItems: number },
): Control | undefined {
  const entries = entriesOf(choices);
  const chosen = value === undefined || value === null ? [] : value;
  if (entries === undefined || entries.length > LIMITS.selectOptions || !Array.isArray(chosen))
    return undefined;
  const initial = entries
    .filter((entry) => chosen.some((one) => one === entry.value))
    .map(({ option }) => option);
  if (initial.length !== chosen.length) return undefined;
  return {
    element: severalOf(
      entries.map(({ option }) => option),
      initial,
    ),
    held: initial.flatMap((option) => option.value ?? []),
    mayBeEmpty: minItems === 0,
    hint: "",
    read: (held) =>
      held.length === 0 && minItems > 0 && !mustBeGiven ? NOTHING : choicesRead(entries, held),
  };
}

function severalOf(options: PlainTextOption[], initial: PlainTextOption[]): InputBlock["element"] {
  const initial_options = initial.length === 0 ? {} : { initial_options: initial };
  return options.length <= MOST_TICKS
    ? { type: "checkboxes", action_id: INPUT, options, ...initial_options }
    : { type: "multi_static_select", action_id: INPUT, options, ...initial_options };
}

function choicesRead(entries: readonly Entry[], held: readonly string[]): Reading {
  const picked = new Set(held);
  const values = entries.flatMap(({ option, value }) =>
    picked.delete(option.value ?? "") && value !== undefined ? [value] : [],
  );
  return picked.size === 0 ? valueRead(values) : unreadable("Please choose among the options.");
}

/** Undefined when an option would be without a name, clipped, or the same as another one. */
function entriesOf(choices: readonly Choice[]): readonly Entry[] | undefined {
  const areTexts = choices.every(({ value }) => typeof value === "string");
  const areNamed = new Set(choices.map(({ label }) => label)).size === choices.length;
  const entries = choices.map(({ value, label }) => ({
    option: optionOf(
      areNamed ? label : JSON.stringify(value),
      areTexts ? String(value) : JSON.stringify(value),
    ),
    value,
  }));
  const values = entries.map(({ option }) => option.value ?? "");
  const areApart = new Set(values).size === values.length && !values.includes(NOT_GIVEN);
  const fit = choices.every(({ label }) => label !== "" && label.length <= LIMITS.optionText);
  const areShort = values.every((value) => value !== "" && value.length <= LIMITS.optionValue);
  return areApart && fit && areShort && entries.length > 0 ? entries : undefined;
}

function optionOf(text: string, value: string): PlainTextOption {
  return { text: plain(text, LIMITS.optionText), value };
}
