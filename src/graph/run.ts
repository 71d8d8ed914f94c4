// One invocation of a graph on one thread: what it works with.
import type { Checkpointer, ConsumedAnswer } from "./checkpointer.ts";
import type { TaskContext } from "./task.ts";

/** One invocation of a graph on one thread. */
export interface Run extends TaskContext {
  readonly saver: Checkpointer | undefined;
  /** Names this invocation in the slots that it writes. */
  readonly writer: string;
  readonly now: () => Date;
  readonly recursionLimit: number;
  /** The caller's, if it gave one. */
  readonly abort: AbortSignal | undefined;
  /** What nodes are given: the caller's, or one that never aborts. */
  readonly signal: AbortSignal;
}

/** Answers that were just given, by the path of the task that asked. */
export type GivenAnswers = ReadonlyMap<string, ConsumedAnswer>;
