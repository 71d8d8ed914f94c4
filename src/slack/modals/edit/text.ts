// A text is edited as a text, on one line or several; one that is a day, a time or a moment with the picker for it, where that can show it unchanged.
import type { PlainTextInput } from "@slack/web-api";
import type { Json } from "../../../approvals/json.ts";
import type { ScalarShape } from "../../../approvals/shape.ts";
import { LIMITS } from "../../limits.ts";
import { visible } from "../../text.ts";
import { type Control, INPUT, NOTHING, unixLines, valueRead } from "./control.ts";
import { momentControl } from "./moment.ts";

type TextShape = Extract<ScalarShape, { kind: "text" }>;

/** Undefined for a value that is no text. */
export function textControl(shape: TextShape, value: Json | undefined): Control | undefined {
  if (typeof value !== "string" && value !== undefined && value !== null) return undefined;
  return momentControl(shape.format, value ?? undefined) ?? typedControl(shape, value ?? undefined);
}

function typedControl({ format, maxLength }: TextShape, value: string | undefined): Control {
  const text = value ?? "";
  const isVisible = visible(unixLines(text)) === unixLines(text);
  return {
    element: textInput(text, maxLength),
    held: heldText(text),
    // What was empty when it was asked may be so again.
    mayBeEmpty: value === "",
    hint: isVisible ? "" : "It has characters that cannot be seen.",
    example: FORMATS[format] ?? "",
    read: ([typed = ""]) => (typed === "" ? NOTHING : valueRead(unixLines(typed))),
  };
}

export function heldText(text: string): readonly string[] {
  return text === "" ? [] : [text];
}

const FORMATS: Readonly<Record<string, string>> = {
  date: "A date like 2026-05-04.",
  "date-time": "A date and time like 2026-05-04T15:00:00Z.",
  time: "A time like 15:00:00Z.",
  email: "An e-mail address.",
  uri: "A web address like https://example.com.",
};

/** About what fits beside its label. */
const ONE_LINE = 120;

export function textInput(text: string, maxLength: number | undefined): PlainTextInput {
  return {
    type: "plain_text_input",
    action_id: INPUT,
    multiline: /[\r\n]/.test(text) || text.length > ONE_LINE || (maxLength ?? 0) > 2 * ONE_LINE,
    max_length: Math.min(Math.max(maxLength ?? LIMITS.inputText, text.length, 1), LIMITS.inputText),
    ...(text === "" ? {} : { initial_value: text }),
  };
}
