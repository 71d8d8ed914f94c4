// How graphs are put together: sequences, several nodes at once, zod state, and what the compiler refuses.
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import {
  Annotation,
  Command,
  END,
  INTERRUPT,
  interrupt,
  InvalidUpdateError,
  MemorySaver,
  Send,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread, State } from "./support.ts";

const say = (word: string) => () => ({ log: [word] });

describe("a builder", () => {
  it("adds a sequence, each with an edge from the one before", async () => {
    const graph = new StateGraph(State)
      .addSequence({ one: say("one"), two: say("two"), three: say("three") })
      .addEdge(START, "one")
      .compile();
    expect(await graph.invoke({})).toEqual({ log: ["one", "two", "three"] });
    expect(() => new StateGraph(State).addSequence({})).toThrow("at least one node");
  });

  it("adds several nodes at once", async () => {
    const graph = new StateGraph(State)
      .addNode({ one: say("one"), two: say("two") })
      .addEdge(START, "one")
      .addEdge("one", "two")
      .compile();
    expect(await graph.invoke({})).toEqual({ log: ["one", "two"] });
  });
});

describe("state from a zod schema", () => {
  const Form = z.object({
    amount: z.number().max(100),
    note: z.string().default("none"),
    answer: z.string().optional(),
  });

  const build = () =>
    new StateGraph(Form)
      .addNode("ask", ({ amount }) => ({ answer: interrupt<string, string>(`${amount}?`) }))
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });

  it("has a channel for each field, with its type, and completes the input", async () => {
    const graph = build();
    const thread = onThread("t");
    const asked = await graph.invoke({ amount: 5 }, thread);
    expect(asked).toMatchObject({ amount: 5, note: "none", [INTERRUPT]: [{ value: "5?" }] });
    const done = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(done).toEqual({ amount: 5, note: "none", answer: "yes" });
    expectTypeOf(done.amount).toEqualTypeOf<number>();
    expectTypeOf(done.answer).toEqualTypeOf<string | undefined>();
  });

  it("refuses input that does not fit, with each problem at its place, before anything is stored", async () => {
    const graph = build();
    const bad = graph.invoke({ amount: 500 }, onThread("t"));
    await expect(bad).rejects.toBeInstanceOf(InvalidUpdateError);
    await expect(bad).rejects.toThrow(/^The input does not fit the state: amount: /);
    expect((await graph.getState(onThread("t"))).status).toBe("empty");
  });
});

describe("the compiler", () => {
  it("refuses edges to nodes that were not added, and updates that do not fit", () => {
    const graph = new StateGraph(State).addNode("one", say("one")).addNode("two", say("two"));
    const wrong = () => {
      // @ts-expect-error there is no such node
      graph.addEdge("one", "three");
      // @ts-expect-error there is no such node
      graph.addEdge("three", "one");
      // @ts-expect-error nothing leads to START
      graph.addEdge("one", START);
      // @ts-expect-error a condition without a map returns names of nodes
      graph.addConditionalEdges("one", () => "three");
      // @ts-expect-error a map leads to nodes
      graph.addConditionalEdges("one", () => true, { true: "three" });
      // @ts-expect-error the log is a list
      graph.addNode("bad", () => ({ log: "not a list" }));
    };
    expect(wrong).toBeTypeOf("function");
  });

  it("knows the state in nodes and conditions, what Sends hand over, and the result", () => {
    const Typed = Annotation.Root({ n: Annotation<number>(), list: Annotation<readonly string[]>() });
    const graph = new StateGraph(Typed)
      .addNode("one", ({ n }) => {
        expectTypeOf(n).toEqualTypeOf<number>();
        return { n: n + 1 };
      })
      .addNode("each", ({ part }: { part: string }) => ({ list: [part] }))
      .addEdge(START, "one")
      .addConditionalEdges("one", ({ list }) => {
        expectTypeOf(list).toEqualTypeOf<readonly string[]>();
        return list.length === 0 ? END : list.map((part) => new Send("each", { part }));
      })
      .compile();
    const invoked = () => graph.invoke({ n: 1 });
    expectTypeOf(invoked).returns.resolves.toExtend<{
      readonly n: number;
      readonly list: readonly string[];
    }>();
    expectTypeOf(graph.invoke).parameter(0).extract<null>().toEqualTypeOf<null>();
    const wrong = () => {
      // @ts-expect-error n is a number
      void graph.invoke({ n: "one" });
    };
    expect(wrong).toBeTypeOf("function");
  });
});

it("a graph may be longer than the stack is deep", async () => {
  const graph = new StateGraph<typeof State, unknown, string>(State);
  const names = Array.from({ length: 12_000 }, (_, index) => `n${index}`);
  for (const name of names) graph.addNode(name, () => ({}));
  [START, ...names].reduce((from, to) => {
    graph.addEdge(from, to);
    return to;
  });
  expect(await graph.compile().invoke({ a: 1 }, { recursionLimit: 13_000 })).toMatchObject({ a: 1 });
});
