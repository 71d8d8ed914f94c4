// Stream modes for those who look inside: messages, checkpoints, debug, several modes at once, and graphs within nodes.
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { langgraph, type Runtime, thread } from "../runtimes.ts";
import { asking, chunksOf, compiled, type Topic } from "../scenario.ts";

const resume = (runtime: Runtime) => new runtime.Command({ resume: "yes" });

/** pre → sub, a graph of s1 → s2, of which the first writes a custom chunk and the second asks. */
function nested(runtime: Runtime) {
  const sub = compiled(
    runtime,
    (builder) =>
      builder
        .addNode("s1", (_, config) => {
          config.writer("from s1");
          return { log: ["s1"] };
        })
        .addNode("s2", () => ({ a: runtime.interrupt("in?") }))
        .addEdge(runtime.START, "s1")
        .addEdge("s1", "s2"),
    {},
  );
  return compiled(runtime, (builder) =>
    builder
      .addNode("pre", () => ({ log: ["pre"] }))
      .addNode("sub", sub as never)
      .addEdge(runtime.START, "pre")
      .addEdge("pre", "sub"),
  );
}

/** Of checkpoint chunks what both tell; LangGraph's checkpoint before START is left out. */
function checkpoints(chunks: readonly unknown[]): readonly unknown[] {
  return chunks.flatMap<unknown>((chunk) => {
    const told = chunk as Record<string, unknown> & { readonly payload?: Record<string, unknown> };
    const { values, next, tasks, metadata } = told.payload ?? told;
    if (String(next) === "__start__") return [];
    if (next === undefined) return [{ step: told["step"], type: told["type"], name: told.payload?.["name"] }];
    const { step } = metadata as { readonly step: number };
    const asked = (tasks as readonly { name: string; interrupts: unknown }[]).map(({ name, interrupts }) => ({
      name,
      interrupts,
    }));
    return [
      { ...(told.payload && { step: told["step"], type: told["type"] }), values, next, asked, at: step },
    ];
  });
}

/** Streams up to the question and behind it. */
const bothRuns =
  (options: object, told: (chunks: readonly unknown[]) => unknown = (chunks) => chunks, graphOf = nested) =>
  async (runtime: Runtime): Promise<unknown> => {
    const graph = graphOf(runtime);
    const first = await chunksOf(graph.stream({ a: 0 }, { ...thread, ...options }));
    return [told(first), told(await chunksOf(graph.stream(resume(runtime), { ...thread, ...options })))];
  };

export const modes: Topic = {
  topic: "More of what stream tells",
  scenarios: [
    {
      title: "several modes: each chunk behind its mode",
      play: bothRuns({ streamMode: ["updates", "values"] }),
    },
    { title: "a list of one mode", play: bothRuns({ streamMode: ["updates"] }) },
    {
      title: "several modes of a graph with one question",
      play: bothRuns({ streamMode: ["values", "custom", "updates"] }, undefined, (runtime) =>
        asking(runtime),
      ),
    },
    { title: "updates of graphs within nodes", play: bothRuns({ streamMode: "updates", subgraphs: true }) },
    { title: "values of graphs within nodes", play: bothRuns({ streamMode: "values", subgraphs: true }) },
    {
      title: "several modes of graphs within nodes",
      play: bothRuns({ streamMode: ["updates", "values", "custom"], subgraphs: true }),
    },
    {
      title: "custom chunks of a graph within a node are told without being asked for",
      play: bothRuns({ streamMode: "custom" }),
    },
    {
      title: "tasks of a graph within a node are not told without being asked for",
      play: bothRuns({ streamMode: "tasks" }, (chunks) =>
        chunks.map((chunk) => (chunk as { name: string }).name),
      ),
    },
    {
      title: "checkpoints: each one, and on the way on the one that it goes on from",
      play: bothRuns({ streamMode: "checkpoints" }, checkpoints),
    },
    {
      title: "debug: tasks, their results and checkpoints, with their steps",
      play: bothRuns({ streamMode: "debug" }, checkpoints),
    },
    {
      title: "messages: those that nodes write, each with its node",
      play: async (runtime) => {
        const human = { role: "user", content: "hi", id: "0" };
        const ai = { role: "assistant", content: "hello", id: "1" };
        const isTheirs = runtime === langgraph;
        const graph = new runtime.StateGraph<typeof runtime.MessagesAnnotation, unknown, string>(
          runtime.MessagesAnnotation,
        )
          .addNode("model", () => ({ messages: [isTheirs ? new AIMessage(ai) : ai] as never }))
          .addEdge(runtime.START, "model")
          .compile({ checkpointer: new runtime.MemorySaver() });
        const input = { messages: [isTheirs ? new HumanMessage(human) : human] as never };
        const chunks = await chunksOf(graph.stream(input, { ...thread, streamMode: "messages" }));
        return chunks.map((chunk) => {
          const [message, metadata] = chunk as [{ content: string }, Record<string, unknown>];
          const { langgraph_node, langgraph_step, langgraph_triggers, langgraph_path, thread_id, name } =
            metadata;
          return {
            content: message.content,
            ...{ langgraph_node, langgraph_step, langgraph_triggers, langgraph_path, thread_id, name },
          };
        });
      },
    },
    {
      title: "getState says where the state of a graph within a node is",
      play: async (runtime) => {
        const graph = nested(runtime);
        await graph.invoke({ a: 0 }, thread);
        const { tasks } = await graph.getState(thread);
        return tasks.map(({ name, state }) => ({ name, state }));
      },
    },
    {
      title: "getState with subgraphs tells that state",
      play: async (runtime) => {
        const graph = nested(runtime);
        await graph.invoke({ a: 0 }, thread);
        const { tasks } = await graph.getState(thread, { subgraphs: true });
        const { values, next, tasks: inner } = tasks[0]?.state as Awaited<ReturnType<typeof graph.getState>>;
        return { values, next, inner: inner.map(({ name, interrupts }) => ({ name, interrupts })) };
      },
    },
    {
      title: "getState of the graph within a node, by its namespace",
      play: async (runtime) => {
        const graph = nested(runtime);
        await graph.invoke({ a: 0 }, thread);
        const { tasks } = await graph.getState(thread);
        const { values, next } = await graph.getState(tasks[0]?.state as never);
        return { values, next };
      },
    },
    {
      title: "an update of the graph within a node: it goes on with that",
      play: async (runtime) => {
        const graph = nested(runtime);
        await graph.invoke({ a: 0 }, thread);
        const { tasks } = await graph.getState(thread);
        await graph.updateState(tasks[0]?.state as never, { log: ["by hand"] });
        return graph.invoke(resume(runtime), thread);
      },
    },
    {
      title: "the namespace of an update of the graph within a node",
      play: async (runtime) => {
        const graph = nested(runtime);
        await graph.invoke({ a: 0 }, thread);
        const { tasks } = await graph.getState(thread);
        const inner = tasks[0]?.state as { readonly configurable: { readonly checkpoint_ns: string } };
        const { configurable } = await graph.updateState(inner, { log: ["by hand"] });
        const { thread_id, checkpoint_ns, checkpoint_id } = configurable;
        const isInner = checkpoint_ns === inner.configurable.checkpoint_ns;
        return { thread_id, isInner, kind: typeof checkpoint_id };
      },
    },
    {
      title: "a config of getState has an empty namespace at the top",
      play: async (runtime) => {
        const graph = asking(runtime);
        await graph.invoke({ a: 0 }, thread);
        const { config } = await graph.getState(thread);
        return Object.keys(config.configurable).sort();
      },
    },
  ],
};
