// How long calls and supersteps may take, and how many tasks run beside each other.
import { expect, test } from "vitest";
import { type InvokeConfig, MemorySaver, Send, START, StateGraph } from "../../src/graph/index.ts";
import { onThread, State } from "./support.ts";

/** Waits, then goes on once it is run again. */
function waiting(stepTimeout?: number) {
  let runs = 0;
  const signals: AbortSignal[] = [];
  const graph = new StateGraph(State)
    .addNode("n", async (_, { signal }) => {
      signals.push(signal);
      if (++runs === 1) await new Promise(() => undefined);
      return { log: ["done"] };
    })
    .addEdge(START, "n")
    .compile({ checkpointer: new MemorySaver(), ...(stepTimeout !== undefined && { stepTimeout }) });
  return { graph, signals };
}

test.each<[string, InvokeConfig, number | undefined]>([
  ["timeout of the call", { timeout: 5 }, undefined],
  ["stepTimeout of the call", { stepTimeout: 5 }, undefined],
  ["stepTimeout of the graph", {}, 5],
  ["stepTimeout of the call before that of the graph", { stepTimeout: 5 }, 60_000],
])("a %s ends it, and null goes on where it was", async (_, config, stepTimeout) => {
  const { graph, signals } = waiting(stepTimeout);
  const call = graph.invoke({}, { ...onThread("t"), ...config });
  await expect(call).rejects.toMatchObject({ name: "TimeoutError" });
  expect(signals[0]?.aborted).toBe(true);
  expect((await graph.getState(onThread("t"))).next).toEqual(["n"]);
  expect(await graph.invoke(null, onThread("t"))).toEqual({ log: ["done"] });
});

test("each superstep has its own time", async () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 60));
  const graph = new StateGraph(State)
    .addNode("x", async () => {
      await pause();
    })
    .addNode("y", async () => {
      await pause();
    })
    .addEdge(START, "x")
    .addEdge("x", "y")
    .compile({ stepTimeout: 110 });
  expect(await graph.invoke({ a: 1 })).toEqual({ a: 1, log: [] });
});

test("the caller's signal works beside a timeout", async () => {
  const { graph } = waiting();
  const controller = new AbortController();
  const call = graph.invoke({}, { ...onThread("t"), timeout: 60_000, signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(call).rejects.toThrow("enough");
});

test.each([{ timeout: 0 }, { timeout: -1 }, { stepTimeout: 0 }, { maxConcurrency: 0 }, { timeout: NaN }])(
  "%j is refused before anything runs",
  async (config) => {
    const { graph } = waiting();
    await expect(graph.invoke({}, { ...onThread("t"), ...config })).rejects.toThrow(
      "must be a positive number",
    );
    expect((await graph.getState(onThread("t"))).status).toBe("empty");
  },
);

/** Five tasks beside each other, each of which ends when the test lets it. */
function gated() {
  const order: string[] = [];
  const gates = new Map<number, PromiseWithResolvers<undefined>>();
  const begun: PromiseWithResolvers<undefined>[] = Array.from({ length: 5 }, () => Promise.withResolvers());
  const graph = new StateGraph(State)
    .addNode("split", () => ({}))
    .addNode("work", async ({ n }: { n: number }) => {
      order.push(`+${n}`);
      const gate = Promise.withResolvers<undefined>();
      gates.set(n, gate);
      begun[n]?.resolve(undefined);
      await gate.promise;
      order.push(`-${n}`);
      return { log: [`w${n}`] };
    })
    .addEdge(START, "split")
    .addConditionalEdges("split", () => [0, 1, 2, 3, 4].map((n) => new Send("work", { n })), ["work"])
    .compile({ checkpointer: new MemorySaver() });
  const end = async (
    n: number,
    { error, before = n }: { readonly error?: Error; readonly before?: number } = {},
  ): Promise<void> => {
    await begun[n]?.promise;
    if (error === undefined) gates.get(n)?.resolve(undefined);
    else gates.get(n)?.reject(error);
    await begun[before]?.promise;
  };
  return { graph, order, end };
}

test("so many tasks run at a time, in the order of their paths, and their writes apply in that order", async () => {
  const { graph, order, end } = gated();
  const call = graph.invoke({}, { ...onThread("t"), maxConcurrency: 2 });
  await end(1, { before: 2 });
  await end(0, { before: 3 });
  await end(2, { before: 4 });
  await end(4);
  await end(3);
  expect((await call).log).toEqual(["w0", "w1", "w2", "w3", "w4"]);
  expect(order).toEqual(["+0", "+1", "-1", "+2", "-0", "+3", "-2", "+4", "-4", "-3"]);
});

test("what has not begun when a task fails does not begin, and runs later", async () => {
  const { graph, order, end } = gated();
  const call = graph.invoke({}, { ...onThread("t"), maxConcurrency: 2 });
  await end(0, { before: 2 });
  await end(2, { error: new Error("two broke") });
  await end(1);
  await expect(call).rejects.toThrow("two broke");
  expect(order).toEqual(["+0", "+1", "-0", "+2", "-1"]);
  const again = graph.invoke(null, onThread("t"));
  for (const n of [2, 3, 4]) {
    // The gate of the second run is a new one.
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    await end(n);
  }
  expect((await again).log).toEqual(["w0", "w1", "w2", "w3", "w4"]);
});

test("one at a time is one at a time", async () => {
  let running = 0;
  let most = 0;
  const graph = new StateGraph(State)
    .addNode("split", () => ({}))
    .addNode("work", async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    })
    .addEdge(START, "split")
    .addConditionalEdges("split", () => [1, 2, 3].map((n) => new Send("work", { n })), ["work"])
    .compile();
  await graph.invoke({}, { maxConcurrency: 1 });
  expect(most).toBe(1);
});
