// What graphs remember beyond their threads, and how functions that a node calls find what the node was given.
import { describe, expect, test } from "vitest";
import {
  Annotation,
  type BaseStore,
  Command,
  type CompileOptions,
  END,
  entrypoint,
  getConfig,
  getStore,
  getWriter,
  GraphValueError,
  InMemoryStore,
  interrupt,
  type InvokeConfig,
  MemorySaver,
  Send,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { storeContract } from "../contract/store.ts";

storeContract("InMemoryStore", (now) => Promise.resolve(new InMemoryStore({ now })));

const State = Annotation.Root({
  seen: Annotation<readonly unknown[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});

function filled(who: string): { readonly store: BaseStore; readonly ready: Promise<void> } {
  const store = new InMemoryStore();
  return { store, ready: store.put(["who"], "k", { who }) };
}

async function whoIsIn(store: BaseStore | undefined): Promise<unknown> {
  return (await store?.get(["who"], "k"))?.value["who"];
}

/** One node, which says whose store it finds by its config and by itself. */
function saying(options: { readonly store?: BaseStore } = {}) {
  return new StateGraph(State)
    .addNode("say", async (_, { store }) => ({ seen: [await whoIsIn(store), await whoIsIn(getStore())] }))
    .addEdge(START, "say")
    .compile(options);
}

describe("the store of a graph", () => {
  test("is in the config of nodes, Sends and conditions, and found by what they call", async () => {
    const { store, ready } = filled("ours");
    await ready;
    const found: unknown[] = [];
    const look = async (given: BaseStore | undefined): Promise<void> => {
      await Promise.resolve();
      found.push(given === store && getStore() === store && getStore({ store: undefined }) === undefined);
    };
    const graph = new StateGraph(State)
      .addNode("split", (_, config) => look(config.store))
      .addNode("work", (_: { n: number }, config) => look(config.store))
      .addConditionalEdges(START, async (_, config): Promise<"split"> => {
        await look(config.store);
        return "split";
      })
      .addConditionalEdges(
        "split",
        async (_, config) => {
          await look(config.store);
          return [1, 2].map((n) => new Send("work", { n }));
        },
        ["work"],
      )
      .compile({ store });
    await graph.invoke({});
    expect(found).toEqual([true, true, true, true, true]);
  });

  test("is nothing where none was given", async () => {
    expect(await saying().invoke({})).toEqual({ seen: [undefined, undefined] });
  });

  test("is found again by a node that runs again after an answer", async () => {
    const { store, ready } = filled("ours");
    await ready;
    const graph = new StateGraph(State)
      .addNode("ask", async () => ({ seen: [interrupt("ok?"), await whoIsIn(getStore())] }))
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver(), store });
    const config = { configurable: { thread_id: "t" } };
    await graph.invoke({}, config);
    expect(await graph.invoke(new Command({ resume: "yes" }), config)).toEqual({ seen: ["yes", "ours"] });
  });

  test("is handed down to graphs within nodes, called or added, whatever they were compiled with", async () => {
    const [outer, inner] = [filled("outer"), filled("inner")];
    await Promise.all([outer.ready, inner.ready]);
    const within = saying({ store: inner.store });
    const calling = (config?: InvokeConfig) => async () => ({ seen: (await within.invoke({}, config)).seen });
    const around = (options: CompileOptions) =>
      new StateGraph(State)
        .addNode("added", within)
        .addNode("called", calling())
        .addNode("with a thread of its own", calling({ configurable: { thread_id: "its own" } }))
        .addNode("with another store", calling({ store: inner.store }))
        .addEdge(START, "added")
        .addEdge("added", "called")
        .addEdge("called", "with a thread of its own")
        .addEdge("with a thread of its own", "with another store")
        .compile(options);
    const { seen } = await around({ store: outer.store }).invoke({});
    expect(seen).toEqual([...Array.from({ length: 6 }, () => "outer"), "inner", "inner"]);
    expect(new Set((await around({}).invoke({})).seen)).toEqual(new Set(["inner"]));
  });

  test("is found in a graph that a condition behind START calls", async () => {
    const { store, ready } = filled("ours");
    await ready;
    const found: unknown[] = [];
    const graph = new StateGraph(State)
      .addNode("one", () => ({}))
      .addConditionalEdges(START, async (): Promise<"one"> => {
        found.push(...(await saying().invoke({})).seen);
        return "one";
      })
      .compile({ store });
    await graph.invoke({});
    expect(found).toEqual(["ours", "ours"]);
  });

  test("of a call replaces that of the graph", async () => {
    const [ours, other] = [filled("ours"), filled("other")];
    await Promise.all([ours.ready, other.ready]);
    const { seen } = await saying({ store: ours.store }).invoke({}, { store: other.store });
    expect(seen).toEqual(["other", "other"]);
  });

  test("is there for an entrypoint and the tasks that it calls", async () => {
    const { store, ready } = filled("ours");
    await ready;
    const look = task("look", () => whoIsIn(getStore()));
    const flow = entrypoint({ name: "flow", store }, async (_: string, config) => [
      await whoIsIn(config.store),
      await look(),
    ]);
    expect(await flow.invoke("go")).toEqual(["ours", "ours"]);
  });

  test("keeps what one thread has learnt for the next one", async () => {
    const graph = new StateGraph(State)
      .addNode("count", async (_, { store }) => {
        const before = Number((await store?.get(["counts"], "runs"))?.value["n"] ?? 0);
        await store?.put(["counts"], "runs", { n: before + 1 });
        return { seen: [before] };
      })
      .addEdge(START, "count")
      .compile({ checkpointer: new MemorySaver(), store: new InMemoryStore() });
    for (const [index, thread] of ["t1", "t2", "t3"].entries()) {
      expect(await graph.invoke({}, { configurable: { thread_id: thread } })).toEqual({ seen: [index] });
    }
  });
});

