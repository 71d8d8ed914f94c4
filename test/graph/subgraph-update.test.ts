// What a graph within a node asks no more, since somebody changed its state, waits nowhere: crashes and rivals included.
import { describe, expect, it } from "vitest";
import {
  type Checkpointer,
  CheckpointConflict,
  Command,
  INTERRUPT,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
  type StateSnapshot,
  UnknownInterruptError,
} from "../../src/graph/index.ts";
import { onThread, State, watchedSaver } from "./support.ts";

const thread = onThread("t");

const ask = (name: string) => () => ({ log: [`${name}: ${interrupt<string, string>(`${name}?`)}`] });

/** A graph of nodes in a row, some of which are graphs. */
function rowOf(nodes: Readonly<Record<string, object>>, checkpointer?: Checkpointer) {
  const builder = new StateGraph<typeof State, unknown, string>(State);
  let before: string = START;
  for (const [name, node] of Object.entries(nodes)) {
    builder.addNode(name, node as never).addEdge(before, name);
    before = name;
  }
  return builder.compile(checkpointer === undefined ? {} : { checkpointer });
}

type Graph = ReturnType<typeof rowOf>;

/** sub, in which one asks and then notes, and after. */
function build(checkpointer: Checkpointer): Graph {
  const within = rowOf({ one: ask("one"), then: () => ({ log: ["then"] }) });
  return rowOf({ sub: within, after: () => ({ log: ["after"] }) }, checkpointer);
}

async function byHand(graph: Graph, asNode = "one"): Promise<void> {
  const { tasks } = await graph.getState(thread, { subgraphs: true });
  const { config } = tasks[0]?.state as StateSnapshot<unknown>;
  await graph.updateState(config, { log: ["by hand"] }, asNode);
}

async function toldBy(graph: Graph): Promise<unknown> {
  const { status, interrupts, superseded } = await graph.getState(thread);
  return [status, interrupts.map(({ value }) => value), superseded.map(({ value }) => value)];
}

/** A saver whose next append to a log of the graph itself fails, once it is armed. */
function failingOnce() {
  const inner = new MemorySaver();
  const world = { isArmed: false };
  const saver: Checkpointer = {
    load: (id) => inner.load(id),
    history: (id) => inner.history(id),
    delete: (id) => inner.delete(id),
    saveTask: (id, memo) => inner.saveTask(id, memo),
    append: async (id, slot) => {
      if (world.isArmed && id === "t") {
        world.isArmed = false;
        throw new Error("disk full");
      }
      await inner.append(id, slot);
    },
  };
  return { saver, world };
}

