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
export function changesText(changed: Changed, room: Room): string {
  const lines = changeLines(changed, 200).map((line) => `• ${line}`);
  return clip(lines.join("\n"), room(LIMITS.sectionText));
}

/** One for each argument that changed; no name and no value of it is longer than `max`. */
export function changeLines({ before, args }: Changed, max: number): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(args)])];
  const changed = names.filter((name) => !sameJson(own(before, name) ?? null, own(args, name) ?? null));
  const brief = (value: Json | undefined): string =>
    value === undefined ? "nothing" : inLine(shown(value), max);
  return changed.map(
    (name) => `${inLine(name, max)}: ~${brief(own(before, name))}~ → *${brief(own(args, name))}*`,
  );
}

/** People name arguments, and "constructor" is a name. */
function own(args: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(args, name) ? args[name] : undefined;
}
