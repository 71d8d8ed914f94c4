// A list of texts, numbers or yeses and noes is edited as lines.
import type { Json } from "../../../approvals/json.ts";
import type { ScalarShape } from "../../../approvals/shape.ts";
import { type Control, NOTHING, type Reading, unreadable, unixLines, valueRead } from "./control.ts";
import { numberRead, rangeText } from "./number.ts";
import { heldText, textInput } from "./text.ts";

export interface Listing {
  readonly mustBeGiven: boolean;
  readonly minItems: number;
  readonly value: Json | undefined;
}

/** Undefined for a list that lines cannot show: of other things, or with an empty text or one of several lines. */
export function listControl(
  item: ScalarShape,
  { mustBeGiven, minItems, value }: Listing,
): Control | undefined {
  const lines = linesOf(item, value);
  if (lines === undefined) return undefined;
  const text = lines.join("\n");
  const range = item.kind === "number" ? rangeText(item) : "";
  return {
    element: { ...textInput(text, undefined), multiline: true },
    held: heldText(text),
    mayBeEmpty: minItems === 0,
    hint: range === "" ? "One per line." : `One per line. ${range}`,
    read: ([typed = ""]) => {
      const isEmpty = typed.trim() === "";
      return isEmpty && minItems > 0 && !mustBeGiven ? NOTHING : linesRead(item, typed);
    },
  };
}

/** The list as lines, however many: whether they fit in an input is another question. */
export function linesOf(item: ScalarShape, value: Json | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  return value.every((one) => isLine(item, one)) ? value.map(String) : undefined;
}

function isLine(item: ScalarShape, value: Json): boolean {
  switch (item.kind) {
    case "text":
      return typeof value === "string" && value.trim() !== "" && !/[\r\n]/.test(value);
    case "number":
      return typeof value === "number";
    case "flag":
      return typeof value === "boolean";
  }
}

function linesRead(item: ScalarShape, typed: string): Reading {
  const values: Json[] = [];
  const errors: string[] = [];
  for (const [index, line] of unixLines(typed).split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = lineRead(item, line);
    if (read.kind === "value") values.push(read.value);
    if (read.kind === "unreadable") errors.push(`Line ${index + 1}: ${read.error}`);
  }
  return errors.length === 0 ? valueRead(values) : unreadable(errors.slice(0, MOST_ERRORS).join(" "));
}

/** More than these are not read. */
const MOST_ERRORS = 5;

const FLAGS: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };

function lineRead(item: ScalarShape, line: string): Reading {
  switch (item.kind) {
    case "text":
      return valueRead(line);
    case "number":
      return numberRead(line);
    case "flag": {
      const word = line.trim().toLowerCase();
      const flag = Object.hasOwn(FLAGS, word) ? FLAGS[word] : undefined;
      return flag === undefined
        ? unreadable(`“${line.slice(0, 40)}” is not true or false.`)
        : valueRead(flag);
    }
  }
}
