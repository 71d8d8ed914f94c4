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

const MASKED = "is masked, so it cannot be edited; leave it out, and it stays as it is";
const UNMASKING = "would show what is masked; it can only be edited in the workflow itself";

/** Whether they fit the schema is for `decide` to say. A masked value, sent as it was shown, keeps what it is. */
export function editedArgs(
  before: JsonObject,
  schema: JsonObject | undefined,
  { args, remove = [] }: Asked,
): Edited {
  const shown = maskedArgs(before, schema).value;
  const isAsShown = ([name, value]: [string, Json]): boolean =>
    Object.hasOwn(shown, name) && sameJson(shown[name] ?? null, value);
  const given = Object.entries(args).filter((entry) => !isAsShown(entry));
  const touched = [...given.map(([name]) => name), ...remove];
  const kept = Object.entries(before).filter(([name]) => !remove.includes(name));
  const after = Object.fromEntries([...kept, ...given]);
  const shownAfter = maskedArgs(after, schema).value;
  const isHidden = (name: string): boolean => isMasked(name, before, schema) || isMasked(name, after, schema);
  const isUnmasked = ([name, value]: [string, Json]): boolean =>
    !touched.includes(name) && isMasked(name, before, schema) && sameJson(shownAfter[name] ?? null, value);
  const errors = new Map([
    ...touched.filter(isHidden).map((name) => [name, MASKED] as const),
    ...kept.filter(isUnmasked).flatMap(() => touched.map((name) => [name, UNMASKING] as const)),
    ...remove
      .filter((name) => Object.hasOwn(args, name))
      .map((name) => [name, "is both given and removed"] as const),
  ]);
  return errors.size > 0
    ? { kind: "refused", errors: Object.fromEntries(errors) }
    : { kind: "args", args: after };
}
