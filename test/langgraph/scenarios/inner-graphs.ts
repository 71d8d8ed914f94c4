// Graphs within nodes: what holds for one as for a graph by itself.
import * as z from "zod";
import type { CompileOptions, InvokeConfig, NodeOptions } from "../../../src/graph/index.ts";
import { questionsIn, type Runtime, stateOf, thread } from "../runtimes.ts";
import { compiled, refused, row, type Topic } from "../scenario.ts";
import { newCache } from "./caching.ts";

type Graph = ReturnType<typeof compiled>;

const asNode = (graph: unknown) => graph as never;

/** As a node of another graph, or called in one. */
function around(runtime: Runtime, inner: unknown, options: CompileOptions = {}) {
  return compiled(
    runtime,
    (builder) => builder.addNode("sub", asNode(inner)).addEdge(runtime.START, "sub"),
    options,
  );
}

function calledIn(runtime: Runtime, inner: Graph, config?: InvokeConfig) {
  return around(runtime, (state: never) => inner.invoke(state, config));
}

/** Logs who is named in its context, which must say so. */
function withContext(runtime: Runtime): Graph {
  const graph: unknown = new runtime.StateGraph(stateOf(runtime), { context: z.object({ user: z.string() }) })
    .addNode("n", (_, { context }) => ({ log: [context.user] }))
    .addEdge(runtime.START, "n")
    .compile();
  return graph as Graph;
}

const ANN = { context: { user: "ann" } };
const NOBODY = { context: { user: 5 } };

/** Logs how often it has run. */
function counted(runtime: Runtime, options: CompileOptions): Graph {
  let runs = 0;
  return compiled(
    runtime,
    (builder) =>
      builder
        .addNode("n", () => ({ log: [`run ${++runs}`] }), { cachePolicy: {} } as NodeOptions)
        .addEdge(runtime.START, "n"),
    options,
  );
}

const OWN_CLASS = "A class of its own.";

