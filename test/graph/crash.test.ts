// What is left when a worker, a node or the store fails in the middle (langgraph.md 5.5: H8, H9), and how the thread goes on.
import { describe, expect, it } from "vitest";
import {
  Command,
  interrupt,
  Annotation,
  type Checkpointer,
  INTERRUPT,
  isInterrupted,
  MemorySaver,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { collected, onThread, State, twoGates, watchedSaver } from "./support.ts";

const t = onThread("t");

describe("H8: a pause", () => {
  it("is stored before the stream tells of it, even if the reader leaves there", async () => {
    const graph = twoGates();

    for await (const chunk of await graph.stream({}, t)) {
      if (isInterrupted(chunk)) {
        expect((await graph.getState(t)).interrupts).toMatchObject(chunk[INTERRUPT]);
        break;
      }
    }

    expect(await graph.getState(t)).toMatchObject({ status: "paused", interrupts: [{ value: "gate 1" }] });
  });

  it("that cannot be stored is not told", async () => {
    const inner = watchedSaver();
    const failing: Checkpointer = {
      ...inner,
      append: (threadId, slot) =>
        slot.kind === "pause" ? Promise.reject(new Error("disk full")) : inner.append(threadId, slot),
    };
    const graph = twoGates(failing);
    const seen: unknown[] = [];

    const reading = (async () => {
      for await (const chunk of await graph.stream({}, t)) seen.push(chunk);
    })();

    await expect(reading).rejects.toThrow("disk full");
    expect(seen).toEqual([]);
    expect(await twoGates(inner).getState(t)).toMatchObject({ status: "ready", next: ["gates"] });
  });
});

it("H9: a write that fails on commit does not keep the thread from going on once the code is mended", async () => {
  const saver = new MemorySaver();
  const build = (channel: "a" | "b") =>
    new StateGraph(State)
      .addNode("x", () => ({ a: 1 }))
      .addNode("y", () => ({ [channel]: 2 }))
      .addEdge(START, "x")
      .addEdge(START, "y")
      .compile({ checkpointer: saver });
  await expect(build("a").invoke({}, t)).rejects.toThrow("LastValue");

  expect(await build("b").invoke(null, t)).toEqual({ a: 1, b: 2, log: [] });
});

it("H9: a reducer that throws fails its task, and neither the state nor the finished sibling is lost", async () => {
  const saver = new MemorySaver();
  let isStrict = true;
  const Strict = Annotation.Root({
    sum: Annotation<number>({
      reducer: (sum, n) => {
        if (isStrict && n < 0) throw new Error("negative");
        return sum + n;
      },
      default: () => 0,
    }),
  });
  const runs = { good: 0, bad: 0 };
  const graph = new StateGraph(Strict)
    .addNode("good", () => ({ sum: ++runs.good }))
    .addNode("bad", () => ({ sum: -++runs.bad }))
    .addEdge(START, "good")
    .addEdge(START, "bad")
    .compile({ checkpointer: saver });

  await expect(graph.invoke({}, t)).rejects.toThrow("negative");

  expect((await graph.getState(t)).next).toEqual(["bad"]);
  isStrict = false;
  expect(await graph.invoke(null, t)).toEqual({ sum: -1 });
  expect(runs).toEqual({ good: 1, bad: 2 });
});

describe("a crash in the middle of a superstep", () => {
  it("does not run finished siblings again", async () => {
    const runs = { quick: 0, dies: 0 };
    const saver = watchedSaver();
    const graph = new StateGraph(State)
      .addNode("quick", () => {
        runs.quick++;
        return { log: ["quick"] };
      })
      .addNode("dies", async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (++runs.dies === 1) throw new Error("the machine is gone");
        return { log: ["lives"] };
      })
      .addEdge(START, "quick")
      .addEdge(START, "dies")
      .compile({ checkpointer: saver });
    await expect(graph.invoke({}, t)).rejects.toThrow("the machine is gone");
    expect(await graph.getState(t)).toMatchObject({ status: "ready", next: ["dies"] });

    const chunks = await collected(graph.stream(null, t));

    expect(chunks).toEqual([
      { quick: { log: ["quick"] }, __metadata__: { cached: true } },
      { dies: { log: ["lives"] } },
    ]);
    expect((await graph.getState(t)).values.log).toEqual(["lives", "quick"]);
    expect(runs).toEqual({ quick: 1, dies: 2 });
  });

  it("between the last task and the commit leaves a thread that goes on", async () => {
    const inner = watchedSaver();
    let isDown = true;
    const flaky: Checkpointer = {
      ...inner,
      append: (threadId, slot) =>
        isDown && slot.number === 1 ? Promise.reject(new Error("no network")) : inner.append(threadId, slot),
    };
    const graph = new StateGraph(State)
      .addNode("n", () => ({ log: ["n"] }))
      .addEdge(START, "n")
      .compile({ checkpointer: flaky });
    await expect(graph.invoke({}, t)).rejects.toThrow("no network");
    isDown = false;

    expect((await graph.invoke(null, t)).log).toEqual(["n"]);
  });
});

