// What a graph says of its nodes and edges.
import { expect, test } from "vitest";
import { Command, END, START, StateGraph } from "../../src/graph/index.ts";
import { State } from "./support.ts";

const nothing = (): object => ({});

test("static edges, joins, conditions, Commands and ends without an edge are all drawn", () => {
  const { nodes, edges } = new StateGraph(State)
    .addNode("left", nothing)
    .addNode("right", nothing)
    .addNode("both", () => new Command({ goto: END }), { ends: ["last", END] })
    .addNode("last", nothing)
    .addEdge(START, "left")
    .addEdge(START, "right")
    .addEdge(["left", "right"], "both")
    .addConditionalEdges("last", () => "done", { again: "left", done: END })
    .compile()
    .getGraph();
  expect(Object.values(nodes)).toEqual(
    [START, "left", "right", "both", "last", END].map((name) => ({ id: name, name })),
  );
  expect(edges).toEqual([
    { source: START, target: "left" },
    { source: START, target: "right" },
    { source: "left", target: "both" },
    { source: "right", target: "both" },
    { source: "last", target: "left", conditional: true, data: "again" },
    { source: "last", target: END, conditional: true, data: "done" },
    { source: "both", target: "last", conditional: true },
    { source: "both", target: END, conditional: true },
  ]);
});

test("a condition without a map may lead anywhere, and a node without a way on leads to the end", () => {
  const { edges } = new StateGraph(State)
    .addNode("one", nothing)
    .addNode("two", nothing)
    .addConditionalEdges(START, () => "one")
    .compile()
    .getGraph();
  expect(edges).toEqual([
    { source: START, target: "one", conditional: true },
    { source: START, target: "two", conditional: true },
    { source: START, target: END, conditional: true },
    { source: "one", target: END },
    { source: "two", target: END },
  ]);
});

test("an edge to the end is drawn and leads nowhere", async () => {
  const graph = new StateGraph(State)
    .addNode("one", nothing)
    .addEdge(START, "one")
    .addEdge("one", END)
    .compile();
  expect(graph.getGraph().edges.at(-1)).toEqual({ source: "one", target: END });
  expect(await graph.invoke({ a: 1 })).toMatchObject({ a: 1 });
});

test("a graph that never ends has no way on when it is opened, and a number says how deep graphs are opened", () => {
  const endless = new StateGraph(State)
    .addNode("tick", nothing)
    .addNode("tock", nothing)
    .addEdge(START, "tick")
    .addEdge("tick", "tock")
    .addEdge("tock", "tick")
    .compile();
  const graph = new StateGraph(State)
    .addNode("clock", endless)
    .addNode("never", nothing)
    .addEdge(START, "clock")
    .addEdge("clock", "never")
    .compile();
  expect(graph.getGraph({ xray: 0 }).edges).toEqual(graph.getGraph().edges);
  const { nodes, edges } = graph.getGraph({ xray: 1 });
  expect(Object.keys(nodes)).toEqual([START, "clock:__start__", "clock:tick", "clock:tock", "never", END]);
  expect(edges).toEqual([
    { source: "clock:__start__", target: "clock:tick" },
    { source: "clock:tick", target: "clock:tock" },
    { source: "clock:tock", target: "clock:tick" },
    { source: START, target: "clock:__start__" },
    { source: "never", target: END },
  ]);
});
