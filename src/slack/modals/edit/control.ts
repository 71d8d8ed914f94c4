// What one field's input is, and what comes back from it: each kind of field has a file that makes such a control.
import type { InputBlock } from "@slack/web-api";
import * as z from "zod";
import type { Json } from "../../../approvals/json.ts";

/** The action id of every input; its block says which field it is of. */
export const INPUT = "value";

export interface Control {
  readonly element: InputBlock["element"];
  /** What comes back when nobody touches it. Then the field keeps its exact value, whatever that is. */
  readonly held: readonly string[];
  /** That nothing is entered or ticked is an answer, too. */
  readonly mayBeEmpty: boolean;
  /** What to say below the input besides what the field's author says. */
  readonly hint: string;
  /** What to say there when its author says nothing. */
  readonly example?: string;
  readonly read: (held: readonly string[]) => Reading;
}

export type Reading =
  | { readonly kind: "nothing" }
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "unreadable"; readonly error: string };

export const NOTHING: Reading = { kind: "nothing" };

export function valueRead(value: Json): Reading {
  return { kind: "value", value };
}

export function unreadable(error: string): Reading {
  return { kind: "unreadable", error };
}

const Option = z.object({ value: z.string() });

/** What Slack says of one input. Which of these it has depends on the element; a hand-made one may have any. */
const State = z.looseObject({
  value: z.string().nullish(),
  selected_option: Option.nullish(),
  selected_options: z.array(Option).nullish(),
  selected_date: z.string().nullish(),
  selected_time: z.string().nullish(),
  selected_date_time: z.number().nullish(),
});
type State = z.infer<typeof State>;

const Values = z.record(z.string(), z.object({ [INPUT]: State }));

/** By block, as texts: one for most elements, several for those that take several, none for an empty one. Undefined for what no form of ours sends. */
export function heldIn(values: unknown): ReadonlyMap<string, readonly string[]> | undefined {
  const parsed = Values.safeParse(values);
  if (!parsed.success) return undefined;
  return new Map(Object.entries(parsed.data).map(([block, { [INPUT]: state }]) => [block, textsOf(state)]));
}

function textsOf(state: State): readonly string[] {
  const { value, selected_option, selected_options, selected_date, selected_time, selected_date_time } =
    state;
  const one = value ?? selected_option?.value ?? selected_date ?? selected_time ?? selected_date_time;
  const several = (selected_options ?? []).map((option) => option.value);
  return [...(one === undefined || one === null ? [] : [String(one)]), ...several].filter(
    (text) => text !== "",
  );
}

/** Browsers make one kind of line break of all of them, and the order of ticks is not the ticking's. */
export function isUntouched({ held: before }: Control, held: readonly string[]): boolean {
  const same = (texts: readonly string[]): string => JSON.stringify(texts.map(unixLines).toSorted());
  return same(before) === same(held);
}

export function unixLines(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}
