// What is done about nodes: deferred, timed, and handled when they fail.
import type { NodeOptions } from "../../../src/graph/index.ts";
import { type Runtime, thread } from "../runtimes.ts";
import { type Builder, chunksOf, compiled, refused, type Topic } from "../scenario.ts";

const logs = (line: string) => () => ({ log: [line] });
const quick = { maxAttempts: 2, initialInterval: 1, jitter: false, logWarning: false };
const fails = () => {
  throw new RangeError("too far");
};

/** n → next. */
function failing(runtime: Runtime, options: object, node: () => unknown = fails) {
  return compiled(runtime, (builder) =>
    builder
      .addNode("n", node as never, options as NodeOptions)
      .addNode("next", logs("next"))
      .addNode("rescue", logs("rescue"))
      .addEdge(runtime.START, "n")
      .addEdge("n", "next")
      .addConditionalEdges("next", () => runtime.END, ["rescue", runtime.END]),
  );
}

/** short and long1 → long2 beside each other, both of which lead to last. */
function twoWays(runtime: Runtime, build: (builder: Builder) => unknown = () => undefined) {
  return compiled(runtime, (builder) => {
    builder
      .addNode("long1", logs("long1"))
      .addNode("long2", logs("long2"))
      .addNode("short", logs("short"))
      .addNode("last", logs("last"), { defer: true })
      .addEdge(runtime.START, "long1")
      .addEdge(runtime.START, "short")
      .addEdge("long1", "long2")
      .addEdge("short", "last")
      .addEdge("long2", "last");
    return build(builder);
  });
}

