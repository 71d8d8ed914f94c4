// A number is edited as one; what Slack's number input cannot write down is edited as text. No digit is lost on the way.
import type { InputBlock } from "@slack/web-api";
import type { Json } from "../../../approvals/json.ts";
import type { ScalarShape } from "../../../approvals/shape.ts";
import { type Control, INPUT, NOTHING, type Reading, unreadable, valueRead } from "./control.ts";
import { heldText, textInput } from "./text.ts";

type NumberShape = Extract<ScalarShape, { kind: "number" }>;

/** Undefined for a value that is no number. */
export function numberControl(shape: NumberShape, value: Json | undefined): Control | undefined {
  if (typeof value !== "number" && value !== undefined && value !== null) return undefined;
  const text = typeof value === "number" ? String(value) : "";
  return {
    element: isWritable(shape, value ?? undefined)
      ? numberInput(shape, value ?? undefined)
      : textInput(text, undefined),
    held: heldText(text),
    mayBeEmpty: false,
    hint: rangeText(shape),
    read: ([typed = ""]) => (typed.trim() === "" ? NOTHING : numberRead(typed)),
  };
}

/** Slack's number input takes no exponents. */
const NUMERAL = /^-?\d+(\.\d+)?$/;

function isWritable({ isWhole }: NumberShape, value: number | undefined): boolean {
  return value === undefined || (NUMERAL.test(String(value)) && (!isWhole || Number.isInteger(value)));
}

function numberInput(shape: NumberShape, value: number | undefined): InputBlock["element"] {
  return {
    ...{ type: "number_input", action_id: INPUT, is_decimal_allowed: !shape.isWhole },
    ...(value !== undefined && { initial_value: String(value) }),
    ...(isWithin(shape, value) && {
      ...writable("min_value", boundsOf(shape).least),
      ...writable("max_value", boundsOf(shape).most),
    }),
  };
}

/** A number that is out of its range already is for the check to name: Slack would not show it. */
function isWithin({ least = -Infinity, most = Infinity }: NumberShape, value: number | undefined): boolean {
  return least <= most && (value === undefined || (value >= least && value <= most));
}

function writable(
  name: "min_value" | "max_value",
  bound: number | undefined,
): Readonly<Record<string, string>> {
  return bound !== undefined && NUMERAL.test(String(bound)) ? { [name]: String(bound) } : {};
}

/** What every whole number is within says nothing. */
function boundsOf({ least, most }: NumberShape): {
  readonly least: number | undefined;
  readonly most: number | undefined;
} {
  return {
    least: least !== undefined && least > Number.MIN_SAFE_INTEGER ? least : undefined,
    most: most !== undefined && most < Number.MAX_SAFE_INTEGER ? most : undefined,
  };
}

export function rangeText(shape: NumberShape): string {
  const { least, most } = boundsOf(shape);
  if (least !== undefined && most !== undefined) return `From ${least} to ${most}.`;
  if (least !== undefined) return `${least} or more.`;
  return most === undefined ? "" : `${most} or less.`;
}

const TYPED = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

export function numberRead(typed: string): Reading {
  const text = typed.trim();
  if (!TYPED.test(text)) return unreadable(`“${text.slice(0, 40)}” is not a number.`);
  const value = Number(text);
  if (!isExact(text)) return unreadable(inexact(text));
  return valueRead(value === 0 ? 0 : value);
}

/** Whether a number as it is written is kept to its last digit. */
export function isExact(numeral: string): boolean {
  return Number.isFinite(Number(numeral)) && digitsOf(numeral) === digitsOf(String(Number(numeral)));
}

export function inexact(numeral: string): string {
  return `${numeral.slice(0, 60)} has more digits than a number can keep; the nearest one is ${Number(numeral)}.`;
}

/** The same text for 1.50, 01.5 and 15e-1. */
function digitsOf(numeral: string): string {
  const [mantissa = "", exponent = "0"] = numeral.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace(/^[-+]/, "").split(".");
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  const shift = Number(exponent) - fraction.length + digits.length - significant.length;
  return significant === "" ? "0" : `${mantissa.startsWith("-") ? "-" : ""}${significant}e${shift}`;
}
