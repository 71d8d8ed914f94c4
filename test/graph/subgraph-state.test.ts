// What a graph within a node keeps: its state for one superstep, from one run of the node to the next, or nothing.
import { describe, expect, it } from "vitest";
import {
  Command,
  type CompileOptions,
  INTERRUPT,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
  type StateSnapshot,
} from "../../src/graph/index.ts";
import { onThread, State } from "./support.ts";

const thread = onThread("t");

/** A node that hands one line at a time to a graph, whose whole log it tells. */
function handingOver(
  checkpointer: CompileOptions["checkpointer"],
  ask: (line: string) => string = (line) => line,
) {
  const within = new StateGraph(State)
    .addNode("note", ({ a }) => ({ log: [ask(String(a))] }))
    .addEdge(START, "note")
    .compile(checkpointer === undefined ? {} : { checkpointer });
  return new StateGraph(State)
    .addNode("hand over", async ({ a }) => ({ b: (await within.invoke({ a })).log }))
    .addEdge(START, "hand over")
    .compile({ checkpointer: new MemorySaver() });
}

describe("a graph within a node", () => {
  it.each([undefined, false] as const)(
    "begins anew in each superstep with checkpointer %s",
    async (checkpointer) => {
      const graph = handingOver(checkpointer);
      await graph.invoke({ a: "one" }, thread);
      expect(await graph.invoke({ a: "two" }, thread)).toMatchObject({ b: ["two"] });
    },
  );

  it("keeps its state from one superstep to the next with checkpointer true", async () => {
    const graph = handingOver(true);
    await graph.invoke({ a: "one" }, thread);
    expect(await graph.invoke({ a: "two" }, thread)).toMatchObject({ b: ["one", "two"] });
    // Each thread has its own.
    expect(await graph.invoke({ a: "three" }, onThread("other"))).toMatchObject({ b: ["three"] });
  });

  it("that keeps its state asks and goes on where it was, each time", async () => {
    const graph = handingOver(true, (line) => `${line}: ${interrupt<string, string>(`${line}?`)}`);
    for (const line of ["one", "two"]) {
      const asked = await graph.invoke({ a: line }, thread);
      expect(asked[INTERRUPT]).toMatchObject([{ value: `${line}?` }]);
      await graph.invoke(new Command({ resume: "yes" }), thread);
    }
    expect((await graph.getState(thread)).values.b).toEqual(["one: yes", "two: yes"]);
  });

  it("cannot ask with checkpointer false, and says what to do", async () => {
    const graph = handingOver(false, (line) => interrupt<string, string>(line));
    await expect(graph.invoke({ a: "one" }, thread)).rejects.toThrow(
      "Compile the graph with { checkpointer }",
    );
  });

  it("is the only one that can have checkpointer true", async () => {
    const graph = new StateGraph(State)
      .addNode("one", () => ({}))
      .addEdge(START, "one")
      .compile({ checkpointer: true });
    await expect(graph.invoke({}, thread)).rejects.toThrow(
      '"checkpointer: true" cannot be used for root graphs',
    );
    await expect(graph.getState(thread)).rejects.toThrow(
      '"checkpointer: true" cannot be used for root graphs',
    );
  });
});

describe("the state of a graph within a node that keeps its state", () => {
  it("is empty before the node runs again, and what somebody writes there is told", async () => {
    const within = new StateGraph(State)
      .addNode("note", ({ a }) => ({ log: [String(a)] }))
      .addEdge(START, "note")
      .compile({ checkpointer: true });
    const graph = new StateGraph(State)
      .addNode("within", within)
      .addEdge(START, "within")
      .compile({ checkpointer: new MemorySaver() });
    const look = async () => {
      const { tasks } = await graph.getState(thread, { subgraphs: true });
      return tasks[0]?.state as StateSnapshot<typeof State.State>;
    };
    await graph.invoke({ a: "one" }, thread);
    await graph.invoke({ a: "two" }, { ...thread, interruptBefore: ["within"] });
    const { values, status, config } = await look();
    expect({ values, status }).toEqual({ values: { log: [] }, status: "empty" });
    await graph.updateState(config, { log: ["by hand"] });
    expect((await look()).values.log).toEqual(["one", "by hand"]);
  });
});

describe("a fork of the state of a graph within a node", () => {
  it.each([
    [{}, { interruptBefore: ["ask"] }, "question"],
    [{ interruptBefore: ["ask"] }, {}, "before"],
  ] as const)("stops where that graph stops: %j within %j", async (own, around, kind) => {
    const within = new StateGraph(State)
      .addNode("note", () => ({ log: ["note"] }))
      .addNode("ask", () => ({ a: interrupt("ok?") }))
      .addEdge(START, "note")
      .addEdge("note", "ask")
      .compile(own);
    const graph = new StateGraph(State)
      .addNode("within", within)
      .addNode("ask", () => ({}))
      .addEdge(START, "within")
      .addEdge("within", "ask")
      .compile({ checkpointer: new MemorySaver(), ...around });
    const look = async () => {
      const { tasks } = await graph.getState(thread, { subgraphs: true });
      return tasks[0]?.state as StateSnapshot<typeof State.State>;
    };
    await graph.invoke({}, thread);
    const { config, interrupts } = await look();
    expect(interrupts.map((one) => one.kind)).toEqual([kind]);
    await graph.updateState(config, null, "__copy__");
    // A fork leaves questions to the branch that they are on, and stops where the graph stops.
    const stops = (await look()).interrupts.map((one) => one.kind);
    expect(stops).toEqual(kind === "question" ? [] : [kind]);
  });
});
