// entrypoint(): a workflow written as one function, with task() for its steps; underneath it is a graph with one node.
import { Annotation } from "./annotation.ts";
import { currentAttempt } from "./attempt.ts";
import { Command, END, PREVIOUS, START } from "./command.ts";
import { createCompiledGraph } from "./compiled.ts";
import type { StreamConfig } from "./compiled-graph.ts";
import type { HistoryOptions } from "./inspect.ts";
import type { Plan, PlannedNode, Shown } from "./plan.ts";
import type { Values } from "./values.ts";
import { type CompileOptions, compiledWith, type ThreadConfig } from "./options.ts";
import { GraphValueError } from "./errors.ts";
import { INTERRUPT, isInterrupted } from "./interrupt.ts";
import type { Interrupt } from "./checkpointer.ts";
import type { StateSnapshot } from "./snapshot.ts";
import type { StreamChunk, StreamMode } from "./stream.ts";
import { checkName } from "./state-graph.ts";
import type { NodeConfig } from "./node-config.ts";

/** What the function gets beside its input; `previous` is what the thread's last run saved. */
export interface EntrypointConfig<Saved, Context = unknown> extends NodeConfig<Context> {
  readonly previous: Saved | undefined;
}

/** What a run returns to its caller, and what the next run of the thread finds as `previous`. */
export interface Final<Output, Saved> {
  readonly __lg_type: "__pregel_final";
  readonly value: Output;
  readonly save: Saved;
}

type Returned<Output, Saved> = Output | Final<Output, Saved>;

export interface EntrypointOptions extends CompileOptions {
  readonly name: string;
}

/** Mirrors what LangGraph's `entrypoint` gives. */
export interface Entrypoint<Input, Output, Context = unknown> {
  /**
   * What the function returns, or, while it waits for answers, the questions under `__interrupt__`. `null`, Commands and stream
   * modes as for graphs.
   */
  invoke<Mode extends StreamMode | readonly StreamMode[] = "values", HasNamespace extends boolean = false>(
    input: Input | Command | null,
    config?: StreamConfig<Context, Mode, HasNamespace>,
  ): Promise<
    Mode extends "values"
      ? Output | { readonly [INTERRUPT]: readonly Interrupt[] }
      : readonly StreamChunk<Mode, HasNamespace>[]
  >;
  stream<
    const Mode extends StreamMode | readonly StreamMode[] = "updates",
    HasNamespace extends boolean = false,
  >(
    input: Input | Command | null,
    config?: StreamConfig<Context, Mode, HasNamespace>,
  ): Promise<AsyncGenerator<StreamChunk<Mode, HasNamespace>, void, undefined>>;
  /** Its values are what the last run returned. */
  getState(config: ThreadConfig): Promise<StateSnapshot<unknown>>;
  getStateHistory(
    config: ThreadConfig,
    options?: HistoryOptions,
  ): AsyncGenerator<StateSnapshot<unknown>, void, undefined>;
}

interface Entry {
  <Input, Output, Saved = Output, Context = unknown>(
    options: string | EntrypointOptions,
    run: (
      input: Input,
      config: EntrypointConfig<Saved, Context>,
    ) => Returned<Output, Saved> | Promise<Returned<Output, Saved>>,
  ): Entrypoint<Input, Output, Context>;
  /** Returns one value and saves another one for the thread's next run. */
  readonly final: <Output, Saved>(parts: {
    readonly value: Output;
    readonly save: Saved;
  }) => Final<Output, Saved>;
}

type Inside = typeof State.State;

const State = Annotation.Root({
  input: Annotation<unknown>(),
  returned: Annotation<unknown>(),
  [PREVIOUS]: Annotation<unknown>(),
});

