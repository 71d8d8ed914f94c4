// What a builder or a caller can get wrong.
import { type Runtime, stateOf, thread } from "../runtimes.ts";
import { asking, compiled, refused, row, type Topic } from "../scenario.ts";

const OWN_CLASS = "A class of its own.";
const oneNode = (runtime: Runtime, node: (...args: never) => unknown) =>
  compiled(runtime, (builder) => builder.addNode("n", node as never).addEdge(runtime.START, "n"));

export const mistakes: Topic = {
  topic: "Mistakes and limits",
  scenarios: [
    {
      title: "a question without a checkpointer",
      play: async (runtime) =>
        refused(() => asking(runtime, "ok?", {}).invoke({ a: 1 }), "No checkpointer set"),
    },
    ...(["getState", "updateState"] as const).map((method) => ({
      title: `${method} without a checkpointer`,
      play: async (runtime: Runtime) =>
        refused(() => asking(runtime, "ok?", {})[method](thread, {}), "No checkpointer set"),
    })),
    {
      title: "getStateHistory without a checkpointer",
      play: async (runtime) =>
        refused(async () => asking(runtime, "ok?", {}).getStateHistory(thread).next(), "No checkpointer set"),
    },
    {
      title: "a question outside of a graph",
      play: async (runtime) =>
        refused(() => runtime.interrupt("ok?"), "Called interrupt() outside the context of a graph."),
      differs: {
        why: OWN_CLASS,
        langgraph: { refused: "Error", says: "Called interrupt() outside the context of a graph." },
        ours: { refused: "GraphValueError", says: "Called interrupt() outside the context of a graph." },
      },
    },
    ...([undefined, 5, ""] as const).map((id) => ({
      title: `the thread id ${id === undefined ? "missing" : JSON.stringify(id)}`,
      play: async (runtime: Runtime) =>
        refused(() =>
          asking(runtime).invoke(
            { a: 1 },
            { configurable: id === undefined ? {} : { thread_id: id as never } },
          ),
        ),
      differs: {
        why: OWN_CLASS,
        langgraph: { refused: "Error" },
        ours: { refused: "GraphValueError" },
      },
    })),
    {
      title: "the thread id __proto__",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A"));
        return refused(() => graph.invoke({ a: 1 }, { configurable: { thread_id: "__proto__" } }));
      },
      differs: {
        why: "It is a name like any other.",
        langgraph: { refused: "Error" },
        ours: { came: { a: 1, log: ["A"] } },
      },
    },
    {
      title: "more supersteps than the recursion limit",
      play: async (runtime) =>
        refused(
          () =>
            compiled(runtime, (builder) => row(builder, "A", "B", "C")).invoke(
              { a: 1 },
              { ...thread, recursionLimit: 2 },
            ),
          'Recursion limit of 2 reached without hitting a stop condition. You can increase the limit by setting the "recursionLimit" config key.',
        ),
    },
    {
      title: "as many supersteps as the recursion limit",
      play: async (runtime) =>
        refused(() =>
          compiled(runtime, (builder) => row(builder, "A", "B", "C")).invoke(
            { a: 1 },
            { ...thread, recursionLimit: 3 },
          ),
        ),
      differs: {
        why: "A limit of three is three supersteps; LangGraph fails although all of them ran.",
        langgraph: { refused: "GraphRecursionError", code: "GRAPH_RECURSION_LIMIT" },
        ours: { came: { a: 1, log: ["A", "B", "C"] } },
      },
    },
    {
      title: "25 supersteps are the limit when none is given",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("A", () => ({ log: ["A"] }))
            .addEdge(runtime.START, "A")
            .addEdge("A", "A"),
        );
        return refused(() => graph.invoke({ a: 1 }, thread), "Recursion limit of 25 reached");
      },
    },
    {
      title: "null goes on behind the recursion limit",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B", "C"));
        await graph.invoke({ a: 1 }, { ...thread, recursionLimit: 2 }).catch(() => undefined);
        return graph.invoke(null, thread);
      },
    },
    {
      title: "a recursion limit of 0",
      play: async (runtime) =>
        refused(
          () => asking(runtime).invoke({ a: 1 }, { ...thread, recursionLimit: 0 }),
          'Passed "recursionLimit" must be at least 1',
        ),
      differs: {
        why: OWN_CLASS,
        langgraph: { refused: "Error", says: 'Passed "recursionLimit" must be at least 1' },
        ours: { refused: "GraphValueError", says: 'Passed "recursionLimit" must be at least 1' },
      },
    },
    {
      title: "two writers of a channel without a reducer",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("x", () => ({ a: 1 }))
            .addNode("y", () => ({ a: 2 }))
            .addEdge(runtime.START, "x")
            .addEdge(runtime.START, "y"),
        );
        return refused(
          () => graph.invoke({ log: [] }, thread),
          "LastValue can only receive one value per step.",
        );
      },
    },
    ...[5, "text", true].map((value) => ({
      title: `a node that returns ${JSON.stringify(value)}`,
      play: async (runtime: Runtime) =>
        refused(
          () => oneNode(runtime, () => value).invoke({ a: 1 }, thread),
          `Expected node "n" to return an object or an array containing at least one Command object, received ${typeof value}`,
        ),
    })),
    {
      title: "a condition that returns undefined",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("A", () => ({}))
            .addEdge(runtime.START, "A")
            .addConditionalEdges("A", () => undefined as never),
        );
        return refused(
          () => graph.invoke({ a: 1 }, thread),
          "Branch condition returned unknown or null destination",
        );
      },
      differs: {
        why: OWN_CLASS,
        langgraph: { refused: "Error", says: "Branch condition returned unknown or null destination" },
        ours: { refused: "GraphValueError", says: "Branch condition returned unknown or null destination" },
      },
    },
    {
      title: "a Send to a node that does not exist",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("A", () => ({}))
            .addEdge(runtime.START, "A")
            .addConditionalEdges("A", () => new runtime.Send("ghost", {})),
        );
        return refused(() => graph.invoke({ a: 1 }, thread), 'Invalid node name "ghost" in Send packet');
      },
    },
    {
      title: "a node that nothing leads to",
      play: async (runtime) =>
        refused(
          () =>
            compiled(runtime, (builder) =>
              builder
                .addNode("A", () => ({}))
                .addNode("a1", () => ({}))
                .addEdge(runtime.START, "A"),
            ),
          "a1",
        ),
    },
    ...(
      [
        "a name that is taken",
        "a reserved name",
        "a name with |",
        "a name with :",
        "a name that is a channel",
        "an edge from END",
        "an edge to START",
      ] as const
    ).map((mistake) => ({
      title: `a graph built with ${mistake}`,
      play: async (runtime: Runtime) => {
        const State = stateOf(runtime);
        const builder = new runtime.StateGraph<typeof State, unknown, string>(State).addNode("A", () => ({}));
        return Promise.resolve(
          refused(() => {
            switch (mistake) {
              case "a name that is taken":
                return builder.addNode("A", () => ({}));
              case "a reserved name":
                return builder.addNode("__start__", () => ({}));
              case "a name with |":
                return builder.addNode("a|b", () => ({}));
              case "a name with :":
                return builder.addNode("a:b", () => ({}));
              case "a name that is a channel":
                return builder.addNode("log", () => ({}));
              case "an edge from END":
                return builder.addEdge(runtime.END, "A");
              case "an edge to START":
                return builder.addEdge("A", runtime.START);
            }
          }),
        );
      },
      differs: {
        why: OWN_CLASS,
        langgraph: { refused: "Error" },
        ours: { refused: "GraphValueError" },
      },
    })),
  ],
};
