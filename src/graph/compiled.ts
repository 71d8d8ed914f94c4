// A graph that runs: invoke, stream, and the state of its threads.
import type { CompiledGraph, StreamConfig } from "./compiled-graph.ts";
import { breakpointsOf } from "./breakpoint.ts";
import { Command } from "./command.ts";
import { drawingOf } from "./drawing.ts";
import { callSaver } from "./durability.ts";
import { INTERRUPT } from "./interrupt.ts";
import { once } from "./once.ts";
import { callPath } from "./path.ts";
import type { Plan } from "./plan.ts";
import { loadThread, placeFor, runFor } from "./prepare.ts";
import { startFrom } from "./start.ts";
import { createLive, type Live, type Report } from "./live.ts";
import type { CompileOptions, InvokeConfig } from "./options.ts";
import { isShown, reportOf } from "./report.ts";
import { supersteps } from "./superstep.ts";
import { isUpdate } from "./task.ts";
import type { Values } from "./values.ts";
import { versionOf } from "./version.ts";
import { picked } from "./record.ts";

const looking = once(() => import("./looking.ts"));
const nested = once(() => import("./nested.ts"));

/** Runs a plan. State, Update and Context were checked where the plan was built; inside the engine values are unknown. */
export function createCompiledGraph<State, Update, Context, Input, Output>(
  plan: Plan,
  options: CompileOptions,
): CompiledGraph<State, Update, Context, Input, Output> {
  type Graph = CompiledGraph<State, Update, Context, Input, Output>;
  const { invoke, stream } = runningOf(plan, options);
  const graph: Graph = {
    get version() {
      return versionOf(plan);
    },
    // What comes back, the mode says.
    invoke: invoke as Graph["invoke"],
    stream: stream as Graph["stream"],
    ...statesOf<State, Update>(plan, options),
    clearCache: async () => {
      await options.cache?.clear();
    },
    getGraph: (drawing) => drawingOf(plan, breakpointsOf(plan), drawing),
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
  const stream: Running["stream"] = async (input, config = {}) => {
    // Who only invokes does not load it: a function starts sooner by what it need not read.
    const { chunks } = await looking();
    const live = createLive();
    const steps = reports(plan, options, { input, config, live });
    const { streamMode: modes = "updates", subgraphs = false } = config;
    const { now = () => new Date() } = options;
    return chunks(steps, live, { modes, subgraphs, now });
  };
  return {
    stream,
    async invoke(input, config = {}) {
      const { streamMode = "values" } = config;
      if (streamMode !== "values") return Array.fromAsync(await stream(input, config));
      const last = lastOf(reports(plan, options, { input, config }));
      // The node around it may end without awaiting it; its run does not.
      placeFor(options, config)?.node.running.add(last);
      return resultFrom(await last, plan.outputs);
    },
  };
}

async function lastOf(told: AsyncIterable<Report>): Promise<Report | undefined> {
  let last: Report | undefined;
  for await (const report of told) last = report;
  return last;
}

type States<State, Update> = Pick<
  CompiledGraph<State, Update>,
  "getState" | "getStateHistory" | "updateState" | "bulkUpdateState" | "takeOver"
>;

/** Loaded by those who look at threads. */
function statesOf<State, Update>(plan: Plan, options: CompileOptions): States<State, Update> {
  const states = once(async () => (await looking()).createStates<State, Update>(plan, options));
  return {
    getState: async (...args) => (await states()).getState(...args),
    async *getStateHistory(...args) {
      yield* (await states()).getStateHistory(...args);
    },
    updateState: async (...args) => (await states()).updateState(...args),
    bulkUpdateState: async (...args) => (await states()).bulkUpdateState(...args),
    takeOver: async (...args) => (await states()).takeOver(...args),
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
  return names === undefined ? values : picked(values, (name) => names.includes(name));
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
    // Counted at once: what the node calls beside it is told apart by the order of the calls.
    const path = callPath(place, ":graph", place.calls++);
    const { nestedReports } = await nested();
    yield* nestedReports(plan, options, { input, config, node: place.node, path, live });
    return;
  }
  const given = runFor(plan, options, config);
  const context = plan.checkContext(given.context);
  const { saver, flush } = await callSaver(given.saver, config);
  const run = { ...given, context, saver, emit: live?.emit };
  run.abort?.throwIfAborted();
  let failure: unknown;
  try {
    const { thread, answers } = await startFrom(run, await loadThread(run, config), {
      input,
      onPaused: config.onPaused ?? "supersede",
    });
    yield { ...reportOf(run, thread), hasWritten: !isBare(plan, input) };
    yield* supersteps(run, thread, answers);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await flush(failure);
  }
}

/** Input that changes nothing of the state; without input the state that was there is told. */
function isBare(plan: Plan, input: unknown): boolean {
  return isUpdate(input) && !(input instanceof Command) && !isShown(plan, input);
}
