// Commands as input and from nodes, and input to threads that wait, have ended or are new.
import type { Command } from "../../../src/graph/index.ts";
import { idsIn, outcomeOf, questionsIn, type Runtime, thread } from "../runtimes.ts";
import { asking, compiled, refused, row, type Topic } from "../scenario.ts";

/** ask → next, with `other` as a place that Commands may lead to. */
function withOther(runtime: Runtime, seen: unknown[] = []) {
  return compiled(runtime, (builder) =>
    builder
      .addNode(
        "ask",
        ({ a }) => {
          seen.push(a);
          return { log: [`ask:${runtime.interrupt<string, string>("ok?")}`] };
        },
        { ends: ["other", "next"] },
      )
      .addNode("next", () => ({ log: ["next"] }))
      .addNode("other", (state: { a?: unknown }) => ({ log: [`other:${String(state.a)}`] }))
      .addEdge(runtime.START, "ask")
      .addEdge("ask", "next"),
  );
}

type Parts = ConstructorParameters<typeof Command<unknown>>[0];

async function whilePaused(runtime: Runtime, parts: (runtime: Runtime) => Parts) {
  const seen: unknown[] = [];
  const graph = withOther(runtime, seen);
  await graph.invoke({}, thread);
  const came = await refused(() => graph.invoke(new runtime.Command(parts(runtime)), thread));
  return { came, seen, next: (await graph.getState(thread)).next };
}

const NAMED = "A name that does not exist is an error that lists those that do, not a silent end.";

