// Channels, reducers, messages, and the order of writes.
import { RemoveMessage as LangGraphRemoval } from "@langchain/core/messages";
import * as z from "zod";
import { langgraph, type Runtime, stateOf, thread } from "../runtimes.ts";
import { compiled, refused, row, type Topic } from "../scenario.ts";

/** Role and text, by the names that both have for roles. */
function said(messages: readonly unknown[]): readonly unknown[] {
  const roles: Readonly<Record<string, string>> = { human: "user", ai: "assistant" };
  return messages.map((message) => {
    const { content, id, role, getType } = message as Record<string, unknown> & { getType?: () => string };
    const type = getType === undefined ? role : getType.call(message);
    return { role: roles[String(type)] ?? type, content, hasId: typeof id === "string" };
  });
}

function conversation(runtime: Runtime, ...updates: readonly unknown[]) {
  let messages: readonly unknown[] = [];
  for (const update of updates) messages = runtime.messagesStateReducer(messages as never, update as never);
  return Promise.resolve(said(messages));
}

const removal = (runtime: Runtime, id: string) =>
  runtime === langgraph ? new LangGraphRemoval({ id }) : new runtime.RemoveMessage({ id });

export const state: Topic = {
  topic: "State, reducers and messages",
  scenarios: [
    {
      title: "writes of a superstep apply by the names of the nodes, then by Send",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("start", () => ({}))
            .addNode("b", () => ({ log: ["b"] }))
            .addNode("w", ({ n }: { n: number }) => ({ log: [`w${n}`] }))
            .addEdge(runtime.START, "start")
            .addEdge("start", "b")
            .addConditionalEdges("start", () => [1, 2, 10, 11, 3].map((n) => new runtime.Send("w", { n })), [
              "w",
            ]),
        ).invoke({}, thread),
    },
    {
      title: "a default without input",
      play: async (runtime) => compiled(runtime, (builder) => row(builder, "A")).invoke({ a: 1 }, thread),
    },
    {
      title: "a reducer without a default: the first write is the value",
      play: async (runtime) => {
        const { Annotation, START } = runtime;
        const Sum = Annotation.Root({
          sum: Annotation<number>({ reducer: (x: number, y: number) => x + y }),
        });
        const graph = new runtime.StateGraph<typeof Sum, unknown, string>(Sum)
          .addNode("A", () => ({ sum: 1 }))
          .addEdge(START, "A")
          .compile();
        return graph.invoke({ sum: 5 });
      },
    },
    {
      title: "a node that writes an unknown channel",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder.addNode("A", () => ({ unknown: 1 }) as never).addEdge(runtime.START, "A"),
        );
        return refused(() => graph.invoke({ a: 1 }, thread));
      },
      differs: {
        why: "A misspelt channel is an error that lists the channels.",
        langgraph: { came: { a: 1, log: [] } },
        ours: { refused: "InvalidUpdateError" },
      },
    },
    {
      title: "a condition with a map, a list, and none",
      play: async (runtime) => {
        const graph = (path: (builder: ReturnType<typeof row>) => unknown) =>
          compiled(runtime, (builder) => {
            builder
              .addNode("A", () => ({ log: ["A"] }))
              .addNode("B", () => ({ log: ["B"] }))
              .addNode("C", () => ({ log: ["C"] }))
              .addEdge(runtime.START, "A");
            return path(builder);
          }).invoke({ a: 1 }, thread);
        return [
          await graph((builder) => builder.addConditionalEdges("A", () => true, { true: "B", false: "C" })),
          await graph((builder) => builder.addConditionalEdges("A", () => "C", ["B", "C"])),
          await graph((builder) => builder.addConditionalEdges("A", () => ["B", "C"])),
          await graph((builder) =>
            builder.addConditionalEdges("A", () => runtime.END, ["B", "C", runtime.END]),
          ),
        ];
      },
    },
    {
      title: "a join waits for all its sources",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("short", () => ({ log: ["short"] }))
            .addNode("long1", () => ({ log: ["long1"] }))
            .addNode("long2", () => ({ log: ["long2"] }))
            .addNode("join", () => ({ log: ["join"] }))
            .addEdge(runtime.START, "short")
            .addEdge(runtime.START, "long1")
            .addEdge("long1", "long2")
            .addEdge(["short", "long2"], "join"),
        ).invoke({}, thread),
    },
    {
      title: "a node that two edges lead to at different times runs twice",
      play: async (runtime) =>
        compiled(runtime, (builder) =>
          builder
            .addNode("short", () => ({ log: ["short"] }))
            .addNode("long1", () => ({ log: ["long1"] }))
            .addNode("long2", () => ({ log: ["long2"] }))
            .addNode("end", () => ({ log: ["end"] }))
            .addEdge(runtime.START, "short")
            .addEdge(runtime.START, "long1")
            .addEdge("long1", "long2")
            .addEdge("short", "end")
            .addEdge("long2", "end"),
        ).invoke({}, thread),
    },
    {
      title: "a sequence",
      play: async (runtime) => {
        const State = stateOf(runtime);
        const graph = new runtime.StateGraph<typeof State, unknown, string>(State)
          .addSequence({ one: () => ({ log: ["one"] }), two: () => ({ log: ["two"] }) })
          .addEdge(runtime.START, "one")
          .compile();
        return graph.invoke({ a: 1 });
      },
    },
    {
      title: "several nodes at once",
      play: async (runtime) => {
        const State = stateOf(runtime);
        const graph = new runtime.StateGraph<typeof State, unknown, string>(State)
          .addNode({ one: () => ({ log: ["one"] }), two: () => ({ log: ["two"] }) })
          .addEdge(runtime.START, "one")
          .addEdge("one", "two")
          .compile();
        return graph.invoke({ a: 1 });
      },
    },
    {
      title: "state as a map of channels: null for the last write, or how two values become one",
      play: async (runtime) => {
        const State = {
          channels: {
            a: null,
            log: { value: (all: string[], more: string[]) => [...all, ...more], default: (): string[] => [] },
            sum: { reducer: (one: number, other: number) => one + other, default: () => 0 },
          },
        };
        const graph = new runtime.StateGraph<typeof State, unknown, string>(State)
          .addNode("A", ({ sum }) => ({ a: sum, log: ["A"], sum: 2 }))
          .addEdge(runtime.START, "A")
          .compile();
        return graph.invoke({ log: ["begun"], sum: 1 });
      },
    },
    {
      title: "zod state: input is checked",
      play: async (runtime) => {
        const graph = new runtime.StateGraph(z.object({ n: z.number() }))
          .addNode("A", ({ n }) => ({ n: n + 1 }))
          .addEdge(runtime.START, "A")
          .compile();
        return [await graph.invoke({ n: 1 }), await refused(() => graph.invoke({ n: "one" } as never))];
      },
      differs: {
        why: "One class for every schema library, with each problem at its place.",
        langgraph: [{ n: 2 }, { refused: "$ZodError" }],
        ours: [{ n: 2 }, { refused: "InvalidUpdateError" }],
      },
    },
    {
      title: "StateSchema: defaults, reducers with an input of their own, and what is not stored",
      play: async (runtime) => {
        const State = new runtime.StateSchema({
          n: z.number().default(3),
          log: new runtime.ReducedValue(
            z.array(z.string()).default(() => []),
            { inputSchema: z.string(), reducer: (all: string[], line: string) => [...all, line] },
          ),
          scratch: new runtime.UntrackedValue<unknown>(),
        });
        const seen: unknown[] = [];
        const graph = new runtime.StateGraph<typeof State, unknown, string>(State)
          .addNode("A", ({ n, scratch = "nothing" }) => {
            seen.push(["A", n, scratch]);
            return { scratch: "found", log: "A" };
          })
          .addNode("B", ({ scratch = "nothing" }) => {
            seen.push(["B", scratch]);
            return { n: runtime.interrupt<string, number>("how many?"), log: "B" };
          })
          .addEdge(runtime.START, "A")
          .addEdge("A", "B")
          .compile({ checkpointer: new runtime.MemorySaver() });
        await graph.invoke({ log: "begun" }, thread);
        const { n, log } = await graph.invoke(new runtime.Command({ resume: 9 }), thread);
        return { n, log, seen };
      },
    },
    {
      title: "StateSchema: input that does not fit",
      play: async (runtime) => {
        const State = new runtime.StateSchema({ n: z.number() });
        const graph = new runtime.StateGraph<typeof State, unknown, string>(State)
          .addNode("A", () => ({}))
          .addEdge(runtime.START, "A")
          .compile();
        return refused(() => graph.invoke({ n: "one" } as never));
      },
      differs: {
        why: "A class of its own.",
        langgraph: { refused: "Error" },
        ours: { refused: "InvalidUpdateError" },
      },
    },
    {
      title: "zod state: defaults complete each input",
      play: async (runtime) => {
        const Form = z.object({ n: z.number(), note: z.string().default("none") });
        const graph = new runtime.StateGraph<typeof Form, unknown, string>(Form)
          .addNode("A", ({ n }) => (n === 1 ? { note: "changed" } : {}))
          .addEdge(runtime.START, "A")
          .compile({ checkpointer: new runtime.MemorySaver() });
        return [await graph.invoke({ n: 1 }, thread), await graph.invoke({ n: 2 }, thread)];
      },
    },
    {
      title: "what survives a pause: Map, Set, Uint8Array, undefined",
      play: async (runtime) => {
        const seen: unknown[] = [];
        const kind = (value: unknown) => Object.prototype.toString.call(value);
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("A", ({ a }) => {
              seen.push((a as readonly unknown[]).map(kind));
              return { log: [runtime.interrupt<string, string>("ok?")] };
            })
            .addEdge(runtime.START, "A"),
        );
        await graph.invoke({ a: [new Map([[1, 2]]), new Set([1]), new Uint8Array([1]), undefined] }, thread);
        await graph.invoke(new runtime.Command({ resume: "yes" }), thread);
        return seen;
      },
    },
    {
      title: "messages: a string, a pair, an object, one and several",
      play: async (runtime) =>
        conversation(runtime, "hi", ["one", "more"], [["user", "two"], "three"], {
          role: "user",
          content: "four",
        }),
    },
    {
      title: "messages: a pair that is the whole update",
      play: async (runtime) => conversation(runtime, ["user", "one"]),
      differs: {
        why: "The name of a role in front makes it one message, where LangGraph takes it for two of the user.",
        langgraph: ["user", "one"].map((content) => ({ role: "user", content, hasId: true })),
        ours: [{ role: "user", content: "one", hasId: true }],
      },
    },
    {
      title: "messages: the same id replaces where it stands",
      play: async (runtime) =>
        conversation(
          runtime,
          [
            { role: "user", content: "a", id: "1" },
            { role: "user", content: "b", id: "2" },
          ],
          [{ role: "user", content: "A", id: "1" }],
        ),
    },
    {
      title: "messages: the same id twice in one update",
      play: async (runtime) =>
        conversation(runtime, [
          { role: "user", content: "a", id: "1" },
          { role: "user", content: "b", id: "1" },
        ]),
    },
    {
      title: "messages: one is removed by its id",
      play: async (runtime) =>
        conversation(
          runtime,
          [
            { role: "user", content: "a", id: "1" },
            { role: "user", content: "b", id: "2" },
          ],
          [removal(runtime, "1")],
        ),
    },
    {
      title: "messages: one that is not there is to be removed",
      play: async (runtime) =>
        refused(
          () => conversation(runtime, [removal(runtime, "zz")]),
          "Attempting to delete a message with an ID that doesn't exist ('zz')",
        ),
      differs: {
        why: "A class of its own.",
        langgraph: {
          refused: "Error",
          says: "Attempting to delete a message with an ID that doesn't exist ('zz')",
        },
        ours: {
          refused: "InvalidUpdateError",
          says: "Attempting to delete a message with an ID that doesn't exist ('zz')",
        },
      },
    },
    {
      title: "messages: all of them are removed",
      play: async (runtime) =>
        conversation(
          runtime,
          [{ role: "user", content: "a", id: "1" }],
          [removal(runtime, "__remove_all__"), { role: "user", content: "anew", id: "2" }],
        ),
    },
  ],
};
