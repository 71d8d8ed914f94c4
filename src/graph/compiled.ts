// A graph that runs: invoke, stream, and the state of its threads.
import { randomUUID } from "node:crypto";
import { type Breakpoints, breakpointsOf, hasBreakpoints } from "./breakpoint.ts";
import type { Checkpointer, Interrupt } from "./checkpointer.ts";
import { Command } from "./command.ts";
import { drawingOf } from "./drawing.ts";
import type { DrawingOptions, GraphDrawing } from "./drawn.ts";
import { callSaver } from "./durability.ts";
import { GraphValueError } from "./errors.ts";
import { INTERRUPT } from "./interrupt.ts";
import { limitsOf } from "./limits.ts";
import type { Plan } from "./plan.ts";
import {
  type HistoryOptions,
  historyAt,
  type Located,
  located,
  oneOf,
  selected,
  stateAt,
  type StateOptions,
} from "./inspect.ts";
import { configOf, type SnapshotConfig, type StateSnapshot } from "./snapshot.ts";
import { startFrom } from "./start.ts";
import type { Run } from "./run.ts";
import { createLive, type Live, type Report } from "./live.ts";
import { nestedReports, placeFor, storeFor } from "./nested.ts";
import type { CompileOptions, InvokeConfig, ThreadConfig } from "./options.ts";
import { chunks, type StreamChunk, type StreamMode } from "./stream.ts";
import { isShown, reportOf } from "./report.ts";
import { supersteps } from "./superstep.ts";
import { emptyThread, type Thread, threadAt, threadFromLog } from "./thread.ts";
import { isUpdate } from "./task.ts";
import { type UpdateStep, updateThreadInSteps } from "./update.ts";
import type { Values } from "./values.ts";

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
   * is named, under them. With `checkpoint_id` the thread goes on from there, on a branch of its own.
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

/** Runs a plan. State, Update and Context were checked where the plan was built; inside the engine values are unknown. */
export function createCompiledGraph<State, Update, Context, Input, Output>(
  plan: Plan,
  options: CompileOptions,
): CompiledGraph<State, Update, Context, Input, Output> {
  type Graph = CompiledGraph<State, Update, Context, Input, Output>;
  const { invoke, stream } = runningOf(plan, options);
  const graph: Graph = {
    // What comes back, the mode says.
    invoke: invoke as Graph["invoke"],
    stream: stream as Graph["stream"],
    ...statesOf<State, Update>(plan, options),
    clearCache: async () => {
      await options.cache?.clear();
    },
    getGraph: (drawing) => drawingOf(plan, breakpointsOf(plan, options), drawing),
    getGraphAsync: (drawing) => Promise.resolve(graph.getGraph(drawing)),
  };
  plans.set(graph, plan);
  return graph;
}

interface Running {
  readonly invoke: (input: unknown, config?: StreamConfig) => Promise<unknown>;
  readonly stream: (
    input: unknown,
    config?: StreamConfig,
  ) => Promise<AsyncGenerator<unknown, void, undefined>>;
}

function runningOf(plan: Plan, options: CompileOptions): Running {
  const stream: Running["stream"] = (input, config = {}) => {
    const live = createLive();
    const steps = reports(plan, options, { input, config, live });
    const { streamMode: modes = "updates", subgraphs = false } = config;
    const { now = () => new Date() } = options;
    return Promise.resolve(chunks(steps, live, { modes, subgraphs, now }));
  };
  return {
    stream,
    async invoke(input, config = {}) {
      const { streamMode = "values" } = config;
      if (streamMode !== "values") return Array.fromAsync(await stream(input, config));
      let last: Report | undefined;
      for await (const report of reports(plan, options, { input, config })) last = report;
      return resultFrom(last, plan.outputs);
    },
  };
}

type States<State, Update> = Pick<
  CompiledGraph<State, Update>,
  "getState" | "getStateHistory" | "updateState" | "bulkUpdateState"
>;

function statesOf<State, Update>(plan: Plan, options: CompileOptions): States<State, Update> {
  const locate = (config: ThreadConfig): Promise<Located> => {
    const saver = requiredSaver(options);
    return located(plan, { saver, threadId: requiredThreadId(config) }, config.configurable?.checkpoint_ns);
  };
  const history = async (config: ThreadConfig): Promise<readonly StateSnapshot<State>[]> => {
    const place = await locate(config);
    return historyAt(requiredSaver(options), place);
  };
  const updated = async (config: ThreadConfig, steps: readonly UpdateStep[]): Promise<SnapshotConfig> => {
    const { place, ...target } = await locate(config);
    const run = { ...runFor(plan, options, config), ...target };
    const { checkpoint } = await updateThreadInSteps(run, await loadThread(run, config), steps);
    return configOf(place, checkpoint);
  };
  return {
    async getState(config, wanted) {
      const id = config.configurable?.checkpoint_id;
      if (id !== undefined) return oneOf(await history(config), id);
      return stateAt(requiredSaver(options), await locate(config), wanted);
    },
    async *getStateHistory(config, selection = {}) {
      yield* selected(await history(config), selection);
    },
    updateState: (config, values, asNode) =>
      updated(config, [{ updates: [{ values, ...(asNode !== undefined && { asNode }) }] }]),
    bulkUpdateState: updated,
  };
}

const plans = new WeakMap<object, Plan>();