export const commands: Topic = {
  topic: "Commands and input",
  scenarios: [
    {
      title: "an answer with an update: the node sees it",
      play: async (runtime) => whilePaused(runtime, () => ({ resume: "yes", update: { a: 7 } })),
    },
    {
      title: "an answer with a goto: both run in the same superstep",
      play: async (runtime) => whilePaused(runtime, () => ({ resume: "yes", goto: "other" })),
    },
    {
      title: "an answer with an update and a goto",
      play: async (runtime) =>
        whilePaused(runtime, () => ({ resume: "yes", update: { a: 7 }, goto: "other" })),
    },
    {
      title: "an answer with a Send",
      play: async (runtime) =>
        whilePaused(runtime, ({ Send }) => ({ resume: "yes", goto: new Send("other", { a: 99 }) })),
    },
    {
      title: "an update alone: asked again on the new state",
      play: async (runtime) => {
        const graph = withOther(runtime);
        await graph.invoke({}, thread);
        const again = await graph.invoke(new runtime.Command({ update: { a: 7 } }), thread);
        const { metadata } = await graph.getState(thread);
        const end = await graph.invoke(new runtime.Command({ resume: "yes" }), thread);
        return [questionsIn(again), metadata?.source, end];
      },
    },
    {
      title: "a goto alone: it runs beside the node, which asks again",
      play: async (runtime) => {
        const graph = withOther(runtime);
        await graph.invoke({}, thread);
        const again = await graph.invoke(new runtime.Command({ goto: "other" }), thread);
        return [again, await graph.invoke(new runtime.Command({ resume: "yes" }), thread)];
      },
    },
    {
      title: "an answer with a goto to a node that does not exist",
      play: async (runtime) => whilePaused(runtime, () => ({ resume: "yes", goto: "zzz" })),
      differs: {
        why: NAMED,
        langgraph: {
          came: { came: { log: ["ask:yes", "next"] } },
          seen: [undefined, undefined],
          next: [],
        },
        ours: { came: { refused: "InvalidUpdateError" }, seen: [undefined], next: ["ask"] },
      },
    },
    {
      title: "an answer with a goto to the end",
      play: async (runtime) => whilePaused(runtime, ({ END }) => ({ resume: "yes", goto: END })),
    },
    {
      title: "an answer with an update of an unknown channel",
      play: async (runtime) => whilePaused(runtime, () => ({ resume: "yes", update: { unknown: 1 } })),
      differs: {
        why: "A misspelt channel is an error, and the answer is not lost with it.",
        langgraph: {
          came: { came: { log: ["ask:yes", "next"] } },
          seen: [undefined, undefined],
          next: [],
        },
        ours: { came: { refused: "InvalidUpdateError" }, seen: [undefined], next: ["ask"] },
      },
    },
    {
      title: "an empty Command",
      play: async (runtime) => {
        const graph = withOther(runtime);
        await graph.invoke({}, thread);
        return refused(() => graph.invoke(new runtime.Command({}), thread));
      },
    },
    {
      title: "Command.PARENT at the top",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("one", () => new runtime.Command({ graph: runtime.Command.PARENT, goto: "two" }))
            .addEdge(runtime.START, "one"),
        );
        return refused(() => graph.invoke({}, thread), "There is no parent graph.");
      },
      differs: {
        why: "A Command for a graph that does not exist is an error, also from a node.",
        langgraph: { came: undefined },
        ours: { refused: "InvalidUpdateError", says: "There is no parent graph." },
      },
    },
    {
      title: "Command.PARENT as input",
      play: async (runtime) => {
        const graph = withOther(runtime);
        await graph.invoke({}, thread);
        const input = new runtime.Command({ graph: runtime.Command.PARENT, goto: "other" });
        return refused(() => graph.invoke(input, thread), "There is no parent graph.");
      },
    },
    {
      title: "an answer on a new thread",
      play: async (runtime) =>
        refused(() => asking(runtime).invoke(new runtime.Command({ resume: "yes" }), thread)),
      differs: {
        why: "An answer that nobody asked for is told, instead of looking like success.",
        langgraph: { came: { log: [] } },
        ours: { refused: "UnknownInterruptError" },
      },
    },
    {
      title: "an update on a new thread",
      play: async (runtime) => asking(runtime).invoke(new runtime.Command({ update: { a: 1 } }), thread),
    },
    {
      title: "a goto on a new thread",
      play: async (runtime) => asking(runtime).invoke(new runtime.Command({ goto: "after" }), thread),
    },
    {
      title: "an answer without a checkpointer",
      play: async (runtime) =>
        refused(
          () => asking(runtime, "ok?", {}).invoke(new runtime.Command({ resume: "yes" })),
          "Cannot use Command(resume=...) without checkpointer",
        ),
      differs: {
        why: "A class of its own.",
        langgraph: { refused: "Error", says: "Cannot use Command(resume=...) without checkpointer" },
        ours: { refused: "GraphValueError", says: "Cannot use Command(resume=...) without checkpointer" },
      },
    },
    {
      title: "from a node: goto and static edges are both followed",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("one", () => new runtime.Command({ update: { a: 1 }, goto: ["two", "three"] }), {
              ends: ["two", "three"],
            })
            .addNode("two", () => ({ log: ["two"] }))
            .addNode("three", () => ({ log: ["three"] }))
            .addNode("four", () => ({ log: ["four"] }))
            .addEdge(runtime.START, "one")
            .addEdge("one", "four"),
        ).invoke({}, thread),
    },
    {
      title: "from a node: a list of a Command and an update",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("one", () => [new runtime.Command({ goto: "two" }), { a: 1 }], { ends: ["two"] })
            .addNode("two", () => ({ log: ["two"] }))
            .addEdge(runtime.START, "one"),
        ).invoke({}, thread),
    },
    {
      title: "from a node: Sends in a goto",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode(
              "one",
              () => new runtime.Command({ goto: [1, 2].map((part) => new runtime.Send("two", { part })) }),
              { ends: ["two"] },
            )
            .addNode("two", ({ part }: { part: number }) => ({ log: [`two ${part}`] }))
            .addEdge(runtime.START, "one"),
        ).invoke({}, thread),
    },
    {
      title: "from a node: a resume is ignored",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("one", () => new runtime.Command({ resume: "x", update: { a: 1 } }))
            .addEdge(runtime.START, "one"),
        ).invoke({}, thread),
    },
    {
      title: "from a node: a goto to a node that does not exist",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("one", () => new runtime.Command({ update: { a: 1 }, goto: "zzz" }))
            .addEdge(runtime.START, "one"),
        );
        return refused(() => graph.invoke({}, thread));
      },
      differs: {
        why: NAMED,
        langgraph: { came: { a: 1, log: [] } },
        ours: { refused: "InvalidUpdateError" },
      },
    },
    {
      title: "a Command as JSON",
      play: ({ Command, Send }) => {
        const goto = ["b", new Send("c", { d: 1 })];
        const command = new Command({ update: { a: 1 }, resume: "r", goto });
        return Promise.resolve(JSON.parse(JSON.stringify(command)) as unknown);
      },
    },
    {
      title: "null on a new thread",
      play: async (runtime) => refused(() => asking(runtime).invoke(null, thread), "Received no input"),
    },
    {
      title: "undefined on a new thread",
      play: async (runtime) => refused(() => asking(runtime).invoke(undefined as never, thread)),
    },
    {
      title: "an empty object on a new thread",
      play: async (runtime) => questionsIn(await asking(runtime).invoke({}, thread)),
    },
    {
      title: "unknown keys alone as input",
      play: async (runtime) =>
        refused(async () => questionsIn(await asking(runtime).invoke({ unknown: 1 } as never, thread))),
      differs: {
        why: "A misspelt channel is an error that lists the channels.",
        langgraph: { came: ["ok?"] },
        ours: { refused: "InvalidUpdateError" },
      },
    },
    {
      title: "null on a finished thread returns its state and runs nothing",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "one"));
        await graph.invoke({}, thread);
        return graph.invoke(null, thread);
      },
    },
    {
      title: "an answer on a finished thread",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "one"));
        await graph.invoke({}, thread);
        return refused(() => graph.invoke(new runtime.Command({ resume: "x" }), thread));
      },
      differs: {
        why: "An answer that nobody asked for is told, instead of looking like success.",
        langgraph: { came: { log: ["one"] } },
        ours: { refused: "UnknownInterruptError" },
      },
    },
    {
      title: "new input on a finished thread begins at START on the old values",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => row(builder, "one"));
        await graph.invoke({ log: ["first"] }, thread);
        return graph.invoke({ log: ["second"] }, thread);
      },
    },
    {
      title: "new input while paused drops the question and begins at START",
      play: async (runtime) => {
        const graph = asking(runtime);
        const before = await graph.invoke({}, thread);
        const after = await graph.invoke({}, thread);
        return [after, idsIn(before)[0] === idsIn(after)[0]];
      },
    },
    {
      title: "an answer to a question that new input has dropped",
      play: async (runtime) => {
        const graph = asking(runtime);
        const before = await graph.invoke({}, thread);
        await graph.invoke({}, thread);
        const late = new runtime.Command({ resume: { [idsIn(before)[0] ?? ""]: "yes" } });
        const came = await outcomeOf(graph.invoke(late, thread));
        return typeof came === "string" ? came : questionsIn(came);
      },
      differs: {
        why: "A stale id is an error that names what is pending, not a silent skip (H16).",
        langgraph: ["ok?"],
        ours: "rejected: UnknownInterruptError",
      },
    },
    {
      title: "input with the run id of the last run in its metadata",
      play: async (runtime) => {
        const graph = asking(runtime);
        const config = { ...thread, metadata: { run_id: "r1" } };
        await graph.invoke({ log: ["one"] }, config);
        return graph.invoke({ log: ["two"] }, config);
      },
    },
    {
      title: "null while paused asks again, with the same id",
      play: async (runtime) => {
        const graph = asking(runtime);
        const before = await graph.invoke({}, thread);
        const after = await graph.invoke(null, thread);
        return [after, idsIn(before)[0] === idsIn(after)[0]];
      },
    },
  ],
};
