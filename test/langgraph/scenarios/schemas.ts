// Writes past a reducer, schemas of input, output and context, and several updates at once.
import * as z from "zod";
import type { CompiledGraph } from "../../../src/graph/index.ts";
import { type Runtime, stateOf, thread } from "../runtimes.ts";
import { chunksOf, compiled, refused, row, type Topic } from "../scenario.ts";

type Update = Record<string, unknown>;

/** One node, or two beside each other. */
function writing(runtime: Runtime, first: Update, second?: Update) {
  return compiled(runtime, (builder) => {
    builder.addNode("x", () => first as object).addEdge(runtime.START, "x");
    if (second !== undefined) builder.addNode("y", () => second as object).addEdge(runtime.START, "y");
  });
}

/** The state, with the input and the output each one part of it. */
function partsOf(runtime: Runtime) {
  const State = stateOf(runtime);
  const { a, log } = State.spec;
  return {
    State,
    Input: runtime.Annotation.Root({ a }),
    Output: runtime.Annotation.Root({ log }),
  };
}

const FORMS = ["state", "stateSchema", "second argument"] as const;

function restricted(runtime: Runtime, form: (typeof FORMS)[number] = "state") {
  const { State, Input, Output } = partsOf(runtime);
  const beside = { input: Input, output: Output };
  const builder =
    form === "second argument"
      ? new runtime.StateGraph(State, beside)
      : form === "state"
        ? new runtime.StateGraph({ state: State, ...beside })
        : new runtime.StateGraph({ stateSchema: State, ...beside });
  const graph: unknown = builder
    .addNode("n", ({ a }) => ({ log: [`a is ${String(a)}`] }))
    .addEdge(runtime.START, "n")
    .compile({ checkpointer: new runtime.MemorySaver() });
  // Some scenarios hand in what the input has not.
  return graph as CompiledGraph<Update, Update>;
}

function withContext(runtime: Runtime, context: z.ZodType<{ user: string }>) {
  return new runtime.StateGraph(stateOf(runtime), { context })
    .addNode("n", (_, config) => ({ log: [config.context.user] }))
    .addEdge(runtime.START, "n")
    .compile();
}

const three = (runtime: Runtime) => compiled(runtime, (builder) => row(builder, "A", "B", "C"));

