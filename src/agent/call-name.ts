// The name under which a call of a tool is kept: the model's own words are in it, and however long they are, a store takes it.
import { digestOf } from "../approvals/json.ts";

/** A sort key of DynamoDB has 1,024 bytes for all of a task's path. */
const LONGEST = 200;

/** The call's id is part of it: a call that a human took out of the message leaves its result to nobody. */
export function callName({ name, id }: { readonly name: string; readonly id: string }): string {
  const words = `${name} ${id}`.toWellFormed();
  const safe = encodeURIComponent(words).replaceAll("%20", " ");
  return safe.length <= LONGEST ? safe : `${safe.slice(0, LONGEST / 2)} ${digestOf(words).slice(0, 32)}`;
}
