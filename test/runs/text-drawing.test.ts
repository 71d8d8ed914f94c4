// The drawing in text: what people see of a run in a block of code.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Annotation, END, interrupt, MemorySaver, Send, START, StateGraph } from "../../src/graph/index.ts";
import { type GraphPath, pathOf } from "../../src/runs/path.ts";
import { logOf } from "../../src/runs/run.ts";
import { textDrawing } from "../../src/runs/text-drawing.ts";
import { freshKey, runOf } from "../contract/fixtures.ts";

type PathNode = GraphPath["nodes"][number];

/** `ways` are edges, "a > b" for one that is always taken and "a ? b" for one that may be; `states` names what is not "not reached". */
function pathWith(
  ways: readonly string[],
  states: Readonly<Record<string, PathNode["state"] | readonly [PathNode["state"], number]>> = {},
): GraphPath {
  const edges = ways.map((way) => {
    const [from = "", kind, to = ""] = way.split(" ");
    return { from, to, conditional: kind === "?", taken: false };
  });
  const names = new Set(edges.flatMap(({ from, to }) => [from, to]).filter((name) => !name.startsWith("__")));
  const nodes = [...names].map((name) => {
    const known = states[name] ?? "not reached";
    const [state, times] = typeof known === "string" ? [known, known === "done" ? 1 : 0] : known;
    return { name, state, times };
  });
  return { nodes, edges, path: [] };
}

test("a chain is a list, and each node says what became of it", () => {
  const path = pathWith(
    [`${START} > read`, "read > plan", "plan > deploy", "deploy > check", "check > tell", `tell > ${END}`],
    { read: "done", plan: "running", deploy: "waiting", check: "failed" },
  );
  expect(textDrawing(path)).toMatchInlineSnapshot(`
    "✓ read
    ▶ plan
    ⏸ deploy
    ✗ check
    · tell"
  `);
});

test("a choice is told where it is made, with the ways back", () => {
  const path = pathWith(
    [
      `${START} > draft`,
      "draft > review",
      "review ? draft",
      "review ? send",
      `review ? ${END}`,
      `send > ${END}`,
    ],
    { draft: ["done", 2], review: ["waiting", 1] },
  );
  expect(textDrawing(path)).toMatchInlineSnapshot(`
    "✓ draft ×2
    ⏸ review (✓ ×1) → ↺ draft | send | end
    · send"
  `);
});

test("what comes side by side shares a bracket, also at the beginning, up to where it joins", () => {
  const path = pathWith(
    [`${START} > read`, `${START} > ask`, `${START} > wait`, "read > sum", "ask > sum", "wait > sum"],
    { read: "done", ask: "waiting", wait: "running" },
  );
  expect(textDrawing(path)).toMatchInlineSnapshot(`
    "┌ ✓ read
    ├ ⏸ ask
    └ ▶ wait
    · sum"
  `);
});

test("arms of different lengths say where they go on when it is not the next line", () => {
  const path = pathWith(
    [
      ...[`${START} > triage`, "triage ? quick", "triage ? look", "look > think", "think > answer"],
      ...["quick > answer", `answer > ${END}`],
    ],
    { triage: "done", look: "done", think: "running" },
  );
  expect(textDrawing(path)).toMatchInlineSnapshot(`
    "✓ triage → quick | look
    ┌ · quick → answer
    └ ✓ look
    ▶ think
    · answer"
  `);
});

test("a supervisor and its workers", () => {
  const path = pathWith(
    [
      ...[`${START} > supervisor`, "supervisor ? search", "supervisor ? write", `supervisor ? ${END}`],
      ...["search > supervisor", "write > supervisor"],
    ],
    { supervisor: ["running", 2], search: ["done", 2] },
  );
  expect(textDrawing(path)).toMatchInlineSnapshot(`
    "▶ supervisor (✓ ×2) → search | write | end
    ┌ ✓ search ×2 → ↺ supervisor
    └ · write → ↺ supervisor"
  `);
});

test("nodes that hand over to each other come in the order in which they were added", () => {
  const path = pathWith([`${START} ? ana`, `${START} ? ben`, "ana ? ben", "ben ? ana", `ben ? ${END}`]);
  expect(textDrawing(path)).toMatchInlineSnapshot(`
    "start → ana | ben
    · ana
    · ben → ↺ ana | end"
  `);
});

test("a real run with Sends counts how often they finished", async () => {
  const State = Annotation.Root({
    sum: Annotation<number>({ reducer: (sum, more) => sum + more, default: () => 0 }),
  });
  const graph = new StateGraph(State)
    .addNode("split", () => ({}))
    .addNode("work", ({ n }: { n: number }) => ({ sum: n }))
    .addNode("approve", () => ({ sum: Number(interrupt("Add what?")) }))
    .addNode("tell", () => ({}))
    .addEdge(START, "split")
    .addConditionalEdges("split", () => [1, 2, 3].map((n) => new Send("work", { n })), ["work"])
    .addEdge("work", "approve")
    .addEdge("approve", "tell")
    .compile({ checkpointer: new MemorySaver() });
  const run = runOf(freshKey());
  await graph.invoke({}, { configurable: { thread_id: logOf(run) } });
  expect(textDrawing(await pathOf(graph, { ...run, status: { kind: "waiting" } }))).toMatchInlineSnapshot(`
    "✓ split
    ✓ work ×3
    ⏸ approve
    · tell"
  `);
});

