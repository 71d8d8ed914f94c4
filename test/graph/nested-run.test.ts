// A graph within a node and the run around it: what it is handed, what it hands back, and what happens when that run is cut short.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  Annotation,
  Command,
  getConfig,
  INTERRUPT,
  interrupt,
  MemorySaver,
  type NodeCache,
  START,
  StateGraph,
  StateSchema,
  UntrackedValue,
} from "../../src/graph/index.ts";
import { collected, onThread, State, watchedSaver } from "./support.ts";

const thread = onThread("t");
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a graph that is cut short within a node", () => {
  it("has not finished: what it had not begun runs when the thread goes on", async () => {
    const failed = Promise.withResolvers<undefined>();
    let isBroken = true;
    const inner = new StateGraph(State)
      .addNode("x", async () => {
        await failed.promise;
        return { log: ["x"] };
      })
      .addNode("y", () => ({ log: ["y"] }))
      .addNode("z", () => ({ log: ["z"] }))
      .addEdge(START, "x")
      .addEdge(START, "y")
      .addEdge(["x", "y"], "z")
      .compile();
    const graph = new StateGraph(State)
      .addNode("graph", async () => ({ log: (await inner.invoke({}, { maxConcurrency: 1 })).log }))
      .addNode("bad", async (_, { signal }) => {
        signal.addEventListener("abort", () => failed.resolve(undefined));
        await turn();
        if (!isBroken) return {};
        // The node beside it is told to stop only once this one has ended.
        setImmediate(() => failed.resolve(undefined));
        throw new Error("bad");
      })
      .addEdge(START, "graph")
      .addEdge(START, "bad")
      .compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke({}, thread)).rejects.toThrow("bad");
    isBroken = false;
    expect((await graph.invoke(null, thread)).log).toEqual(["x", "y", "z"]);
  });

  it("by a timeout writes nothing more: the next attempt is the one whose state is asked about", async () => {
    const late = Promise.withResolvers<undefined>();
    let tries = 0;
    const inner = new StateGraph(State)
      .addNode("plan", async () => {
        const number = ++tries;
        if (number === 1) await late.promise;
        else {
          late.resolve(undefined);
          // The late one is ahead.
          await turn();
        }
        await turn();
        return { a: `plan ${number}` };
      })
      .addNode("ask", ({ a }) => ({
        log: [`${String(a)}: ${interrupt<string, string>("Do it?", { key: "do" })}`],
      }))
      .addEdge(START, "plan")
      .addEdge("plan", "ask")
      .compile();
    const graph = new StateGraph(State)
      .addNode("graph", inner, {
        timeout: 30,
        retryPolicy: { maxAttempts: 2, initialInterval: 1, jitter: false },
      })
      .addEdge(START, "graph")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    expect((await graph.invoke(new Command({ resume: "yes" }), thread)).log).toEqual(["plan 2: yes"]);
  });
});

describe("graphs that a node runs side by side", () => {
  it("are all waited for, so that none is still at work when the questions are told", async () => {
    const effects: string[] = [];
    const asks = new StateGraph(State)
      .addNode("ask", () => ({ log: [interrupt<string, string>("A?")] }))
      .addEdge(START, "ask")
      .compile();
    const works = new StateGraph(State)
      .addNode("work", async () => {
        await turn();
        await turn();
        effects.push("worked");
        return {};
      })
      .addNode("ask", () => ({ log: [interrupt<string, string>("B?")] }))
      .addEdge(START, "work")
      .addEdge("work", "ask")
      .compile();
    const graph = new StateGraph(State)
      .addNode("both", async () => {
        const both = await Promise.all([asks.invoke({}), works.invoke({})]);
        return { log: both.flatMap(({ log }) => log) };
      })
      .addEdge(START, "both")
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({}, thread);
    expect(asked[INTERRUPT]?.map(({ value }) => value)).toEqual(["A?", "B?"]);
    const resume = Object.fromEntries(
      (asked[INTERRUPT] ?? []).map(({ id, value }) => [id, `to ${String(value)}`]),
    );
    expect((await graph.invoke(new Command({ resume }), thread)).log).toEqual(["to A?", "to B?"]);
    expect(effects).toEqual(["worked"]);
  });
});

