// How graphs are put together: sequences, several nodes at once, zod state, and very long graphs.
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import {
  Command,
  INTERRUPT,
  interrupt,
  InvalidUpdateError,
  MemorySaver,
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
