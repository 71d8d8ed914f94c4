// What graphs remember beyond their threads, and what functions find that a node calls.
import type { BaseStore } from "../../../src/graph/index.ts";
import { type Runtime, thread } from "../runtimes.ts";
import { chunksOf, compiled, refused, type Topic } from "../scenario.ts";

async function filled(runtime: Runtime, places: Readonly<Record<string, object>>): Promise<BaseStore> {
  const store = new runtime.InMemoryStore();
  for (const [place, value] of Object.entries(places)) {
    const [key = "", ...reversed] = place.split("/").reverse();
    await store.put(reversed.reverse(), key, { ...value });
  }
  return store;
}

function placesOf(items: readonly { readonly namespace: readonly string[]; readonly key: string }[]) {
  return items.map(({ namespace, key }) => [...namespace, key].join("/"));
}

const people = {
  "users/ana": { team: "ops", age: 31 },
  "users/ben": { team: "web", age: 42 },
  "users/cleo": { team: "ops", age: 53 },
};

/** A graph with one node, which writes whose store it finds. */
function saying(runtime: Runtime, options: { readonly store?: BaseStore }) {
  return compiled(
    runtime,
    (builder) =>
      builder
        .addNode("say", async () => ({ a: (await runtime.getStore()?.get(["who"], "k"))?.value["who"] }))
        .addEdge(runtime.START, "say"),
    options,
  );
}

const asNode = (graph: ReturnType<typeof compiled>) => graph as never;

