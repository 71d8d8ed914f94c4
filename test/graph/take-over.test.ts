// A thread that another version of its graph has written: it is known by its version, and taken over in one slot.
import { describe, expect, it } from "vitest";
import {
  Annotation,
  CheckpointConflict,
  Command,
  interrupt,
  MemorySaver,
  type NodeConfig,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { onThread } from "./support.ts";

const State = Annotation.Root({
  env: Annotation<string>(),
  log: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});
type State = typeof State.State;

const thread = onThread("t");

/** Asks side by side with a step that has ended by then; `keys` are those of what the asking step does before it asks. */
function graphOf(checkpointer: MemorySaver, version: string, keys: string[] = []) {
  const look = task("look", () => keys.push("looked"));
  return new StateGraph(State)
    .addNode("beside", () => ({ log: ["beside"] }))
    .addNode("ask", async (_: State, { idempotencyKey }: NodeConfig) => {
      await look();
      keys.push(idempotencyKey());
      return { log: [interrupt<string, string>("Go?")] };
    })
    .addNode("after", ({ env = "prod" }: Partial<State>) => ({ log: [`in ${env}`] }))
    .addEdge(START, "beside")
    .addEdge(START, "ask")
    .addEdge(["beside", "ask"], "after")
    .compile({ checkpointer, version });
}

async function paused(keys: string[] = []) {
  const saver = new MemorySaver();
  const before = graphOf(saver, "1", keys);
  await before.invoke({}, thread);
  return { saver, before, now: graphOf(saver, "2", keys) };
}

describe("a thread of another version", () => {
  it("says which graph has written it, until this one writes", async () => {
    const { before, now } = await paused();
    expect((await now.getState(thread)).version).toBe(before.version);
    expect(before.version).not.toBe(now.version);
    await now.takeOver(thread, { kind: "migrate" });
    expect((await now.getState(thread)).version).toBe(now.version);
    expect((await graphOf(new MemorySaver(), "1").getState(thread)).version).toBeUndefined();
  });

  it("is migrated past its reducers, and keeps its question and what was done before it", async () => {
    const keys: string[] = [];
    const { before, now } = await paused(keys);
    const [question] = (await before.getState(thread)).interrupts;
    await now.takeOver(thread, { kind: "migrate", values: { env: "staging", log: ["migrated"] } });
    const { interrupts, values, next } = await now.getState(thread);
    expect(interrupts.map(({ id }) => id)).toEqual([question?.id]);
    expect([values.log, next]).toEqual([["migrated"], ["ask"]]);
    const ended = await now.invoke(new Command({ resume: "yes" }), thread);
    expect(ended.log).toEqual(["migrated", "yes", "in staging"]);
    expect(keys.filter((key) => key === "looked")).toHaveLength(1);
    expect(new Set(keys.filter((key) => key !== "looked")).size).toBe(1);
  });

  it("goes on at the nodes that the migration names, and its question is superseded", async () => {
    const { now } = await paused();
    await now.takeOver(thread, { kind: "migrate", next: ["after"] });
    const { interrupts, superseded, next } = await now.getState(thread);
    expect([interrupts, superseded.length, next]).toEqual([[], 1, ["after"]]);
    expect((await now.invoke(null, thread)).log).toEqual(["beside", "in prod"]);
  });

  it("is held before what comes next until somebody goes on, and what had ended stays done", async () => {
    const saver = new MemorySaver();
    let isBroken = true;
    const ran: string[] = [];
    const compile = (version: string) =>
      new StateGraph(State)
        .addNode("first", () => (ran.push("first"), {}))
        .addNode("then", () => {
          ran.push("then");
          if (isBroken) throw new Error("broken");
          return {};
        })
        .addEdge(START, "first")
        .addEdge("first", "then")
        .compile({ checkpointer: saver, version });
    await expect(compile("1").invoke({}, thread)).rejects.toThrow("broken");
    isBroken = false;
    const now = compile("2");
    await now.takeOver(thread, { kind: "hold", reason: "It has changed." });
    const { interrupts, status } = await now.getState(thread);
    expect(status).toBe("paused");
    expect(interrupts).toMatchObject([
      { kind: "before", node: "then", value: { before: ["then"], reason: "It has changed." } },
    ]);
    expect(ran).toEqual(["first", "then"]);
    await now.invoke(null, thread);
    expect(ran).toEqual(["first", "then", "then"]);
  });

  it("is taken over by one of two", async () => {
    const { now } = await paused();
    const both = [{ env: "a" }, { env: "b" }].map((values) =>
      now.takeOver(thread, { kind: "migrate", values }),
    );
    const failed = (await Promise.allSettled(both)).filter(({ status }) => status === "rejected");
    expect(failed).toMatchObject([{ reason: expect.any(CheckpointConflict) as Error }]);
  });

  it("has another version, too, when a graph within a node has changed", () => {
    const within = (name: string) =>
      new StateGraph(State)
        .addNode(name, () => ({}))
        .addEdge(START, name)
        .compile();
    const around = (name: string) =>
      new StateGraph(State).addNode("within", within(name)).addEdge(START, "within").compile();
    expect(around("a").version).toBe(around("a").version);
    expect(around("a").version).not.toBe(around("b").version);
  });
});
