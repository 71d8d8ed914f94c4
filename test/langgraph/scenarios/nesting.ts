// Graphs within nodes, tasks and entrypoints.
import { idsIn, questionsIn, type Runtime, thread } from "../runtimes.ts";
import { chunksOf, compiled, refused, row, type Topic } from "../scenario.ts";

/** A graph whose second node asks. */
function within(runtime: Runtime, runs: string[] = [], question = "inner?") {
  return compiled(
    runtime,
    (builder) =>
      builder
        .addNode("s1", () => {
          runs.push("s1");
          return { log: ["s1"] };
        })
        .addNode("s2", () => {
          runs.push("s2");
          return { log: [`s2:${runtime.interrupt<string, string>(question)}`] };
        })
        .addEdge(runtime.START, "s1")
        .addEdge("s1", "s2"),
    {},
  );
}

const asNode = (graph: ReturnType<typeof compiled>) => graph as never;
const resume = (runtime: Runtime, value: unknown) => new runtime.Command({ resume: value });

export const nesting: Topic = {
  topic: "Graphs within nodes, tasks and entrypoints",
  scenarios: [
    {
      title: "a graph as a node asks, and goes on where it was",
      play: async (runtime) => {
        const runs: string[] = [];
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("sub", asNode(within(runtime, runs)))
            .addNode("after", () => ({ a: "after" }))
            .addEdge(runtime.START, "sub")
            .addEdge("sub", "after"),
        );
        const asked = await graph.invoke({ a: 0 }, thread);
        const { next, tasks } = await graph.getState(thread);
        const end = await graph.invoke(resume(runtime, "yes"), thread);
        return { asked, next, tasks: tasks.map(({ interrupts }) => interrupts), end, runs };
      },
    },
    {
      title: "a graph as a node is answered by id",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder.addNode("sub", asNode(within(runtime))).addEdge(runtime.START, "sub"),
        );
        const [id = ""] = idsIn(await graph.invoke({}, thread));
        return graph.invoke(resume(runtime, { [id]: "yes" }), thread);
      },
    },
    {
      title: "a graph called in a node: the node runs again, what finished in the graph does not",
      play: async (runtime) => {
        const runs: string[] = [];
        const sub = within(runtime, runs);
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("node", async () => {
              runs.push("node");
              const { log } = await sub.invoke({ a: 1 });
              return { log: [...log, "node"] };
            })
            .addEdge(runtime.START, "node"),
        );
        const asked = questionsIn(await graph.invoke({}, thread));
        return { asked, end: await graph.invoke(resume(runtime, "yes"), thread), runs };
      },
    },
    {
      title: "two graphs beside each other: one answered, then the other",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("x", async () => ({ log: (await within(runtime, [], "x?").invoke({ a: 1 })).log }))
            .addNode("y", async () => ({ log: (await within(runtime, [], "y?").invoke({ a: 1 })).log }))
            .addEdge(runtime.START, "x")
            .addEdge(runtime.START, "y"),
        );
        const asked = await graph.invoke({}, thread);
        const [x = "", y = ""] = idsIn(asked);
        const rest = await graph.invoke(resume(runtime, { [y]: "to y" }), thread);
        return [
          questionsIn(asked),
          questionsIn(rest),
          await graph.invoke(resume(runtime, { [x]: "to x" }), thread),
        ];
      },
    },
    {
      title: "a graph two levels deep asks, and goes on",
      play: async (runtime) => {
        const middle = compiled(
          runtime,
          (builder) => builder.addNode("inner", asNode(within(runtime))).addEdge(runtime.START, "inner"),
          {},
        );
        const graph = compiled(runtime, (builder) =>
          builder.addNode("middle", asNode(middle)).addEdge(runtime.START, "middle"),
        );
        const asked = questionsIn(await graph.invoke({}, thread));
        return [asked, await graph.invoke(resume(runtime, "yes"), thread)];
      },
    },
    {
      title: "Command.PARENT goes to a node of the graph around, with an update",
      play: async (runtime) => {
        const sub = compiled(
          runtime,
          (builder) =>
            builder
              .addNode(
                "leave",
                () =>
                  new runtime.Command({
                    graph: runtime.Command.PARENT,
                    goto: "other",
                    update: { a: "from below" },
                  }),
              )
              .addEdge(runtime.START, "leave"),
          {},
        );
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("sub", asNode(sub), { ends: ["other"] })
            .addNode("other", ({ a }) => ({ log: [`other:${String(a)}`] }))
            .addEdge(runtime.START, "sub"),
        );
        return graph.invoke({}, thread);
      },
    },
    {
      title: "a graph within a node with checkpointer true keeps its state from run to run",
      play: async (runtime) => {
        const sub = compiled(runtime, (builder) => row(builder, "x"), { checkpointer: true });
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("n", async ({ a }) => ({ a: (await sub.invoke({ a })).log }))
            .addEdge(runtime.START, "n"),
        );
        await graph.invoke({ a: 1 }, thread);
        return graph.invoke({ a: 2 }, thread);
      },
    },
    {
      title: "checkpointer true at the top",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "x"), { checkpointer: true });
        return refused(() => graph.invoke({ a: 1 }, thread), "cannot be used for root graphs");
      },
      differs: {
        why: "A class of its own.",
        langgraph: { refused: "Error", says: "cannot be used for root graphs" },
        ours: { refused: "GraphValueError", says: "cannot be used for root graphs" },
      },
    },
    {
      title: "a question in a graph with checkpointer false",
      play: async (runtime) => {
        const sub = compiled(
          runtime,
          (builder) =>
            builder.addNode("ask", () => ({ a: runtime.interrupt("ok?") })).addEdge(runtime.START, "ask"),
          { checkpointer: false },
        );
        const graph = compiled(runtime, (builder) =>
          builder.addNode("sub", asNode(sub)).addEdge(runtime.START, "sub"),
        );
        return refused(async () => {
          const asked = [questionsIn(await graph.invoke({ log: [] }, thread))];
          for (let turn = 0; turn < 2; turn++)
            asked.push(questionsIn(await graph.invoke(resume(runtime, "yes"), thread)));
          return asked;
        });
      },
      differs: {
        why: "A graph that keeps nothing can never go on behind a question; LangGraph asks for ever.",
        langgraph: { came: [["ok?"], ["ok?"], ["ok?"]] },
        ours: { refused: "GraphValueError", code: "MISSING_CHECKPOINTER" },
      },
    },
    {
      title: "what a node is given beside the state",
      play: async (runtime) => {
        let keys: readonly string[] = [];
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("n", (_, config) => {
              keys = Object.keys(config).sort();
              return {};
            })
            .addEdge(runtime.START, "n"),
        );
        await graph.invoke({ a: 1 }, thread);
        return keys.join(" ");
      },
      differs: {
        why: "Keys for its effects and a heartbeat instead of what LangChain's tracing needs; interrupt() is a function of its own.",
        langgraph:
          "configurable control executionInfo interrupt metadata recursionLimit runName signal tags writer",
        ours: "configurable context heartbeat idempotencyKey signal store writer",
      },
    },
    {
      title: "a task is not run again when the node around it asks",
      play: async (runtime) => {
        let charges = 0;
        const charge = runtime.task("charge", () => ++charges);
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("pay", async () => {
              const receipt = await charge();
              return { log: [`${receipt}:${runtime.interrupt<string, string>("ok?")}`] };
            })
            .addEdge(runtime.START, "pay"),
        );
        await graph.invoke({}, thread);
        return [await graph.invoke(resume(runtime, "yes"), thread), charges];
      },
    },
    {
      title: "an entrypoint with a task asks, and goes on without running the task again",
      play: async (runtime) => {
        let runs = 0;
        const double = runtime.task("double", (n: number) => {
          runs++;
          return n * 2;
        });
        const flow = runtime.entrypoint<number, unknown>(
          { name: "flow", checkpointer: new runtime.MemorySaver() },
          async (n) => ({ doubled: await double(n), answer: runtime.interrupt("ok?") }),
        );
        const asked = questionsIn(await flow.invoke(4, thread));
        return [asked, await flow.invoke(resume(runtime, "yes"), thread), runs];
      },
    },
    {
      title: "an entrypoint with three tasks at once, of which one asks",
      play: async (runtime) => {
        const runs: number[] = [];
        const work = runtime.task("work", (n: number) => {
          runs.push(n);
          return n === 2 ? runtime.interrupt<string, string>("two?") : `did ${n}`;
        });
        const flow = runtime.entrypoint<string, unknown>(
          { name: "flow", checkpointer: new runtime.MemorySaver() },
          () => Promise.all([1, 2, 3].map((n) => work(n))),
        );
        const asked = questionsIn(await flow.invoke("go", thread));
        const end = await flow.invoke(resume(runtime, "yes"), thread);
        return { asked, end, runs: [1, 2, 3].map((n) => runs.filter((one) => one === n).length) };
      },
    },
    {
      title: "an entrypoint streams its tasks and what it returns",
      play: async (runtime) => {
        const slow = runtime.task("slow", (n: number) => n * 2);
        const flow = runtime.entrypoint<number, unknown>(
          { name: "flow", checkpointer: new runtime.MemorySaver() },
          async (n) => [await slow(n), runtime.interrupt("ok?")],
        );
        const first = await chunksOf(flow.stream(1, { ...thread, streamMode: "updates" }));
        return [
          first,
          await chunksOf(flow.stream(resume(runtime, "yes"), { ...thread, streamMode: "updates" })),
        ];
      },
    },
    ...(["values", "updates", ["updates", "values"]] as const).map((streamMode) => ({
      title: `an entrypoint is invoked with the stream mode ${JSON.stringify(streamMode)}`,
      play: async (runtime: Runtime) => {
        const double = runtime.task("double", (n: number) => n * 2);
        const flow = runtime.entrypoint<number, unknown>(
          { name: "flow", checkpointer: new runtime.MemorySaver() },
          async (n) => [await double(n), runtime.interrupt("ok?")],
        );
        return [
          await flow.invoke(1, { ...thread, streamMode }),
          await flow.invoke(resume(runtime, "yes"), { ...thread, streamMode }),
        ];
      },
    })),
    {
      title: "an entrypoint finds what the last run returned, or saved instead",
      play: async (runtime) => {
        const flow = runtime.entrypoint<number, unknown>(
          { name: "flow", checkpointer: new runtime.MemorySaver() },
          (n) => {
            const before = runtime.getPreviousState<number>() ?? 0;
            return runtime.entrypoint.final({ value: { n, before }, save: before + n });
          },
        );
        return [await flow.invoke(1, thread), await flow.invoke(2, thread), await flow.invoke(3, thread)];
      },
    },
    {
      title: "an entrypoint that failed goes on with null, and finished tasks do not run again",
      play: async (runtime) => {
        let runs = 0;
        let isBroken = true;
        const work = runtime.task("work", () => ++runs);
        const flow = runtime.entrypoint<string, unknown>(
          { name: "flow", checkpointer: new runtime.MemorySaver() },
          async () => {
            const done = await work();
            if (isBroken) throw new RangeError("broken");
            return done;
          },
        );
        const failed = await refused(() => flow.invoke("go", thread), "broken");
        isBroken = false;
        return [failed, await flow.invoke(null, thread), runs];
      },
    },
    {
      title: "the state of a paused entrypoint",
      play: async (runtime) => {
        const flow = runtime.entrypoint<string, unknown>(
          { name: "flow", checkpointer: new runtime.MemorySaver() },
          () => runtime.interrupt("ok?"),
        );
        await flow.invoke("go", thread);
        const { next, tasks, metadata } = await flow.getState(thread);
        return [next, tasks.map(({ name, interrupts }) => ({ name, interrupts })), metadata?.source];
      },
    },
    {
      title: "a generator as an entrypoint",
      play: async (runtime) =>
        refused(
          () =>
            runtime.entrypoint("flow", function* () {
              yield 1;
            }),
          "Generators are disallowed as entrypoints.",
        ),
      differs: {
        why: "A class of its own.",
        langgraph: { refused: "Error", says: "Generators are disallowed as entrypoints." },
        ours: { refused: "GraphValueError", says: "Generators are disallowed as entrypoints." },
      },
    },
    {
      title: "task() outside of a graph",
      play: async (runtime) => refused(() => runtime.task("work", () => 1)()),
      differs: {
        why: "The error says what to do.",
        langgraph: { refused: "TypeError" },
        ours: { refused: "GraphValueError" },
      },
    },
    {
      title: "a graph as a node: what it wrote is told as the node's update",
      play: async (runtime) => {
        const sub = compiled(runtime, (builder) => row(builder, "x", "y"), {});
        const graph = compiled(runtime, (builder) =>
          builder.addNode("sub", asNode(sub)).addEdge(runtime.START, "sub"),
        );
        return chunksOf(graph.stream({ a: 1 }, thread));
      },
    },
  ],
};