describe("a task that fails", () => {
  it("aborts its siblings, waits for them, and keeps what they finish all the same", async () => {
    const seen: string[] = [];
    const saver = watchedSaver();
    const graph = new StateGraph(State)
      .addNode("fails", () => Promise.reject(new Error("boom")))
      .addNode("heeds", async (_, { signal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        seen.push("heeds");
        signal.throwIfAborted();
      })
      .addNode("finishes", async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push("finishes");
        return { log: ["finishes"] };
      })
      .addEdge(START, "fails")
      .addEdge(START, "heeds")
      .addEdge(START, "finishes")
      .compile({ checkpointer: saver });

    await expect(graph.invoke({}, t)).rejects.toThrow("boom");

    expect(seen).toEqual(["heeds", "finishes"]);
    expect(saver.saved.filter(({ result }) => result.error === undefined).map(({ task }) => task)).toEqual([
      "finishes",
    ]);
    expect((await graph.getState(t)).next).toEqual(["fails", "heeds"]);
  });

  it("is told by getState with its last error, from any process, until it has finished", async () => {
    const errors = [new RangeError("too far"), new RangeError("too far"), new Error("too late")];
    const saver = watchedSaver();
    const graph = new StateGraph(State)
      .addNode("fails", () => {
        const error = errors.shift();
        if (error !== undefined) throw error;
        return { log: ["done"] };
      })
      .addNode("fine", () => ({ log: ["fine"] }))
      .addEdge(START, "fails")
      .addEdge(START, "fine")
      .compile({ checkpointer: saver });
    const told: unknown[] = [];
    for (const input of [{}, null, null]) {
      await graph.invoke(input, t).catch(() => undefined);
      told.push((await graph.getState(t)).tasks.map(({ error }) => error?.message));
    }
    expect(told).toEqual([
      ["too far", undefined],
      ["too far", undefined],
      ["too late", undefined],
    ]);
    // The same failure is stored once: a run may be retried for long.
    expect(saver.saved.filter(({ result }) => result.error !== undefined)).toHaveLength(2);
    expect((await graph.invoke(null, t)).log).toEqual(["done", "fine"]);
    expect((await graph.getState(t)).tasks).toEqual([]);
  });

  it("is told beside the questions that wait", async () => {
    let isBroken = true;
    const graph = new StateGraph(State)
      .addNode("ask", () => ({ log: [interrupt<string, string>("ok?")] }))
      .addNode("fails", () => {
        if (isBroken) throw new RangeError("too far");
        return { log: ["done"] };
      })
      .addEdge(START, "ask")
      .addEdge(START, "fails")
      .compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke({}, t)).rejects.toThrow("too far");
    expect((await graph.getState(t)).tasks).toMatchObject([
      { name: "ask", interrupts: [{ value: "ok?" }] },
      { name: "fails", error: { name: "RangeError", message: "too far" } },
    ]);
    isBroken = false;
    expect((await graph.invoke(new Command({ resume: "yes" }), t)).log).toEqual(["yes", "done"]);
  });

  it("throws its own error also where that cannot be stored", async () => {
    const saver = new MemorySaver();
    const graph = new StateGraph(State)
      .addNode("fails", () => {
        throw new RangeError("too far");
      })
      .addEdge(START, "fails")
      .compile({
        checkpointer: {
          load: (id) => saver.load(id),
          history: (id) => saver.history(id),
          append: (id, slot) => saver.append(id, slot),
          saveTask: () => Promise.reject(new Error("storage is down")),
          delete: (id) => saver.delete(id),
        },
      });
    await expect(graph.invoke({}, t)).rejects.toThrow("too far");
  });

  it("leaves the next steps for a retry by another worker, with the same idempotency key", async () => {
    const keys: string[] = [];
    const saver = new MemorySaver();
    const worker = () =>
      new StateGraph(State)
        .addNode("act", (_, { idempotencyKey }) => {
          keys.push(idempotencyKey());
          if (keys.length === 1) throw new Error("timeout");
          return { a: "done" };
        })
        .addEdge(START, "act")
        .compile({ checkpointer: saver });
    await expect(worker().invoke({}, t)).rejects.toThrow("timeout");

    await worker().invoke(null, t);

    expect(keys[1]).toBe(keys[0]);
  });
});