export const schemas: Topic = {
  topic: "Overwrites, schemas and updates in bulk",
  scenarios: [
    {
      title: "an Overwrite becomes the value",
      play: async (runtime) =>
        writing(runtime, { log: new runtime.Overwrite(["new"]) }).invoke({ log: ["old"] }, thread),
    },
    {
      title: "an Overwrite in JSON becomes the value",
      play: async (runtime) =>
        writing(runtime, { log: { __overwrite__: ["new"] } }).invoke({ log: ["old"] }, thread),
    },
    {
      title: "an Overwrite beside plain writes, before and behind them",
      play: async (runtime) => [
        await writing(runtime, { log: ["plain"] }, { log: new runtime.Overwrite(["new"]) }).invoke(
          { log: ["old"] },
          thread,
        ),
        await writing(runtime, { log: new runtime.Overwrite(["new"]) }, { log: ["plain"] }).invoke(
          { log: ["old"] },
          thread,
        ),
      ],
    },
    {
      title: "two Overwrites in one superstep",
      play: async (runtime) =>
        refused(
          () =>
            writing(
              runtime,
              { log: new runtime.Overwrite(["1"]) },
              { log: new runtime.Overwrite(["2"]) },
            ).invoke({ log: ["old"] }, thread),
          "Can receive only one Overwrite value per step.",
        ),
    },
    {
      title: "an Overwrite as input and as an update from outside",
      play: async (runtime) => {
        const graph = writing(runtime, { log: ["x"] });
        const first = await graph.invoke({ log: new runtime.Overwrite(["in"]) }, thread);
        await graph.updateState(thread, { log: new runtime.Overwrite(["by hand"]) });
        return [first, (await graph.getState(thread)).values];
      },
    },
    {
      title: "an Overwrite of a channel without a reducer",
      play: async (runtime) =>
        writing(runtime, { a: new runtime.Overwrite(5) }).invoke({ log: ["old"] }, thread),
      differs: {
        why: "It is a write like any other; LangGraph stores the wrapper.",
        langgraph: { log: ["old"], a: { lg_name: "Overwrite", __overwrite__: 5 } },
        ours: { log: ["old"], a: 5 },
      },
    },
    {
      title: "an Overwrite where the reducer has no default and nothing was written",
      play: async (runtime) => {
        const { Annotation } = runtime;
        const State = Annotation.Root({
          log: Annotation<readonly string[]>({ reducer: (log, more) => [...log, ...more] }),
        });
        return new runtime.StateGraph(State)
          .addNode("x", () => ({ log: new runtime.Overwrite(["new"]) }))
          .addNode("y", () => ({ log: ["plain"] }))
          .addEdge(runtime.START, "x")
          .addEdge(runtime.START, "y")
          .compile()
          .invoke({});
      },
      differs: {
        why: "An Overwrite drops what is written beside it there too.",
        langgraph: { log: ["new", "plain"] },
        ours: { log: ["new"] },
      },
    },
    ...FORMS.map((form) => ({
      title: `input and output schemas given with: ${form}`,
      play: async (runtime: Runtime) => {
        const graph = restricted(runtime, form);
        return [await graph.invoke({ a: 1 }, thread), (await graph.getState(thread)).values];
      },
    })),
    {
      title: "an output schema and the modes of stream",
      play: async (runtime) => [
        await chunksOf(restricted(runtime).stream({ a: 1 }, { ...thread, streamMode: "values" })),
        await chunksOf(restricted(runtime).stream({ a: 1 }, { ...thread, streamMode: "updates" })),
      ],
    },
    {
      title: "an input beyond the input schema",
      play: async (runtime) =>
        refused(() => restricted(runtime).invoke({ a: 1, log: ["mine"] }, thread), "input"),
      differs: {
        why: "What nobody reads is an error that lists what is read; LangGraph drops it without a word.",
        langgraph: { came: { log: ["a is 1"] } },
        ours: { refused: "InvalidUpdateError", says: "input" },
      },
    },
    {
      title: "an update from outside may go beyond the input schema",
      play: async (runtime) => {
        const graph = restricted(runtime);
        await graph.invoke({ a: 1 }, thread);
        await graph.updateState(thread, { log: ["by hand"] });
        return (await graph.getState(thread)).values;
      },
    },
    {
      title: "an output that is not written while the graph waits",
      play: async (runtime) => {
        const { State } = partsOf(runtime);
        const Output = runtime.Annotation.Root({ b: runtime.Annotation<unknown>() });
        const graph = new runtime.StateGraph({ state: State, output: Output })
          .addNode("n", () => ({ log: [runtime.interrupt("ok?")], b: 7 }) as object)
          .addEdge(runtime.START, "n")
          .compile({ checkpointer: new runtime.MemorySaver() });
        return [
          await graph.invoke({ a: 1 }, thread),
          await graph.invoke(new runtime.Command({ resume: "yes" }), thread),
          (await graph.getState(thread)).values,
        ];
      },
    },
    {
      title: "a context that fits its schema",
      play: async (runtime) =>
        withContext(runtime, z.object({ user: z.string() })).invoke({ a: 1 }, { context: { user: "ann" } }),
    },
    ...[{ user: 5 }, undefined].map((context) => ({
      title: `a context that does not fit its schema: ${JSON.stringify(context)}`,
      play: async (runtime: Runtime) => {
        const graph = withContext(runtime, z.object({ user: z.string() }));
        return refused(() => graph.invoke({}, { ...(context && { context: context as never }) }), "user");
      },
      differs: {
        why: "One class for every schema library.",
        langgraph: { refused: "$ZodError", says: "user" },
        ours: { refused: "GraphValueError", says: "user" },
      },
    })),
    {
      title: "a default in the context's schema",
      play: async (runtime) =>
        withContext(runtime, z.object({ user: z.string().default("ann") })).invoke(
          { a: 1 },
          { context: {} as never },
        ),
      differs: {
        why: "A default is given to the nodes.",
        langgraph: { a: 1, log: [undefined] },
        ours: { a: 1, log: ["ann"] },
      },
    },
    {
      title: "several supersteps of updates",
      play: async (runtime) => {
        const graph = three(runtime);
        await graph.bulkUpdateState(thread, [
          { updates: [{ values: { log: ["x"] }, asNode: "A" }] },
          { updates: [{ values: { log: ["y"] }, asNode: "B" }] },
        ]);
        const history = await chunksOf(Promise.resolve(graph.getStateHistory(thread)));
        const told = history.map((snapshot) => {
          const { metadata, next, values } = snapshot as {
            metadata: { step: number };
            next: unknown;
            values: unknown;
          };
          return [metadata.step, next, values];
        });
        return [told, await graph.invoke(null, thread)];
      },
    },
    ...[["A", "B"] as const, ["B", "A"] as const].map((nodes) => ({
      title: `updates of ${nodes.join(" and ")} in one superstep`,
      play: async (runtime: Runtime) => {
        const graph = three(runtime);
        await graph.bulkUpdateState(thread, [
          { updates: nodes.map((asNode) => ({ values: { log: [asNode] }, asNode })) },
        ]);
        const { next, values, metadata } = await graph.getState(thread);
        return [next, values, metadata?.step];
      },
    })),
    {
      title: "two updates of a channel without a reducer in one superstep",
      play: async (runtime) =>
        refused(
          () =>
            three(runtime).bulkUpdateState(thread, [
              {
                updates: [
                  { values: { a: 1 }, asNode: "A" },
                  { values: { a: 2 }, asNode: "B" },
                ],
              },
            ]),
          "LastValue can only receive one value per step.",
        ),
    },
    {
      title: "updates of one superstep that do not name their nodes",
      play: async (runtime) =>
        refused(
          () =>
            three(runtime).bulkUpdateState(thread, [
              { updates: [{ values: { a: 1 } }, { values: { a: 2 } }] },
            ]),
          '"asNode" is required when applying multiple updates',
        ),
    },
    ...[
      { steps: [], says: "No supersteps provided" },
      { steps: [{ updates: [] }], says: "No updates provided" },
    ].map(({ steps, says }) => ({
      title: `updates in bulk: ${JSON.stringify(steps)}`,
      play: async (runtime: Runtime) => refused(() => three(runtime).bulkUpdateState(thread, steps), says),
      differs: {
        why: "A class of its own.",
        langgraph: { refused: "Error", says },
        ours: { refused: "InvalidUpdateError", says },
      },
    })),
  ],
};
