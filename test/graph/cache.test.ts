// Results that are kept beyond their thread.
import { expect, test } from "vitest";
import {
  type CachePolicy,
  Command,
  type CompileOptions,
  InMemoryCache,
  interrupt,
  isInterrupted,
  MemorySaver,
  Send,
  START,
  StateGraph,
  UnencodableValueError,
} from "../../src/graph/index.ts";
import { collected, onThread, State } from "./support.ts";

type Update = typeof State.Update | Command<unknown, typeof State.Update>;

/** One node which counts its runs. */
function counted(
  cachePolicy: CachePolicy | boolean,
  {
    body = (runs: number): Update => ({ log: [`run ${runs}`] }),
    ...options
  }: CompileOptions & { readonly body?: (runs: number) => Update } = {},
) {
  const runs = { count: 0 };
  const graph = new StateGraph(State)
    .addNode("n", () => body(++runs.count), { cachePolicy })
    .addNode("led", () => ({ log: ["led"] }))
    .addEdge(START, "n")
    .addConditionalEdges("n", () => "__end__", ["led", "__end__"])
    .compile({ checkpointer: new MemorySaver(), cache: new InMemoryCache(), ...options });
  return { graph, runs };
}

test("a node that has run on the same input does not run again, on whatever thread", async () => {
  const { graph, runs } = counted(true);
  await graph.invoke({ a: 1 }, onThread("1"));
  expect(await graph.invoke({ a: 1 }, onThread("2"))).toEqual({ a: 1, log: ["run 1"] });
  expect(await graph.invoke({ a: 2 }, onThread("3"))).toEqual({ a: 2, log: ["run 2"] });
  expect(runs.count).toBe(2);
});

test("the order of an input's keys does not matter, and what it holds does", async () => {
  const { graph, runs } = counted({});
  await graph.invoke({ a: { x: 1, y: new Date(0) } }, onThread("1"));
  await graph.invoke({ a: { y: new Date(0), x: 1 } }, onThread("2"));
  expect(runs.count).toBe(1);
  await graph.invoke({ a: { x: 1, y: new Date(1) } }, onThread("3"));
  expect(runs.count).toBe(2);
});

test("a hit is told as LangGraph tells it", async () => {
  const { graph } = counted(true);
  await graph.invoke({ a: 1 }, onThread("1"));
  expect(await collected(graph.stream({ a: 1 }, onThread("2")))).toEqual([
    { n: { log: ["run 1"] }, __metadata__: { cached: true } },
  ]);
});

test("without a cache, or with the policy false, nodes run as ever", async () => {
  const none = counted(false).graph;
  await none.invoke({ a: 1 }, onThread("1"));
  expect((await none.invoke({ a: 1 }, onThread("2"))).log).toEqual(["run 2"]);
  const graph = new StateGraph(State)
    .addNode("n", () => ({ log: ["n"] }), { cachePolicy: true })
    .addEdge(START, "n")
    .compile();
  expect((await graph.invoke({})).log).toEqual(["n"]);
});

test("a key function says what tells inputs apart", async () => {
  const given: unknown[] = [];
  const { graph, runs } = counted({
    keyFunc: (args) => {
      given.push(args);
      return "same";
    },
  });
  await graph.invoke({ a: 1 }, onThread("1"));
  await graph.invoke({ a: 2 }, onThread("2"));
  expect(runs.count).toBe(1);
  expect(given).toEqual([[{ a: 1, log: [] }], [{ a: 2, log: [] }]]);
});

test("after its time to live, in seconds, a result is gone", async () => {
  let time = 0;
  const cache = new InMemoryCache({ now: () => new Date(time) });
  const { graph } = counted({ ttl: 2 }, { cache });
  await graph.invoke({ a: 1 }, onThread("1"));
  time = 1_999;
  expect((await graph.invoke({ a: 1 }, onThread("2"))).log).toEqual(["run 1"]);
  time = 2_000;
  expect((await graph.invoke({ a: 1 }, onThread("3"))).log).toEqual(["run 2"]);
});

