// Stopping at a question and going on with its answer.
import { describe, expect, it } from "vitest";
import {
  Command,
  END,
  GraphValueError,
  INTERRUPT,
  interrupt,
  isInterrupted,
  MemorySaver,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import {
  answers,
  asking,
  collected,
  onThread,
  parallel,
  pendingId,
  refusal,
  repeatable,
  State,
} from "./support.ts";

const t = onThread("t");

describe("a question", () => {
  it("stops the graph with the state and the question, and its answer is what interrupt() returns", async () => {
    const { graph, runs } = asking();

    const paused = await graph.invoke({ a: 0 }, t);

    expect(paused).toEqual({
      a: 0,
      log: ["before"],
      [INTERRUPT]: [{ id: await pendingId(graph), value: "ok?" }],
    });
    expect(isInterrupted(paused)).toBe(true);
    const done = await graph.invoke(new Command({ resume: "yes" }), t);
    expect(done).toEqual({ a: "yes", log: ["before", "after"] });
    expect(isInterrupted(done)).toBe(false);
    expect(runs).toEqual({ before: 1, ask: 2, after: 1 });
  });

  it("is told by getState with its node, its slot and its time, until it is answered", async () => {
    const { graph } = asking();
    await graph.invoke({}, t);

    const state = await graph.getState(t);

    const id = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
    expect(state).toMatchObject({ status: "paused", next: ["ask"], metadata: { source: "loop", step: 1 } });
    expect(state.interrupts).toEqual([
      { id, value: "ok?", kind: "question", node: "ask", slot: 2, at: "2026-01-01T00:00:03.000Z" },
    ]);
    expect(state.tasks).toMatchObject([{ name: "ask", path: "ask", interrupts: [{ id, value: "ok?" }] }]);
    await graph.invoke(new Command({ resume: 1 }), t);
    expect(await graph.getState(t)).toMatchObject({
      status: "finished",
      next: [],
      interrupts: [],
      tasks: [],
    });
  });

  it("is streamed in both modes", async () => {
    const { graph } = asking();

    const updates = await collected(graph.stream({}, t));
    const id = await pendingId(graph);
    expect(updates).toEqual([{ before: { log: ["before"] } }, { [INTERRUPT]: [{ id, value: "ok?" }] }]);
    expect(
      await collected(graph.stream(new Command({ resume: "yes" }), { ...t, streamMode: "values" })),
    ).toEqual([{ log: ["before"] }, { log: ["before"], a: "yes" }, { log: ["before", "after"], a: "yes" }]);
  });

  it("has the same id in every run of the same thread and checkpoint, and another one elsewhere", async () => {
    const ids = await Promise.all(
      ["t", "t", "u"].map(async (thread) => {
        const { graph } = asking();
        await graph.invoke({}, onThread(thread));
        return (await graph.getState(onThread(thread))).interrupts[0]?.id;
      }),
    );

    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it.each([false, 0, "", null, "yes", ["list"], { foo: 1 }, new Date(0)])(
    "takes %j for an answer",
    async (answer) => {
      const { graph } = asking();
      await graph.invoke({}, t);

      expect((await graph.invoke(new Command({ resume: answer }), t)).a).toEqual(answer);
    },
  );

  it("may be anything that can be stored, and what cannot be stored fails the node", async () => {
    const { graph } = asking({ when: new Date(0), set: new Set([1n]) });
    const wrong = asking({ go: () => 1 }).graph;

    const paused = await graph.invoke({}, t);

    expect(paused[INTERRUPT]?.[0]?.value).toEqual({ when: new Date(0), set: new Set([1n]) });
    expect((await graph.getState(t)).interrupts[0]?.value).toEqual({ when: new Date(0), set: new Set([1n]) });
    await expect(wrong.invoke({}, t)).rejects.toThrow("The question of interrupt().go holds a function");
  });

  it("is reported again by null, without running anything", async () => {
    const { graph, runs } = asking();
    const paused = await graph.invoke({}, t);

    expect(await graph.invoke(null, t)).toEqual(paused);
    expect(runs.ask).toBe(1);
  });

  it("needs a checkpointer and a running node", async () => {
    const graph = new StateGraph(State)
      .addNode("ask", () => ({ a: interrupt("ok?") }))
      .addEdge(START, "ask")
      .compile();

    await expect(graph.invoke({})).rejects.toThrow(GraphValueError);
    await expect(graph.invoke({})).rejects.toThrow("No checkpointer set");
    expect(() => interrupt("ok?")).toThrow("Called interrupt() outside the context of a graph.");
  });

  it("is asked even if the node swallows what interrupt() throws", async () => {
    const graph = new StateGraph(State)
      .addNode("ask", () => {
        try {
          return { a: interrupt("ok?") };
        } catch {
          return { a: "went on" };
        }
      })
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });

    expect((await graph.invoke({}, t))[INTERRUPT]).toHaveLength(1);
    expect((await graph.invoke(new Command({ resume: "yes" }), t)).a).toBe("yes");
  });

  it("may be asked by a condition", async () => {
    const graph = new StateGraph(State)
      .addNode("n", () => ({ log: ["n"] }))
      .addNode("go", () => ({ log: ["go"] }))
      .addEdge(START, "n")
      .addConditionalEdges("n", () => interrupt<string, boolean>("go?"), { true: "go", false: END })
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, t);

    expect((await graph.invoke(new Command({ resume: true }), t)).log).toEqual(["n", "go"]);
  });
});

