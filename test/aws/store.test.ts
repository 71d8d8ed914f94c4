// The store on DynamoDB: everything a store must do, and what only a remote one can get wrong.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createStore } from "../../src/aws/store.ts";
import { type BaseStore, InMemoryStore, InvalidNamespaceError } from "../../src/graph/index.ts";
import { storeContract } from "../contract/store.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";

for (const { name, url } of dynamoServers)
  storeContract(name, async (now) => {
    const { dynamo, table } = await freshDynamo(url);
    return createStore(dynamo, { table, team: "T1", now });
  });

/** Calls `each` with the name of every command before it is sent. */
function watch(dynamo: DynamoDBClient, each: (command: string) => void): void {
  dynamo.middlewareStack.add(
    (next, context) => (args) => {
      each(String(context["commandName"]));
      return next(args);
    },
    { step: "initialize" },
  );
}

test("the team is part of every key, so that two workspaces never meet", async () => {
  const { dynamo, table } = await freshDynamo();
  const [ours, theirs] = ["T1", "T2"].map((team) => createStore(dynamo, { table, team }));
  await ours?.put(["users"], "k", { of: "T1" });
  expect(await theirs?.get(["users"], "k")).toBeNull();
  expect(await theirs?.search([])).toEqual([]);
  expect(await theirs?.listNamespaces()).toEqual([]);
  await theirs?.delete(["users"], "k");
  expect((await ours?.get(["users"], "k"))?.value).toEqual({ of: "T1" });
});

test("a crash between the two writes of a put leaves nothing that is stored and not listed", async () => {
  const { dynamo, table } = await freshDynamo();
  const store = createStore(dynamo, { table, team: "T1" });
  watch(dynamo, (command) => {
    if (command === "UpdateItemCommand") throw new Error("The power is gone.");
  });
  await expect(store.put(["users"], "k", { n: 1 })).rejects.toThrow();
  expect(await store.listNamespaces()).toEqual([["users"]]);
  expect(await store.search([])).toEqual([]);
});

test("no call scans the table, and putting again into a namespace is one write", async () => {
  const { dynamo, table } = await freshDynamo();
  const store = createStore(dynamo, { table, team: "T1" });
  const sent: string[] = [];
  watch(dynamo, (command) => sent.push(command));
  await store.put(["users", "U1"], "a", { n: 1 });
  expect(sent.splice(0)).toEqual(["PutItemCommand", "UpdateItemCommand"]);
  await store.put(["users", "U1"], "b", { n: 2 });
  expect(sent.splice(0)).toEqual(["UpdateItemCommand"]);
  await store.search(["users"], { filter: { n: 2 } });
  await store.listNamespaces({ suffix: ["U1"] });
  expect(sent.splice(0)).toEqual(["QueryCommand", "QueryCommand"]);
  await store.search([]);
  await store.get(["users", "U1"], "a");
  await store.delete(["users", "U1"], "a");
  expect(new Set(sent)).toEqual(new Set(["QueryCommand", "GetItemCommand", "DeleteItemCommand"]));
});

test("items of more than one answer of DynamoDB are all found, and no more is read than was asked for", async () => {
  const { dynamo, table } = await freshDynamo();
  const store = createStore(dynamo, { table, team: "T1" });
  const incompressible = () => Array.from({ length: 9_000 }, () => Math.random().toString(36)).join("");
  for (let n = 0; n < 16; n++) await store.put(["big"], `k${10 + n}`, { n, text: incompressible() });
  let queries = 0;
  watch(dynamo, () => queries++);
  const found = await store.search(["big"], { limit: 100 });
  expect(found.map(({ value }) => value["n"])).toEqual(Array.from({ length: 16 }, (_, n) => n));
  expect(queries).toBeGreaterThan(1);
  queries = 0;
  expect(await store.search(["big"], { limit: 2 })).toHaveLength(2);
  expect(queries).toBe(1);
});

test("a namespace and key longer than DynamoDB's keys are refused with a sentence, and found by nobody", async () => {
  const { dynamo, table } = await freshDynamo();
  const store = createStore(dynamo, { table, team: "T1" });
  const long = "日".repeat(400);
  await expect(store.put(["users"], long, {})).rejects.toThrow(InvalidNamespaceError);
  await expect(store.put(["users"], long, {})).rejects.toThrow(/takes 1210 bytes .* at most 1024\. Shorten/);
  expect(await store.get(["users"], long)).toBeNull();
  await store.delete(["users"], long);
  expect(await store.listNamespaces()).toEqual([]);
});

type Act = (store: BaseStore) => Promise<unknown>;

test("whatever is done to it, it answers as the store in memory does", async () => {
  const part = fc.constantFrom("a", "b", "ab", '"', "é", "￿", "😀");
  const namespace = fc.array(part, { minLength: 1, maxLength: 3 });
  const prefix = fc.array(part, { maxLength: 2 });
  const limits = fc.record({ limit: fc.nat({ max: 4 }), offset: fc.nat({ max: 3 }) }, { requiredKeys: [] });
  const act: fc.Arbitrary<Act> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(namespace, part, fc.nat({ max: 3 })).map(
        ([ns, key, n]): Act =>
          (store) =>
            store.put(ns, key, { n }),
      ),
    },
    fc.tuple(namespace, part).map(
      ([ns, key]): Act =>
        (store) =>
          store.delete(ns, key),
    ),
    fc.tuple(namespace, part).map(
      ([ns, key]): Act =>
        (store) =>
          store.get(ns, key),
    ),
    fc.tuple(prefix, limits).map(
      ([ns, options]): Act =>
        (store) =>
          store.search(ns, options),
    ),
    fc.tuple(prefix, limits, fc.nat({ max: 3 })).map(
      ([ns, options, n]): Act =>
        (store) =>
          store.search(ns, { ...options, filter: { n: { $gte: n } } }),
    ),
    fc.tuple(prefix, prefix, limits, fc.integer({ min: 1, max: 3 })).map(
      ([start, suffix, options, maxDepth]): Act =>
        (store) =>
          store.listNamespaces({ ...options, prefix: start, suffix, maxDepth }),
    ),
  );
  const { dynamo, table } = await freshDynamo();
  let team = 0;
  const check = async (acts: readonly Act[]) => {
    let [time, lateness] = [0, 0];
    const [memory, remote] = [
      new InMemoryStore({ now: () => new Date(++time) }),
      createStore(dynamo, { table, team: `T${++team}`, now: () => new Date(++lateness) }),
    ];
    for (const one of acts) expect(await one(remote)).toEqual(await one(memory));
    const everything = { limit: 1_000 };
    expect(await remote.search([], everything)).toEqual(await memory.search([], everything));
    expect(await remote.listNamespaces()).toEqual(await memory.listNamespaces());
  };
  await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 20 }), check), { numRuns: 40 });
});
