// What every store must do, whatever it keeps its items in.
import { describe, expect, test } from "vitest";
import { type BaseStore, InvalidNamespaceError, UnencodableValueError } from "../../src/graph/index.ts";

/** Registers the suite; `makeStore` is called once for each test. */
export function storeContract(name: string, makeStore: (now: () => Date) => Promise<BaseStore>): void {
  const fresh = () => makeStore(() => new Date());

  describe(`${name} as a store`, () => {
    test("knows nothing that was never put", async () => {
      const store = await fresh();
      expect(await store.get(["users"], "ana")).toBeNull();
      expect(await store.search([])).toEqual([]);
      expect(await store.search(["users"])).toEqual([]);
      expect(await store.listNamespaces()).toEqual([]);
      await store.delete(["users"], "ana");
    });

    test("gives an item back with its place and its times; another value keeps when it was created", async () => {
      let time = 1_000;
      const store = await makeStore(() => new Date(time));
      await store.put(["users", "U1"], "tone", { tone: "brief" });
      time = 2_000;
      await store.put(["users", "U1"], "tone", { tone: "warm" });
      const item = {
        value: { tone: "warm" },
        key: "tone",
        namespace: ["users", "U1"],
        createdAt: new Date(1_000),
        updatedAt: new Date(2_000),
      };
      expect(await store.get(["users", "U1"], "tone")).toEqual(item);
      expect(await store.search(["users"])).toEqual([item]);
    });

    test("forgets what is deleted, and only that; its namespace stays listed", async () => {
      const store = await fresh();
      await store.put(["a"], "one", { n: 1 });
      await store.put(["a"], "two", { n: 2 });
      await store.put(["b"], "one", { n: 3 });
      await store.delete(["a"], "one");
      await store.delete(["a"], "one");
      await store.delete(["b"], "one");
      expect(await store.get(["a"], "one")).toBeNull();
      expect(await keysIn(store, [])).toEqual(["a/two"]);
      expect(await store.listNamespaces()).toEqual([["a"], ["b"]]);
    });

    test("something put again after it was deleted was created then", async () => {
      let time = 1_000;
      const store = await makeStore(() => new Date(time));
      await store.put(["a"], "k", { n: 1 });
      await store.delete(["a"], "k");
      time = 2_000;
      await store.put(["a"], "k", { n: 2 });
      expect((await store.get(["a"], "k"))?.createdAt).toEqual(new Date(2_000));
    });

    test.each([
      [[], "Namespace cannot be empty"],
      [["a", ""], "cannot be empty strings"],
      [["a", "b.c"], "cannot contain periods"],
      [["langgraph", "a"], 'cannot be "langgraph"'],
      [["a", 1 as unknown as string], "must be strings"],
    ])("refuses to put into the namespace %j, and has nothing there", async (namespace, says) => {
      const store = await fresh();
      await expect(store.put(namespace, "k", { n: 1 })).rejects.toThrow(InvalidNamespaceError);
      await expect(store.put(namespace, "k", { n: 1 })).rejects.toThrow(says);
      expect(await store.get(namespace, "k")).toBeNull();
      await store.delete(namespace, "k");
      expect(await store.listNamespaces()).toEqual([]);
    });

    test("refuses a value that cannot be stored, names its place, and writes nothing", async () => {
      const store = await fresh();
      const put = store.put(["carts", "U1"], "cart", { items: [{ price: () => 1 }] });
      await expect(put).rejects.toThrow(UnencodableValueError);
      await expect(put).rejects.toThrow(
        'Item "cart" of namespace ["carts","U1"].items[0].price holds a function',
      );
      for (const value of [null, [1], "text", undefined])
        await expect(store.put(["carts"], "k", value as never)).rejects.toThrow(/instead of an object/);
      expect(await store.search([])).toEqual([]);
      expect(await store.listNamespaces()).toEqual([]);
    });

    test("keeps every kind of value what it was", async () => {
      const store = await fresh();
      await store.put(["a"], "k", everyKind);
      expect((await store.get(["a"], "k"))?.value).toEqual(everyKind);
      expect((await store.search(["a"]))[0]?.value).toEqual(everyKind);
    });

    test("keeps texts, not objects: what is changed afterwards, by the writer or a reader, is not in the store", async () => {
      const store = await fresh();
      const namespace = ["a"];
      const value = { list: [1] };
      await store.put(namespace, "k", value);
      value.list.push(2);
      namespace.push("b");
      const read = await store.get(["a"], "k");
      (read?.value["list"] as number[]).push(3);
      read?.createdAt.setTime(0);
      const again = await store.get(["a"], "k");
      expect(again).toMatchObject({ value: { list: [1] }, namespace: ["a"] });
      expect(again?.createdAt.getTime()).toBeGreaterThan(0);
    });

    test("keeps apart whatever is in the names of namespaces and keys", async () => {
      const store = await fresh();
      const names = [
        "a",
        "A",
        "a#1",
        "a/b",
        "a:b",
        'a"b',
        "a\\",
        '"',
        "a b",
        "ünï 日本 😀",
        "\u0000",
        "\ud800",
      ];
      const places = [
        ...names.map((odd) => ({ namespace: [odd], key: "k" })),
        ...names.map((odd) => ({ namespace: ["n", odd], key: odd })),
        ...['a""b', "", "a.b"].map((key) => ({ namespace: ["n"], key })),
        { namespace: ["a", "b"], key: "k" },
        { namespace: ["__proto__"], key: "__proto__" },
      ];
      for (const [index, { namespace, key }] of places.entries()) await store.put(namespace, key, { index });
      for (const [index, { namespace, key }] of places.entries())
        expect(await store.get(namespace, key)).toMatchObject({ namespace, key, value: { index } });
      const found = await store.search([], { limit: 1_000 });
      expect(found.map(({ value }) => Number(value["index"])).sort((a, b) => a - b)).toEqual(
        places.map((_, index) => index),
      );
      const namespaces = new Set(places.map(({ namespace }) => JSON.stringify(namespace)));
      const listed = await store.listNamespaces({ limit: 1_000 });
      expect(new Set(listed.map((one) => JSON.stringify(one)))).toEqual(namespaces);
    });

    test("searches by whole parts of the namespace, in the order of namespaces and keys, parents first", async () => {
      const store = await fresh();
      for (const place of [
        "users/ana/b",
        "users/ana/a",
        "users/k",
        "usersx/k",
        "users/ana/x/k",
        "z/k",
        "a/k",
      ])
        await store.put(place.split("/").slice(0, -1), place.split("/").at(-1) ?? "", {});
      const anas = ["users/ana/a", "users/ana/b", "users/ana/x/k"];
      expect(await keysIn(store, ["users"])).toEqual(["users/k", ...anas]);
      expect(await keysIn(store, ["users", "ana"])).toEqual(anas);
      expect(await keysIn(store, ["user"])).toEqual([]);
      expect(await keysIn(store, ["nobody", "x".repeat(2_000)])).toEqual([]);
      expect(await keysIn(store, [])).toEqual(["a/k", "users/k", ...anas, "usersx/k", "z/k"]);
    });

    test("gives ten items, or as many as were asked for, from where it was asked", async () => {
      const store = await fresh();
      const keys = Array.from({ length: 12 }, (_, index) => `k${String(index).padStart(2, "0")}`);
      for (const [index, key] of keys.entries()) await store.put([index < 6 ? "a" : "b"], key, { index });
      const asked = async (options: object) => (await store.search([], options)).map(({ key }) => key);
      expect(await asked({})).toEqual(keys.slice(0, 10));
      expect(await asked({ limit: 3 })).toEqual(keys.slice(0, 3));
      expect(await asked({ limit: 4, offset: 4 })).toEqual(keys.slice(4, 8));
      expect(await asked({ offset: 10 })).toEqual(keys.slice(10));
      expect(await asked({ limit: 0 })).toEqual([]);
      expect(await asked({ offset: 50 })).toEqual([]);
      expect(await asked({ filter: { index: { $gte: 5 } }, limit: 2, offset: 1 })).toEqual(keys.slice(6, 8));
    });

    test("filters by fields, compared by what is in them, and by conditions", async () => {
      const store = await fresh();
      await store.put(["n"], "a", { team: "ops", age: 1, tags: ["x"], at: new Date(1) });
      await store.put(["n"], "b", { team: "ops", age: 2, tags: ["x", "y"] });
      await store.put(["n"], "c", { team: "web", age: 3, tags: [] });
      const found = async (filter: Readonly<Record<string, unknown>>) =>
        (await store.search(["n"], { filter })).map(({ key }) => key).join("");
      expect(await found({ team: "ops" })).toBe("ab");
      expect(await found({ team: "ops", age: 2 })).toBe("b");
      expect(await found({ tags: ["x", "y"] })).toBe("b");
      expect(await found({ at: new Date(1) })).toBe("a");
      expect(await found({ team: { $eq: "web" } })).toBe("c");
      expect(await found({ team: { $ne: "web" } })).toBe("ab");
      expect(await found({ age: { $gt: 1, $lte: 3 } })).toBe("bc");
      expect(await found({ age: { $gte: 2, $lt: 3 } })).toBe("b");
      expect(await found({ age: { $in: [1, 3, 5] } })).toBe("ac");
      expect(await found({ age: { $nin: [1, 3, 5] } })).toBe("b");
      expect(await found({ nobody: "has this" })).toBe("");
      expect(await found({})).toBe("abc");
      expect(await found({ constructor: Object })).toBe("");
    });

    test("lists namespaces by how they begin and end, with * for any part, cut and in parts", async () => {
      const store = await fresh();
      for (const place of ["a/b/c", "a/b/d", "a/x/c", "a", "b/c", "ab"])
        await store.put(place.split("/"), "k", {});
      const listed = async (options: object) =>
        (await store.listNamespaces(options)).map((parts) => parts.join("/"));
      expect(await listed({})).toEqual(["a", "a/b/c", "a/b/d", "a/x/c", "ab", "b/c"]);
      expect(await listed({ prefix: ["a"] })).toEqual(["a", "a/b/c", "a/b/d", "a/x/c"]);
      expect(await listed({ prefix: ["a", "*", "c"] })).toEqual(["a/b/c", "a/x/c"]);
      expect(await listed({ prefix: ["*", "c"] })).toEqual(["b/c"]);
      expect(await listed({ suffix: ["c"] })).toEqual(["a/b/c", "a/x/c", "b/c"]);
      expect(await listed({ suffix: ["b", "*"] })).toEqual(["a/b/c", "a/b/d", "b/c"]);
      expect(await listed({ prefix: ["a"], suffix: ["c"] })).toEqual(["a/b/c", "a/x/c"]);
      expect(await listed({ maxDepth: 1 })).toEqual(["a", "ab", "b"]);
      expect(await listed({ prefix: ["a"], maxDepth: 2 })).toEqual(["a", "a/b", "a/x"]);
      expect(await listed({ maxDepth: 1, limit: 1, offset: 1 })).toEqual(["ab"]);
      expect(await listed({ limit: 2, offset: 3 })).toEqual(["a/x/c", "ab"]);
      expect(await listed({ limit: 0 })).toEqual([]);
    });

    test("of twenty concurrent writers of an item, one is last, and there is one item", async () => {
      const store = await fresh();
      const writers = Array.from({ length: 20 }, (_, by) => by);
      await Promise.all(writers.map((by) => store.put(["a"], "k", { by })));
      const [item, ...others] = await store.search([]);
      expect(others).toEqual([]);
      expect(writers).toContain(item?.value["by"]);
      expect(await store.listNamespaces()).toEqual([["a"]]);
    });
  });
}

async function keysIn(store: BaseStore, prefix: readonly string[]): Promise<readonly string[]> {
  return (await store.search(prefix)).map(({ namespace, key }) => [...namespace, key].join("/"));
}

const everyKind = {
  date: new Date("2026-02-03T04:05:06.789Z"),
  map: new Map<unknown, unknown>([[{ key: 1 }, new Set([1n, "two"])]]),
  bytes: new Uint8Array([0, 127, 255]),
  error: new RangeError("too far"),
  nothing: undefined,
  numbers: [0, -0, 1.5, Infinity, NaN],
  text: "\u0000 \ud83d\ude00 \u202e \ud800",
  tagLike: { $cs1: ["date", 0] },
  long: "words ".repeat(1_000),
};
