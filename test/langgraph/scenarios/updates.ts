// updateState, getState, the history, replays and forks.
import { idsIn, questionsIn, type Runtime, thread } from "../runtimes.ts";
import { asking, chunksOf, compiled, refused, row, type Topic } from "../scenario.ts";

function stopped(runtime: Runtime) {
  return compiled(runtime, (builder) => row(builder, "A", "B", "C"), {
    checkpointer: new runtime.MemorySaver(),
    interruptBefore: ["B"],
  });
}

type Graph = ReturnType<typeof compiled>;

/** The parts of a snapshot that both tell. */
async function stateOf(graph: Graph, config = thread) {
  const { values, next, tasks, metadata } = await graph.getState(config);
  return {
    ...{ values, next, source: metadata?.source },
    tasks: tasks.map(({ name, interrupts }) => ({ name, interrupts })),
  };
}

async function historyOf(graph: Graph, options?: Parameters<Graph["getStateHistory"]>[1]) {
  const snapshots: Awaited<ReturnType<Graph["getState"]>>[] = [];
  for await (const snapshot of graph.getStateHistory(thread, options)) snapshots.push(snapshot);
  return snapshots;
}

/** Updates a thread that is stopped before B, then says what is next and runs on. */
const updating =
  (values: object | null, asNode?: string) =>
  async (runtime: Runtime): Promise<unknown> => {
    const graph = stopped(runtime);
    await graph.invoke({}, thread);
    await graph.updateState(thread, values, asNode);
    const state = await stateOf(graph);
    return [state, await graph.invoke(null, thread)];
  };

