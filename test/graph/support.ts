// What the graph tests share: a state to write to, a saver that can be watched, and clocks and ids that repeat.
import {
  Annotation,
  type Checkpointer,
  type CompileOptions,
  END,
  interrupt,
  MemorySaver,
  type Memo,
  type Slot,
  START,
  StateGraph,
  UnknownInterruptError,
} from "../../src/graph/index.ts";

/** A log that grows, and two plain values. */
export const State = Annotation.Root({
  log: Annotation<readonly string[]>({ reducer: (log, lines) => [...log, ...lines], default: () => [] }),
  a: Annotation<unknown>(),
  b: Annotation<unknown>(),
});

export interface WatchedSaver extends Checkpointer {
  readonly appended: Slot[];
  readonly saved: Memo[];
}

/** A MemorySaver that tells what was written to it. */
export function watchedSaver(inner: Checkpointer = new MemorySaver()): WatchedSaver {
  const appended: Slot[] = [];
  const saved: Memo[] = [];
  return {
    appended,
    saved,
    load: (threadId) => inner.load(threadId),
    history: (threadId) => inner.history(threadId),
    delete: (threadId) => inner.delete(threadId),
    async append(threadId, slot) {
      await inner.append(threadId, slot);
      appended.push(slot);
    },
    async saveTask(threadId, memo) {
      await inner.saveTask(threadId, memo);
      saved.push(memo);
    },
  };
}

/** Ids and times that are the same in every run. */
export function repeatable(): Pick<CompileOptions, "newId" | "now" | "random"> {
  let ids = 0;
  let time = Date.parse("2026-01-01T00:00:00Z");
  return {
    newId: () => (ids++).toString(16).padStart(8, "0"),
    now: () => new Date((time += 1_000)),
    random: () => 0.5,
  };
}

export function onThread(id: string): { readonly configurable: { readonly thread_id: string } } {
  return { configurable: { thread_id: id } };
}

export async function collected<Item>(
  items: AsyncIterable<Item> | Promise<AsyncIterable<Item>>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of await items) all.push(item);
  return all;
}

/** Nodes in a row, each of which logs its name. */
export function chain(names: readonly string[]) {
  const graph = new StateGraph<typeof State, unknown, string>(State);
  for (const name of names) graph.addNode(name, () => ({ log: [name] }));
  [START, ...names, END].reduce((from, to) => {
    graph.addEdge(from, to);
    return to;
  });
  return graph;
}

/** before → ask → after. */
export function asking(question: unknown = "ok?") {
  const runs = { before: 0, ask: 0, after: 0 };
  const saver = watchedSaver();
  const graph = new StateGraph(State)
    .addNode("before", () => {
      runs.before++;
      return { log: ["before"] };
    })
    .addNode("ask", () => {
      runs.ask++;
      return { a: interrupt(question) };
    })
    .addNode("after", () => {
      runs.after++;
      return { log: ["after"] };
    })
    .addEdge(START, "before")
    .addEdge("before", "ask")
    .addEdge("ask", "after")
    .addEdge("after", END)
    .compile({ checkpointer: saver, ...repeatable() });
  return { graph, runs, saver };
}

/** done, x and y beside each other, then join; x and y ask. */
export function parallel() {
  const runs = { done: 0, x: 0, y: 0, join: 0 };
  const saver = watchedSaver();
  const graph = new StateGraph(State)
    .addNode("done", () => {
      runs.done++;
      return { log: ["done"] };
    })
    .addNode("x", () => {
      runs.x++;
      return { log: [interrupt<string, string>("x?")] };
    })
    .addNode("y", () => {
      runs.y++;
      return { log: [interrupt<string, string>("y?")] };
    })
    .addNode("join", () => {
      runs.join++;
      return { log: ["join"] };
    })
    .addEdge(START, "done")
    .addEdge(START, "x")
    .addEdge(START, "y")
    .addEdge(["done", "x", "y"], "join")
    .compile({ checkpointer: saver, ...repeatable() });
  return { graph, runs, saver };
}

type Asking = ReturnType<typeof asking>["graph"];

/** Of the one question that thread t waits for. */
export async function pendingId(graph: Asking): Promise<string> {
  return (await graph.getState(onThread("t"))).interrupts[0]?.id ?? "none";
}

/** Answers by node, turned into answers by id. */
export async function answers(
  graph: Asking,
  byNode: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { interrupts } = await graph.getState(onThread("t"));
  return Object.fromEntries(
    interrupts.filter(({ node }) => node in byNode).map(({ id, node }) => [id, byNode[node]]),
  );
}

/** The error of a call that must be refused. */
export async function refusal(invoked: Promise<unknown>): Promise<UnknownInterruptError> {
  const error: unknown = await invoked.then(
    () => new Error("It was not refused."),
    (reason: unknown) => reason,
  );
  if (error instanceof UnknownInterruptError) return error;
  throw error;
}

/** One node with two questions. */
export function twoGates(checkpointer: Checkpointer = new MemorySaver()) {
  return new StateGraph(State)
    .addNode("gates", () => ({
      log: [interrupt<string, string>("gate 1"), interrupt<string, string>("gate 2")],
    }))
    .addEdge(START, "gates")
    .compile({ checkpointer });
}
