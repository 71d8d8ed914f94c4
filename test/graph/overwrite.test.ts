// Writes that go past the reducer of their channel.
import { expect, test } from "vitest";
import {
  Annotation,
  Command,
  interrupt,
  MemorySaver,
  Overwrite,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread, State, watchedSaver } from "./support.ts";

type Update = typeof State.Update;

/** One node, or two beside each other. */
function writing(first: Update, second?: Update) {
  const saver = watchedSaver();
  const builder = new StateGraph<typeof State, unknown, string>(State)
    .addNode("x", () => first)
    .addEdge(START, "x");
  if (second !== undefined) builder.addNode("y", () => second).addEdge(START, "y");
  return { graph: builder.compile({ checkpointer: saver }), saver };
}

test.each([
  ["an Overwrite", new Overwrite(["new"])],
  ["its JSON form", { __overwrite__: ["new"] }],
])("%s becomes the value as it is", async (_, log) => {
  const { graph } = writing({ log });
  expect(await graph.invoke({ log: ["old"] }, onThread("t"))).toEqual({ log: ["new"] });
  expect((await graph.getState(onThread("t"))).values).toEqual({ log: ["new"] });
});

test("a log that begins as the old one is stored whole where it is shorter, as its tail where it is longer", async () => {
  const shorter = new StateGraph(State)
    .addNode("x", ({ log }) => ({ log: new Overwrite(log.slice(0, 1)) }))
    .addNode("y", ({ log }) => ({ log: new Overwrite([...log, "more"]) }))
    .addEdge(START, "x")
    .addEdge("x", "y");
  const saver = watchedSaver();
  const graph = shorter.compile({ checkpointer: saver });
  await graph.invoke({ log: ["one", "two"] }, onThread("t"));
  expect(saver.appended.map(({ changes }) => changes["log"]).slice(1)).toEqual([
    { kind: "set", value: ["one"] },
    { kind: "append", items: ["more"] },
  ]);
  expect((await graph.getState(onThread("t"))).values.log).toEqual(["one", "more"]);
});

test("an array that was changed in place and written back is stored as it is now", async () => {
  const graph = new StateGraph(State)
    .addNode("x", ({ log }) => {
      (log as string[])[0] = "changed";
      return { log: new Overwrite(log) };
    })
    .addEdge(START, "x")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({ log: ["one"] }, onThread("t"));
  expect((await graph.getState(onThread("t"))).values.log).toEqual(["changed"]);
});

test("what others write beside it is dropped, whoever comes first", async () => {
  const before = writing({ log: ["plain"] }, { log: new Overwrite(["new"]) });
  expect((await before.graph.invoke({ log: ["old"] }, onThread("t"))).log).toEqual(["new"]);
  const behind = writing({ log: new Overwrite(["new"]) }, { log: ["plain"] });
  expect((await behind.graph.invoke({ log: ["old"] }, onThread("t"))).log).toEqual(["new"]);
});

test("two of them in one superstep are refused, and the thread goes on once the node is mended", async () => {
  const second = { log: new Overwrite<readonly string[]>(["2"]) };
  const { graph, saver } = writing({ log: new Overwrite(["1"]) }, second);
  await expect(graph.invoke({}, onThread("t"))).rejects.toThrow(
    'Invalid update for channel "log": Can receive only one Overwrite value per step.',
  );
  const mended = new StateGraph<typeof State, unknown, string>(State)
    .addNode("x", () => ({ log: ["1"] }))
    .addNode("y", () => ({ log: ["2"] }))
    .addEdge(START, "x")
    .addEdge(START, "y")
    .compile({ checkpointer: saver });
  expect((await mended.invoke(null, onThread("t"))).log).toEqual(["1"]);
});

test("it survives a pause of the node beside it", async () => {
  const graph = new StateGraph(State)
    .addNode("x", () => ({ log: new Overwrite(["new"]) }))
    .addNode("y", () => ({ log: [interrupt<string, string>("ok?")], a: 1 }))
    .addEdge(START, "x")
    .addEdge(START, "y")
    .compile({ checkpointer: new MemorySaver() });
  expect((await graph.invoke({ log: ["old"] }, onThread("t"))).log).toEqual(["new"]);
  expect(await graph.invoke(new Command({ resume: "yes" }), onThread("t"))).toEqual({ a: 1, log: ["new"] });
});

test("the input and an update from outside may overwrite, and so may a Command", async () => {
  const { graph } = writing({});
  expect(await graph.invoke({ log: new Overwrite(["in"]) }, onThread("t"))).toEqual({ log: ["in"] });
  await graph.updateState(onThread("t"), { log: new Overwrite(["by hand"]) });
  expect((await graph.getState(onThread("t"))).values.log).toEqual(["by hand"]);
  const result = await graph.invoke(
    new Command({ update: { log: new Overwrite(["told"]) }, goto: "x" }),
    onThread("t"),
  );
  expect(result.log).toEqual(["told"]);
});

test("where no reducer is, it is a write like any other", async () => {
  const { graph } = writing({ a: new Overwrite(5) });
  expect((await graph.invoke({}, onThread("t"))).a).toBe(5);
});

test("a reducer without a default is passed as well", async () => {
  const Sum = Annotation.Root({ sum: Annotation<number>({ reducer: (x, y) => x + y }) });
  const graph = new StateGraph(Sum)
    .addNode("x", () => ({ sum: new Overwrite(7) }))
    .addEdge(START, "x")
    .compile();
  expect(await graph.invoke({ sum: 1 })).toEqual({ sum: 7 });
});
