// The way a run took through its graph, as people see it drawn.
import { expect, test } from "vitest";
import {
  Annotation,
  Command,
  END,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { type GraphPath, pathOf } from "../../src/runs/path.ts";
import { logOf, type Run } from "../../src/runs/run.ts";
import { freshKey, runOf } from "../contract/fixtures.ts";

const State = Annotation.Root({
  drafts: Annotation<number>({ reducer: (sum, more) => sum + more, default: () => 0 }),
});

/** Drafts until somebody says yes, then sends; `send` may throw. */
function drafting(send: () => void = () => undefined) {
  const review = (): Command => new Command({ goto: interrupt("Send it?") === "yes" ? "send" : "draft" });
  const graph = new StateGraph(State)
    .addNode("draft", () => ({ drafts: 1 }))
    .addNode("review", review, { ends: ["draft", "send", END] })
    .addNode("send", send)
    .addEdge(START, "draft")
    .addEdge("draft", "review")
    .compile({ checkpointer: new MemorySaver() });
  const run = runOf(freshKey());
  const config = { configurable: { thread_id: logOf(run) } };
  return {
    go: (input: { drafts: number } | Command | null) => graph.invoke(input, config),
    path: (kind: "queued" | "waiting" | "failed" | "done") =>
      pathOf(graph, { ...run, status: statusOf(kind) }),
  };
}

function statusOf(kind: "queued" | "waiting" | "failed" | "done"): Run["status"] {
  if (kind === "failed") return { kind, error: "no" };
  return kind === "done" ? { kind, outcome: { good: true, text: "" } } : { kind };
}

/** "draft done ×2" for each node, and the edges taken as "draft > review". */
function told({ nodes, edges, path }: GraphPath): object {
  return {
    nodes: nodes.map(({ name, state, times }) => `${name} ${state}${times > 1 ? ` ×${times}` : ""}`),
    taken: edges.filter(({ taken }) => taken).map(({ from, to }) => `${from} > ${to}`),
    path: path.map((names) => names.join(" + ")),
  };
}

test("a run that has not begun has reached nothing", async () => {
  const { path } = drafting();
  expect(told(await path("queued"))).toEqual({
    nodes: ["draft not reached", "review not reached", "send not reached"],
    taken: [],
    path: [],
  });
});

test("a waiting run shows where it waits", async () => {
  const { go, path } = drafting();
  await go({ drafts: 0 });
  const way = { taken: [`${START} > draft`, "draft > review"], path: ["draft"] };
  expect(told(await path("waiting"))).toEqual({
    nodes: ["draft done", "review waiting", "send not reached"],
    ...way,
  });
});

test("a loop counts how often each node finished, and the way goes through to the end", async () => {
  const { go, path } = drafting();
  await go({ drafts: 0 });
  await go(new Command({ resume: "again" }));
  await go(new Command({ resume: "yes" }));
  expect(told(await path("done"))).toEqual({
    nodes: ["draft done ×2", "review done ×2", "send done"],
    taken: [`${START} > draft`, "draft > review", "review > draft", "review > send", `send > ${END}`],
    path: ["draft", "review", "draft", "review", "send"],
  });
});

test("a failed run shows the node that failed", async () => {
  const { go, path } = drafting(() => {
    throw new Error("The post office is closed.");
  });
  await go({ drafts: 0 });
  await expect(go(new Command({ resume: "yes" }))).rejects.toThrow("closed");
  expect(told(await path("failed"))).toMatchObject({
    nodes: ["draft done", "review done", "send failed"],
    path: ["draft", "review"],
  });
});

test("of two nodes side by side, one can be done while the other waits", async () => {
  const graph = new StateGraph(State)
    .addNode("read", () => ({ drafts: 1 }))
    .addNode("ask", () => ({ drafts: Number(interrupt("How many?")) }))
    .addNode("sum", () => ({}))
    .addEdge(START, "read")
    .addEdge(START, "ask")
    .addEdge(["read", "ask"], "sum")
    .compile({ checkpointer: new MemorySaver() });
  const run = runOf(freshKey());
  await graph.invoke({ drafts: 0 }, { configurable: { thread_id: logOf(run) } });
  expect(told(await pathOf(graph, { ...run, status: { kind: "waiting" } }))).toEqual({
    nodes: ["read done", "ask waiting", "sum not reached"],
    taken: [`${START} > read`, `${START} > ask`],
    path: ["read"],
  });
});

test("a node that was answered and then threw has failed, and waits for nobody", async () => {
  const graph = new StateGraph(State)
    .addNode("ask", () => {
      interrupt("How many?");
      throw new Error("That is no number.");
    })
    .addEdge(START, "ask")
    .compile({ checkpointer: new MemorySaver() });
  const run = runOf(freshKey());
  const config = { configurable: { thread_id: logOf(run) } };
  await graph.invoke({ drafts: 0 }, config);
  await expect(graph.invoke(new Command({ resume: "many" }), config)).rejects.toThrow("no number");
  expect(told(await pathOf(graph, { ...run, status: statusOf("failed") }))).toMatchObject({
    nodes: ["ask failed"],
    path: [],
  });
});