describe("a graph within a node", () => {
  it("may be handed the node's config, as LangGraph's users do: it is still the node's", async () => {
    const inner = new StateGraph(State)
      .addNode("ask", () => ({ log: [interrupt<string, string>("Inner?")] }))
      .addEdge(START, "ask")
      .compile();
    const graph = new StateGraph(State)
      .addNode("node", async (_, config) => ({ log: (await inner.invoke({}, config)).log }))
      .addEdge(START, "node")
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({}, thread);
    expect(asked[INTERRUPT]).toMatchObject([{ value: "Inner?" }]);
    expect((await graph.invoke(new Command({ resume: "yes" }), thread)).log).toEqual(["yes"]);
  });

  it("runs no more tasks at a time than the call allows", async () => {
    let now = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++now);
      await turn();
      now--;
      return {};
    };
    const inner = new StateGraph(State)
      .addNode({ x: work, y: work, z: work })
      .addEdge(START, "x")
      .addEdge(START, "y")
      .addEdge(START, "z")
      .compile();
    const graph = new StateGraph(State).addNode("graph", inner).addEdge(START, "graph").compile();
    await graph.invoke({}, { maxConcurrency: 1 });
    expect(most).toBe(1);
  });

  it("leaves no trace in storage of what is never stored", async () => {
    const Inner = new StateSchema({ a: z.unknown(), connection: new UntrackedValue() });
    const inner = new StateGraph(Inner)
      .addNode("open", () => ({ connection: () => "alive", a: 2 }))
      .addEdge(START, "open")
      .compile();
    const saver = watchedSaver();
    const graph = new StateGraph(State)
      .addNode("graph", async () => {
        const { a } = await inner.invoke({});
        return { a, log: [interrupt<string, string>("Go on?")] };
      })
      .addEdge(START, "graph")
      .compile({ checkpointer: saver });
    await graph.invoke({}, thread);
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({ a: 2, log: ["yes"] });
    expect(JSON.stringify(saver.saved)).not.toContain("connection");
  });

  it("leaves no trace in storage of what it hands to the graph around it and that never stores", async () => {
    const Outer = new StateSchema({ a: z.unknown(), secret: new UntrackedValue(z.string()) });
    const leave = () =>
      new Command({ graph: Command.PARENT, update: { secret: "hush", a: 1 }, goto: "see" }) as never;
    const kept: string[] = [];
    const cache: NodeCache = {
      get: () => Promise.resolve(null),
      set: (_, text) => Promise.resolve(kept.push(text)),
      clear: () => Promise.resolve(),
    };
    const inner = new StateGraph(State)
      .addNode("leave", leave, { cachePolicy: true })
      .addNode("ask", () => ({ b: interrupt("Inner?") }))
      .addEdge(START, "leave")
      .addEdge(START, "ask")
      .compile({ cache });
    const saver = watchedSaver();
    const seen: unknown[] = [];
    const graph = new StateGraph<typeof Outer, unknown, string>(Outer)
      .addNode("graph", inner as never, { ends: ["see"] })
      .addNode("see", ({ secret }) => {
        seen.push(secret);
        return { a: interrupt("Go on?") };
      })
      .addEdge(START, "graph")
      .compile({ checkpointer: saver });
    await graph.invoke({}, thread);
    await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(JSON.stringify([saver.saved, saver.appended, kept])).not.toContain("hush");
  });

  it("that is streamed in the node tells what happens in it at once", async () => {
    const told: unknown[] = [];
    const inner = new StateGraph(State)
      .addNode("work", (_, { writer }) => {
        writer("half");
        return { log: ["work"] };
      })
      .addEdge(START, "work")
      .compile();
    const graph = new StateGraph(State)
      .addNode("node", async () => {
        const chunks = await collected(inner.stream({}, { streamMode: ["custom", "tasks", "updates"] }));
        told.push(...chunks.map(([mode]) => mode));
        return {};
      })
      .addEdge(START, "node")
      .compile();
    await graph.invoke({});
    expect(told).toEqual(["tasks", "custom", "tasks", "updates"]);
  });

  it("tells its state at the checkpoint that getState gave, too", async () => {
    const inner = new StateGraph(State)
      .addNode("ask", () => ({ a: interrupt("Inner?") }))
      .addEdge(START, "ask")
      .compile();
    const graph = new StateGraph(State)
      .addNode("graph", inner)
      .addEdge(START, "graph")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    const { config } = await graph.getState(thread);
    const { tasks } = await graph.getState(config, { subgraphs: true });
    expect(tasks).toMatchObject([{ state: { next: ["ask"] } }]);
  });
});

it("an error handler finds the config of its node", async () => {
  const Told = Annotation.Root({ a: Annotation<unknown>() });
  const graph = new StateGraph(Told)
    .addNode(
      "fails",
      () => {
        throw new Error("always");
      },
      { errorHandler: () => ({ a: getConfig().configurable["thread_id"] }) },
    )
    .addEdge(START, "fails")
    .compile({ checkpointer: new MemorySaver() });
  expect(await graph.invoke({}, thread)).toEqual({ a: "t" });
});