export const policies: Topic = {
  topic: "Deferred, timed and handled nodes",
  scenarios: [
    {
      title: "a deferred node runs once nothing else is left",
      play: async (runtime) => twoWays(runtime).invoke({}, thread),
    },
    {
      title: "a deferred node is not next while it waits",
      play: async (runtime) => {
        const graph = twoWays(runtime);
        await graph.invoke({}, thread);
        const history = await chunksOf(Promise.resolve(graph.getStateHistory(thread)));
        return history.slice(0, 4).map((snapshot) => (snapshot as { next: unknown }).next);
      },
    },
    {
      title: "two deferred nodes, the second of which the first leads to again",
      play: async (runtime) =>
        chunksOf(
          compiled(runtime, (builder) =>
            builder
              .addNode("x", logs("x"), { defer: true })
              .addNode("y", logs("y"), { defer: true })
              .addNode("z", logs("z"))
              .addNode("w", logs("w"))
              .addEdge(runtime.START, "x")
              .addEdge("x", "y")
              .addEdge(runtime.START, "z")
              .addEdge("z", "y")
              .addEdge("y", "w"),
          ).invoke({}, { ...thread, streamMode: "updates" }) as never,
        ),
    },
    {
      title: "a Send to a deferred node does not wait",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("x", logs("x"))
            .addNode("s", logs("s"), { defer: true })
            .addNode("z", logs("z"))
            .addNode("z2", logs("z2"))
            .addEdge(runtime.START, "x")
            .addConditionalEdges("x", () => [new runtime.Send("s", {}), "z"], ["s", "z"])
            .addEdge("z", "z2"),
        ).invoke({}, { ...thread, streamMode: "updates" }),
      differs: {
        why: "Both end in the same superstep; ours tells of them in the order in which they end.",
        langgraph: [
          { x: { log: ["x"] } },
          { s: { log: ["s"] } },
          { z: { log: ["z"] } },
          { z2: { log: ["z2"] } },
        ],
        ours: [{ x: { log: ["x"] } }, { z: { log: ["z"] } }, { s: { log: ["s"] } }, { z2: { log: ["z2"] } }],
      },
    },
    {
      title: "a join into a deferred node",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("p", logs("p"))
            .addNode("q", logs("q"))
            .addNode("q2", logs("q2"))
            .addNode("j", logs("j"), { defer: true })
            .addEdge(runtime.START, "p")
            .addEdge(runtime.START, "q")
            .addEdge("q", "q2")
            .addEdge(["p", "q"], "j"),
        ).invoke({}, { ...thread, streamMode: "updates" }),
    },
    {
      title: "a deferred node waits for an answer beside it",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("ask", () => ({ log: [runtime.interrupt<string, string>("ok?")] }))
            .addNode("other", logs("other"))
            .addNode("last", logs("last"), { defer: true })
            .addEdge(runtime.START, "ask")
            .addEdge(runtime.START, "other")
            .addEdge("other", "last"),
        );
        return [
          await graph.invoke({}, thread),
          await graph.invoke(new runtime.Command({ resume: "yes" }), thread),
        ];
      },
    },
    ...(["last", "join", "ask"] as const).map((goto) => ({
      title: `an answer that leads to ${goto}, beside a deferred node and a join`,
      play: async (runtime: Runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("ask", () => ({ log: [runtime.interrupt<string, string>("ok?")] }))
            .addNode("other", logs("other"))
            .addNode("then", logs("then"))
            .addNode("join", logs("join"), { defer: true })
            .addNode("last", logs("last"), { defer: true })
            .addEdge(runtime.START, "ask")
            .addEdge(runtime.START, "other")
            .addEdge("ask", "then")
            .addEdge(["ask", "other"], "join")
            .addConditionalEdges("then", () => runtime.END, ["last", runtime.END]),
        );
        await graph.invoke({}, thread);
        return chunksOf(graph.stream(new runtime.Command({ resume: "yes", goto }), thread));
      },
    })),
    {
      title: "a breakpoint that is continued with a goto to a deferred node",
      play: async (runtime) => {
        const graph = twoWays(runtime);
        await graph.invoke({}, { ...thread, interruptBefore: ["long2"] });
        return chunksOf(graph.stream(new runtime.Command({ resume: true, goto: "last" }), thread));
      },
    },
    {
      title: "an error handler's update ends the path",
      play: async (runtime) =>
        failing(runtime, { errorHandler: () => ({ log: ["handled"] }) }).invoke({ a: 1 }, thread),
    },
    {
      title: "an error handler's Command leads on",
      play: async (runtime) =>
        failing(runtime, {
          errorHandler: () => new runtime.Command({ update: { log: ["handled"] }, goto: "rescue" }),
        }).invoke({ a: 1 }, thread),
    },
    {
      title: "an error handler is told the input, the node and the error",
      play: async (runtime) => {
        const told: unknown[] = [];
        const errorHandler = (state: unknown, { node, error }: { node: string; error: Error }) => {
          told.push(state, node, error.name, error.message);
          return {};
        };
        await failing(runtime, { errorHandler }).invoke({ a: 1 }, thread);
        return told;
      },
    },
    {
      title: "an error handler is called after the retries",
      play: async (runtime) => {
        let runs = 0;
        const node = () => {
          runs++;
          return fails();
        };
        const errorHandler = () => ({ log: [`after ${runs}`] });
        return failing(runtime, { errorHandler, retryPolicy: quick }, node).invoke({ a: 1 }, thread);
      },
    },
    {
      title: "an error handler's chunk",
      play: async (runtime) =>
        chunksOf(failing(runtime, { errorHandler: () => ({ log: ["handled"] }) }).stream({ a: 1 }, thread)),
    },
    {
      title: "an error handler that throws",
      play: async (runtime) => {
        const errorHandler = () => {
          throw new TypeError("again");
        };
        return refused(() => failing(runtime, { errorHandler }).invoke({ a: 1 }, thread), "again");
      },
    },
    {
      title: "an error handler that asks",
      play: async (runtime) => {
        const errorHandler = () => ({ a: runtime.interrupt("what now?"), log: ["handled"] });
        const graph = failing(runtime, { errorHandler });
        return [
          await graph.invoke({ a: 1 }, thread),
          await graph.invoke(new runtime.Command({ resume: "stop" }), thread),
          (await graph.getState(thread)).next,
        ];
      },
    },
    {
      title: "an error handler does not see a question",
      play: async (runtime) => {
        const graph = failing(runtime, { errorHandler: () => ({ log: ["handled"] }) }, () => ({
          log: [runtime.interrupt("ok?")],
        }));
        return [
          await graph.invoke({ a: 1 }, thread),
          await graph.invoke(new runtime.Command({ resume: "yes" }), thread),
        ];
      },
    },
    {
      title: "a join behind a node whose handler stood in",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("a1", fails as never, { errorHandler: () => ({ log: ["handled"] }) })
            .addNode("b1", logs("b1"))
            .addNode("join", logs("join"))
            .addEdge(runtime.START, "a1")
            .addEdge(runtime.START, "b1")
            .addEdge(["a1", "b1"], "join"),
        ).invoke({}, thread),
      differs: {
        why: "Writes apply by the names of the nodes; LangGraph puts the handler, which is a node of its own, last.",
        langgraph: { log: ["b1", "handled"] },
        ours: { log: ["handled", "b1"] },
      },
    },
    {
      title: "a default retry policy, set last",
      play: async (runtime) => {
        let runs = 0;
        return compiled(runtime, (builder) =>
          builder
            .addNode("n", () => {
              if (++runs < 2) throw new Error("passes");
              return { log: [`run ${runs}`] };
            })
            .addEdge(runtime.START, "n")
            .setNodeDefaults({ retryPolicy: quick }),
        ).invoke({ a: 1 }, thread);
      },
    },
    {
      title: "a default error handler's chunk",
      play: async (runtime) =>
        chunksOf(
          compiled(runtime, (builder) =>
            builder
              .addNode("n", fails as never)
              .addEdge(runtime.START, "n")
              .setNodeDefaults({
                errorHandler: (_, { node }) => ({ log: [node] }),
              }),
          ).stream({ a: 1 }, thread),
        ),
      differs: {
        why: "The chunk names the node that was handled.",
        langgraph: [{ __default_error_handler__: { log: ["n"] } }],
        ours: [{ __error_handler__n: { log: ["n"] } }],
      },
    },
    {
      title: "a node that takes too long",
      play: async (runtime) => {
        let signal: AbortSignal | undefined;
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode(
              "n",
              async (_, config) => {
                ({ signal } = config);
                await new Promise((resolve) => setTimeout(resolve, 200));
              },
              { timeout: 10 },
            )
            .addEdge(runtime.START, "n"),
        );
        const failed = await refused(
          () => graph.invoke({ a: 1 }, thread),
          'Node "n" exceeded its run timeout of 10ms (elapsed: ',
        );
        return [failed, signal?.aborted, (await graph.getState(thread)).next];
      },
    },
    {
      title: "a node that makes no progress",
      play: async (runtime) =>
        refused(
          () =>
            compiled(runtime, (builder) =>
              builder
                .addNode("n", () => new Promise((resolve) => setTimeout(resolve, 200)) as never, {
                  timeout: { idleTimeout: 10 },
                })
                .addEdge(runtime.START, "n"),
            ).invoke({ a: 1 }, thread),
          'Node "n" exceeded its idle timeout of 10ms without making progress (elapsed: ',
        ),
    },
    {
      title: "a timeout is tried again",
      play: async (runtime) => {
        let runs = 0;
        return compiled(runtime, (builder) =>
          builder
            .addNode(
              "n",
              async () => {
                if (++runs === 1) await new Promise((resolve) => setTimeout(resolve, 200));
                return { log: [`run ${runs}`] };
              },
              { timeout: 20, retryPolicy: quick },
            )
            .addEdge(runtime.START, "n"),
        ).invoke({ a: 1 }, thread);
      },
    },
    {
      title: "a timeout of 0",
      play: async (runtime) =>
        Promise.resolve(
          refused(
            () => compiled(runtime, (builder) => builder.addNode("n", logs("n"), { timeout: 0 })),
            "runTimeout must be greater than 0",
          ),
        ),
      differs: {
        why: "A class of its own.",
        langgraph: { refused: "Error", says: "runTimeout must be greater than 0" },
        ours: { refused: "GraphValueError", says: "runTimeout must be greater than 0" },
      },
    },
  ],
};
