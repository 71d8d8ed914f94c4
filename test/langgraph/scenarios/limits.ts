// Timeouts, concurrency, durability, and what becomes of tasks beside one that fails.
import type { InvokeConfig } from "../../../src/graph/index.ts";
import { type Runtime, thread } from "../runtimes.ts";
import { asking, chunksOf, compiled, refused, row, type Topic } from "../scenario.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A node that takes long the first time. */
function slowAtFirst(runtime: Runtime) {
  let runs = 0;
  return compiled(runtime, (builder) =>
    builder
      .addNode("n", async () => {
        if (++runs === 1) await pause(100);
        return { log: [`run ${runs}`] };
      })
      .addEdge(runtime.START, "n"),
  );
}

function fanOut(runtime: Runtime, work: (n: number, config: { signal: AbortSignal }) => Promise<unknown>) {
  return compiled(runtime, (builder) =>
    builder
      .addNode("split", () => ({}))
      .addNode("work", (async ({ n }: { n: number }, config: { signal: AbortSignal }) =>
        work(n, config)) as never)
      .addEdge(runtime.START, "split")
      .addConditionalEdges("split", () => [1, 2, 3].map((n) => new runtime.Send("work", { n })), ["work"]),
  );
}

const stepsOf = async (graph: ReturnType<typeof compiled>) => {
  const history = await chunksOf(Promise.resolve(graph.getStateHistory(thread)));
  return history.map((snapshot) => {
    const { next, values, metadata } = snapshot as {
      next: unknown;
      values: { log: unknown };
      metadata: { step: number; source: string };
    };
    return [metadata.source, metadata.step, next, values.log];
  });
};

