// Static breakpoints and NodeInterrupt.
import { questionsIn, type Runtime, thread } from "../runtimes.ts";
import { type Builder, compiled, refused, row, type Topic } from "../scenario.ts";

interface Stops {
  readonly interruptBefore?: readonly string[] | "*";
  readonly interruptAfter?: readonly string[] | "*";
}

function stopping(runtime: Runtime, stops: Stops, build = (builder: Builder) => row(builder, "A", "B", "C")) {
  return compiled(runtime, build, { checkpointer: new runtime.MemorySaver(), ...stops });
}

/** What is next each time it stops, until it ends. */
async function stopsOf(runtime: Runtime, stops: Stops, build?: (builder: Builder) => Builder) {
  const graph = stopping(runtime, stops, build);
  const seen: unknown[] = [];
  let result: unknown = await graph.invoke({}, thread);
  for (let turn = 0; turn < 10; turn++) {
    const { next } = await graph.getState(thread);
    seen.push([next, runtime.isInterrupted(result)]);
    if (next.length === 0) break;
    result = await graph.invoke(null, thread);
  }
  return { seen, result };
}

const raising = (runtime: Runtime, runs: string[] = []) =>
  compiled(runtime, (builder) =>
    builder
      .addNode("check", ({ a }) => {
        runs.push("check");
        if (a !== "short") throw new runtime.NodeInterrupt("too long");
        return { log: ["fine"] };
      })
      .addEdge(runtime.START, "check"),
  );

export const breakpoints: Topic = {
  topic: "Breakpoints and NodeInterrupt",
  scenarios: [
    { title: "before a node", play: async (runtime) => stopsOf(runtime, { interruptBefore: ["B"] }) },
    { title: "after a node", play: async (runtime) => stopsOf(runtime, { interruptAfter: ["B"] }) },
    { title: "before every node", play: async (runtime) => stopsOf(runtime, { interruptBefore: "*" }) },
    {
      title: "after every node, also the last one",
      play: async (runtime) => stopsOf(runtime, { interruptAfter: "*" }),
    },
    {
      title: "before one of two that run together: neither runs",
      play: async (runtime) =>
        stopsOf(runtime, { interruptBefore: ["B"] }, (builder) =>
          builder
            .addNode("A", () => ({ log: ["A"] }))
            .addNode("B", () => ({ log: ["B"] }))
            .addEdge(runtime.START, "A")
            .addEdge(runtime.START, "B"),
        ),
    },
    {
      title: "after one of two that run together: behind the superstep",
      play: async (runtime) =>
        stopsOf(runtime, { interruptAfter: ["A"] }, (builder) =>
          builder
            .addNode("A", () => ({ log: ["A"] }))
            .addNode("B", () => ({ log: ["B"] }))
            .addNode("C", () => ({ log: ["C"] }))
            .addEdge(runtime.START, "A")
            .addEdge(runtime.START, "B")
            .addEdge("A", "C"),
        ),
    },
    {
      title: "in a loop: each time round",
      play: async (runtime) =>
        stopsOf(runtime, { interruptBefore: ["A"] }, (builder) =>
          builder
            .addNode("A", () => ({ log: ["A"] }))
            .addEdge(runtime.START, "A")
            .addConditionalEdges("A", ({ log }) => (log.length < 3 ? "A" : "__end__"), ["A", "__end__"]),
        ),
    },
    {
      title: "those of a call replace those of the graph",
      play: async (runtime) => {
        const graph = stopping(runtime, { interruptBefore: ["B"] });
        await graph.invoke({}, { ...thread, interruptBefore: ["C"] });
        return (await graph.getState(thread)).next;
      },
    },
    {
      title: "an empty list at a call means none",
      play: async (runtime) =>
        stopping(runtime, { interruptBefore: ["B"] }).invoke({}, { ...thread, interruptBefore: [] }),
    },
    {
      title: "a name that does not exist, at compile",
      play: async (runtime) =>
        refused(() => stopping(runtime, { interruptBefore: ["zzz"] }), "`zzz` is not present"),
      differs: {
        why: "A class of its own.",
        langgraph: { refused: "Error", says: "`zzz` is not present" },
        ours: { refused: "GraphValueError", says: "`zzz` is not present" },
      },
    },
    {
      title: "a name that does not exist, at a call",
      play: async (runtime) =>
        refused(() => stopping(runtime, {}).invoke({}, { ...thread, interruptBefore: ["zzz"] })),
      differs: {
        why: "A gate that would never close is an error.",
        langgraph: { came: { log: ["A", "B", "C"] } },
        ours: { refused: "GraphValueError" },
      },
    },
    {
      title: "without a checkpointer",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"), { interruptBefore: ["B"] });
        return refused(() => graph.invoke({}));
      },
      differs: {
        why: "It could never be continued.",
        langgraph: { came: { log: ["A"], __interrupt__: [] } },
        ours: { refused: "GraphValueError", code: "MISSING_CHECKPOINTER" },
      },
    },
    {
      title: "a Command with any answer goes on",
      play: async (runtime) => {
        const graph = stopping(runtime, { interruptBefore: ["B"] });
        await graph.invoke({}, thread);
        return graph.invoke(new runtime.Command({ resume: "x" }), thread);
      },
    },
    {
      title: "an update at a breakpoint, which does not stop again",
      play: async (runtime) => {
        const graph = stopping(runtime, { interruptBefore: ["B"] });
        await graph.invoke({}, thread);
        await graph.updateState(thread, { a: 9 });
        return [(await graph.getState(thread)).next, await graph.invoke(null, thread)];
      },
    },
    {
      title: "within a graph that is a node: null goes on within it",
      play: async (runtime) => {
        const within = compiled(runtime, (builder) => row(builder, "x", "y"), { interruptBefore: ["y"] });
        const graph = compiled(runtime, (builder) =>
          builder.addNode("within", within as never).addEdge(runtime.START, "within"),
        );
        const stopped = await graph.invoke({ a: 1 }, thread);
        return [stopped, (await graph.getState(thread)).next, await graph.invoke(null, thread)];
      },
    },
    {
      title: "NodeInterrupt stops with its value",
      play: async (runtime) => {
        const graph = raising(runtime);
        return [questionsIn(await graph.invoke({}, thread)), (await graph.getState(thread)).next];
      },
    },
    {
      title: "NodeInterrupt again with null",
      play: async (runtime) => {
        const runs: string[] = [];
        const graph = raising(runtime, runs);
        await graph.invoke({}, thread);
        return [questionsIn(await graph.invoke(null, thread)), runs.length];
      },
    },
    {
      title: "NodeInterrupt, then an update, then null",
      play: async (runtime) => {
        const graph = raising(runtime);
        await graph.invoke({}, thread);
        await graph.updateState(thread, { a: "short" });
        return graph.invoke(null, thread);
      },
    },
    {
      title: "NodeInterrupt is not answered by a value",
      play: async (runtime) => {
        const graph = raising(runtime);
        await graph.invoke({}, thread);
        return questionsIn(await graph.invoke(new runtime.Command({ resume: "x" }), thread));
      },
    },
    {
      title: "NodeInterrupt without a checkpointer",
      play: async (runtime) => {
        const graph = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("check", () => {
                throw new runtime.NodeInterrupt("stop");
              })
              .addEdge(runtime.START, "check"),
          {},
        );
        return refused(async () => questionsIn(await graph.invoke({})));
      },
      differs: {
        why: "It would be lost at once.",
        langgraph: { came: ["stop"] },
        ours: { refused: "GraphValueError", code: "MISSING_CHECKPOINTER" },
      },
    },
  ],
};
