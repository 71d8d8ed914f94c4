// Refuses what is too large for the log before anything of it is written, and says which channel or task it is.
import { decodeMemo, encodeValue, type Slot, takenApart, ValueTooLargeError } from "../graph/index.ts";

/** How much text one slot, or one task's result, may be. */
export const MAX_TEXT_BYTES = 4 * 1_024 * 1_024;

type Part = readonly [where: string, bytes: number];

/**
 * What several tasks wrote, each of them within the limit, may be stored together: else a step whose tasks have all finished
 * could never be committed.
 *
 * @throws ValueTooLargeError
 */
export function checkSlotSize(text: string, perTask: number): void {
  const size = Buffer.byteLength(text);
  if (size <= perTask) return;
  const { slot, changes } = takenApart(text);
  const limit = perTask * tasksIn(slot);
  if (size <= limit) return;
  const channels = Object.entries(changes).map(([name, change]) => sized(`Channel "${name}"`, change));
  const results = Object.entries(slot.kind === "pause" ? slot.results : {});
  const finished = results.map(([path, result]) => sized(`Task "${path}"`, encodeValue(result, path)));
  const sends = sized("What is sent to the next nodes", encodeValue(slot.next, "next"));
  refuse([...channels, ...finished, sends], size, limit);
}

/** How many have a part in it, one at least. */
function tasksIn(slot: Slot): number {
  if (slot.kind === "pause") return Object.keys(slot.results).length + 1;
  return Math.max((slot.ran ?? []).length, 1) + Object.keys(slot.carried?.results ?? {}).length;
}

/** @throws ValueTooLargeError */
export function checkMemoSize(text: string, limit: number): void {
  const size = Buffer.byteLength(text);
  if (size > limit) refuse([[`Task "${decodeMemo(text).task}"`, size]], size, limit);
}

function sized(where: string, json: unknown): Part {
  return [where, Buffer.byteLength(JSON.stringify(json))];
}

function refuse(parts: readonly Part[], size: number, limit: number): never {
  const [where, part] = parts.reduce((one, other) => (other[1] > one[1] ? other : one));
  throw new ValueTooLargeError(where, { part, size, limit });
}