describe("several questions in one node", () => {
  it("are asked one after the other, each with its own id, and the node runs again with the earlier answers", async () => {
    let runs = 0;
    const graph = new StateGraph(State)
      .addNode("ask", () => {
        runs++;
        return { log: [1, 2, 3].map((n) => interrupt<string, string>(`question ${n}`)) };
      })
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    const ids: string[] = [];

    await graph.invoke({}, t);
    for (const answer of ["a", "b", "c"]) {
      const id = await pendingId(graph);
      ids.push(id);
      await graph.invoke(new Command({ resume: { [id]: answer } }), t);
    }

    expect((await graph.getState(t)).values.log).toEqual(["a", "b", "c"]);
    expect(new Set(ids).size).toBe(3);
    expect(runs).toBe(4);
  });

  it("may be the same question until the answer will do", async () => {
    const graph = new StateGraph(State)
      .addNode("ask", () => {
        for (;;) {
          const answer = interrupt<string, number>("a number above 10?");
          if (answer > 10) return { a: answer };
        }
      })
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, t);

    for (const answer of [1, 2])
      expect(isInterrupted(await graph.invoke(new Command({ resume: answer }), t))).toBe(true);

    expect((await graph.invoke(new Command({ resume: 11 }), t)).a).toBe(11);
  });
});

describe("questions of parallel tasks", () => {
  it("are reported together; finished siblings count in the state and never run again", async () => {
    const { graph, runs } = parallel();

    const paused = await graph.invoke({}, t);

    expect(paused.log).toEqual(["done"]);
    expect(paused[INTERRUPT]?.map(({ value }) => value)).toEqual(["x?", "y?"]);
    expect(await graph.getState(t)).toMatchObject({ next: ["x", "y"], values: { log: ["done"] } });
    await graph.invoke(new Command({ resume: await answers(graph, { x: "X", y: "Y" }) }), t);
    expect((await graph.getState(t)).values.log).toEqual(["done", "X", "Y", "join"]);
    expect(runs).toEqual({ done: 1, x: 2, y: 2, join: 1 });
  });

  it("are answered one at a time: only the answered task runs again", async () => {
    const { graph, runs } = parallel();
    await graph.invoke({}, t);
    const first = (await graph.getState(t)).interrupts;

    const paused = await graph.invoke(new Command({ resume: await answers(graph, { y: "Y" }) }), t);

    expect(paused.log).toEqual(["done", "Y"]);
    expect(paused[INTERRUPT]?.map(({ value }) => value)).toEqual(["x?"]);
    expect((await graph.getState(t)).interrupts).toEqual([first[0]]);
    expect(runs).toMatchObject({ done: 1, x: 1, y: 2 });
    expect((await graph.invoke(new Command({ resume: "X" }), t)).log).toEqual(["done", "X", "Y", "join"]);
    expect(runs).toEqual({ done: 1, x: 2, y: 2, join: 1 });
  });

  it("make a bare answer ambiguous: it is refused, and nothing runs or is written", async () => {
    const { graph, runs, saver } = parallel();
    await graph.invoke({}, t);
    const before = saver.appended.length;

    const error = await refusal(graph.invoke(new Command({ resume: "yes" }), t));

    expect(error).toMatchObject({ reason: "ambiguous", interruptIds: [] });
    expect(error.pendingIds).toHaveLength(2);
    expect(error.message).toContain(
      "When there are multiple pending interrupts, you must specify the interrupt id when resuming.",
    );
    expect(saver.appended).toHaveLength(before);
    expect(runs.x).toBe(1);
  });
});

describe("idempotency keys", () => {
  it("are the same in every replay, different for each call, task and answer", async () => {
    const keys: string[][] = [];
    const graph = new StateGraph(State)
      .addNode("act", (_, { idempotencyKey }) => {
        const before = idempotencyKey();
        const answer = interrupt<string, string>("go?");
        keys.push([before, idempotencyKey(), idempotencyKey()]);
        if (answer !== "go") throw new Error("crash after the effects");
        return { a: answer };
      })
      .addEdge(START, "act")
      .compile({ checkpointer: new MemorySaver(), ...repeatable() });
    await graph.invoke({}, t);

    for (const answer of ["stop", "stop"])
      await expect(graph.invoke(new Command({ resume: answer }), t)).rejects.toThrow("crash");
    await graph.invoke(new Command({ resume: "go" }), t);

    const [first = [], again = [], other = []] = keys;
    expect(again).toEqual(first);
    expect(other[0]).toBe(first[0]);
    expect(other.slice(1)).not.toEqual(first.slice(1));
    expect(new Set([...first, ...other]).size).toBe(5);
    expect(first[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});
