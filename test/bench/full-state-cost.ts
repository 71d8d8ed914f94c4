// What the full states of a long thread would cost, from the layout alone: at 10,000 steps they are 50 GB.
import { checkpointItems, checkpointText, PART_BYTES, writeItem } from "./full-state.ts";
import { type Metered, sizeOf } from "./meter.ts";

export function costOfThread(thread: string, messages: readonly string[]): Metered {
  const sum: Metered = { requests: 0, items: 0, bytes: 0, units: 0 };
  let bytes = "[]".length;
  for (const [index, message] of messages.entries()) {
    bytes += JSON.stringify(message).length + (index > 0 ? 1 : 0);
    const sizes = [
      sizeOf(writeItem(thread, index + 1, message)),
      ...checkpointSizes(thread, index + 1, bytes),
    ];
    sum.requests += sizes.length;
    sum.items += sizes.length;
    sum.bytes += sizes.reduce((all, size) => all + size, 0);
    sum.units += sizes.reduce((all, size) => all + Math.ceil(size / 1_024), 0);
  }
  return sum;
}

/** Of the items of a checkpoint whose messages are so many bytes. */
function checkpointSizes(thread: string, step: number, messages: number): readonly number[] {
  const empty = checkpointText(step, "").length;
  const whole = empty + messages;
  const around = checkpointItems(thread, step, "").reduce((size, item) => size + sizeOf(item), -empty);
  return Array.from(
    { length: Math.ceil(whole / PART_BYTES) },
    (_, part) => around + Math.min(PART_BYTES, whole - part * PART_BYTES),
  );
}
