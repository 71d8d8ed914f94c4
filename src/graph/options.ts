// What a graph is compiled with, and what one call of it is told.
import type { BreakpointOptions } from "./breakpoint.ts";
import type { NodeCache } from "./cache.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { DurabilityOptions } from "./durability.ts";
import type { CallLimits, LimitOptions } from "./limits.ts";
import type { AnyAnswerHandler } from "./node.ts";
import type { Plan } from "./plan.ts";
import type { OnPaused } from "./start.ts";
import type { BaseStore } from "./store.ts";

export interface CompileOptions extends BreakpointOptions, LimitOptions {
  /**
   * Where threads are kept; without it the graph cannot stop at a question. A graph within a node has that of the graph around
   * it; for such a one `true` keeps its state from one run of the node to the next, and `false` keeps nothing.
   */
  readonly checkpointer?: Checkpointer | boolean;
  /** Of this workflow, when its nodes do something else though they, their edges and the channels are named as before. */
  readonly version?: string;
  /** What nodes remember beyond their thread: `config.store` and `getStore()`, in graphs within nodes too. */
  readonly store?: BaseStore | undefined;
  /** Where results of nodes with a `cachePolicy` are kept. */
  readonly cache?: NodeCache;
  /** By the name of a node: as the node's own option `onAnswer`, and instead of it. */
  readonly onAnswer?: Readonly<Record<string, AnyAnswerHandler>>;
  /** A random string for each invocation; for tests. */
  readonly newId?: () => string;
  readonly now?: () => Date;
  /** Spreads retries; for tests. */
  readonly random?: () => number;
}

/** What of the options a graph takes along into the nodes that it becomes. */
export function compiledWith({
  checkpointer,
  interruptBefore: before = [],
  interruptAfter: after = [],
  store,
  version,
}: CompileOptions): Pick<Plan, "keepsState" | "breakpoints" | "store" | "version"> {
  return { keepsState: checkpointer === true, breakpoints: { before, after }, store, version };
}

/** Names a thread. */
export interface ThreadConfig {
  readonly configurable?: {
    readonly thread_id?: string;
    readonly checkpoint_id?: string;
    readonly checkpoint_ns?: string;
    readonly [key: string]: unknown;
  };
}

export interface InvokeConfig<Context = unknown>
  extends ThreadConfig, BreakpointOptions, CallLimits, DurabilityOptions {
  /** Handed to every node as `config.context`. */
  readonly context?: Context;
  /** Instead of the one that the graph was compiled with. */
  readonly store?: BaseStore | undefined;
  /** How many milliseconds each task may take, its retries and error handler included; after that it fails with a NodeTimeoutError. */
  readonly nodeTimeout?: number;
  /** Asked before each superstep but the first: after a false the call ends, and `null` goes on with the rest. */
  readonly mayGoOn?: () => boolean;
  /** Supersteps of earlier calls that count towards this one's recursion limit: those that it goes on from after `mayGoOn` said no. */
  readonly stepsBefore?: number;
  /** What new input does while the thread waits for an answer: "supersede" (as in LangGraph, the default) drops the question. */
  readonly onPaused?: OnPaused;
}
