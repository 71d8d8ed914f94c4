// A question in the file is put on all its lists as it is saved, so nothing is to be done before or after.
import type { ListRows } from "../runs/lists.ts";

export function createListRows(): ListRows {
  return { put: () => Promise.resolve(), drop: () => Promise.resolve() };
}
