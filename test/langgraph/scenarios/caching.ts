// Results of nodes that are kept for other runs and threads.
import { InMemoryCache as LangGraphCache } from "@langchain/langgraph-checkpoint";
import type { CompileOptions, NodeOptions } from "../../../src/graph/index.ts";
import { langgraph, type Runtime } from "../runtimes.ts";
import { chunksOf, compiled, refused, type Topic } from "../scenario.ts";

export const newCache = (runtime: Runtime) =>
  runtime === langgraph ? (new LangGraphCache() as never) : new runtime.InMemoryCache();

/** One node which logs how often it has run. */
function counted(
  runtime: Runtime,
  cachePolicy: unknown,
  body = (runs: number): unknown => ({ log: [`run ${runs}`] }),
) {
  let runs = 0;
  const options: CompileOptions = { checkpointer: new runtime.MemorySaver(), cache: newCache(runtime) };
  return compiled(
    runtime,
    (builder) =>
      builder
        .addNode("n", (() => body(++runs)) as never, { cachePolicy } as NodeOptions)
        .addEdge(runtime.START, "n"),
    options,
  );
}

const on = (id: string) => ({ configurable: { thread_id: id } });

export const caching: Topic = {
  topic: "Cached nodes",
  scenarios: [
    ...([{}, true, { keyFunc: () => "same" }] as const).map((policy) => ({
      title: `a cache with the policy ${JSON.stringify(policy)}${typeof policy === "object" && "keyFunc" in policy ? " and one key for all" : ""}`,
      play: async (runtime: Runtime) => {
        const graph = counted(runtime, policy);
        return [
          await graph.invoke({ a: 1 }, on("1")),
          await graph.invoke({ a: 1 }, on("2")),
          await graph.invoke({ a: 2 }, on("3")),
        ];
      },
    })),
    {
      title: "a hit is told as cached",
      play: async (runtime) => {
        const graph = counted(runtime, {});
        await graph.invoke({ a: 1 }, on("1"));
        return chunksOf(graph.stream({ a: 1 }, on("2")));
      },
    },
    {
      title: "a failed result is not cached",
      play: async (runtime) => {
        const graph = counted(runtime, {}, (runs) => {
          if (runs === 1) throw new Error("once");
          return { log: [`run ${runs}`] };
        });
        return [
          await refused(() => graph.invoke({ a: 1 }, on("1")), "once"),
          await graph.invoke({ a: 1 }, on("2")),
          await graph.invoke({ a: 1 }, on("3")),
        ];
      },
    },
    {
      title: "a cached Command leads on",
      play: async (runtime) => {
        const graph = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("n", () => new runtime.Command({ update: { log: ["n"] }, goto: "o" }), {
                cachePolicy: {},
                ends: ["o"],
              })
              .addNode("o", () => ({ log: ["o"] }))
              .addEdge(runtime.START, "n"),
          { cache: newCache(runtime) },
        );
        return [await graph.invoke({ a: 1 }), await graph.invoke({ a: 1 })];
      },
    },
    {
      title: "a question and its answer, and another thread with the same input",
      play: async (runtime) => {
        const graph = counted(runtime, {}, () => ({ a: runtime.interrupt("ok?") }));
        return [
          await graph.invoke({ a: 1 }, on("1")),
          await graph.invoke(new runtime.Command({ resume: "yes" }), on("1")),
          await graph.invoke({ a: 1 }, on("2")),
        ];
      },
      differs: {
        why: "An answer is for the question it was given to: LangGraph lets it decide for every thread with the same input.",
        langgraph: [
          { a: 1, log: [], __interrupt__: [{ id: "id 1", value: "ok?" }] },
          { a: "yes", log: [] },
          { a: "yes", log: [] },
        ],
        ours: [
          { a: 1, log: [], __interrupt__: [{ id: "id 1", value: "ok?" }] },
          { a: "yes", log: [] },
          { a: 1, log: [], __interrupt__: [{ id: "id 2", value: "ok?" }] },
        ],
      },
    },
  ],
};
