// What somebody changed: a line for each argument, what it was and what it is now.
import { type Json, type JsonObject, sameJson } from "../../approvals/json.ts";
import { clip, LIMITS, type Room } from "../limits.ts";
import { escaped } from "../text.ts";
import { shown } from "./args.ts";

export interface Changed {
  readonly before: JsonObject;
  readonly args: JsonObject;
}

/** "version: ~v2.4.1~ → v2.4.2"; empty when they are the same. */
export function changesText({ before, args }: Changed, room: Room): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(args)])];
  const changed = names.filter((name) => !sameJson(before[name] ?? null, args[name] ?? null));
  const lines = changed.map(
    (name) => `• ${clip(escaped(name), 200)}: ~${brief(before[name])}~ → *${brief(args[name])}*`,
  );
  return clip(lines.join("\n"), room(LIMITS.sectionText));
}

function brief(value: Json | undefined): string {
  return value === undefined ? "nothing" : clip(escaped(shown(value).replaceAll("\n", " ")), 200);
}