describe("getConfig and getWriter", () => {
  test("give what the node itself was given, in nodes side by side and in calls of task()", async () => {
    const found: boolean[] = [];
    const look = task("look", (config: unknown) => found.push(getConfig() === config));
    const node = async (_: unknown, config: unknown) => {
      await Promise.resolve();
      found.push(getConfig() === config);
      await look(config);
    };
    const graph = new StateGraph(State)
      .addNode("a", node)
      .addNode("b", node)
      .addEdge(START, "a")
      .addEdge(START, "b")
      .compile();
    await graph.invoke({});
    expect(found).toEqual([true, true, true, true]);
  });

  test("know the caller's context and tell those who stream", async () => {
    const graph = new StateGraph<typeof State, { user: string }>(State)
      .addNode("one", () => getWriter()({ user: getConfig<{ user: string }>().context.user }))
      .addEdge(START, "one")
      .addEdge("one", END)
      .compile();
    const chunks = await graph.stream({}, { context: { user: "ana" }, streamMode: "custom" });
    expect(await Array.fromAsync(chunks)).toEqual([{ user: "ana" }]);
  });

  test.each([getConfig, getStore, getWriter])("%o outside of a graph says where to call it", (get) => {
    expect(() => get()).toThrow(GraphValueError);
    expect(() => get()).toThrow(/outside the context of a graph\. Call it in a node/);
  });

  test("a condition behind START has a config and still cannot ask", async () => {
    const graph = new StateGraph(State)
      .addNode("one", () => ({}))
      .addConditionalEdges(START, (_, config) => (getConfig() === config ? interrupt("where to?") : "one"))
      .compile({ checkpointer: new MemorySaver() });
    const call = graph.invoke({}, { configurable: { thread_id: "t" } });
    await expect(call).rejects.toThrow(/Called interrupt\(\) outside the context of a graph/);
  });
});
