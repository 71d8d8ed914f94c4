// Where a graph's nodes stand in its picture: each has a place of its own, and edges lead down unless they lead back.
import fc from "fast-check";
import { expect, test } from "vitest";
import { BOX, END, layoutOf, START } from "../../../src/local/page/panels/layout.ts";

type Graph = Parameters<typeof layoutOf>[0];

function graphOf(names: readonly string[], pairs: readonly (readonly [string, string])[]): Graph {
  return {
    nodes: names.map((name) => ({ name, state: "not reached", times: 0 })),
    edges: pairs.map(([from, to]) => ({ from, to, conditional: false, taken: false })),
  };
}

function rowOf(graph: Graph): ReadonlyMap<string, number> {
  const { boxes } = layoutOf(graph);
  const tops = [...new Set(boxes.map(({ y }) => y))].sort((a, b) => a - b);
  return new Map(boxes.map(({ name, y }) => [name, tops.indexOf(y)]));
}

test("a line of nodes stands in one column, from the start to the end", () => {
  const graph = graphOf(
    ["a", "b"],
    [
      [START, "a"],
      ["a", "b"],
      ["b", END],
    ],
  );
  expect([...rowOf(graph)]).toEqual([
    [START, 0],
    ["a", 1],
    ["b", 2],
    [END, 3],
  ]);
  expect(new Set(layoutOf(graph).boxes.map(({ x }) => x)).size).toBe(1);
});

test("branches stand side by side, and what joins them below both", () => {
  const graph = graphOf(
    ["left", "right", "long", "join"],
    [
      [START, "left"],
      [START, "right"],
      ["right", "long"],
      ["left", "join"],
      ["long", "join"],
      ["join", END],
    ],
  );
  const row = rowOf(graph);
  expect(row.get("left")).toBe(row.get("right"));
  expect(row.get("join")).toBe(3);
});

test("an edge that leads back goes round at the side", () => {
  const graph = graphOf(
    ["write", "review"],
    [
      [START, "write"],
      ["write", "review"],
      ["review", "write"],
      ["review", END],
    ],
  );
  const { lines, boxes, width } = layoutOf(graph);
  const back = lines.find(({ from, to }) => from === "review" && to === "write");
  const right = Math.max(...boxes.map(({ x }) => x + BOX.width));
  expect(back?.path).toMatch(new RegExp(`^M ${right} `));
  expect(width).toBeGreaterThan(right + 20);
});

test("whatever the graph, every node has a place of its own within the picture, and every edge a path", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const node = fc.constantFrom(...names);
  const pair = fc.tuple(fc.constantFrom(START, ...names), fc.oneof(node, fc.constant(END)));
  fc.assert(
    fc.property(fc.uniqueArray(pair, { maxLength: 14, selector: (edge) => edge.join() }), (pairs) => {
      const { boxes, lines, width, height } = layoutOf(graphOf(names, pairs));
      expect(boxes.map(({ name }) => name).sort()).toEqual([...names, START, END].sort());
      for (const { x, y } of boxes) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + BOX.width).toBeLessThanOrEqual(width);
        expect(y + BOX.height).toBeLessThanOrEqual(height);
      }
      for (const one of boxes)
        for (const other of boxes)
          if (one !== other) expect(Math.abs(one.x - other.x) >= BOX.width || one.y !== other.y).toBe(true);
      expect(lines.every(({ path }) => path.startsWith("M "))).toBe(true);
    }),
    { seed: 11, numRuns: 150 },
  );
});
