// Deferred nodes: they run once nothing else is left to run.
import { expect, test } from "vitest";
import {
  type Checkpointer,
  Command,
  END,
  interrupt,
  MemorySaver,
  Send,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { collected, onThread, State, watchedSaver } from "./support.ts";

const logs = (line: string) => () => ({ log: [line] });

/** short and long1 → long2 beside each other, both of which lead to last. */
function twoWays(checkpointer = watchedSaver()) {
  const graph = new StateGraph(State)
    .addNode("short", logs("short"))
    .addNode("long1", logs("long1"))
    .addNode("long2", logs("long2"))
    .addNode("last", logs("last"), { defer: true })
    .addEdge(START, "short")
    .addEdge(START, "long1")
    .addEdge("long1", "long2")
    .addEdge("short", "last")
    .addEdge("long2", "last")
    .compile({ checkpointer });
  return { graph, saver: checkpointer };
}

test("a deferred node that two ways of different length lead to runs once, behind both", async () => {
  const { graph } = twoWays();
  expect(await graph.invoke({}, onThread("t"))).toEqual({ log: ["long1", "short", "long2", "last"] });
});

test("while it waits it is not next, and it is not forgotten by another worker", async () => {
  const { graph, saver } = twoWays();
  await expect(graph.invoke({}, { ...onThread("t"), recursionLimit: 1 })).rejects.toThrow("Recursion limit");
  expect((await graph.getState(onThread("t"))).next).toEqual(["long2"]);
  const other = twoWays(watchedSaver(saver)).graph;
  expect(await other.invoke(null, onThread("t"))).toEqual({ log: ["long1", "short", "long2", "last"] });
});

test("a question beside it is answered first", async () => {
  const graph = new StateGraph(State)
    .addNode("ask", () => ({ log: [interrupt<string, string>("ok?")] }))
    .addNode("other", logs("other"))
    .addNode("last", logs("last"), { defer: true })
    .addEdge(START, "ask")
    .addEdge(START, "other")
    .addEdge("other", "last")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({}, onThread("t"));
  expect((await graph.getState(onThread("t"))).next).toEqual(["ask"]);
  const result = await graph.invoke(new Command({ resume: "yes" }), onThread("t"));
  expect(result.log).toEqual(["yes", "other", "last"]);
});

test("an update in a waiting node's stead does not set it off while a question waits", async () => {
  const graph = new StateGraph(State)
    .addNode("ask", () => ({ log: [interrupt<string, string>("ok?")] }))
    .addNode("other", () => ({ log: [interrupt<string, string>("other?")] }))
    .addNode("last", logs("last"), { defer: true })
    .addEdge(START, "ask")
    .addEdge(START, "other")
    .addEdge("other", "last")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({}, onThread("t"));
  await graph.updateState(onThread("t"), { log: ["by hand"] }, "other");
  expect((await graph.getState(onThread("t"))).next).toEqual(["ask"]);
  const result = await graph.invoke(new Command({ resume: "yes" }), onThread("t"));
  expect(result.log).toEqual(["by hand", "yes", "last"]);
});

test("a goto beside what is left keeps it waiting", async () => {
  const graph = new StateGraph(State)
    .addNode("ask", () => ({ log: [interrupt<string, string>("ok?")] }))
    .addNode("extra", logs("extra"))
    .addNode("other", logs("other"))
    .addNode("last", logs("last"), { defer: true })
    .addEdge(START, "ask")
    .addEdge(START, "other")
    .addEdge("other", "last")
    .addConditionalEdges("last", () => "__end__", ["extra", "__end__"])
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({}, onThread("t"));
  await graph.invoke(new Command({ goto: "extra" }), onThread("t"));
  const result = await graph.invoke(new Command({ resume: "yes" }), onThread("t"));
  expect(result.log).toEqual(["other", "yes", "extra", "last"]);
});

test("a fork goes on with what waited there", async () => {
  const { graph } = twoWays();
  await graph.invoke({}, onThread("t"));
  const history = await collected(graph.getStateHistory(onThread("t")));
  const middle = history.find(({ next }) => next[0] === "long2");
  const { checkpoint_id = "" } = middle?.config.configurable ?? {};
  const again = await graph.invoke(null, { configurable: { thread_id: "t", checkpoint_id } });
  expect(again.log).toEqual(["long1", "short", "long2", "last"]);
});

test("two that are deferred run beside each other, and what follows them runs before the next one", async () => {
  const graph = new StateGraph(State)
    .addNode("first", logs("first"), { defer: true })
    .addNode("second", logs("second"), { defer: true })
    .addNode("after", logs("after"))
    .addNode("third", logs("third"), { defer: true })
    .addEdge(START, "first")
    .addEdge(START, "second")
    .addEdge("first", "after")
    .addEdge("second", "third")
    .compile();
  expect((await graph.invoke({})).log).toEqual(["first", "second", "after", "third"]);
});

test("a Send does not wait", async () => {
  const graph = new StateGraph(State)
    .addNode("begin", logs("begin"))
    .addNode("one", logs("one"))
    .addNode("two", logs("two"))
    .addNode("work", logs("work"), { defer: true })
    .addEdge(START, "begin")
    .addConditionalEdges("begin", () => ["one", new Send("work", {})], ["one", "work"])
    .addEdge("one", "two")
    .compile();
  expect((await graph.invoke({})).log).toEqual(["begin", "one", "work", "two"]);
});

test("a join into a deferred node waits for its sources and for everything else", async () => {
  const graph = new StateGraph(State)
    .addNode("x", logs("x"))
    .addNode("y", logs("y"))
    .addNode("y2", logs("y2"))
    .addNode("join", logs("join"), { defer: true })
    .addEdge(START, "x")
    .addEdge(START, "y")
    .addEdge("y", "y2")
    .addEdge(["x", "y"], "join")
    .compile();
  expect((await graph.invoke({})).log).toEqual(["x", "y", "y2", "join"]);
});

test("a Command from outside that leads to a deferred node waits for what else is left", async () => {
  const graph = new StateGraph(State)
    .addNode("ask", () => ({ log: [interrupt<string, string>("ok?")] }), { ends: ["last"] })
    .addNode("then", logs("then"))
    .addNode("last", logs("last"), { defer: true })
    .addEdge(START, "ask")
    .addEdge("ask", "then")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({}, onThread("t"));
  await graph.invoke(new Command({ goto: "last" }), onThread("t"));
  const { log } = await graph.invoke(new Command({ resume: "yes" }), onThread("t"));
  expect(log).toEqual(["yes", "then", "last"]);
});

test("an answer that leads to a deferred node: what has asked again keeps it waiting, on another worker too", async () => {
  const graphOn = (checkpointer: Checkpointer) =>
    new StateGraph(State)
      .addNode("ask", () => ({ log: [interrupt<string, string>("1?") + interrupt<string, string>("2?")] }))
      .addNode("then", logs("then"))
      .addNode("last", logs("last"), { defer: true })
      .addEdge(START, "ask")
      .addEdge("ask", "then")
      .addConditionalEdges("then", () => END, ["last", END])
      .compile({ checkpointer });
  const saver = new MemorySaver();
  await graphOn(saver).invoke({}, onThread("t"));
  await graphOn(saver).invoke(new Command({ resume: "yes ", goto: "last" }), onThread("t"));
  const { log } = await graphOn(saver).invoke(new Command({ resume: "no" }), onThread("t"));
  expect(log).toEqual(["yes no", "then", "last"]);
});

test("a Command that leads to the deferred node that asks runs it once", async () => {
  const graph = new StateGraph(State)
    .addNode("last", () => ({ log: [interrupt<string, string>("ok?")] }), { defer: true })
    .addEdge(START, "last")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({}, onThread("t"));
  await graph.invoke(new Command({ goto: "last" }), onThread("t"));
  const result = await graph.invoke(new Command({ resume: "yes", goto: "last" }), onThread("t"));
  expect(result).toEqual({ log: ["yes"] });
});