function createEntrypoint<Input, Output, Saved, Context>(
  options: string | EntrypointOptions,
  run: (input: Input, config: EntrypointConfig<Saved, Context>) => unknown,
): Entrypoint<Input, Output, Context> {
  const { name, ...compile } = typeof options === "string" ? { name: options } : options;
  refuseGenerator(run);
  checkName(name);
  const body = async (state: unknown, config: unknown): Promise<Values> => {
    // What the channels hold is what callers and this function put there; the engine hands over state and config.
    const { input, [PREVIOUS]: previous } = state as typeof State.State;
    const own = { ...(config as NodeConfig<Context>), previous: previous as Saved | undefined };
    const returned = await run(input as Input, own);
    return isFinal(returned)
      ? { returned: returned.value, [PREVIOUS]: returned.save }
      : { returned, [PREVIOUS]: returned };
  };
  const plan = planOf(name, body, compile);
  const graph = createCompiledGraph<Inside, typeof State.Update, Context, typeof State.Update, Inside>(
    plan,
    compile,
  );
  const inputOf = (input: Input | Command | null): Command | { readonly input: unknown } | null =>
    input === null || input instanceof Command ? (input as Command | null) : { input };
  const invoke = async (input: Input | Command | null, config?: StreamConfig<Context>): Promise<unknown> => {
    const result = await graph.invoke(inputOf(input), config);
    if (Array.isArray(result)) return result;
    // Only the questions: what an earlier run returned is not this one's.
    return isInterrupted(result) ? { [INTERRUPT]: result[INTERRUPT] } : (result as Inside).returned;
  };
  return {
    // What comes back, the mode says.
    invoke: invoke as Entrypoint<Input, Output, Context>["invoke"],
    stream: (input, config) => graph.stream(inputOf(input), config),
    getState: (config) => graph.getState(config),
    getStateHistory: (config, selection) => graph.getStateHistory(config, selection),
  };
}

/** A graph with one node. */
function planOf(name: string, run: PlannedNode["run"], options: CompileOptions): Plan {
  return {
    ...{ channels: State.spec, inputs: State.spec, outputs: undefined, untracked: [], shown },
    ...{ checkInput: undefined, checkContext: (context: unknown) => context, deferred: new Set() },
    nodes: new Map([[name, { name, run, ends: [] }]]),
    edges: new Map([
      [START, [name]],
      [name, [END]],
    ]),
    ...{ branches: new Map(), joins: [], ...compiledWith(options) },
  };
}

/** What is told of an entrypoint: what its function takes, and what it returned. */
const shown: Shown = {
  outputs: ["returned"],
  state: ({ returned = null }) => returned,
  input: ({ input }) => input,
  update: ({ returned }) => returned,
  result: ({ returned }) => ({ [END]: returned }),
};

/**
 * In an entrypoint: what the thread's last run returned or saved; undefined in its first. Mirrors LangGraph's `getPreviousState`.
 *
 * @throws GraphValueError outside of a running node.
 * @example
 * const total = (getPreviousState<number>() ?? 0) + amount;
 */
// The caller says what the last run saved, as in LangGraph.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function getPreviousState<Saved>(): Saved | undefined {
  return currentAttempt("getPreviousState()").node.previous as Saved | undefined;
}

/**
 * Makes a workflow of one function: what it awaits with `task()` is kept, so that after an answer or a crash only the rest runs.
 * Mirrors LangGraph's `entrypoint`.
 *
 * @throws GraphValueError for a generator.
 * @example
 * const write = task("write", (topic: string) => model.write(topic));
 * const essay = entrypoint({ name: "essay", checkpointer: new MemorySaver() }, async (topic: string) => {
 *   const text = await write(topic);
 *   return { text, approved: interrupt({ question: "Good?", text }) };
 * });
 */
export const entrypoint: Entry = Object.assign(createEntrypoint, {
  final: <Output, Saved>({
    value,
    save,
  }: {
    readonly value: Output;
    readonly save: Saved;
  }): Final<Output, Saved> => ({
    __lg_type: "__pregel_final",
    value,
    save,
  }),
});

function isFinal(returned: unknown): returned is Final<unknown, unknown> {
  return (
    typeof returned === "object" &&
    returned !== null &&
    "__lg_type" in returned &&
    returned.__lg_type === "__pregel_final"
  );
}

function refuseGenerator(run: (...args: never) => unknown): void {
  if (!/Generator/.test(run.constructor.name)) return;
  throw new GraphValueError(
    "Generators are disallowed as entrypoints. For streaming responses, use config.writer.",
  );
}
