// What a compiled graph offers.
import type { Interrupt } from "./checkpointer.ts";
import type { Command } from "./command.ts";
import type { DrawingOptions, GraphDrawing } from "./drawn.ts";
import type { INTERRUPT } from "./interrupt.ts";
import type { HistoryOptions, StateOptions } from "./inspect.ts";
import type { SnapshotConfig, StateSnapshot } from "./snapshot.ts";
import type { InvokeConfig, ThreadConfig } from "./options.ts";
import type { StreamChunk, StreamMode } from "./stream.ts";
import type { Takeover } from "./take-over.ts";
import type { UpdateStep } from "./update.ts";

export interface StreamConfig<
  Context = unknown,
  Mode extends StreamMode | readonly StreamMode[] = StreamMode | readonly StreamMode[],
  HasNamespace extends boolean = boolean,
> extends InvokeConfig<Context> {
  /** What is told; "updates" by default. With a list each chunk comes behind its mode. */
  readonly streamMode?: Mode;
  /** Tells of graphs within nodes too; each chunk comes behind the namespace of its graph. */
  readonly subgraphs?: HasNamespace;
}

/** The state; while the thread waits for answers with the questions under `__interrupt__`. */
export type InvokeResult<State> = State & { readonly [INTERRUPT]?: readonly Interrupt[] };

export type GraphInput<Update, Input = Update> = Input | Command<unknown, Update> | null;

/** Mirrors LangGraph's compiled graph. */
export interface CompiledGraph<State, Update, Context = unknown, Input = Update, Output = State> {
  /**
   * Of its nodes, those of graphs within them, edges, channels and the version it was compiled with: another graph, or the same one
   * changed, has another one. Threads say which one wrote them.
   */
  readonly version: string;
  /**
   * Runs until the graph ends or asks. `null` continues a thread after a crash or an error, a Command answers it. With a stream
   * mode besides "values", what comes back is everything that `stream` would tell.
   *
   * @throws UnknownInterruptError for an answer that no waiting question fits; nothing has run then.
   * @throws CheckpointConflict when another run continues the thread; nothing of the step was saved.
   * @throws what a node threw; `invoke(null, …)` runs the failed tasks again.
   */
  invoke<Mode extends StreamMode | readonly StreamMode[] = "values", HasNamespace extends boolean = false>(
    input: GraphInput<Update, Input>,
    config?: StreamConfig<Context, Mode, HasNamespace>,
  ): Promise<Mode extends "values" ? InvokeResult<Output> : readonly StreamChunk<Mode, HasNamespace>[]>;
  /** The same, step by step; a chunk comes only once it is stored. Leaving the loop stops the graph after the step it is at. */
  stream<
    const Mode extends StreamMode | readonly StreamMode[] = "updates",
    HasNamespace extends boolean = false,
  >(
    input: GraphInput<Update, Input>,
    config?: StreamConfig<Context, Mode, HasNamespace>,
  ): Promise<AsyncGenerator<StreamChunk<Mode, HasNamespace>, void, undefined>>;
  /** Of the thread, or, with `checkpoint_ns`, of a graph within the node that it is at. */
  getState(config: ThreadConfig, options?: StateOptions): Promise<StateSnapshot<State>>;
  /** Newest first, forks included. */
  getStateHistory(
    config: ThreadConfig,
    options?: HistoryOptions,
  ): AsyncGenerator<StateSnapshot<State>, void, undefined>;
  /**
   * Changes the state: as if `asNode` had written it (by default the node that wrote last), or, while questions wait and no node
   * is named, under them. As "__input__" it is an input, which `invoke(null, …)` runs. With `checkpoint_id` the thread goes on from there, on a branch of its own.
   *
   * @throws InvalidUpdateError for an unknown node or channel, or when several nodes wrote last and none is named.
   * @throws CheckpointConflict when a run continues the thread at the same time.
   * @example
   * await graph.updateState({ configurable: { thread_id: "t1" } }, { draft: "better" });
   */
  updateState(config: ThreadConfig, values: Update | null, asNode?: string): Promise<SnapshotConfig>;
  /**
   * Changes the state in several supersteps, each with one update or with those of several nodes; tells where the last one led.
   *
   * @throws InvalidUpdateError as `updateState`, and for a superstep whose updates do not say which nodes they are written by.
   * @example
   * await graph.bulkUpdateState(thread, [{ updates: [{ values: { draft: "better" }, asNode: "write" }] }]);
   */
  bulkUpdateState(config: ThreadConfig, supersteps: readonly UpdateStep<Update>[]): Promise<SnapshotConfig>;
  /**
   * Takes over a thread that another version of the graph has written: `snapshot.version` is not this graph's `version`. It is one slot
   * of this version, so that of two who do it one loses. LangGraph has no such thing and goes on without a word.
   *
   * @throws InvalidUpdateError for an unknown channel or node.
   * @throws CheckpointConflict when a run continues the thread at the same time.
   * @example
   * const { version } = await graph.getState(thread);
   * if (version !== graph.version) await graph.takeOver(thread, { kind: "migrate", values: { env: "prod" } });
   */
  takeOver(config: ThreadConfig, takeover: Takeover<State>): Promise<SnapshotConfig>;
  /** Forgets what the cache that the graph was compiled with has kept. */
  clearCache(): Promise<void>;
  /**
   * Nodes and edges, for drawings.
   *
   * @example
   * console.log(graph.getGraph({ xray: true }).drawMermaid());
   */
  getGraph(options?: DrawingOptions): GraphDrawing;
  /** The same; LangGraph asks for it by this name. */
  getGraphAsync(options?: DrawingOptions): Promise<GraphDrawing>;
}
