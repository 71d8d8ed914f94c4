// Errors, retries, limits and aborts.
import { type Runtime, stateOf, thread } from "../runtimes.ts";
import { asking, compiled, refused, row, type Topic } from "../scenario.ts";

const OWN_CLASS = "A class of its own.";
/** LangGraph would print each try. */
const quiet = { logWarning: false };
const oneNode = (runtime: Runtime, node: (...args: never) => unknown) =>
  compiled(runtime, (builder) => builder.addNode("n", node as never).addEdge(runtime.START, "n"));

export const failures: Topic = {
  topic: "Errors, retries, limits and aborts",
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
    ...(["dup", "reserved", "bar", "colon", "channel", "endSource", "startTarget"] as const).map(
      (mistake) => ({
        title: `building: ${mistake}`,
        play: async (runtime: Runtime) => {
          const State = stateOf(runtime);
          const builder = new runtime.StateGraph<typeof State, unknown, string>(State).addNode(
            "A",
            () => ({}),
          );
          return Promise.resolve(
            refused(() => {
              switch (mistake) {
                case "dup":
                  return builder.addNode("A", () => ({}));
                case "reserved":
                  return builder.addNode("__start__", () => ({}));
                case "bar":
                  return builder.addNode("a|b", () => ({}));
                case "colon":
                  return builder.addNode("a:b", () => ({}));
                case "channel":
                  return builder.addNode("log", () => ({}));
                case "endSource":
                  return builder.addEdge(runtime.END, "A");
                case "startTarget":
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
      }),
    ),
    {
      title: "a node that throws: its own error, and null runs it again",
      play: async (runtime) => {
        let isBroken = true;
        const graph = oneNode(runtime, () => {
          if (isBroken) throw new RangeError("too far");
          return { log: ["done"] };
        });
        const failed = await refused(() => graph.invoke({ a: 1 }, thread), "too far");
        isBroken = false;
        return [failed, await graph.invoke(null, thread)];
      },
    },
    {
      title: "a node that throws beside one that finished: only it runs again",
      play: async (runtime) => {
        const runs: string[] = [];
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("done", () => {
              runs.push("done");
              return { log: ["done"] };
            })
            .addNode("fails", async () => {
              runs.push("fails");
              await new Promise((resolve) => setTimeout(resolve, 10));
              if (runs.length === 2) throw new Error("once");
              return { log: ["late"] };
            })
            .addEdge(runtime.START, "done")
            .addEdge(runtime.START, "fails"),
        );
        const failed = await refused(() => graph.invoke({ a: 1 }, thread), "once");
        return [failed, await graph.invoke(null, thread), runs];
      },
    },
    {
      title: "one asks and one throws: the answer goes on with both",
      play: async (runtime) => {
        let isBroken = true;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("ask", () => ({ log: [runtime.interrupt<string, string>("ok?")] }))
            .addNode("fails", async () => {
              await new Promise((resolve) => setTimeout(resolve, 10));
              if (isBroken) throw new Error("once");
              return { log: ["late"] };
            })
            .addEdge(runtime.START, "ask")
            .addEdge(runtime.START, "fails"),
        );
        const failed = await refused(() => graph.invoke({ a: 1 }, thread), "once");
        isBroken = false;
        return [failed, await graph.invoke(new runtime.Command({ resume: "yes" }), thread)];
      },
    },
    {
      title: "an error that a retry policy tries again",
      play: async (runtime) => {
        let runs = 0;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode(
              "n",
              () => {
                if (++runs < 3) throw new Error("passes");
                return { log: [`run ${runs}`] };
              },
              { retryPolicy: { ...quiet, maxAttempts: 3, initialInterval: 1, jitter: false } },
            )
            .addEdge(runtime.START, "n"),
        );
        return graph.invoke({ a: 1 }, thread);
      },
    },
    ...(["Cancelled", "AbortError: gone"] as const).map((message) => ({
      title: `an error that a retry policy does not try again: ${message}`,
      play: async (runtime: Runtime) => {
        let runs = 0;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode(
              "n",
              () => {
                runs++;
                throw new Error(message);
              },
              { retryPolicy: { ...quiet, maxAttempts: 3, initialInterval: 1 } },
            )
            .addEdge(runtime.START, "n"),
        );
        return [await refused(() => graph.invoke({ a: 1 }, thread)), runs];
      },
    })),
    ...[400, 404, 409, 500, 429].map((status) => ({
      title: `a retry policy and an answer with status ${status}`,
      play: async (runtime: Runtime) => {
        let runs = 0;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode(
              "n",
              () => {
                runs++;
                throw Object.assign(new Error("http"), { status });
              },
              { retryPolicy: { ...quiet, maxAttempts: 2, initialInterval: 1 } },
            )
            .addEdge(runtime.START, "n"),
        );
        await graph.invoke({ a: 1 }, thread).catch(() => undefined);
        return runs;
      },
    })),
    {
      title: "a question is never tried again by a retry policy",
      play: async (runtime) => {
        let runs = 0;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode(
              "n",
              () => {
                runs++;
                return { a: runtime.interrupt("ok?") };
              },
              { retryPolicy: { ...quiet, maxAttempts: 3, initialInterval: 1 } },
            )
            .addEdge(runtime.START, "n"),
        );
        await graph.invoke({}, thread);
        return runs;
      },
    },
    {
      title: "a signal that is aborted already",
      play: async (runtime) =>
        refused(() =>
          compiled(runtime, (builder) => row(builder, "A")).invoke(
            { a: 1 },
            { ...thread, signal: AbortSignal.abort() },
          ),
        ),
    },
    {
      title: "an abort while a node runs: it is next, and null goes on",
      play: async (runtime) => {
        const controller = new AbortController();
        let runs = 0;
        const graph = oneNode(runtime, async () => {
          if (runs++ === 0) {
            controller.abort();
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
          return { log: ["done"] };
        });
        const aborted = await refused(() => graph.invoke({ a: 1 }, { ...thread, signal: controller.signal }));
        const { next } = await graph.getState(thread);
        return [aborted, next, await graph.invoke(null, thread)];
      },
    },
  ],
};
