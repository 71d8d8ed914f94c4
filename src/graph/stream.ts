// The modes of stream(): what is told of a run while it goes on, each chunk as soon as it may be known.
import { INTERRUPT } from "./interrupt.ts";
import type { Live, LiveEvent } from "./live.ts";
import type { Report } from "./report.ts";

/**
 * "updates" (the default): what each node wrote. "values": the whole state after each superstep. "tasks": each task as it begins
 * and once its superstep is stored. "custom": what nodes give to `config.writer`, at once.
 */
export type StreamMode = "values" | "updates" | "tasks" | "custom";

/** A custom chunk is whatever a node wrote; every other one is an object. */
export async function* chunks(
  steps: AsyncGenerator<Report, void, undefined>,
  live: Live,
  mode: StreamMode,
): AsyncGenerator<unknown, void, undefined> {
  try {
    for (;;) {
      const step = steps.next();
      // A failure is thrown where the step itself is awaited.
      const ended = step.then(
        () => "ended" as const,
        () => "ended" as const,
      );
      for (let told: "ended" | "live" = "live"; told === "live";) {
        told = await Promise.race([ended, live.wait().then(() => "live" as const)]);
        yield* liveChunks(live.drain(), mode);
      }
      const { value, done: isOver } = await step;
      if (isOver === true) return;
      yield* reportChunks(value, mode);
    }
  } finally {
    // Whoever leaves the loop stops the graph after the step it is at.
    await steps.return();
  }
}

function liveChunks(events: readonly LiveEvent[], mode: StreamMode): readonly unknown[] {
  return events.flatMap((event) => {
    if (event.kind === "custom") return mode === "custom" ? [event.value] : [];
    return mode === "tasks" ? [event.task] : [];
  });
}

function reportChunks(report: Report, mode: StreamMode): readonly unknown[] {
  switch (mode) {
    case "values":
      return valuesChunks(report);
    case "updates":
      return updatesChunks(report);
    case "tasks":
      return report.tasks;
    case "custom":
      return [];
  }
}

function valuesChunks({ values, hasWritten, interrupts, isAtBreakpoint }: Report): readonly unknown[] {
  if (isAtBreakpoint || interrupts.length > 0) return [{ [INTERRUPT]: interrupts }];
  return hasWritten ? [values] : [];
}

function updatesChunks({ updates, interrupts, isAtBreakpoint }: Report): readonly unknown[] {
  const stop = isAtBreakpoint ? [{ [INTERRUPT]: [] }] : [];
  return [...updates, ...interrupts.map((interrupt) => ({ [INTERRUPT]: [interrupt] })), ...stop];
}
