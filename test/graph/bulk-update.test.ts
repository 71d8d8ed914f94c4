// Several updates of the state at once.
import { expect, test } from "vitest";
import { MemorySaver } from "../../src/graph/index.ts";
import { chain, collected, onThread, parallel } from "./support.ts";

const threeNodes = () => chain(["A", "B", "C"]).compile({ checkpointer: new MemorySaver() });

async function historyOf(graph: ReturnType<typeof threeNodes>, id: string) {
  const snapshots = await collected(graph.getStateHistory(onThread(id)));
  return snapshots.map(({ metadata, next, values }) => [metadata?.step, next, values.log]);
}

test("each superstep is a checkpoint, and the graph goes on behind the last one", async () => {
  const graph = threeNodes();
  const config = await graph.bulkUpdateState(onThread("t"), [
    { updates: [{ values: { log: ["x"] }, asNode: "A" }] },
    { updates: [{ values: { log: ["y"] }, asNode: "B" }] },
  ]);
  expect(await historyOf(graph, "t")).toEqual([
    [1, ["C"], ["x", "y"]],
    [0, ["B"], ["x"]],
  ]);
  expect((await graph.getState(onThread("t"))).config).toEqual(config);
  expect((await graph.invoke(null, onThread("t"))).log).toEqual(["x", "y", "C"]);
});

test("updates of one superstep are one checkpoint, apply in their order, and all lead on", async () => {
  const graph = threeNodes();
  await graph.bulkUpdateState(onThread("t"), [
    {
      updates: [
        { values: { log: ["y"] }, asNode: "B" },
        { values: { log: ["x"] }, asNode: "A" },
      ],
    },
  ]);
  expect(await historyOf(graph, "t")).toEqual([[0, ["B", "C"], ["y", "x"]]]);
});

test("updates for two nodes whose questions wait leave the third one's", async () => {
  const { graph } = parallel();
  await graph.invoke({}, onThread("t"));
  await graph.bulkUpdateState(onThread("t"), [
    {
      updates: [
        { values: { log: ["x by hand"] }, asNode: "x" },
        { values: { log: ["y by hand"] }, asNode: "y" },
      ],
    },
  ]);
  const { next, interrupts, values } = await graph.getState(onThread("t"));
  expect([next, interrupts, values.log]).toEqual([["join"], [], ["done", "x by hand", "y by hand"]]);
});

test.each([
  ["no superstep", [], "No supersteps provided"],
  ["an empty superstep", [{ updates: [] }], "No updates provided"],
  [
    "two updates without nodes",
    [{ updates: [{ values: { a: 1 } }, { values: { b: 2 } }] }],
    '"asNode" is required',
  ],
  [
    "a fork beside an update",
    [
      {
        updates: [
          { values: null, asNode: "__copy__" },
          { values: {}, asNode: "A" },
        ],
      },
    ],
    '"asNode" is required',
  ],
  [
    "two writers of a channel without a reducer",
    [
      {
        updates: [
          { values: { a: 1 }, asNode: "A" },
          { values: { a: 2 }, asNode: "B" },
        ],
      },
    ],
    "LastValue can only receive one value per step",
  ],
  [
    "an unknown node",
    [
      {
        updates: [
          { values: {}, asNode: "A" },
          { values: {}, asNode: "ghost" },
        ],
      },
    ],
    'Node "ghost" does not exist',
  ],
])("%s is refused, and nothing is stored", async (_, steps, message) => {
  const graph = threeNodes();
  await expect(graph.bulkUpdateState(onThread("t"), steps)).rejects.toThrow(message);
  expect((await graph.getState(onThread("t"))).status).toBe("empty");
});

test("supersteps before one that is refused are stored", async () => {
  const graph = threeNodes();
  const steps = [
    { updates: [{ values: { log: ["x"] }, asNode: "A" }] },
    { updates: [{ values: {}, asNode: "ghost" }] },
  ];
  await expect(graph.bulkUpdateState(onThread("t"), steps)).rejects.toThrow("ghost");
  expect(await historyOf(graph, "t")).toEqual([[0, ["B"], ["x"]]]);
});