test("clearCache forgets", async () => {
  const { graph } = counted(true);
  await graph.invoke({ a: 1 }, onThread("1"));
  await graph.clearCache();
  expect((await graph.invoke({ a: 1 }, onThread("2"))).log).toEqual(["run 2"]);
});

test("nothing is shared by reference", async () => {
  const graph = new StateGraph(State)
    .addNode("make", () => ({ b: { deep: [1] } }), { cachePolicy: true })
    .addNode("change", ({ b }) => {
      (b as { deep: number[] }).deep.push(9);
    })
    .addEdge(START, "make")
    .addEdge("make", "change")
    .compile({ cache: new InMemoryCache() });
  await graph.invoke({ a: 1 });
  expect(await graph.invoke({ a: 1 })).toEqual({ a: 1, b: { deep: [1, 9] }, log: [] });
});

test("a Command is kept with the way that it leads", async () => {
  const { graph } = counted(true, {
    body: () => new Command({ update: { log: ["n"] }, goto: "led" }),
  });
  await graph.invoke({ a: 1 }, onThread("1"));
  expect((await graph.invoke({ a: 1 }, onThread("2"))).log).toEqual(["n", "led"]);
});

test("a failed result is not kept, and neither is a handler's", async () => {
  const failing = counted(true, {
    body: (runs) => {
      if (runs === 1) throw new Error("once");
      return { log: [`run ${runs}`] };
    },
  });
  await expect(failing.graph.invoke({ a: 1 }, onThread("1"))).rejects.toThrow("once");
  expect((await failing.graph.invoke({ a: 1 }, onThread("2"))).log).toEqual(["run 2"]);

  let runs = 0;
  const handled = new StateGraph(State)
    .addNode(
      "n",
      () => {
        runs++;
        throw new Error("always");
      },
      { cachePolicy: true, errorHandler: () => ({ log: [`handled ${runs}`] }) },
    )
    .addEdge(START, "n")
    .compile({ cache: new InMemoryCache() });
  await handled.invoke({ a: 1 });
  expect((await handled.invoke({ a: 1 })).log).toEqual(["handled 2"]);
});

test("an answer is not kept for others: each thread is asked", async () => {
  const { graph } = counted(true, { body: () => ({ log: [interrupt<string, string>("ok?")] }) });
  await graph.invoke({ a: 1 }, onThread("1"));
  await graph.invoke(new Command({ resume: "yes" }), onThread("1"));
  expect(isInterrupted(await graph.invoke({ a: 1 }, onThread("2")))).toBe(true);
});

test("a Send is told apart by what it was sent, and by its node", async () => {
  const runs: string[] = [];
  const work = (name: string) => (sent: { readonly n: number }) => {
    runs.push(`${name}${sent.n}`);
    return { log: [`${name}${sent.n}`] };
  };
  const graph = new StateGraph(State)
    .addNode("split", () => ({}))
    .addNode("x", work("x"), { cachePolicy: true })
    .addNode("y", work("y"), { cachePolicy: true })
    .addEdge(START, "split")
    .addConditionalEdges("split", () => [new Send("x", { n: 1 }), new Send("y", { n: 1 })], ["x", "y"])
    .compile({ cache: new InMemoryCache() });
  await graph.invoke({});
  expect((await graph.invoke({})).log).toEqual(["x1", "y1"]);
  expect(runs).toEqual(["x1", "y1"]);
});

test("a result that cannot be encoded is not kept, and what stores the thread refuses it", async () => {
  const { graph } = counted(true, { body: () => ({ a: () => 1 }), checkpointer: new MemorySaver() });
  await expect(graph.invoke({}, onThread("1"))).rejects.toThrow(UnencodableValueError);
});

test("a cache that fails decides nothing: the node runs, once", async () => {
  const down = (): Promise<never> => Promise.reject(new Error("the cache is down"));
  let runs = 0;
  const graph = new StateGraph(State)
    .addNode("n", () => ({ log: [`run ${++runs}`] }), { cachePolicy: true })
    .addEdge(START, "n")
    .compile({ checkpointer: new MemorySaver(), cache: { get: down, set: down, clear: down } });
  expect((await graph.invoke({}, onThread("1"))).log).toEqual(["run 1"]);
});
