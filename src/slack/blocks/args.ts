// The arguments of an action as people read them: one line each, longer texts below their name, every character visible.
import type { Json, JsonObject } from "../../approvals/json.ts";
import { clip, LIMITS, type Room } from "../limits.ts";
import { visible } from "../text.ts";

export function argLines(args: JsonObject): string {
  return Object.entries(args)
    .map(([name, value]) => `${visible(name)}:${setOff(shown(value))}`)
    .join("\n");
}

/** Indented, so that no line of a text can pass for an argument of its own. */
function setOff(text: string): string {
  return text.includes("\n") ? `\n${text.replaceAll(/^/gm, "  ")}` : ` ${text}`;
}

export function shown(value: Json): string {
  return visible(typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

/** The lines for a card, and whether anything had to be left out: then deciding needs the full request. */
export function cardArgs(args: JsonObject, room: Room): { readonly text: string; readonly clipped: boolean } {
  const full = argLines(args);
  const max = room(LIMITS.cardArgs);
  return { text: clip(full, max), clipped: full.length > max };
}
