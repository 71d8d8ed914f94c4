// The arguments that an edit over REST asks for: what it gives in place of what stands there, and everything else as it was shown.
import { type Json, type JsonObject, sameJson } from "../approvals/json.ts";
import { isMasked, maskedArgs } from "../approvals/redaction.ts";
import type { FieldErrors } from "../approvals/schema.ts";

export interface Asked {
  /** By their names; those that are left out stay as they are. */
  readonly args: JsonObject;
  /** Names of arguments to be taken away. */
  readonly remove?: readonly string[] | undefined;
}

export type Edited =
  | { readonly kind: "args"; readonly args: JsonObject }
  | { readonly kind: "refused"; readonly errors: FieldErrors };

/** Whether they fit the schema is for `decide` to say. A masked value, sent as it was shown, keeps what it is. */
export function editedArgs(
  before: JsonObject,
  schema: JsonObject | undefined,
  { args, remove = [] }: Asked,
): Edited {
  const shown = maskedArgs(before, schema).value;
  const errors: Record<string, string> = {};
  const touch = (name: string, value: Json | undefined): boolean => {
    const isAsShown =
      value !== undefined && Object.hasOwn(shown, name) && sameJson(shown[name] ?? null, value);
    if (isAsShown) return false;
    if (Object.hasOwn(before, name) && isMasked(name, before[name], schema))
      errors[name] = "is masked, so it cannot be edited; leave it out, and it stays as it is";
    return true;
  };
  const given = Object.entries(args).filter(([name, value]) => touch(name, value));
  for (const name of remove) {
    touch(name, undefined);
    if (Object.hasOwn(args, name)) errors[name] = "is both given and removed";
  }
  if (Object.keys(errors).length > 0) return { kind: "refused", errors };
  const kept = Object.entries(before).filter(([name]) => !remove.includes(name));
  return { kind: "args", args: Object.fromEntries([...kept, ...given]) };
}
