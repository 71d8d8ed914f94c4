// What of a run is stored, and that it comes back as it was.
import { describe, expect, it } from "vitest";
import { Annotation, InvalidUpdateError, MemorySaver, START, StateGraph } from "../../src/graph/index.ts";
import { chain, collected, onThread, State, watchedSaver } from "./support.ts";

describe("what is stored", () => {
  it("is the change of each step: arrays that grew by their tail, untouched channels not at all", async () => {
    const saver = watchedSaver();
    const graph = chain(["one", "two"]).compile({ checkpointer: saver });

    await graph.invoke({ a: "big", log: ["in"] }, onThread("t"));

    expect(saver.appended.map(({ changes }) => changes)).toEqual([
      { a: { kind: "set", value: "big" }, log: { kind: "set", value: ["in"] } },
      { log: { kind: "append", items: ["one"] } },
      { log: { kind: "append", items: ["two"] } },
    ]);
    expect(saver.saved).toEqual([]);
  });

  it("has what a node changed in place and returned", async () => {
    const List = Annotation.Root({
      items: Annotation<{ n: number }[]>(),
      map: Annotation<Map<string, number>>(),
    });
    const graph = new StateGraph(List)
      .addNode("push", ({ items, map }) => {
        items.push({ n: 2 });
        map.set("k", 1);
        return { items, map };
      })
      .addNode("edit", ({ items }) => {
        if (items[0] !== undefined) items[0].n = 9;
        return { items };
      })
      .addEdge(START, "push")
      .addEdge("push", "edit")
      .compile({ checkpointer: new MemorySaver() });

    const result = await graph.invoke({ items: [{ n: 1 }], map: new Map() }, onThread("t"));

    expect(result).toEqual({ items: [{ n: 9 }, { n: 2 }], map: new Map([["k", 1]]) });
    expect((await graph.getState(onThread("t"))).values).toEqual(result);
  });

  it("has Dates, Maps and the like as what they are", async () => {
    const graph = chain(["one"]).compile({ checkpointer: new MemorySaver() });
    const values = { a: new Date(0), b: new Map([[1n, new Set([undefined])]]) };

    await graph.invoke(values, onThread("t"));

    expect((await graph.getState(onThread("t"))).values).toEqual({ ...values, log: ["one"] });
  });

  it("never has a value that cannot be stored: the error names the channel", async () => {
    const graph = chain(["one"]).compile({ checkpointer: new MemorySaver() });

    await expect(graph.invoke({ a: { go: () => 1 } }, onThread("t"))).rejects.toThrow(
      'Channel "a".value.go holds a function',
    );
    expect((await graph.getState(onThread("t"))).status).toBe("empty");
  });

  it("has ids that sort, in steps that count, newest first in the history", async () => {
    const graph = chain(["one", "two"]).compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ a: 1 }, onThread("t"));

    const history = await collected(graph.getStateHistory(onThread("t")));

    expect(
      history.map(({ metadata, next, values }) => [metadata?.source, metadata?.step, next, values.log]),
    ).toEqual([
      ["loop", 2, [], ["one", "two"]],
      ["loop", 1, ["two"], ["one"]],
      ["input", 0, ["one"], []],
    ]);
    const ids = history.map(({ config }) => config.configurable.checkpoint_id ?? "");
    expect([...ids].sort().reverse()).toEqual(ids);
    expect(history.map(({ parentConfig }) => parentConfig?.configurable.checkpoint_id)).toEqual([
      ids[1],
      ids[2],
      undefined,
    ]);
    const earlier = await graph.getState({ configurable: { thread_id: "t", checkpoint_id: ids[1] ?? "" } });
    expect(earlier).toEqual(history[1]);
  });
});

describe("two writers in one step", () => {
  function twoWriters(saver = watchedSaver()) {
    const graph = new StateGraph(State)
      .addNode("x", () => ({ a: 1 }))
      .addNode("y", () => ({ a: 2 }))
      .addEdge(START, "x")
      .addEdge(START, "y")
      .compile({ checkpointer: saver });
    return { graph, saver };
  }

  it("of a channel without a reducer are an error before the step is stored", async () => {
    const { graph, saver } = twoWriters();

    const invoked = graph.invoke({}, onThread("t"));

    await expect(invoked).rejects.toThrow(InvalidUpdateError);
    await expect(invoked).rejects.toThrow(
      'Invalid update for channel "a": LastValue can only receive one value per step.',
    );
    expect(saver.appended.map(({ kind }) => kind)).toEqual(["checkpoint"]);
  });

  it("do not break the thread: its state can be read and new input is taken", async () => {
    const { graph, saver } = twoWriters();
    await expect(graph.invoke({ log: ["in"] }, onThread("t"))).rejects.toThrow(InvalidUpdateError);

    expect((await graph.getState(onThread("t"))).values.log).toEqual(["in"]);
    const mended = chain(["one"]).compile({ checkpointer: saver });
    expect((await mended.invoke({ log: ["again"] }, onThread("t"))).log).toEqual(["in", "again", "one"]);
  });
});
