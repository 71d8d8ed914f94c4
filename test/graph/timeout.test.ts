// Timeouts of nodes, on a clock that the tests move.
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import {
  interrupt,
  isInterrupted,
  MemorySaver,
  type NodeConfig,
  type NodeOptions,
  NodeTimeoutError,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { collected, onThread, State } from "./support.ts";

// What a timeout needs is loaded when a node first has one, and loading takes time that no test moves.
beforeAll(() => import("../../src/graph/on-demand.ts"));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Body = (config: NodeConfig) => Promise<{ readonly log: readonly string[] }>;

function oneNode(body: Body, options: NodeOptions) {
  return new StateGraph(State)
    .addNode("n", (_, config) => body(config), options)
    .addEdge(START, "n")
    .compile({ checkpointer: new MemorySaver(), random: () => 0.5 });
}

const never = () => new Promise<never>(() => undefined);

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => ({ came: value }),
    (error: unknown) => error,
  );
}

test("a node that takes too long fails with the time it took, and its signal aborts", async () => {
  let signal: AbortSignal | undefined;
  const graph = oneNode(
    (config) => {
      ({ signal } = config);
      return never();
    },
    { timeout: 20 },
  );
  const failure = failureOf(graph.invoke({}, onThread("t")));
  await vi.advanceTimersByTimeAsync(19);
  expect(signal?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  const error = await failure;
  expect(error).toBeInstanceOf(NodeTimeoutError);
  expect(error).toMatchObject({
    message: 'Node "n" exceeded its run timeout of 20ms (elapsed: 20ms).',
    ...{ node: "n", kind: "run", timeout: 20, elapsed: 20 },
  });
  expect(signal?.aborted).toBe(true);
  expect((await graph.getState(onThread("t"))).next).toEqual(["n"]);
});

test("a node that ends in time leaves no clock behind", async () => {
  const graph = oneNode(() => Promise.resolve({ log: ["done"] }), { timeout: { runTimeout: 20 } });
  expect(await graph.invoke({}, onThread("t"))).toEqual({ log: ["done"] });
  expect(vi.getTimerCount()).toBe(0);
});

test("each attempt of a retry has its own time", async () => {
  let runs = 0;
  const graph = oneNode(() => (++runs === 1 ? never() : Promise.resolve({ log: [`run ${runs}`] })), {
    timeout: 20,
    retryPolicy: { initialInterval: 5, jitter: false },
  });
  const result = graph.invoke({}, onThread("t"));
  await vi.advanceTimersByTimeAsync(25);
  expect(await result).toEqual({ log: ["run 2"] });
});

test.each(["heartbeat", "writer", "task"] as const)("a %s keeps an idle time from passing", async (sign) => {
  const call = task("call", () => "called");
  const graph = oneNode(
    async ({ heartbeat, writer }) => {
      for (let beat = 0; beat < 3; beat++) {
        await new Promise((resolve) => setTimeout(resolve, 15));
        if (sign === "heartbeat") heartbeat();
        if (sign === "writer") writer("alive");
        if (sign === "task") await call();
      }
      return { log: ["done"] };
    },
    { timeout: { idleTimeout: 20 } },
  );
  const result = graph.invoke({}, onThread("t"));
  await vi.advanceTimersByTimeAsync(45);
  expect(await result).toEqual({ log: ["done"] });
});

test.each(["auto", "heartbeat"] as const)(
  "with refreshOn %s, a node without progress of that kind fails",
  async (refreshOn) => {
    const graph = oneNode(
      async ({ writer }) => {
        if (refreshOn === "heartbeat") setTimeout(() => writer("alive"), 15);
        return never();
      },
      { timeout: { idleTimeout: 20, refreshOn } },
    );
    const failure = failureOf(graph.invoke({}, onThread("t")));
    await vi.advanceTimersByTimeAsync(20);
    expect(await failure).toMatchObject({
      message: 'Node "n" exceeded its idle timeout of 20ms without making progress (elapsed: 20ms).',
      kind: "idle",
    });
  },
);

test("an attempt whose time is over calls nothing any more and tells nothing", async () => {
  const effects: string[] = [];
  const charge = task("charge", () => {
    effects.push("charged");
    return 1;
  });
  const late = Promise.withResolvers<unknown>();
  let runs = 0;
  const graph = oneNode(
    async ({ writer }) => {
      if (++runs > 1) return { log: ["second"] };
      await new Promise((resolve) => setTimeout(resolve, 30));
      writer("late");
      late.resolve(await failureOf((async () => charge())()));
      return { log: ["first"] };
    },
    { timeout: 20, retryPolicy: { initialInterval: 50, jitter: false } },
  );
  const chunks = collected(graph.stream({}, { ...onThread("t"), streamMode: "custom" }));
  await vi.advanceTimersByTimeAsync(30);
  expect(String(await late.promise)).toContain("The time of this attempt");
  await vi.advanceTimersByTimeAsync(40);
  expect(await chunks).toEqual([]);
  expect(effects).toEqual([]);
  expect((await graph.getState(onThread("t"))).values.log).toEqual(["second"]);
});

test("a question is no delay: a node that waits for a human has ended", async () => {
  const graph = oneNode(() => Promise.resolve({ log: [interrupt<string, string>("ok?")] }), { timeout: 20 });
  expect(isInterrupted(await graph.invoke({}, onThread("t")))).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await graph.getState(onThread("t"))).status).toBe("paused");
});

test.each([[0], [-1], [Number.NaN], [{ idleTimeout: 0 }]])("a timeout of %j is refused", (timeout) => {
  expect(() => oneNode(never, { timeout })).toThrow("must be greater than 0");
});

test("an unknown refreshOn is refused", () => {
  const timeout = { idleTimeout: 5, refreshOn: "sometimes" as "auto" };
  expect(() => oneNode(never, { timeout })).toThrow('refreshOn must be "auto" or "heartbeat"');
});
