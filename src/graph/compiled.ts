// A graph that runs: invoke, stream, and the state of its threads.
import { randomUUID } from "node:crypto";
import { type Breakpoints, breakpointsOf, hasBreakpoints } from "./breakpoint.ts";
import type { Channels } from "./annotation.ts";
import type { Checkpointer, CheckpointSlot, Interrupt } from "./checkpointer.ts";
import { Command } from "./command.ts";
import { drawingOf, type GraphDrawing } from "./drawing.ts";
import { GraphValueError } from "./errors.ts";
import { INTERRUPT } from "./interrupt.ts";
import type { Plan } from "./plan.ts";
import { type SnapshotConfig, snapshotOf, type StateSnapshot } from "./snapshot.ts";
import { startFrom } from "./start.ts";
import type { Run } from "./run.ts";
import { createLive, type Live } from "./live.ts";
import { nestedReports, placeFor } from "./nested.ts";
import type { CompileOptions, InvokeConfig, ThreadConfig } from "./options.ts";
import { chunks, type StreamMode } from "./stream.ts";
import { type Report, reportOf } from "./report.ts";
import { supersteps } from "./superstep.ts";
import { emptyThread, type Thread, threadAt, threadFromLog, threadsFromLog } from "./thread.ts";
import { isUpdate } from "./task.ts";
import { updateThread } from "./update.ts";

export interface StreamConfig<Context = unknown> extends InvokeConfig<Context> {
  /** What is told; "updates" by default. */
  readonly streamMode?: StreamMode;
}

export interface HistoryOptions {
  readonly limit?: number;
  /** Only what was written before this checkpoint. */
  readonly before?: ThreadConfig;
  readonly filter?: Partial<Pick<CheckpointSlot, "source" | "step">>;
}

/** The state; while the thread waits for answers with the questions under `__interrupt__`. */
export type InvokeResult<State> = State & { readonly [INTERRUPT]?: readonly Interrupt[] };

export type GraphInput<Update> = Update | Command<unknown, Update> | null;

/** Chunks of a mode; those of "custom" are whatever nodes wrote. */
type ChunkStream = AsyncGenerator<Readonly<Record<string, unknown>>, void, undefined>;

/** Mirrors LangGraph's compiled graph. */
export interface CompiledGraph<State, Update, Context = unknown> {
  /**
   * Runs until the graph ends or asks. With a stream mode besides "values", what comes back is everything that `stream` would tell. `null` continues a thread after a crash or an error, a Command answers it.
   *
   * @throws UnknownInterruptError for an answer that no waiting question fits; nothing has run then.
   * @throws CheckpointConflict when another run continues the thread; nothing of the step was saved.
   * @throws what a node threw; `invoke(null, …)` runs the failed tasks again.
   */
  invoke<Mode extends StreamMode = "values">(
    input: GraphInput<Update>,
    config?: InvokeConfig<Context> & { readonly streamMode?: Mode },
  ): Promise<Mode extends "values" ? InvokeResult<State> : readonly Readonly<Record<string, unknown>>[]>;
  /** The same, step by step; a chunk comes only once it is stored. Leaving the loop stops the graph after the step it is at. */
  stream(input: GraphInput<Update>, config?: StreamConfig<Context>): Promise<ChunkStream>;
  getState(config: ThreadConfig): Promise<StateSnapshot<State>>;
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
  /** Nodes and edges, for drawings. */
  getGraph(): GraphDrawing;
}