export const limits: Topic = {
  topic: "Timeouts, concurrency, durability, and failures side by side",
  scenarios: [
    {
      title: "a call with a timeout: its node is next, and null goes on",
      play: async (runtime) => {
        const graph = slowAtFirst(runtime);
        const failed = await refused(() => graph.invoke({ a: 1 }, { ...thread, timeout: 10 }));
        return [failed, (await graph.getState(thread)).next, await graph.invoke(null, thread)];
      },
    },
    {
      title: "a step timeout: its node is next, and null goes on",
      play: async (runtime) => {
        const graph = slowAtFirst(runtime);
        // LangGraph reads it from the compiled graph.
        Object.assign(graph, { stepTimeout: 20 });
        const failed = await refused(() => graph.invoke({ a: 1 }, { ...thread, stepTimeout: 20 }));
        Object.assign(graph, { stepTimeout: undefined });
        return [failed, (await graph.getState(thread)).next, await graph.invoke(null, thread)];
      },
      differs: {
        why: "The name says that time was over, and it is an option of the graph or the call.",
        langgraph: [{ refused: "Error" }, ["n"], { a: 1, log: ["run 2"] }],
        ours: [{ refused: "TimeoutError" }, ["n"], { a: 1, log: ["run 2"] }],
      },
    },
    ...[0, -1].map((timeout) => ({
      title: `a timeout of ${timeout}`,
      play: async (runtime: Runtime) =>
        refused(
          () => slowAtFirst(runtime).invoke({ a: 1 }, { ...thread, timeout }),
          "must be a positive number",
        ),
      differs: {
        why: "A class of its own.",
        langgraph: { refused: "Error", says: "must be a positive number" },
        ours: { refused: "GraphValueError", says: "must be a positive number" },
      },
    })),
    {
      title: "maxConcurrency: so many at a time, in order",
      play: async (runtime) => {
        const begun: number[] = [];
        let running = 0;
        let most = 0;
        const graph = fanOut(runtime, async (n) => {
          begun.push(n);
          most = Math.max(most, ++running);
          await pause(2);
          running--;
          return { log: [`w${n}`] };
        });
        return [await graph.invoke({ a: 1 }, { ...thread, maxConcurrency: 2 }), begun, most];
      },
    },
    {
      title: "maxConcurrency: what has not begun at a failure does not begin, and runs later",
      play: async (runtime) => {
        const begun: number[] = [];
        let isBroken = true;
        const graph = fanOut(runtime, async (n) => {
          begun.push(n);
          await pause(2);
          if (n === 1 && isBroken) throw new Error("one broke");
          return { log: [`w${n}`] };
        });
        const failed = await refused(
          () => graph.invoke({ a: 1 }, { ...thread, maxConcurrency: 1 }),
          "one broke",
        );
        isBroken = false;
        const before = [...begun];
        return [failed, before, await graph.invoke(null, thread), begun];
      },
    },
    {
      title: "a failure aborts the signal of those beside it",
      play: async (runtime) => {
        const aborted: boolean[] = [];
        const stopped = Promise.withResolvers<undefined>();
        const graph = fanOut(runtime, async (n, { signal }) => {
          if (n === 1) {
            await pause(2);
            throw new Error("one broke");
          }
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          aborted.push(signal.aborted);
          if (aborted.length === 2) stopped.resolve(undefined);
          throw new Error("told to stop");
        });
        const failed = await refused(() => graph.invoke({ a: 1 }, thread), "one broke");
        await stopped.promise;
        return [failed, aborted];
      },
    },
    {
      title: "a failure's siblings that stop run again with it, and those that finished do not",
      play: async (runtime) => {
        const runs: string[] = [];
        let isBroken = true;
        const graph = fanOut(runtime, async (n, { signal }) => {
          runs.push(`w${n}`);
          if (n === 1 || !isBroken) return { log: [`w${n}`] };
          if (n === 2) {
            await pause(5);
            throw new Error("two broke");
          }
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          throw new Error("told to stop");
        });
        const failed = await refused(() => graph.invoke({ a: 1 }, thread), "two broke");
        await pause(5);
        isBroken = false;
        return [failed, await graph.invoke(null, thread), runs];
      },
    },
    {
      title: "a run that goes on after a failure tells what had finished as cached",
      play: async (runtime) => {
        let isBroken = true;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("done", () => ({ log: ["done"] }))
            .addNode("fails", async () => {
              await pause(5);
              if (isBroken) throw new Error("once");
              return { log: ["late"] };
            })
            .addEdge(runtime.START, "done")
            .addEdge(runtime.START, "fails"),
        );
        await graph.invoke({ a: 1 }, thread).catch(() => undefined);
        isBroken = false;
        return chunksOf(graph.stream(null, thread));
      },
    },
    {
      title: "a failure is told by getState until it is mended",
      play: async (runtime) => {
        let isBroken = true;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("n", () => {
              if (isBroken) throw new RangeError("too far");
              return {};
            })
            .addEdge(runtime.START, "n"),
        );
        const errors = async () =>
          (await graph.getState(thread)).tasks.map(({ name, error }) => [name, error]);
        await graph.invoke({ a: 1 }, thread).catch(() => undefined);
        const failed = await errors();
        isBroken = false;
        await graph.invoke(null, thread);
        return [failed, await errors()];
      },
    },
    {
      title: "an answer and then an error: null runs the node with the answer again",
      play: async (runtime) => {
        let isBroken = true;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("n", () => {
              const answer = runtime.interrupt<string, string>("ok?");
              if (isBroken) throw new Error("once");
              return { log: [answer] };
            })
            .addEdge(runtime.START, "n"),
        );
        await graph.invoke({ a: 1 }, thread);
        const failed = await refused(
          () => graph.invoke(new runtime.Command({ resume: "yes" }), thread),
          "once",
        );
        isBroken = false;
        const again = (await graph.invoke(null, thread)) as {
          readonly __interrupt__?: unknown;
          log: unknown;
        };
        return [failed, again.log, "__interrupt__" in again];
      },
      differs: {
        why: "An answer is stored with what comes of it: a node that throws leaves its question open to another one (H1, H3).",
        langgraph: [{ refused: "Error", says: "once" }, ["yes"], false],
        ours: [{ refused: "Error", says: "once" }, [], true],
      },
    },
    ...(
      [{}, { durability: "sync" }, { durability: "async" }, { checkpointDuring: true }] as InvokeConfig[]
    ).map((config) => ({
      title: `what is stored with ${JSON.stringify(config)}`,
      play: async (runtime: Runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
        await graph.invoke({ a: 1 }, { ...thread, ...config });
        // An input is one checkpoint of ours, and two of LangGraph's.
        return (await stepsOf(graph)).slice(0, 2);
      },
    })),
    ...([{ durability: "exit" }, { checkpointDuring: false }] as InvokeConfig[]).flatMap((config) => [
      {
        title: `a call with ${JSON.stringify(config)} stores its end`,
        play: async (runtime: Runtime) => {
          const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
          await graph.invoke({ a: 1 }, { ...thread, ...config });
          return stepsOf(graph);
        },
      },
      {
        title: `a pause with ${JSON.stringify(config)}, and its answer`,
        play: async (runtime: Runtime) => {
          const graph = asking(runtime);
          const paused = await graph.invoke({}, { ...thread, ...config });
          const steps = await stepsOf(graph);
          const ended = await graph.invoke(new runtime.Command({ resume: "yes" }), { ...thread, ...config });
          return [paused, steps, ended, await stepsOf(graph)];
        },
      },
      {
        title: `a failure with ${JSON.stringify(config)}`,
        play: async (runtime: Runtime) => {
          const graph = compiled(runtime, (builder) =>
            row(builder, "A", "B")
              .addNode("C", () => {
                throw new Error("broke");
              })
              .addEdge("B", "C"),
          );
          const failed = await refused(() => graph.invoke({ a: 1 }, { ...thread, ...config }), "broke");
          return [failed, await stepsOf(graph)];
        },
      },
      {
        title: `a breakpoint with ${JSON.stringify(config)}`,
        play: async (runtime: Runtime) => {
          const graph = compiled(runtime, (builder) => row(builder, "A", "B"));
          await graph.invoke({ a: 1 }, { ...thread, ...config, interruptBefore: ["B"] });
          return [await stepsOf(graph), await graph.invoke(null, thread)];
        },
      },
    ]),
    ...[true, false].map((isBroken) => ({
      title: `a saver that fails at the end of a call with {"durability":"exit"}, ${isBroken ? "and a node that failed before" : "and nothing else"}`,
      play: async (runtime: Runtime) => {
        const checkpointer = new runtime.MemorySaver();
        const fail = () => Promise.reject(new RangeError("full"));
        // The names of LangGraph's, and of ours.
        Object.assign(checkpointer, { put: fail, putWrites: fail, append: fail });
        const graph = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("n", () => {
                if (isBroken) throw new TypeError("broke");
                return {};
              })
              .addEdge(runtime.START, "n"),
          { checkpointer },
        );
        return refused(
          () => graph.invoke({ a: 1 }, { ...thread, durability: "exit" }),
          isBroken ? "broke" : "full",
        );
      },
    })),
    {
      title: "both options for durability at once",
      play: async (runtime) =>
        refused(
          () =>
            compiled(runtime, (builder) => row(builder, "A")).invoke(
              { a: 1 },
              { ...thread, durability: "exit", checkpointDuring: false },
            ),
          "Cannot use both `durability` and `checkpointDuring` at the same time.",
        ),
      differs: {
        why: "A class of its own.",
        langgraph: {
          refused: "Error",
          says: "Cannot use both `durability` and `checkpointDuring` at the same time.",
        },
        ours: {
          refused: "GraphValueError",
          says: "Cannot use both `durability` and `checkpointDuring` at the same time.",
        },
      },
    },
    {
      title: "a durability that does not exist",
      play: async (runtime) =>
        refused(() =>
          compiled(runtime, (builder) => row(builder, "A")).invoke(
            { a: 1 },
            { ...thread, durability: "never" as "exit" },
          ),
        ),
      differs: {
        why: "A misspelt mode is an error.",
        langgraph: { came: { a: 1, log: ["A"] } },
        ours: { refused: "GraphValueError" },
      },
    },
  ],
};