/** The plan of a compiled graph; undefined for everything else. */
export function planOf(graph: object): Plan | undefined {
  return plans.get(graph);
}

function resultFrom(last: Report | undefined, outputs: Plan["outputs"]): Values {
  if (last === undefined) return {};
  const isPaused = last.interrupts.length > 0 || last.isAtBreakpoint;
  return { ...partOf(last.values, outputs), ...(isPaused && { [INTERRUPT]: last.interrupts }) };
}

function partOf(values: Values, names: readonly string[] | undefined): Values {
  if (names === undefined) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

interface Call {
  readonly input: unknown;
  readonly config: InvokeConfig;
  /** Absent where nobody listens. */
  readonly live?: Live;
}

/** The state the run starts from, then one report for each superstep. */
async function* reports(
  plan: Plan,
  options: CompileOptions,
  { input, config, live }: Call,
): AsyncGenerator<Report, void, undefined> {
  const place = placeFor(options, config);
  if (place !== undefined) {
    yield* nestedReports(plan, options, { input, config, place });
    return;
  }
  const given = runFor(plan, options, config);
  const context = plan.checkContext === undefined ? given.context : plan.checkContext(given.context);
  const { saver, flush } = callSaver(given.saver, config);
  const run = { ...given, context, saver, emit: live?.emit };
  run.abort?.throwIfAborted();
  try {
    const { thread, answers } = await startFrom(run, await loadThread(run, config), {
      input,
      onPaused: config.onPaused ?? "supersede",
    });
    yield { ...reportOf(run, thread), hasWritten: !isBare(plan, input) };
    yield* supersteps(run, thread, answers);
  } finally {
    await flush();
  }
}

/** Input that changes nothing of the state; without input the state that was there is told. */
function isBare(plan: Plan, input: unknown): boolean {
  return isUpdate(input) && !(input instanceof Command) && !isShown(plan, input);
}

async function loadThread(run: Run, config: ThreadConfig): Promise<Thread> {
  const { channels } = run.plan;
  if (run.saver === undefined) return emptyThread(run.threadId, channels);
  const log = await run.saver.load(run.threadId);
  const wanted = config.configurable?.checkpoint_id;
  if (wanted === undefined) return threadFromLog(run.threadId, channels, log);
  const thread = threadAt(run.threadId, channels, log, wanted);
  if (thread !== undefined) return thread;
  throw new GraphValueError(
    `Thread "${run.threadId}" has no checkpoint "${wanted}". getStateHistory lists those it has.`,
  );
}

function runFor(plan: Plan, options: CompileOptions, config: InvokeConfig): Run {
  const { newId = randomUUID, now = () => new Date(), random = Math.random } = options;
  const checkpointer = saverOf(options);
  const { recursionLimit = 25 } = config;
  checkLimit(recursionLimit);
  const breakpoints = breakpointsOf(plan, options, config);
  checkPausable(checkpointer, breakpoints);
  const writer = newId();
  const limits = limitsOf(options, config);
  return {
    plan,
    breakpoints,
    isNested: false,
    threadId:
      checkpointer === undefined ? (config.configurable?.thread_id ?? writer) : requiredThreadId(config),
    isPausable: checkpointer !== undefined,
    configurable: config.configurable ?? {},
    context: config.context,
    store: storeFor(options, config),
    random,
    saver: checkpointer,
    writer,
    now,
    recursionLimit,
    emit: undefined,
    namespace: [],
    cache: options.cache,
    ...limits,
    signal: limits.abort ?? new AbortController().signal,
  };
}

function checkLimit(recursionLimit: number): void {
  if (recursionLimit >= 1) return;
  throw new GraphValueError(`Passed "recursionLimit" must be at least 1, not ${recursionLimit}.`);
}

function checkPausable(checkpointer: Checkpointer | undefined, breakpoints: Breakpoints): void {
  if (checkpointer !== undefined || !hasBreakpoints(breakpoints)) return;
  throw new GraphValueError(
    "No checkpointer set: a graph that stops before or after a node could not be continued. Compile it with { checkpointer }.",
    "MISSING_CHECKPOINTER",
  );
}

function saverOf({ checkpointer }: CompileOptions): Checkpointer | undefined {
  if (checkpointer === true)
    throw new GraphValueError(
      '"checkpointer: true" cannot be used for root graphs: it means that of the graph around it. Give this one a checkpointer, or run it within a node.',
    );
  return checkpointer === false ? undefined : checkpointer;
}

function requiredSaver(options: CompileOptions): Checkpointer {
  const checkpointer = saverOf(options);
  if (checkpointer !== undefined) return checkpointer;
  throw new GraphValueError(
    "No checkpointer set: there is no stored state. Compile the graph with { checkpointer }.",
    "MISSING_CHECKPOINTER",
  );
}

function requiredThreadId({ configurable }: ThreadConfig): string {
  // Callers without types pass anything.
  const id: unknown = configurable?.thread_id;
  if (typeof id === "string" && id !== "" && !id.includes("|")) return id;
  if (typeof id === "string" && id !== "")
    throw new GraphValueError(
      `The thread id "${id}" has "|" in it, which names graphs within nodes. Choose another one.`,
    );
  throw new GraphValueError(
    `A graph with a checkpointer needs a thread id, got ${id === "" ? "an empty string" : typeof id}. ` +
      'Pass { configurable: { thread_id: "my-thread" } }.',
  );
}
