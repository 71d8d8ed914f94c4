// entrypoint(): a workflow written as one function, with task() for its steps; underneath it is a graph with one node.
import { Annotation } from "./annotation.ts";
import { currentAttempt } from "./attempt.ts";
import { Command, END, PREVIOUS, START } from "./command.ts";
import type { CompiledGraph, StreamConfig } from "./compiled.ts";
import type { CompileOptions, InvokeConfig, ThreadConfig } from "./options.ts";
import { GraphValueError } from "./errors.ts";
import { INTERRUPT, isInterrupted } from "./interrupt.ts";
import type { Interrupt } from "./checkpointer.ts";
import type { StateSnapshot } from "./snapshot.ts";
import type { StreamMode } from "./stream.ts";
import { StateGraph } from "./state-graph.ts";
import type { NodeConfig } from "./task.ts";

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
  /** What the function returns, or, while it waits for answers, the questions under `__interrupt__`. `null` and Commands as for graphs. */
  invoke(
    input: Input | Command | null,
    config?: InvokeConfig<Context>,
  ): Promise<Output | { readonly [INTERRUPT]: readonly Interrupt[] }>;
  stream(
    input: Input | Command | null,
    config?: StreamConfig<Context>,
  ): Promise<AsyncGenerator<Readonly<Record<string, unknown>>, void, undefined>>;
  getState(config: ThreadConfig): Promise<StateSnapshot<unknown>>;
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
  const graph: CompiledGraph<typeof State.State, typeof State.Update, Context> = new StateGraph<
    typeof State,
    Context,
    string
  >(State)
    .addNode(name, async ({ input, [PREVIOUS]: previous }, config) => {
      // What the channels hold is what callers and this function put there.
      const returned = await run(input as Input, { ...config, previous: previous as Saved | undefined });
      return isFinal(returned)
        ? { returned: returned.value, [PREVIOUS]: returned.save }
        : { returned, [PREVIOUS]: returned };
    })
    .addEdge(START, name)
    .addEdge(name, END)
    .compile(compile);
  const inputOf = (input: Input | Command | null): Command | { readonly input: unknown } | null =>
    input === null || input instanceof Command ? (input as Command | null) : { input };
  return {
    async invoke(input, config) {
      const result = await graph.invoke(inputOf(input), config);
      // Only the questions: what an earlier run returned is not this one's.
      return isInterrupted(result) ? { [INTERRUPT]: result[INTERRUPT] } : (result.returned as Output);
    },
    stream: async (input, config = {}) => {
      const { streamMode = "updates" } = config;
      const chunks = await graph.stream(inputOf(input), { ...config, streamMode });
      // Chunks of "custom" are whatever was written, every other one is an object.
      return toldChunks(chunks, { mode: streamMode, name, isNew: !isContinued(input) }) as ChunkStream;
    },
    async getState(config) {
      const snapshot = await graph.getState(config);
      return { ...snapshot, values: snapshot.values.returned ?? null };
    },
  };
}

type ChunkStream = AsyncGenerator<Readonly<Record<string, unknown>>, void, undefined>;

function isContinued(input: unknown): boolean {
  return input === null || input === undefined || input instanceof Command;
}

interface Telling {
  readonly mode: StreamMode;
  readonly name: string;
  /** Begins with an input, which is no state to tell of. */
  readonly isNew: boolean;
}

/** The chunks of the graph underneath, in terms of the function: its input, and what it returned. */
async function* toldChunks(
  chunks: AsyncIterable<unknown>,
  { mode, name, isNew }: Telling,
): AsyncGenerator<unknown, void, undefined> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const isInput = isFirst && isNew && mode === "values";
    isFirst = false;
    if (!isInput) yield toldChunk(chunk as Readonly<Record<string, unknown>>, { mode, name });
  }
}

function toldChunk(
  chunk: Readonly<Record<string, unknown>>,
  { mode, name }: Pick<Telling, "mode" | "name">,
): unknown {
  if (mode === "custom" || INTERRUPT in chunk) return chunk;
  if (mode === "values") return chunk["returned"] ?? null;
  if (mode === "updates") return name in chunk ? { [name]: returnedIn(chunk[name]) } : chunk;
  if (chunk["name"] !== name || !("input" in chunk || isReturned(chunk["result"]))) return chunk;
  return "input" in chunk
    ? { ...chunk, input: (chunk["input"] as typeof State.State).input }
    : { ...chunk, result: { [END]: returnedIn(chunk["result"]) } };
}

function isReturned(result: unknown): boolean {
  return typeof result === "object" && result !== null && "returned" in result;
}

function returnedIn(result: unknown): unknown {
  return (result as typeof State.State).returned;
}

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
