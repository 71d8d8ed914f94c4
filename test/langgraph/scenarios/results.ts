// What invoke returns when a graph asks, stops or ends.
import { questionsIn, type Runtime, thread } from "../runtimes.ts";
import { asking, branches, compiled, refused, row, type Topic } from "../scenario.ts";

export const results: Topic = {
  topic: "What invoke returns",
  scenarios: [
    {
      title: "a question: the state with the question beside it",
      play: async (runtime) => asking(runtime, { q: "ok?" }).invoke({ a: 0 }, thread),
    },
    {
      title: "isInterrupted tells a pause from an end",
      play: async (runtime) => {
        const graph = asking(runtime);
        const asked = await graph.invoke({}, thread);
        const ended = await graph.invoke(new runtime.Command({ resume: "yes" }), thread);
        return [runtime.isInterrupted(asked), runtime.isInterrupted(ended), runtime.INTERRUPT in ended];
      },
    },
    ...[undefined, null, 0, "", ["list"], { nested: { list: [1] } }].map((question) => ({
      title: `a question may be ${question === undefined ? "undefined" : JSON.stringify(question)}`,
      play: async (runtime: Runtime) => {
        const graph = asking(runtime, question);
        return [await graph.invoke({}, thread), (await graph.getState(thread)).tasks[0]?.interrupts];
      },
    })),
    {
      title: "a question with a Date is the same from getState",
      play: async (runtime) => {
        const graph = asking(runtime, { at: new Date(0) });
        await graph.invoke({}, thread);
        return (await graph.getState(thread)).tasks[0]?.interrupts[0]?.value;
      },
      differs: {
        why: "Values keep their types through storage (H12).",
        langgraph: { at: "a time" },
        ours: { at: new Date(0) },
      },
    },
    {
      title: "a question with a function in it",
      play: async (runtime) => {
        const graph = asking(runtime, { f: () => 1, k: 1 });
        return refused(async () => questionsIn(await graph.invoke({}, thread)).length);
      },
      differs: {
        why: "What cannot be stored is an error that names the place, instead of being dropped.",
        langgraph: { came: 1 },
        ours: { refused: "UnencodableValueError" },
      },
    },
    {
      title: "a question with a BigInt in it",
      play: async (runtime) => {
        const graph = asking(runtime, { n: 5n });
        return refused(async () => questionsIn(await graph.invoke({}, thread)).length);
      },
      differs: {
        why: "A BigInt can be stored.",
        langgraph: { refused: "TypeError" },
        ours: { came: 1 },
      },
    },
    {
      title: "a static breakpoint: the state with an empty list",
      play: async (runtime) =>
        compiled(runtime, (builder) => row(builder, "one", "two"), {
          checkpointer: new runtime.MemorySaver(),
          interruptBefore: ["two"],
        }).invoke({}, thread),
    },
    {
      title: "a branch that asks beside others: what these wrote is in the result",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("one", () => ({ log: ["1 done"] }))
            .addNode("two", () => ({ log: [runtime.interrupt<string, string>("2?")] }))
            .addNode("three", () => ({ log: ["3 done"] }))
            .addEdge(runtime.START, "one")
            .addEdge(runtime.START, "two")
            .addEdge(runtime.START, "three"),
        ).invoke({}, thread),
    },
    {
      title: "several branches that ask: one flat list",
      play: async (runtime) => questionsIn(await branches(runtime, ["a1", "b1"]).invoke({}, thread)),
    },
    {
      title: "several branches that ask, the first one slowly",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("a1", async () => {
              await new Promise((resolve) => setTimeout(resolve, 20));
              return { log: [runtime.interrupt<string, string>("a1?")] };
            })
            .addNode("b1", () => ({ log: [runtime.interrupt<string, string>("b1?")] }))
            .addEdge(runtime.START, "a1")
            .addEdge(runtime.START, "b1"),
        );
        const asked = questionsIn(await graph.invoke({}, thread));
        const { tasks } = await graph.getState(thread);
        return { asked, tasks: tasks.map(({ name }) => name) };
      },
      differs: {
        why: "A pause is told once it is stored as a whole (H8), in the order of the tasks, which no race decides.",
        langgraph: { asked: ["b1?", "a1?"], tasks: ["a1", "b1"] },
        ours: { asked: ["a1?", "b1?"], tasks: ["a1", "b1"] },
      },
    },
    {
      title: "an end: the state alone",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "one", "two"));
        return graph.invoke({ a: 1 }, thread);
      },
    },
    {
      title: "without a checkpointer, an end",
      play: async (runtime) => compiled(runtime, (builder) => row(builder, "one"), {}).invoke({}),
    },
    {
      title: "invoke with the stream mode updates: the list of chunks",
      play: async (runtime) => asking(runtime).invoke({}, { ...thread, streamMode: "updates" } as never),
    },
    {
      title: "an entrypoint that asks: the question alone",
      play: async (runtime) => {
        const flow = runtime.entrypoint({ name: "flow", checkpointer: new runtime.MemorySaver() }, () =>
          runtime.interrupt("ok?"),
        );
        return flow.invoke({}, thread);
      },
    },
    {
      title: "an entrypoint that pauses on a thread whose last output was 42, when it is resumed",
      play: async (runtime) => {
        let runs = 0;
        const flow = runtime.entrypoint<string, unknown>(
          { name: "flow", checkpointer: new runtime.MemorySaver() },
          () => (runs++ === 0 ? 42 : [runtime.interrupt("one?"), runtime.interrupt("two?")]),
        );
        await flow.invoke("first", thread);
        await flow.invoke("second", thread);
        return questionsIn(await flow.invoke(new runtime.Command({ resume: "yes" }), thread));
      },
      differs: {
        why: "A question is never lost behind what an earlier run returned.",
        langgraph: [],
        ours: ["two?"],
      },
    },
  ],
};
