// What somebody changed: a line for each argument, what it was and what it is now.
import { type Json, type JsonObject, sameJson } from "../../approvals/json.ts";
import { clip, LIMITS, type Room } from "../limits.ts";
import { shown } from "./args.ts";
import { inLine } from "./parts.ts";

export interface Changed {
  readonly before: JsonObject;
  readonly args: JsonObject;
}

/** "version: ~v2.4.1~ → v2.4.2"; empty when they are the same. */
export function changesText({ before, args }: Changed, room: Room): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(args)])];
  const changed = names.filter((name) => !sameJson(own(before, name) ?? null, own(args, name) ?? null));
  const lines = changed.map(
    (name) => `• ${inLine(name, 200)}: ~${brief(own(before, name))}~ → *${brief(own(args, name))}*`,
  );
  return clip(lines.join("\n"), room(LIMITS.sectionText));
}

/** People name arguments, and "constructor" is a name. */
function own(args: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(args, name) ? args[name] : undefined;
}

function brief(value: Json | undefined): string {
  return value === undefined ? "nothing" : inLine(shown(value), 200);
}