export const updates: Topic = {
  topic: "State, updates, history and forks",
  scenarios: [
    { title: "an update as nobody: as the last writer, and what is next stays", play: updating({ a: 9 }) },
    { title: "an update as B, which is next: B counts as done", play: updating({ a: 9 }, "B") },
    { title: "an update as A, which has run: B is next", play: updating({ a: 9 }, "A") },
    { title: "an update as START: A is next", play: updating({ a: 9 }, "__start__") },
    { title: "an update as END: nothing is next, and values stay", play: updating(null, "__end__") },
    { title: "a copy", play: updating(null, "__copy__") },
    { title: "an update of nothing", play: updating(null) },
    {
      title: "an update as a node that does not exist",
      play: async (runtime) => {
        const graph = stopped(runtime);
        await graph.invoke({}, thread);
        return refused(() => graph.updateState(thread, { a: 1 }, "zzz"), 'Node "zzz" does not exist');
      },
    },
    {
      title: "an update behind two nodes that wrote side by side",
      play: async (runtime) => {
        const graph = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("A", () => ({ log: ["A"] }))
              .addNode("B", () => ({ log: ["B"] }))
              .addNode("C", () => ({ log: ["C"] }))
              .addEdge(runtime.START, "A")
              .addEdge(runtime.START, "B")
              .addEdge(["A", "B"], "C"),
          { checkpointer: new runtime.MemorySaver(), interruptBefore: ["C"] },
        );
        await graph.invoke({}, thread);
        return refused(() => graph.updateState(thread, { a: 1 }), 'Ambiguous update, specify "asNode"');
      },
    },
    {
      title: "an update of a new thread",
      play: async (runtime) => {
        const graph = stopped(runtime);
        await graph.updateState(thread, { a: 1 });
        return stateOf(graph);
      },
    },
    {
      title: "an update of a new thread as A",
      play: async (runtime) => {
        const graph = stopped(runtime);
        await graph.updateState(thread, { a: 1 }, "A");
        return stateOf(graph);
      },
    },
    {
      title: "an update of a finished thread, which stays finished",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
        await graph.invoke({}, thread);
        await graph.updateState(thread, { a: 1 });
        return stateOf(graph);
      },
    },
    {
      title: "an update of a finished thread as A, which opens it again",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
        await graph.invoke({}, thread);
        await graph.updateState(thread, { a: 1 }, "A");
        return [await stateOf(graph), await graph.invoke(null, thread)];
      },
    },
    {
      title: "an update while a node asks: its question and id",
      play: async (runtime) => {
        const graph = asking(runtime);
        const [id] = idsIn(await graph.invoke({}, thread));
        await graph.updateState(thread, { a: 9 });
        const { next, tasks } = await graph.getState(thread);
        return { next, isStillAsked: tasks[0]?.interrupts[0]?.id === id };
      },
      differs: {
        why: "An update keeps what is asked: the card in front of the human stays valid (H13, H15).",
        langgraph: { next: ["ask"], isStillAsked: false },
        ours: { next: ["ask"], isStillAsked: true },
      },
    },
    {
      title: "a bare answer after an update while a node asks: the node sees the new state",
      play: async (runtime) => {
        const seen: unknown[] = [];
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("ask", ({ a }) => {
              seen.push(a);
              return { log: [runtime.interrupt<string, string>("ok?")] };
            })
            .addEdge(runtime.START, "ask"),
        );
        await graph.invoke({ a: 1 }, thread);
        await graph.updateState(thread, { a: 9 });
        return [await graph.invoke(new runtime.Command({ resume: "yes" }), thread), seen];
      },
    },
    {
      title: "an update as the node that asks: its question is skipped",
      play: async (runtime) => {
        const graph = asking(runtime);
        await graph.invoke({}, thread);
        await graph.updateState(thread, { a: "by hand" }, "ask");
        return [await stateOf(graph), await graph.invoke(null, thread)];
      },
    },
    {
      title: "the state of a paused thread",
      play: async (runtime) => {
        const graph = asking(runtime);
        await graph.invoke({ a: 0 }, thread);
        const { config, createdAt, parentConfig, ...rest } = await graph.getState(thread);
        const times = [typeof createdAt, typeof parentConfig?.configurable.checkpoint_id];
        return [await stateOf(graph), times, config.configurable.thread_id, rest.metadata?.step];
      },
    },
    {
      title: "the state of a thread that does not exist",
      play: async (runtime) => stateOf(asking(runtime)),
      differs: {
        why: "What the channels begin with is the state of a new thread.",
        langgraph: { values: {}, next: [], tasks: [] },
        ours: { values: { log: [] }, next: [], tasks: [] },
      },
    },
    {
      title: "updates as an input, each run by null",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
        const told: unknown[] = [];
        for (const a of [1, 2]) {
          await graph.updateState(thread, { a }, "__input__");
          const { metadata } = await graph.getState(thread);
          told.push([metadata?.source, await chunksOf(graph.stream(null, thread))]);
        }
        return [told, (await graph.getState(thread)).values];
      },
    },
    {
      title: "null as an update as an input",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A"));
        return refused(() => graph.updateState(thread, null, "__input__"));
      },
    },
    {
      title: "the state behind an update as an input",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A"));
        await graph.updateState(thread, { a: 1 }, "__input__");
        const { values, next } = await graph.getState(thread);
        return [values, next];
      },
      differs: {
        why: "An input is in the state as soon as it is stored.",
        langgraph: [{ log: [] }, ["__start__"]],
        ours: [{ a: 1, log: [] }, ["A"]],
      },
    },
    {
      title: "the state at a checkpoint that does not exist",
      play: async (runtime) => {
        const config = { configurable: { thread_id: "t", checkpoint_id: "zzz" } };
        return refused(async () => (await asking(runtime).getState(config)).next);
      },
      differs: {
        why: "It is an error that says where to find those that there are.",
        langgraph: { came: [] },
        ours: { refused: "GraphValueError" },
      },
    },
    {
      title: "the state while one of two branches has finished: its writes, and who is next",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("done", () => ({ log: ["done"] }))
            .addNode("ask", () => ({ log: [runtime.interrupt<string, string>("ok?")] }))
            .addEdge(runtime.START, "done")
            .addEdge(runtime.START, "ask"),
        );
        await graph.invoke({}, thread);
        const { values, next } = await graph.getState(thread);
        return { values, next };
      },
    },
    {
      title: "the state after a failure: the task with its error",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("fails", () => {
              throw new RangeError("too far");
            })
            .addEdge(runtime.START, "fails"),
        );
        await graph.invoke({}, thread).catch(() => undefined);
        const { next, tasks } = await graph.getState(thread);
        return [next, tasks.map(({ name, error }) => ({ name, error }))];
      },
    },
    {
      title: "a history: values and what was next, newest first",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
        await graph.invoke({ a: 1 }, thread);
        const snapshots = await historyOf(graph);
        return snapshots.map(({ values, next, metadata }) => ({ values, next, source: metadata?.source }));
      },
      differs: {
        why: "An input is one checkpoint, behind START; LangGraph writes another one before it.",
        langgraph: [
          { values: { a: 1, log: ["A", "B"] }, next: [], source: "loop" },
          { values: { a: 1, log: ["A"] }, next: ["B"], source: "loop" },
          { values: { a: 1, log: [] }, next: ["A"], source: "loop" },
          { values: { log: [] }, next: ["__start__"], source: "input" },
        ],
        ours: [
          { values: { a: 1, log: ["A", "B"] }, next: [], source: "loop" },
          { values: { a: 1, log: ["A"] }, next: ["B"], source: "loop" },
          { values: { a: 1, log: [] }, next: ["A"], source: "input" },
        ],
      },
    },
    {
      title: "a history tells what each step went on to write",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
        await graph.invoke({ a: 1 }, thread);
        const snapshots = await historyOf(graph, { limit: 3 });
        return snapshots.map(({ tasks }) => tasks.map(({ name, result }) => ({ name, result })));
      },
      differs: {
        why: "A checkpoint holds what a superstep changed, once; each task's own writes are kept only until it is stored.",
        langgraph: [[], [{ name: "B", result: { log: ["B"] } }], [{ name: "A", result: { log: ["A"] } }]],
        ours: [[], [{ name: "B", result: undefined }], [{ name: "A", result: undefined }]],
      },
    },
    {
      title: "a history with a limit, and before a checkpoint",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B", "C"));
        await graph.invoke({ a: 1 }, thread);
        const [, second] = await historyOf(graph, { limit: 2 });
        const before = await historyOf(graph, { before: second?.config as never, limit: 1 });
        return [second?.next, before.map(({ next }) => next)];
      },
    },
    {
      title: "a replay: what came before does not run again, and a fork is written",
      play: async (runtime) => {
        const runs: string[] = [];
        const graph = compiled(runtime, (builder) => {
          for (const name of ["A", "B", "C"]) {
            builder.addNode(name, () => {
              runs.push(name);
              return { log: [name] };
            });
          }
          return builder.addEdge(runtime.START, "A").addEdge("A", "B").addEdge("B", "C");
        });
        await graph.invoke({ a: 1 }, thread);
        const past = (await historyOf(graph)).find(({ next }) => next[0] === "B");
        const end = await graph.invoke(null, past?.config);
        const sources = (await historyOf(graph, { limit: 3 })).map(({ metadata }) => metadata?.source);
        return { end, runs, sources };
      },
    },
    {
      title: "a replay of a checkpoint whose question was answered asks again",
      play: async (runtime) => {
        const graph = asking(runtime);
        const [id] = idsIn(await graph.invoke({}, thread));
        await graph.invoke(new runtime.Command({ resume: "first" }), thread);
        const past = (await historyOf(graph)).find(({ next }) => next[0] === "ask");
        const again = await graph.invoke(null, past?.config);
        const end = await graph.invoke(new runtime.Command({ resume: "second" }), thread);
        return [questionsIn(again), idsIn(again)[0] === id, end];
      },
    },
    {
      title: "an answer at a checkpoint whose question was answered",
      play: async (runtime) => {
        const graph = asking(runtime);
        await graph.invoke({}, thread);
        await graph.invoke(new runtime.Command({ resume: "first" }), thread);
        const past = (await historyOf(graph)).find(({ next }) => next[0] === "ask");
        return refused(() => graph.invoke(new runtime.Command({ resume: "third" }), past?.config));
      },
      differs: {
        why: "An answer is consumed once; LangGraph gives the node the old one, whatever is said now.",
        langgraph: { came: { a: "first", log: ["before", "ask", "after"] } },
        ours: { refused: "UnknownInterruptError" },
      },
    },
    {
      title: "a fork with other values",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
        await graph.invoke({ a: 1 }, thread);
        const past = (await historyOf(graph)).find(({ next }) => next[0] === "B");
        const fork = await graph.updateState(past?.config ?? thread, { a: 2 });
        return graph.invoke(null, fork);
      },
    },
    {
      title: "new input at an earlier checkpoint",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
        await graph.invoke({ a: 1 }, thread);
        const past = (await historyOf(graph)).find(({ next }) => next[0] === "B");
        return graph.invoke({ a: 5 }, past?.config);
      },
    },
    {
      title: "null at a checkpoint that does not exist",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
        await graph.invoke({ a: 1 }, thread);
        const config = { configurable: { thread_id: "t", checkpoint_id: "zzz" } };
        return refused(() => graph.invoke(null, config));
      },
      differs: {
        why: "The error says that it is the checkpoint that does not exist.",
        langgraph: { refused: "EmptyInputError" },
        ours: { refused: "GraphValueError" },
      },
    },
  ],
};
