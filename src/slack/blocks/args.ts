// The arguments of an action as people read them: one line each, longer texts below their name, every character visible.
import type { Json, JsonObject } from "../../approvals/json.ts";
import { isNested, linesOf } from "../../approvals/readable.ts";
import { clip, LIMITS, type Room } from "../limits.ts";
import { visible } from "../text.ts";

export function argLines(args: JsonObject): string {
  return pairLines(Object.entries(args));
}

export function pairLines(pairs: readonly (readonly [name: string, value: Json])[]): string {
  return pairs.map(([name, value]) => `${named(name)}:${setOff(shown(value), isNested(value))}`).join("\n");
}

/** A name that could pass for more than one, or for a value, stands in quotes. */
function named(name: string): string {
  const isPlain = name.trim() === name && name !== "" && !/["':\n\t]/.test(name);
  return visible(isPlain ? name : JSON.stringify(name));
}

/** Indented, so that no line of a text, and no key below the argument, can pass for an argument of its own. */
function setOff(text: string, isNestedValue: boolean): string {
  return isNestedValue || text.includes("\n") ? `\n${text.replaceAll(/^/gm, "  ")}` : ` ${text}`;
}

/** What nobody would see stands in quotes. */
export function shown(value: Json): string {
  if (typeof value !== "string") return visible(linesOf(value));
  return value.trim() === value && value !== "" ? visible(value) : visible(JSON.stringify(value));
}

/** Of what is cut anyway: with more, a phone no longer shows the title and the buttons together. */
const MOST_LINES = 20;

/** The lines for a card, and whether anything had to be left out: then deciding needs the full request. */
export function cardArgs(args: JsonObject, room: Room): { readonly text: string; readonly clipped: boolean } {
  const full = argLines(args);
  const max = room(LIMITS.cardArgs);
  if (full.length <= max) return { text: full, clipped: false };
  return { text: clip(firstLines(full), max), clipped: true };
}

function firstLines(text: string): string {
  const lines = text.split("\n");
  const left = lines.length - MOST_LINES;
  if (left <= 0) return text;
  return [...lines.slice(0, MOST_LINES), left === 1 ? "… and 1 more line" : `… and ${left} more lines`].join(
    "\n",
  );
}