export const memory: Topic = {
  topic: "Stores, and what a node is given",
  scenarios: [
    {
      title: "an item is put, read, replaced and deleted",
      play: async (runtime) => {
        const store = new runtime.InMemoryStore();
        const before = await store.get(["users", "U1"], "tone");
        await store.put(["users", "U1"], "tone", { tone: "brief" });
        const first = await store.get(["users", "U1"], "tone");
        await store.put(["users", "U1"], "tone", { tone: "warm" });
        const { value, key, namespace } = (await store.get(["users", "U1"], "tone")) ?? {};
        await store.delete(["users", "U1"], "tone");
        const times = [first?.createdAt instanceof Date, first?.updatedAt instanceof Date];
        return { before, times, value, key, namespace, after: await store.get(["users", "U1"], "tone") };
      },
    },
    {
      title: "namespaces that nothing can be put into",
      play: async (runtime) => {
        const store = new runtime.InMemoryStore();
        const put = (namespace: readonly string[], says: string) =>
          refused(() => store.put(namespace, "k", {}), says);
        return [
          await put([], "Namespace cannot be empty."),
          await put(["a", ""], "Namespace labels cannot be empty strings."),
          await put(["a.b"], "Namespace labels cannot contain periods ('.')."),
          await put(["langgraph"], 'Root label for namespace cannot be "langgraph".'),
        ];
      },
    },
    {
      title: "a search gives ten items by default, or as many as were asked for from where it was asked",
      play: async (runtime) => {
        const numbered = Array.from({ length: 12 }, (_, n) => [`n/k${10 + n}`, { n }]);
        const store = await filled(runtime, Object.fromEntries(numbered) as Record<string, object>);
        return [
          placesOf(await store.search(["n"])),
          placesOf(await store.search(["n"], { limit: 2, offset: 3 })),
          placesOf(await store.search(["nothing"])),
        ];
      },
    },
    {
      title: "a search filters by values and conditions",
      play: async (runtime) => {
        const store = await filled(runtime, people);
        const filters: readonly Readonly<Record<string, unknown>>[] = [
          { team: "ops" },
          { team: "ops", age: { $gt: 40 } },
          { age: { $gte: 42, $lt: 53 } },
          { age: { $lte: 42 } },
          { team: { $ne: "ops" } },
          { team: { $eq: "web" } },
          { team: { $in: ["web", "sre"] } },
          { team: { $nin: ["web", "sre"] } },
          { nobody: 1 },
          {},
        ];
        return Promise.all(
          filters.map(async (filter) => placesOf(await store.search(["users"], { filter }))),
        );
      },
    },
    {
      title: "a filter with a list as its value",
      play: async (runtime) => {
        const store = await filled(runtime, { "n/a": { tags: ["x"] } });
        return placesOf(await store.search(["n"], { filter: { tags: ["x"] } }));
      },
      differs: {
        why: "Values are compared by what is in them: what is stored is never the same object as what is asked for.",
        langgraph: [],
        ours: ["n/a"],
      },
    },
    {
      title: "a search in a namespace whose name begins like another one's",
      play: async (runtime) =>
        placesOf(await (await filled(runtime, { "team/k": {}, "teams/k": {} })).search(["team"])),
      differs: {
        why: "Namespaces are told apart by whole parts: one user's memories are not found under another one's.",
        langgraph: ["team/k", "teams/k"],
        ours: ["team/k"],
      },
    },
    {
      title: "namespaces by how they begin and end, and cut",
      play: async (runtime) => {
        const store = await filled(runtime, { "a/b/c/k": {}, "a/b/d/k": {}, "a/x/c/k": {}, "b/c/k": {} });
        const options = [
          {},
          { prefix: ["a"] },
          { prefix: ["a", "*", "c"] },
          { suffix: ["c"] },
          { prefix: ["a"], suffix: ["c"] },
          { maxDepth: 1 },
          { prefix: ["a"], maxDepth: 2 },
          { limit: 2, offset: 1 },
        ];
        return Promise.all(options.map((one) => store.listNamespaces(one)));
      },
    },
    {
      title: "a namespace whose items are all deleted is still listed",
      play: async (runtime) => {
        const store = await filled(runtime, { "a/k": {} });
        await store.delete(["a"], "k");
        return store.listNamespaces();
      },
    },
    {
      title: "a namespace with a colon in a part",
      play: async (runtime) => {
        const store = new runtime.InMemoryStore();
        await store.put(["a:b"], "k", { in: "one part" });
        return [await store.listNamespaces(), (await store.get(["a", "b"], "k"))?.value];
      },
      differs: {
        why: "A part may hold any character but a period, and stays one part.",
        langgraph: [[["a", "b"]], { in: "one part" }],
        ours: [[["a:b"]], undefined],
      },
    },
    {
      title: "an object that is changed after it was put",
      play: async (runtime) => {
        const store = new runtime.InMemoryStore();
        const value = { list: [1] };
        await store.put(["a"], "k", value);
        value.list.push(2);
        return (await store.get(["a"], "k"))?.value;
      },
      differs: {
        why: "What is stored is text, as it is in a database.",
        langgraph: { list: [1, 2] },
        ours: { list: [1] },
      },
    },
    {
      title: "a value that cannot be stored",
      play: async (runtime) => refused(() => new runtime.InMemoryStore().put(["a"], "k", { f: () => 1 })),
      differs: {
        why: "What a database would refuse or drop is refused at once.",
        langgraph: { came: undefined },
        ours: { refused: "UnencodableValueError" },
      },
    },
    {
      title: "a node finds what another thread has put",
      play: async (runtime) => {
        const graph = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("count", async (_, { store }) => {
                const n = Number((await store?.get(["counts"], "runs"))?.value["n"] ?? 0);
                await store?.put(["counts"], "runs", { n: n + 1 });
                return { a: [n, (await store?.search(["counts"]))?.length] };
              })
              .addEdge(runtime.START, "count"),
          { checkpointer: new runtime.MemorySaver(), store: new runtime.InMemoryStore() },
        );
        const runs = [];
        for (const id of ["t1", "t2"]) runs.push(await graph.invoke({}, { configurable: { thread_id: id } }));
        return runs;
      },
    },
    {
      title: "namespaces listed, and a wrong one put into, from within a node",
      play: async (runtime) => {
        const graph = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("look", async (_, { store }) => ({
                a: [
                  await refused(() => store?.listNamespaces()),
                  await refused(() => store?.put([], "k", { n: 1 }), "Namespace cannot be empty."),
                ],
              }))
              .addEdge(runtime.START, "look"),
          { store: await filled(runtime, { "a/k": {} }) },
        );
        return graph.invoke({});
      },
      differs: {
        why: "A node is given the store itself; LangGraph gives it one around it that lists nothing and checks nothing.",
        langgraph: { a: [{ refused: "Error" }, { came: null }], log: [] },
        ours: {
          log: [],
          a: [{ came: [["a"]] }, { refused: "InvalidNamespaceError", says: "Namespace cannot be empty." }],
        },
      },
    },
    {
      title: "graphs within graphs use the store around them, and their own without one",
      play: async (runtime) => {
        const [outer, inner] = [
          await filled(runtime, { "who/k": { who: "outer" } }),
          await filled(runtime, { "who/k": { who: "inner" } }),
        ];
        const within = saying(runtime, { store: inner });
        const around = (options: object) =>
          compiled(
            runtime,
            (builder) => builder.addNode("sub", asNode(within)).addEdge(runtime.START, "sub"),
            options,
          );
        const calling = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("sub", async () => ({ a: (await within.invoke({})).a }))
              .addEdge(runtime.START, "sub"),
          { store: outer },
        );
        return [
          (await around({ store: outer }).invoke({})).a,
          (await around({}).invoke({})).a,
          (await calling.invoke({})).a,
          (await within.invoke({}, { store: outer })).a,
        ];
      },
    },
    {
      title: "an entrypoint and its tasks use its store",
      play: async (runtime) => {
        const store = await filled(runtime, { "who/k": { who: "ours" } });
        const look = runtime.task("look", async () => (await runtime.getStore()?.get(["who"], "k"))?.value);
        const flow = runtime.entrypoint<string, unknown>(
          { name: "flow", checkpointer: new runtime.MemorySaver(), store },
          async (_, config) => [(await config.store?.get(["who"], "k"))?.value, await look()],
        );
        return flow.invoke("go", thread);
      },
    },
    {
      title: "getStore without a store, and in conditions",
      play: async (runtime) => {
        const found: unknown[] = [];
        const look = (store: unknown) => found.push(typeof runtime.getStore(), typeof store);
        const graph = (options: object) =>
          compiled(
            runtime,
            (builder) =>
              builder
                .addNode("one", (_, { store }) => {
                  look(store);
                  return {};
                })
                .addConditionalEdges(runtime.START, (_, { store }) => (look(store), "one"), ["one"])
                .addConditionalEdges("one", (_, { store }) => (look(store), runtime.END), [runtime.END]),
            options,
          );
        await graph({}).invoke({ a: 1 });
        await graph({ store: new runtime.InMemoryStore() }).invoke({ a: 1 });
        return found;
      },
    },
    {
      title: "getConfig is what the node was given",
      play: async (runtime) => {
        const graph = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("one", async (_, config) => {
                await Promise.resolve();
                const own = runtime.getConfig();
                return { a: [own === config, own.configurable["user"], own.context] };
              })
              .addEdge(runtime.START, "one"),
          {},
        );
        return graph.invoke({}, { configurable: { user: "ana" }, context: { team: "ops" } });
      },
    },
    {
      title: "getWriter tells those who stream with custom, and nobody else",
      play: async (runtime) => {
        const graph = compiled(
          runtime,
          (builder) =>
            builder
              .addNode("one", () => {
                runtime.getWriter()({ progress: 1 });
                return { a: 1 };
              })
              .addEdge(runtime.START, "one"),
          {},
        );
        return [await graph.invoke({}), await chunksOf(graph.stream({}, { streamMode: "custom" }))];
      },
    },
    {
      title: "getStore, getWriter and getConfig outside of a graph",
      play: async (runtime) => [
        await refused(() => runtime.getStore()),
        await refused(() => runtime.getWriter()),
        await refused(() => runtime.getConfig()),
      ],
      differs: {
        why: "A class of its own, and the three are alike.",
        langgraph: [{ refused: "Error" }, { refused: "Error" }, { came: undefined }],
        ours: [
          { refused: "GraphValueError" },
          { refused: "GraphValueError" },
          { refused: "GraphValueError" },
        ],
      },
    },
  ],
};