describe("a question that an update within a node has dropped", () => {
  it("is told once as superseded: before the thread goes on, and behind that", async () => {
    const graph = build(new MemorySaver());
    await graph.invoke({}, thread);
    await byHand(graph);
    expect(await toldBy(graph)).toEqual(["ready", [], ["one?"]]);
    const [latest] = await Array.fromAsync(graph.getStateHistory(thread));
    expect([latest?.status, latest?.interrupts, latest?.superseded]).toMatchObject([
      ...["ready", []],
      [{ value: "one?" }],
    ]);
    expect(await graph.invoke(null, thread)).toMatchObject({ log: ["by hand", "then", "after"] });
    expect(await toldBy(graph)).toEqual(["finished", [], ["one?"]]);
  });

  it("is written off in one append to one log: there is nothing between two that a crash could leave", async () => {
    const saver = watchedSaver();
    const graph = build(saver);
    await graph.invoke({}, thread);
    const before = saver.appended.length;
    await byHand(graph);
    expect(saver.appended.length - before).toBe(1);
  });

  it("waits no more when the run that goes on has failed to say so, and the next one goes on", async () => {
    const { saver, world } = failingOnce();
    const graph = build(saver);
    await graph.invoke({}, thread);
    await byHand(graph);
    world.isArmed = true;
    await expect(graph.invoke(null, thread)).rejects.toThrow("disk full");
    expect(await toldBy(graph)).toEqual(["ready", [], ["one?"]]);
    expect(await graph.invoke(null, thread)).toMatchObject({ log: ["by hand", "then", "after"] });
  });

  it("does not make new input be refused", async () => {
    const graph = build(new MemorySaver());
    await graph.invoke({}, thread);
    await byHand(graph);
    const again = await graph.invoke({}, { ...thread, onPaused: "refuse" });
    expect(again[INTERRUPT]).toMatchObject([{ value: "one?" }]);
  });

  it("goes on within after an update of the graph around it that names no node", async () => {
    const graph = build(new MemorySaver());
    await graph.invoke({}, thread);
    await byHand(graph);
    await graph.updateState(thread, { a: 1 });
    expect(await toldBy(graph)).toEqual(["ready", [], ["one?"]]);
    expect(await graph.invoke(null, thread)).toMatchObject({ a: 1, log: ["by hand", "then", "after"] });
  });

  it("takes no answer, whoever was first: the update, or a run that has read the thread before", async () => {
    const graph = build(new MemorySaver());
    await graph.invoke({}, thread);
    await byHand(graph);
    await expect(graph.invoke(new Command({ resume: "yes" }), thread)).rejects.toThrow(UnknownInterruptError);

    // The rival comes between the run's look at the log within and its node.
    const inner = new MemorySaver();
    let looks = 0;
    let isWatched = false;
    const saver: Checkpointer = {
      ...watchedSaver(inner),
      load: async (id) => {
        const log = await inner.load(id);
        if (isWatched && id !== "t" && ++looks === 1) await byHand(build(inner));
        return log;
      },
    };
    const raced = build(saver);
    await raced.invoke({}, thread);
    isWatched = true;
    await expect(raced.invoke(new Command({ resume: "yes" }), thread)).rejects.toThrow(CheckpointConflict);
    await expect(raced.invoke(new Command({ resume: "yes" }), thread)).rejects.toThrow(UnknownInterruptError);
    expect(await raced.invoke(null, thread)).toMatchObject({ log: ["by hand", "then", "after"] });
  });

  it("costs a graph without graphs in its nodes no look at a log", async () => {
    const loaded: string[] = [];
    const inner = new MemorySaver();
    const saver: Checkpointer = {
      ...watchedSaver(inner),
      load: (id) => {
        loaded.push(id);
        return inner.load(id);
      },
    };
    const graph = rowOf({ one: ask("one") }, saver);
    await graph.invoke({}, thread);
    await graph.getState(thread);
    await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(loaded).toEqual(["t", "t", "t"]);
  });
});

describe("a question of a graph within a node that was answered", () => {
  const twice = (): Graph => rowOf({ one: ask("one"), two: ask("two") });

  it("is not told as superseded, at any level", async () => {
    const graph = rowOf({ sub: rowOf({ sub: twice() }) }, new MemorySaver());
    await graph.invoke({}, thread);
    await graph.invoke(new Command({ resume: "yes" }), thread);
    const { superseded, tasks } = await graph.getState(thread, { subgraphs: true });
    expect(superseded).toEqual([]);
    expect((tasks[0]?.state as StateSnapshot<unknown>).superseded).toEqual([]);
  });

  it("may be answered again when a crash kept the graph around it from storing what came of it", async () => {
    const { saver, world } = failingOnce();
    const graph = rowOf({ sub: rowOf({ sub: twice() }) }, saver);
    const asked = await graph.invoke({}, thread);
    const resume = { [asked[INTERRUPT]?.[0]?.id ?? "none"]: "yes" };
    world.isArmed = true;
    await expect(graph.invoke(new Command({ resume }), thread)).rejects.toThrow("disk full");
    const again = await graph.invoke(new Command({ resume }), thread);
    expect(again[INTERRUPT]).toMatchObject([{ value: "two?" }]);
    const done = await graph.invoke(new Command({ resume: "no" }), thread);
    expect(done.log).toEqual(["one: yes", "two: no"]);
  });
});
