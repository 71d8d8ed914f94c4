// How often a call stores its thread: behind every superstep, or, for a saver that lets it, once on the way out.
import type { CallSaver } from "./at-exit.ts";
import type { Checkpointer } from "./checkpointer.ts";

/** LangGraph's names. "async" is the same as "sync" here: each superstep is stored before the next one starts. */
export type Durability = "async" | "sync" | "exit";

export interface DurabilityOptions {
  /**
   * "exit" stores what the call came to once, at its end, its pause or its failure; only with a saver that forgets everything in a
   * crash anyway, such as MemorySaver. Any other saver, and any other mode, stores each superstep before the next one starts.
   */
  readonly durability?: Durability;
  /** LangGraph's older name: `false` is "exit". */
  readonly checkpointDuring?: boolean;
}

/** @throws GraphValueError for both options at once, or a mode that does not exist. */
export async function callSaver(
  saver: Checkpointer | undefined,
  options: DurabilityOptions,
): Promise<CallSaver> {
  if (options.durability === undefined && options.checkpointDuring === undefined)
    return { saver, flush: () => Promise.resolve() };
  const { chosenSaver } = await import("./on-demand.ts");
  return chosenSaver(saver, options);
}
