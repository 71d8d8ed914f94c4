// What else an approval may allow: every later action of the same run in which the arguments that the request names have the same values.
import { type Json, type JsonObject } from "./json.ts";
import { isMasked } from "./redaction.ts";
import type { Request } from "./request.ts";

/**
 * The arguments that would have to be the same, with their values; undefined where the request does not offer it.
 *
 * It is not offered either where one of them is not given, or is masked: people would allow what they cannot see.
 *
 * @example
 * forRunOf(request); // { environment: "staging" }
 */
export function forRunOf(request: Request): JsonObject | undefined {
  if (request.kind !== "approve" || request.forRun === undefined) return undefined;
  if (!request.allowed.includes("approve")) return undefined;
  const { action, schema } = request;
  const same: [string, Json][] = [];
  for (const name of new Set(request.forRun)) {
    const value = Object.hasOwn(action.args, name) ? action.args[name] : undefined;
    if (value === undefined || isMasked(name, action.args, schema)) return undefined;
    same.push([name, value]);
  }
  return Object.fromEntries(same);
}
