// Nodes, edges, conditions and fan-out: what runs when, and what the state is afterwards.
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  Annotation,
  Command,
  END,
  GraphRecursionError,
  InvalidUpdateError,
  MemorySaver,
  type NodeConfig,
  Send,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { chain, collected, onThread, State } from "./support.ts";

describe("a graph", () => {
  it("runs its nodes in order and returns the state", async () => {
    const graph = chain(["one", "two"]).compile();

    const result = await graph.invoke({ a: 1, log: ["in"] });

    expect(result).toEqual({ a: 1, log: ["in", "one", "two"] });
    expectTypeOf(result.log).toEqualTypeOf<readonly string[]>();
  });

  it("streams what each node wrote, or the whole state after each step", async () => {
    const graph = chain(["one", "two"]).compile();

    expect(await collected(graph.stream({ a: 0 }))).toEqual([
      { one: { log: ["one"] } },
      { two: { log: ["two"] } },
    ]);
    expect(await collected(graph.stream({ a: 0 }, { streamMode: "values" }))).toEqual([
      { a: 0, log: [] },
      { a: 0, log: ["one"] },
      { a: 0, log: ["one", "two"] },
    ]);
  });

  it("shows all tasks of a step the same state, and applies their writes by name, not by speed", async () => {
    const seen: unknown[] = [];
    const graph = new StateGraph(State)
      .addNode("zeta", ({ log }) => {
        seen.push(log);
        return { log: ["zeta"] };
      })
      .addNode("alpha", async ({ log }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push(log);
        return { log: ["alpha"] };
      })
      .addNode("join", ({ log }) => ({ log: [`join after ${log.length}`] }))
      .addEdge(START, "zeta")
      .addEdge(START, "alpha")
      .addEdge(["zeta", "alpha"], "join")
      .compile();

    const chunks = await collected(graph.stream({}));

    expect(seen).toEqual([[], []]);
    expect(chunks.flatMap(Object.keys)).toEqual(["zeta", "alpha", "join"]);
    expect((await graph.invoke({})).log).toEqual(["alpha", "zeta", "join after 2"]);
  });

  it("waits at a join for the longer of two branches", async () => {
    const graph = new StateGraph(State)
      .addNode("short", () => ({ log: ["short"] }))
      .addNode("long", () => ({ log: ["long"] }))
      .addNode("longer", () => ({ log: ["longer"] }))
      .addNode("join", () => ({ log: ["join"] }))
      .addEdge(START, "short")
      .addEdge(START, "long")
      .addEdge("long", "longer")
      .addEdge(["short", "longer"], "join")
      .compile({ checkpointer: new MemorySaver() });

    expect((await graph.invoke({}, onThread("t"))).log).toEqual(["long", "short", "longer", "join"]);
  });

  it("follows conditions, which see what their node just wrote, round a cycle", async () => {
    const Count = Annotation.Root({ n: Annotation<number>() });
    const graph = new StateGraph(Count)
      .addNode("add", ({ n }) => ({ n: n + 1 }))
      .addEdge(START, "add")
      .addConditionalEdges("add", ({ n }) => n >= 4, { true: END, false: "add" })
      .compile();

    expect(await graph.invoke({ n: 0 })).toEqual({ n: 4 });
  });

  it("begins where a condition behind START says, by name without a map", async () => {
    const graph = new StateGraph(State)
      .addNode("one", () => ({ log: ["one"] }))
      .addNode("two", () => ({ log: ["two"] }))
      .addConditionalEdges(START, ({ a }) => (a === 2 ? "two" : "one"))
      .compile();

    expect((await graph.invoke({ a: 2 })).log).toEqual(["two"]);
    expect((await graph.invoke({ a: 1 })).log).toEqual(["one"]);
  });

  it("runs a node once for each Send, with its own input, and applies the writes in the order sent", async () => {
    const graph = new StateGraph(State)
      .addNode("split", () => undefined)
      .addNode("work", async ({ part }: { readonly part: number }) => {
        await new Promise((resolve) => setTimeout(resolve, 10 - part));
        return { log: [`part ${part}`] };
      })
      .addEdge(START, "split")
      .addConditionalEdges("split", () => [1, 2, 3].map((part) => new Send("work", { part })), ["work"])
      .compile();

    expect((await graph.invoke({})).log).toEqual(["part 1", "part 2", "part 3"]);
  });

  it("lets a node write and go somewhere with a Command, besides its edges", async () => {
    const graph = new StateGraph(State)
      .addNode("choose", () => new Command({ update: { log: ["chosen"] }, goto: ["left", END] }), {
        ends: ["left"],
      })
      .addNode("left", () => ({ log: ["left"] }))
      .addNode("edge", () => ({ log: ["edge"] }))
      .addEdge(START, "choose")
      .addEdge("choose", "edge")
      .compile();

    expect((await graph.invoke({})).log).toEqual(["chosen", "edge", "left"]);
  });

  it("gives nodes the caller's context, the configurable and a signal", async () => {
    const seen: unknown[] = [];
    const graph = new StateGraph<typeof State, { readonly user: string }>(State)
      .addNode("look", (_, { context, configurable, signal }: NodeConfig<{ readonly user: string }>) => {
        seen.push(context.user, configurable["thread_id"], signal.aborted);
      })
      .addEdge(START, "look")
      .compile();

    await graph.invoke({}, { ...onThread("t"), context: { user: "ana" } });

    expect(seen).toEqual(["ana", "t", false]);
  });

  it("goes on with the values of a finished thread when new input comes", async () => {
    const graph = chain(["one"]).compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ a: 1, log: ["x"] }, onThread("t"));

    const result = await graph.invoke({ log: ["y"] }, onThread("t"));

    expect(result).toEqual({ a: 1, log: ["x", "one", "y", "one"] });
    expect(await graph.invoke(null, onThread("t"))).toEqual(result);
  });

  it("stops at the recursion limit, and null goes on from there", async () => {
    const graph = chain(["one", "two", "three"]).compile({ checkpointer: new MemorySaver() });

    await expect(graph.invoke({}, { ...onThread("t"), recursionLimit: 2 })).rejects.toThrow(
      GraphRecursionError,
    );

    expect((await graph.getState(onThread("t"))).next).toEqual(["three"]);
    expect((await graph.invoke(null, onThread("t"))).log).toEqual(["one", "two", "three"]);
  });

  it("counts the steps of calls that it goes on from towards the recursion limit, when they are named", async () => {
    const graph = chain(["one", "two", "three"]).compile({ checkpointer: new MemorySaver() });
    const limited = { ...onThread("t"), recursionLimit: 2 };
    await graph.invoke({}, { ...limited, mayGoOn: () => false });
    expect((await graph.getState(onThread("t"))).next).toEqual(["two"]);

    await expect(graph.invoke(null, { ...limited, stepsBefore: 1 })).rejects.toThrow(
      "Recursion limit of 2 reached",
    );

    expect((await graph.getState(onThread("t"))).next).toEqual(["three"]);
    expect((await graph.invoke(null, limited)).log).toEqual(["one", "two", "three"]);
  });

  it("stops when the caller aborts, drops what was running, and goes on later", async () => {
    const abort = new AbortController();
    let runs = 0;
    const graph = new StateGraph(State)
      .addNode("slow", async () => {
        if (++runs === 1) {
          abort.abort();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return { log: [`run ${runs}`] };
      })
      .addEdge(START, "slow")
      .compile({ checkpointer: new MemorySaver() });

    await expect(graph.invoke({}, { ...onThread("t"), signal: abort.signal })).rejects.toThrow("aborted");

    expect((await graph.getState(onThread("t"))).next).toEqual(["slow"]);
    expect((await graph.invoke(null, onThread("t"))).log).toEqual(["run 2"]);
  });

  it("tries a node again as its retry policy says, with the same idempotency keys", async () => {
    const keys: string[] = [];
    const graph = new StateGraph(State)
      .addNode(
        "flaky",
        (_, { idempotencyKey }) => {
          keys.push(idempotencyKey());
          if (keys.length < 3) throw new Error("not yet");
          return { a: "done" };
        },
        { retryPolicy: { initialInterval: 1, maxAttempts: 3 } },
      )
      .addEdge(START, "flaky")
      .compile({ checkpointer: new MemorySaver() });

    expect((await graph.invoke({}, onThread("t"))).a).toBe("done");
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it("does not try again what can only fail again", async () => {
    let runs = 0;
    const graph = new StateGraph(State)
      .addNode("wrong", () => ({ [`z${++runs}`]: 1 }), { retryPolicy: { initialInterval: 1 } })
      .addEdge(START, "wrong")
      .compile();

    await expect(graph.invoke({})).rejects.toThrow(InvalidUpdateError);
    expect(runs).toBe(1);
  });
});
