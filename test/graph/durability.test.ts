// How often a call stores its thread.
import { expect, test } from "vitest";
import {
  type Checkpointer,
  Command,
  type InvokeConfig,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { chain, collected, onThread, State, watchedSaver } from "./support.ts";

/** Counts what is stored, and forgets it in a crash. */
function volatileSaver(inner: Checkpointer = new MemorySaver()) {
  return { ...watchedSaver(inner), isVolatile: true };
}

const AT_EXIT: InvokeConfig = { durability: "exit" };

/** A → B → C, where B asks and C fails when the state says so. */
function threeNodes(checkpointer: Checkpointer) {
  return new StateGraph(State)
    .addNode("A", () => ({ log: ["A"], b: { deep: [1] } }))
    .addNode("B", ({ a, b }) => {
      (b as { deep: number[] }).deep.push(2);
      return { log: [a === "ask" ? interrupt<string, string>("ok?") : "B"] };
    })
    .addNode("C", ({ a }) => {
      if (a === "fail") throw new Error("C broke");
      return { log: ["C"] };
    })
    .addEdge(START, "A")
    .addEdge("A", "B")
    .addEdge("B", "C")
    .compile({ checkpointer });
}

async function stepsOf(graph: ReturnType<typeof threeNodes>) {
  const history = await collected(graph.getStateHistory(onThread("t")));
  return history.map(({ metadata, next, values }) => [metadata?.step, next, values.log]);
}

test.each<InvokeConfig>([{}, { durability: "sync" }, { durability: "async" }, { checkpointDuring: true }])(
  "with %j each superstep is stored before the next one starts",
  async (config) => {
    const saver = watchedSaver();
    const seen: number[] = [];
    const graph = chain(["A"])
      .addNode("watch", () => {
        seen.push(saver.appended.length);
      })
      .addEdge("A", "watch")
      .compile({ checkpointer: saver });
    await graph.invoke({}, { ...onThread("t"), ...config });
    expect(seen).toEqual([2]);
  },
);

test.each<InvokeConfig>([AT_EXIT, { checkpointDuring: false }])(
  "with %j only the end of a call is stored",
  async (config) => {
    const saver = volatileSaver();
    const graph = threeNodes(saver);
    const result = await graph.invoke({ a: 1 }, { ...onThread("t"), ...config });
    expect(result.log).toEqual(["A", "B", "C"]);
    expect(saver.appended).toHaveLength(1);
    expect(await stepsOf(graph)).toEqual([[3, [], ["A", "B", "C"]]]);
  },
);

test("what a node changed in place without writing it is stored as it was written", async () => {
  const graph = threeNodes(new MemorySaver());
  await graph.invoke({ a: 1 }, { ...onThread("t"), ...AT_EXIT });
  const other = threeNodes(new MemorySaver());
  await other.invoke({ a: 1 }, onThread("t"));
  expect((await graph.getState(onThread("t"))).values).toEqual((await other.getState(onThread("t"))).values);
});

test("a pause is stored before it is told, and an answer goes on from it", async () => {
  const saver = volatileSaver();
  const graph = threeNodes(saver);
  for await (const chunk of await graph.stream({ a: "ask" }, { ...onThread("t"), ...AT_EXIT }))
    if ("__interrupt__" in chunk)
      expect((await threeNodes(saver).getState(onThread("t"))).status).toBe("paused");
  expect(await stepsOf(graph)).toEqual([[1, ["B"], ["A"]]]);
  const result = await graph.invoke(new Command({ resume: "yes" }), { ...onThread("t"), ...AT_EXIT });
  expect(result.log).toEqual(["A", "yes", "C"]);
  expect(await stepsOf(graph)).toEqual([
    [3, [], ["A", "yes", "C"]],
    [1, ["B"], ["A"]],
  ]);
});

test("a failure stores what came before it, with its error, and null goes on", async () => {
  const saver = volatileSaver();
  const graph = threeNodes(saver);
  await expect(graph.invoke({ a: "fail" }, { ...onThread("t"), ...AT_EXIT })).rejects.toThrow("C broke");
  const { next, tasks } = await graph.getState(onThread("t"));
  expect([next, tasks[0]?.error?.message]).toEqual([["C"], "C broke"]);
  await graph.updateState(onThread("t"), { a: 1 });
  expect((await graph.invoke(null, { ...onThread("t"), ...AT_EXIT })).log).toEqual(["A", "B", "C"]);
});

test("what finished beside a failure is not run again", async () => {
  const runs: string[] = [];
  const charge = task("charge", () => runs.push("charge"));
  let isBroken = true;
  const graph = new StateGraph(State)
    .addNode("before", () => ({ log: ["before"] }))
    .addNode("done", () => {
      runs.push("done");
      return { log: ["done"] };
    })
    .addNode("fails", async () => {
      await charge();
      await new Promise((resolve) => setImmediate(resolve));
      if (isBroken) throw new Error("broke");
      return { log: ["mended"] };
    })
    .addEdge(START, "before")
    .addEdge("before", "done")
    .addEdge("before", "fails")
    .compile({ checkpointer: new MemorySaver() });
  await expect(graph.invoke({}, { ...onThread("t"), ...AT_EXIT })).rejects.toThrow("broke");
  isBroken = false;
  const result = await graph.invoke(null, { ...onThread("t"), ...AT_EXIT });
  expect(result.log).toEqual(["before", "done", "mended"]);
  expect(runs.toSorted()).toEqual(["charge", "done"]);
});

test("a breakpoint, the recursion limit and leaving a stream store where the thread is", async () => {
  const stopped = threeNodes(new MemorySaver());
  await stopped.invoke({ a: 1 }, { ...onThread("t"), ...AT_EXIT, interruptBefore: ["C"] });
  expect(await stepsOf(stopped)).toEqual([[2, ["C"], ["A", "B"]]]);
  expect((await stopped.invoke(null, { ...onThread("t"), ...AT_EXIT })).log).toEqual(["A", "B", "C"]);

  const limited = threeNodes(new MemorySaver());
  const call = limited.invoke({ a: 1 }, { ...onThread("t"), ...AT_EXIT, recursionLimit: 2 });
  await expect(call).rejects.toThrow("Recursion limit");
  expect(await stepsOf(limited)).toEqual([[2, ["C"], ["A", "B"]]]);

  const left = threeNodes(new MemorySaver());
  for await (const chunk of await left.stream({ a: 1 }, { ...onThread("t"), ...AT_EXIT }))
    if ("A" in chunk) break;
  expect(await stepsOf(left)).toEqual([[1, ["B"], ["A"]]]);
});

test("a call on a thread with a past adds one checkpoint to it, a fork included", async () => {
  const graph = threeNodes(new MemorySaver());
  await graph.invoke({ a: 1 }, onThread("t"));
  await graph.invoke({ a: 2 }, { ...onThread("t"), ...AT_EXIT });
  const history = await collected(graph.getStateHistory(onThread("t")));
  expect(history.map(({ metadata }) => metadata?.step)).toEqual([7, 3, 2, 1, 0]);
  const fork = history.find(({ next }) => next[0] === "C");
  const { checkpoint_id = "" } = fork?.config.configurable ?? {};
  const config = { configurable: { thread_id: "t", checkpoint_id }, ...AT_EXIT };
  expect((await graph.invoke(null, config)).log).toEqual(["A", "B", "C"]);
  expect((await graph.getState(onThread("t"))).values.log).toEqual(["A", "B", "C"]);
});

test("a saver that outlives a crash is given every superstep all the same", async () => {
  const saver = watchedSaver();
  await threeNodes(saver).invoke({ a: 1 }, { ...onThread("t"), ...AT_EXIT });
  expect(saver.appended).toHaveLength(4);
});

test("two calls at the same time do not both store their end", async () => {
  const graph = threeNodes(new MemorySaver());
  const config = { ...onThread("t"), ...AT_EXIT };
  const calls = await Promise.allSettled([graph.invoke({ a: 1 }, config), graph.invoke({ a: 2 }, config)]);
  expect(calls.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect((await graph.getState(onThread("t"))).values.log).toEqual(["A", "B", "C"]);
});

test("a graph within a node goes on where it was", async () => {
  const runs: string[] = [];
  const inner = new StateGraph(State)
    .addNode("first", () => {
      runs.push("first");
      return { log: ["first"] };
    })
    .addNode("asks", () => ({ log: [interrupt<string, string>("ok?")] }))
    .addEdge(START, "first")
    .addEdge("first", "asks")
    .compile();
  const graph = new StateGraph(State)
    .addNode("inner", async () => {
      const { log } = await inner.invoke({});
      return { log };
    })
    .addEdge(START, "inner")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({}, { ...onThread("t"), ...AT_EXIT });
  const result = await graph.invoke(new Command({ resume: "yes" }), { ...onThread("t"), ...AT_EXIT });
  expect(result.log).toEqual(["first", "yes"]);
  expect(runs).toEqual(["first"]);
});

test("both options at once, and a mode that does not exist, are refused", async () => {
  const graph = threeNodes(new MemorySaver());
  const both = graph.invoke({}, { ...onThread("t"), durability: "exit", checkpointDuring: false });
  await expect(both).rejects.toThrow("Cannot use both `durability` and `checkpointDuring`");
  // @ts-expect-error No such mode exists.
  const unknown = graph.invoke({}, { ...onThread("t"), durability: "never" });
  await expect(unknown).rejects.toThrow('Unknown durability "never"');
});

test("a call that stores once tells what its input superseded, as one that stores each superstep does", async () => {
  const supersededAfter = async (config: InvokeConfig) => {
    const graph = threeNodes(volatileSaver());
    await graph.invoke({ a: "ask" }, { ...onThread("t"), ...config });
    await graph.invoke({ a: "on" }, { ...onThread("t"), ...config });
    const { superseded } = await graph.getState(onThread("t"));
    return superseded.map(({ value, node }) => [value, node]);
  };
  expect(await supersededAfter(AT_EXIT)).toEqual([["ok?", "B"]]);
  expect(await supersededAfter({})).toEqual([["ok?", "B"]]);
});

test("a saver that fails when a failed call stores what is left: the call's own failure is told, that one as its cause", async () => {
  const full = new RangeError("full");
  const saver = { ...volatileSaver(), append: () => Promise.reject(full) };
  const call = threeNodes(saver).invoke({ a: "fail" }, { ...onThread("t"), ...AT_EXIT });
  await expect(call).rejects.toMatchObject({ message: "C broke", cause: full });
  await expect(threeNodes(saver).invoke({}, { ...onThread("t"), ...AT_EXIT })).rejects.toBe(full);
});