test("a long graph is drawn where the run is, and says how much is left out", () => {
  const names = Array.from({ length: 30 }, (_, index) => `step${index}`);
  const ways = [START, ...names].slice(0, -1).map((from, index) => `${from} > ${names[index] ?? ""}`);
  const done = Object.fromEntries(names.slice(0, 14).map((name) => [name, "done" as const]));
  const at = (states: Readonly<Record<string, PathNode["state"]>>) =>
    textDrawing(pathWith(ways, states), { nodes: 5 });
  expect(at({})).toMatchInlineSnapshot(`
    "· step0
    · step1
    · step2
    · step3
    · step4
    … 25 more"
  `);
  expect(at({ ...done, step14: "waiting" })).toMatchInlineSnapshot(`
    "… 12 more
    ✓ step12
    ✓ step13
    ⏸ step14
    · step15
    · step16
    … 13 more"
  `);
  expect(at(Object.fromEntries(names.map((name) => [name, "done" as const])))).toMatchInlineSnapshot(`
    "… 25 more
    ✓ step25
    ✓ step26
    ✓ step27
    ✓ step28
    ✓ step29"
  `);
});

test("long names and many ways are cut to the width, and names cannot break out of their line", () => {
  const long = "a-node-with-a-name-that-is-longer-than-any-name-should-ever-be-in-a-graph";
  const ways = Array.from({ length: 12 }, (_, index) => `choose ? option-${index}`);
  const path = pathWith([`${START} > ${long}`, `${long} > choose`, ...ways], { [long]: ["done", 3] });
  expect(textDrawing(path, { nodes: 4 })).toMatchInlineSnapshot(`
    "✓ a-node-with-a-name-that-is-longer-than-any-name-should… ×3
    · choose → option-0 | option-1 | option-2 | … 9 more
    ┌ · option-0
    ├ · option-1
    … 10 more"
  `);
  const odd = { name: "a\n```b\u202e", state: "done", times: 1 } as const;
  expect(textDrawing({ nodes: [odd], edges: [] })).toBe("✓ a????b?");
});

test("nothing is drawn as nothing", () => {
  expect(textDrawing({ nodes: [], edges: [] })).toBe("");
});

test("every node shows up or is counted as cut, and no line is longer than the limit", () => {
  const graph = fc.integer({ min: 0, max: 25 }).chain((count) => {
    const names = Array.from({ length: count }, (_, index) => `n${index}`);
    const [from, to] = [fc.constantFrom(START, ...names), fc.constantFrom(END, ...names)];
    const edge = fc.record({ from, to, conditional: fc.boolean(), taken: fc.boolean() });
    const state = fc.constantFrom<PathNode["state"]>("not reached", "done", "running", "waiting", "failed");
    return fc.record({
      states: fc.array(
        fc.record({
          state,
          times: fc.nat({ max: 1_000 }),
          tail: fc.string({ unit: "binary", maxLength: 80 }),
        }),
        {
          minLength: count,
          maxLength: count,
        },
      ),
      edges: fc.array(edge, { maxLength: 40 }),
    });
  });
  const options = fc.record({
    width: fc.integer({ min: 20, max: 70 }),
    nodes: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(graph, options, ({ states, edges }, { width, nodes: most }) => {
      const renamed = states.map(({ tail }, index) => `n${index}_${tail}`);
      const called = (name: string): string => renamed[Number(name.slice(1))] ?? name;
      const nodes = states.map(({ state, times }, index) => ({ name: renamed[index] ?? "", state, times }));
      const path = {
        nodes,
        edges: edges.map((edge) => ({ ...edge, from: called(edge.from), to: called(edge.to) })),
        path: [],
      };
      const lines = textDrawing(path, { width, nodes: most })
        .split("\n")
        .filter((line) => line !== "");
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      const cut = lines.flatMap((line) => /^… (\d+) more$/.exec(line)?.[1] ?? []).map(Number);
      const shown = lines.flatMap((line) => /^(?:[┌├└] )?[✓▶⏸✗·] (n\d+_)/u.exec(line)?.[1] ?? []);
      expect(new Set(shown).size).toBe(Math.min(most, nodes.length));
      expect(shown.length + cut.reduce((sum, more) => sum + more, 0)).toBe(nodes.length);
      const active = nodes.findIndex(({ state }) => !["done", "not reached"].includes(state));
      if (active >= 0) expect(lines.some((line) => /[▶⏸✗]/u.test(line))).toBe(true);
    }),
  );
});