export const innerGraphs: Topic = {
  topic: "Graphs within nodes: contexts, caches, limits and states",
  scenarios: [
    {
      title: "a context that fits the schema of the graph within",
      play: async (runtime) => [
        await around(runtime, withContext(runtime)).invoke({}, ANN),
        await calledIn(runtime, withContext(runtime)).invoke({}, ANN),
        await calledIn(runtime, withContext(runtime), ANN).invoke({}, NOBODY),
      ],
    },
    {
      title: "a context that does not fit the schema of the graph within",
      play: async (runtime) => [
        await refused(() => around(runtime, withContext(runtime)).invoke({}, NOBODY), "user"),
        await refused(() => around(runtime, withContext(runtime)).invoke({}), "user"),
        await refused(() => calledIn(runtime, withContext(runtime)).invoke({}, NOBODY), "user"),
        await refused(() => calledIn(runtime, withContext(runtime), NOBODY).invoke({}, ANN), "user"),
      ],
      differs: {
        why: "One class for every schema library.",
        langgraph: Array.from({ length: 4 }, () => ({ refused: "$ZodError", says: "user" })),
        ours: Array.from({ length: 4 }, () => ({ refused: "GraphValueError", says: "user" })),
      },
    },
    {
      title: "a cache of the graph around is not that of the graph within",
      play: async (runtime) => {
        const graph = around(runtime, counted(runtime, {}), { cache: newCache(runtime) });
        return [await graph.invoke({ a: 1 }), await graph.invoke({ a: 1 })];
      },
    },
    {
      title: "a cache of the graph within",
      play: async (runtime) => {
        const graph = around(runtime, counted(runtime, { cache: newCache(runtime) }));
        return [await graph.invoke({ a: 1 }), await graph.invoke({ a: 1 }), await graph.invoke({ a: 2 })];
      },
    },
    {
      title: "Command.PARENT writes what the graph around never stores, and what could not be stored",
      play: async (runtime) => {
        const State = new runtime.StateSchema({
          a: z.unknown(),
          open: new runtime.UntrackedValue<() => string>(),
        });
        const inner = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("leave", () => {
                const update = { open: () => "opened" };
                return new runtime.Command({ graph: runtime.Command.PARENT, update, goto: "see" });
              })
              .addEdge(runtime.START, "leave"),
          {},
        );
        const told: unknown[] = [];
        const graph = new runtime.StateGraph<typeof State, unknown, string>(State)
          .addNode("sub", asNode(inner), { ends: ["see"] })
          .addNode("see", ({ open }) => {
            told.push(typeof open);
            return { a: runtime.interrupt("ok?") };
          })
          .addEdge(runtime.START, "sub")
          .compile({ checkpointer: new runtime.MemorySaver() });
        told.push(questionsIn(await graph.invoke({}, thread)));
        told.push((await graph.invoke(new runtime.Command({ resume: "yes" }), thread)).a);
        return told;
      },
    },
    {
      title:
        "the state of a graph that keeps its state, before it begins, while it asks, and before it begins again",
      play: async (runtime) => {
        const inner = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("ask", () => ({ log: [runtime.interrupt<string, string>("ok?")] }))
              .addEdge(runtime.START, "ask"),
          { checkpointer: true },
        );
        const graph = around(runtime, inner, { checkpointer: new runtime.MemorySaver() });
        const told: unknown[] = [];
        const look = async () => {
          const { tasks } = await graph.getState(thread, { subgraphs: true });
          const state = tasks[0]?.state as Awaited<ReturnType<Graph["getState"]>> | undefined;
          told.push([state?.values.a, state?.next]);
        };
        await graph.invoke({ a: 1 }, { ...thread, interruptBefore: ["sub"] });
        await look();
        await graph.invoke(null, thread);
        await look();
        await graph.invoke(new runtime.Command({ resume: "yes" }), thread);
        await graph.invoke({ a: 2 }, { ...thread, interruptBefore: ["sub"] });
        await look();
        return told;
      },
      differs: {
        why: "While it asks, what it is at is told; LangGraph looks for that in another place than where it is stored.",
        langgraph: [
          [undefined, []],
          [undefined, []],
          [undefined, []],
        ],
        ours: [
          [undefined, []],
          [1, ["ask"]],
          [undefined, []],
        ],
      },
    },
    {
      title: "an update of the state within: the condition behind its node has the store of that graph",
      play: async (runtime) => {
        const store = new runtime.InMemoryStore();
        await store.put(["greetings"], "ann", { text: "hello" });
        const told: unknown[] = [];
        const inner = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("ask", () => ({ log: [runtime.interrupt<string, string>("ok?")] }))
              .addNode("then", () => ({ log: ["then"] }))
              .addEdge(runtime.START, "ask")
              .addConditionalEdges(
                "ask",
                async (_, config) => {
                  told.push((await config.store?.get(["greetings"], "ann"))?.value);
                  return "then";
                },
                ["then"],
              ),
          { store },
        );
        const graph = around(runtime, inner, { checkpointer: new runtime.MemorySaver() });
        await graph.invoke({ a: 1 }, thread);
        const { tasks } = await graph.getState(thread, { subgraphs: true });
        const { config } = tasks[0]?.state as Awaited<ReturnType<Graph["getState"]>>;
        await graph.updateState(config, { log: ["by hand"] }, "ask");
        const state = (await graph.getState(thread, { subgraphs: true })).tasks[0]?.state;
        const { values, next } = state as Awaited<ReturnType<Graph["getState"]>>;
        return [told, values.log, next];
      },
    },
    ...[0, -1].map((recursionLimit) => ({
      title: `a graph called in a node with a recursion limit of ${recursionLimit}`,
      play: async (runtime: Runtime) => {
        const inner = compiled(runtime, (builder) => row(builder, "n"), {});
        return refused(
          () => calledIn(runtime, inner, { recursionLimit }).invoke({ a: 1 }),
          'Passed "recursionLimit" must be at least 1',
        );
      },
      differs: {
        why: OWN_CLASS,
        langgraph: { refused: "Error", says: 'Passed "recursionLimit" must be at least 1' },
        ours: { refused: "GraphValueError", says: 'Passed "recursionLimit" must be at least 1' },
      },
    })),
    ...[0, -1].map((timeout) => ({
      title: `a graph called in a node with a timeout of ${timeout}`,
      play: async (runtime: Runtime) => {
        const inner = compiled(runtime, (builder) => row(builder, "n"), {});
        return refused(
          () => calledIn(runtime, inner, { timeout }).invoke({ a: 1 }),
          "must be a positive number",
        );
      },
      differs: {
        why: OWN_CLASS,
        langgraph: { refused: "Error", says: "must be a positive number" },
        ours: { refused: "GraphValueError", says: "must be a positive number" },
      },
    })),
  ],
};
