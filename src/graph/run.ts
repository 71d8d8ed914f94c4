// One invocation of a graph on one thread: what it works with.
import type { Breakpoints } from "./breakpoint.ts";
import type { ConsumedAnswer } from "./checkpointer.ts";
import type { Limits } from "./limits.ts";
import type { TaskContext } from "./task.ts";

/** One invocation of a graph on one thread. */
export interface Run extends TaskContext, Limits {
  readonly breakpoints: Breakpoints;
  readonly mayGoOn?: (() => boolean) | undefined;
  readonly stepsBefore?: number | undefined;
  /** Within a node: the checkpoint that the node's task began from. */
  readonly begunFrom?: string;
  /** What nodes are given: the caller's, or one that never aborts. */
  readonly signal: AbortSignal;
}

/** Answers that were just given, by the path of the task that asked; "answered" what a node raised, undefined what is only to run again. */
export type GivenAnswers = ReadonlyMap<string, ConsumedAnswer | "answered" | undefined>;
