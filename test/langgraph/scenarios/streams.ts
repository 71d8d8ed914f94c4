// What the stream modes tell.
import { idsIn, thread } from "../runtimes.ts";
import { asking, branches, chunksOf, compiled, row, type Topic } from "../scenario.ts";

const SUBJECT = "What stream tells";

/** The two runs of before → ask → after: to the question, and behind its answer. */
const modes = ["values", "updates", "tasks"] as const;

/** Without what LangGraph adds for its tracing, and what its version 1.7 adds. */
function plain(chunks: readonly unknown[]): readonly unknown[] {
  return chunks.map((chunk) => {
    const { metadata, error, ...rest } = chunk as Record<string, unknown>;
    return rest;
  });
}

export const streams: Topic = {
  topic: SUBJECT,
  scenarios: [
    ...modes.flatMap((streamMode): Topic["scenarios"] => [
      {
        title: `${streamMode}: up to a question`,
        play: async (runtime) =>
          plain(await chunksOf(asking(runtime).stream({ a: 0 }, { ...thread, streamMode }))),
      },
      {
        title: `${streamMode}: behind its answer`,
        play: async (runtime) => {
          const graph = asking(runtime);
          await graph.invoke({ a: 0 }, thread);
          const answered = graph.stream(new runtime.Command({ resume: "yes" }), { ...thread, streamMode });
          return plain(await chunksOf(answered));
        },
      },
      {
        title: `${streamMode}: up to a breakpoint`,
        play: async (runtime) => {
          const graph = compiled(runtime, (builder) => row(builder, "one", "two"));
          const stopping = { ...thread, streamMode, interruptBefore: ["two"] };
          return plain(await chunksOf(graph.stream({}, stopping)));
        },
      },
    ]),
    {
      title: "updates is the mode when none is named",
      play: async (runtime) =>
        chunksOf(compiled(runtime, (builder) => row(builder, "one")).stream({}, thread)),
    },
    {
      title: "updates: each of several questions in a chunk of its own",
      play: async (runtime) => chunksOf(branches(runtime, ["one", "two"]).stream({}, thread)),
    },
    {
      title: "updates: what finished beside a question comes again behind its answer, marked as cached",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("done", () => ({ log: ["done"] }))
            .addNode("ask", async () => {
              await new Promise((resolve) => setTimeout(resolve, 10));
              return { log: [runtime.interrupt<string, string>("ok?")] };
            })
            .addEdge(runtime.START, "done")
            .addEdge(runtime.START, "ask"),
        );
        const first = await chunksOf(graph.stream({}, thread));
        return [first, await chunksOf(graph.stream(new runtime.Command({ resume: "yes" }), thread))];
      },
    },
    {
      title: "updates: what finished beside a failure comes again in the retry, marked as cached",
      play: async (runtime) => {
        let runs = 0;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("done", () => ({ log: ["done"] }))
            .addNode("fails", async () => {
              await new Promise((resolve) => setTimeout(resolve, 10));
              if (runs++ === 0) throw new Error("once");
              return { log: ["late"] };
            })
            .addEdge(runtime.START, "done")
            .addEdge(runtime.START, "fails"),
        );
        await graph.invoke({}, thread).catch(() => undefined);
        return chunksOf(graph.stream(null, thread));
      },
    },
    {
      title: "updates: parallel nodes in the order in which they finished, though reducers apply by name",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("alpha", async () => {
              await new Promise((resolve) => setTimeout(resolve, 20));
              return { log: ["alpha"] };
            })
            .addNode("zeta", () => ({ log: ["zeta"] }))
            .addEdge(runtime.START, "alpha")
            .addEdge(runtime.START, "zeta"),
        );
        const chunks = await chunksOf(graph.stream({}, thread));
        return [chunks, (await graph.getState(thread)).values.log];
      },
    },
    {
      title: "updates: a node that writes nothing",
      play: async (runtime) =>
        chunksOf(
          compiled(runtime, (builder) =>
            builder
              .addNode("nothing", () => undefined)
              .addNode("empty", () => ({}))
              .addEdge(runtime.START, "nothing")
              .addEdge("nothing", "empty"),
          ).stream({ a: 1 }, thread),
        ),
    },
    {
      title: "updates: a Command with an update",
      play: async (runtime) =>
        chunksOf(
          compiled(runtime, (builder) =>
            builder
              .addNode("one", () => new runtime.Command({ update: { a: 1 }, goto: "two" }), { ends: ["two"] })
              .addNode("two", () => [new runtime.Command({ update: { a: 2 } }), { log: ["two"] }])
              .addEdge(runtime.START, "one"),
          ).stream({}, thread),
        ),
    },
    {
      title: "updates: Sends, each in a chunk",
      play: async (runtime) =>
        chunksOf(
          compiled(runtime, (builder) =>
            builder
              .addNode("each", ({ part }: { part: string }) => ({ log: [part] }))
              .addConditionalEdges(runtime.START, () => [
                new runtime.Send("each", { part: "x" }),
                new runtime.Send("each", { part: "y" }),
              ]),
          ).stream({}, thread),
        ),
    },
    {
      title: "values: Sends, one state for the superstep",
      play: async (runtime) =>
        chunksOf(
          compiled(runtime, (builder) =>
            builder
              .addNode("each", ({ part }: { part: string }) => ({ log: [part] }))
              .addConditionalEdges(runtime.START, () => [
                new runtime.Send("each", { part: "x" }),
                new runtime.Send("each", { part: "y" }),
              ]),
          ).stream({}, { ...thread, streamMode: "values" }),
        ),
    },
    {
      title: "updates: a call of task() in a node, and again as cached when the node runs again",
      play: async (runtime) => {
        const slow = runtime.task("slow", (n: number) => n * 2);
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("n", async () => ({ a: [await slow(1), runtime.interrupt("ok?")] }))
            .addEdge(runtime.START, "n"),
        );
        const first = await chunksOf(graph.stream({ a: 0 }, thread));
        return [first, await chunksOf(graph.stream(new runtime.Command({ resume: "yes" }), thread))];
      },
    },
    {
      title: "tasks: a call of task() in a node",
      play: async (runtime) => {
        const slow = runtime.task("slow", (n: number) => n * 2);
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("n", async () => ({ a: [await slow(1), runtime.interrupt("ok?")] }))
            .addEdge(runtime.START, "n"),
        );
        const tasks = { ...thread, streamMode: "tasks" } as const;
        const first = await chunksOf(graph.stream({ a: 0 }, tasks));
        const answered = await chunksOf(graph.stream(new runtime.Command({ resume: "yes" }), tasks));
        return [plain(first), plain(answered)];
      },
    },
    {
      title: "values: a node that writes nothing tells nothing",
      play: async (runtime) =>
        chunksOf(
          compiled(runtime, (builder) =>
            builder
              .addNode("nothing", () => undefined)
              .addNode("empty", () => ({}))
              .addEdge(runtime.START, "nothing")
              .addEdge("nothing", "empty"),
          ).stream({ a: 1 }, { ...thread, streamMode: "values" }),
        ),
    },
    {
      title: "custom: what a node writes, again when it runs again",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("ask", (_, config) => {
              config.writer({ progress: 50 });
              return { a: runtime.interrupt("ok?") };
            })
            .addEdge(runtime.START, "ask"),
        );
        const first = await chunksOf(graph.stream({}, { ...thread, streamMode: "custom" }));
        const again = graph.stream(new runtime.Command({ resume: "yes" }), {
          ...thread,
          streamMode: "custom",
        });
        return [first, await chunksOf(again)];
      },
    },
    {
      title: "tasks: a task has the same id when it runs again",
      play: async (runtime) => {
        const graph = asking(runtime);
        const taskIds = (chunks: readonly unknown[]) =>
          chunks.flatMap((chunk) => {
            const { id, name } = chunk as { id: string; name: string };
            return name === "ask" ? [id] : [];
          });
        const before = taskIds(await chunksOf(graph.stream({}, { ...thread, streamMode: "tasks" })));
        const answered = graph.stream(new runtime.Command({ resume: "yes" }), {
          ...thread,
          streamMode: "tasks",
        });
        return new Set([...before, ...taskIds(await chunksOf(answered))]).size;
      },
    },
    {
      title: "the question of a stream is the one that getState lists",
      play: async (runtime) => {
        const graph = asking(runtime);
        const chunks = await chunksOf(graph.stream({}, thread));
        const { tasks } = await graph.getState(thread);
        return idsIn(chunks.at(-1))[0] === tasks[0]?.interrupts[0]?.id;
      },
    },
  ],
};
