// What happens when a node throws, a policy tries again, or a caller aborts.
import { type Runtime, thread } from "../runtimes.ts";
import { compiled, refused, row, type Topic } from "../scenario.ts";

/** LangGraph would print each try. */
const quiet = { logWarning: false };
const oneNode = (runtime: Runtime, node: (...args: never) => unknown) =>
  compiled(runtime, (builder) => builder.addNode("n", node as never).addEdge(runtime.START, "n"));

export const failures: Topic = {
  topic: "Errors, retries and aborts",
  scenarios: [
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
      title: "two nodes that throw: the first error",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("early", () => {
              throw new RangeError("early");
            })
            .addNode("late", async () => {
              await new Promise((resolve) => setTimeout(resolve, 10));
              throw new TypeError("late");
            })
            .addEdge(runtime.START, "early")
            .addEdge(runtime.START, "late"),
        );
        return [
          await refused(() => graph.invoke({ a: 1 }, thread), "early"),
          (await graph.getState(thread)).next,
        ];
      },
    },
    {
      title: "an answer and then an error: null tries again",
      play: async (runtime) => {
        let isBroken = true;
        const graph = oneNode(runtime, () => {
          const answer = runtime.interrupt<string, string>("ok?");
          if (isBroken) throw new Error("once");
          return { log: [answer] };
        });
        await graph.invoke({ a: 1 }, thread);
        const failed = await refused(
          () => graph.invoke(new runtime.Command({ resume: "yes" }), thread),
          "once",
        );
        isBroken = false;
        return [failed, await graph.invoke(null, thread)];
      },
      differs: {
        why: "An answer counts once something came of it (H1): the question is open again, also for a better answer.",
        langgraph: [
          { refused: "Error", says: "once" },
          { a: 1, log: ["yes"] },
        ],
        ours: [
          { refused: "Error", says: "once" },
          { a: 1, log: [], __interrupt__: [{ id: "id 1", value: "ok?" }] },
        ],
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