/** Runs a plan. State, Update and Context were checked where the plan was built; inside the engine values are unknown. */
export function createCompiledGraph<State, Update, Context>(
  plan: Plan,
  options: CompileOptions,
): CompiledGraph<State, Update, Context> {
  const history = async (config: ThreadConfig): Promise<readonly StateSnapshot<State>[]> => {
    const threadId = requiredThreadId(config);
    const log = await requiredSaver(options).load(threadId);
    const past = threadsFromLog(threadId, plan.channels, log).slice(0, -1);
    const latest = threadFromLog(threadId, plan.channels, log);
    // An earlier checkpoint's questions are answered or dropped: none of them waits.
    const snapshots = past.map((thread) => ({ ...snapshotOf<State>(plan.channels, thread), interrupts: [] }));
    return latest.checkpoint === undefined
      ? []
      : [snapshotOf<State>(plan.channels, latest), ...snapshots.reverse()];
  };
  const streamed = (input: unknown, config: StreamConfig<Context>): ChunkStream => {
    const live = createLive();
    const steps = reports(plan, options, { input, config, live });
    return chunks(steps, live, config.streamMode ?? "updates") as ChunkStream;
  };
  const invoked = async (input: unknown, config: StreamConfig<Context> = {}): Promise<unknown> => {
    const { streamMode = "values" } = config;
    if (streamMode !== "values") return Array.fromAsync(streamed(input, config));
    let last: Report | undefined;
    for await (const report of reports(plan, options, { input, config })) last = report;
    return resultFrom(last);
  };
  const graph: CompiledGraph<State, Update, Context> = {
    // Which of the two comes back, the mode says.
    invoke: invoked as CompiledGraph<State, Update, Context>["invoke"],
    stream: (input, config = {}) => Promise.resolve(streamed(input, config)),
    async getState(config) {
      const id = config.configurable?.checkpoint_id;
      if (id !== undefined) return oneOf(await history(config), id);
      const threadId = requiredThreadId(config);
      return snapshotOf(
        plan.channels,
        threadFromLog(threadId, plan.channels, await requiredSaver(options).load(threadId)),
      );
    },
    async *getStateHistory(config, selection = {}) {
      yield* selected(await history(config), selection);
    },
    async updateState(config, values, asNode) {
      requiredSaver(options);
      const run = runFor(plan, options, config);
      const { id, checkpoint } = await updateThread(run, await loadThread(run, config), { values, asNode });
      return { configurable: { thread_id: id, checkpoint_id: checkpoint?.id ?? "" } };
    },
    getGraph: () => drawingOf(plan),
  };
  channelsOfGraphs.set(graph, plan.channels);
  return graph;
}

const channelsOfGraphs = new WeakMap<object, Channels>();

/** The channels of a compiled graph; undefined for everything else. */
export function channelsOf(graph: object): Channels | undefined {
  return channelsOfGraphs.get(graph);
}

function resultFrom(last: Report | undefined): Readonly<Record<string, unknown>> {
  if (last === undefined) return {};
  const isPaused = last.interrupts.length > 0 || last.isAtBreakpoint;
  return { ...last.values, ...(isPaused && { [INTERRUPT]: last.interrupts }) };
}

function selected<State>(
  snapshots: readonly StateSnapshot<State>[],
  { limit = Infinity, before, filter = {} }: HistoryOptions,
): readonly StateSnapshot<State>[] {
  const id = before?.configurable?.checkpoint_id;
  const from =
    id === undefined ? 0 : snapshots.findIndex((one) => one.config.configurable.checkpoint_id === id) + 1;
  const fitting = snapshots.slice(from).filter(({ metadata }) => {
    const { source, step } = filter;
    return (source ?? metadata?.source) === metadata?.source && (step ?? metadata?.step) === metadata?.step;
  });
  return fitting.slice(0, limit);
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
  const run = { ...runFor(plan, options, config), emit: live?.emit };
  config.signal?.throwIfAborted();
  const loaded = await loadThread(run, config);
  const { thread, answers } = await startFrom(run, loaded, {
    input,
    onPaused: config.onPaused ?? "supersede",
  });
  yield { ...reportOf(thread), hasWritten: !isEmptyInput(input) };
  yield* supersteps(run, thread, answers);
}

function isEmptyInput(input: unknown): boolean {
  return isUpdate(input) && !(input instanceof Command) && Object.keys(input).length === 0;
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
  const { checkpointer, newId = randomUUID, now = () => new Date(), random = Math.random } = options;
  const { recursionLimit = 25 } = config;
  checkLimit(recursionLimit);
  const breakpoints = breakpointsOf(plan, options, config);
  checkPausable(checkpointer, breakpoints);
  const writer = newId();
  return {
    plan,
    breakpoints,
    isNested: false,
    threadId:
      checkpointer === undefined ? (config.configurable?.thread_id ?? writer) : requiredThreadId(config),
    isPausable: checkpointer !== undefined,
    configurable: config.configurable ?? {},
    context: config.context,
    random,
    saver: checkpointer,
    writer,
    now,
    recursionLimit,
    emit: undefined,
    abort: config.signal,
    signal: config.signal ?? new AbortController().signal,
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

function oneOf<State>(snapshots: readonly StateSnapshot<State>[], id: string): StateSnapshot<State> {
  const found = snapshots.find(({ config }) => config.configurable.checkpoint_id === id);
  if (found !== undefined) return found;
  throw new GraphValueError(`The thread has no checkpoint "${id}". getStateHistory lists those it has.`);
}

function requiredSaver({ checkpointer }: CompileOptions): Checkpointer {
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
