// The state of a thread changed from outside: under its questions, as a node, and on a branch of its own.
import { describe, expect, it } from "vitest";
import {
  Annotation,
  Command,
  END,
  INTERRUPT,
  interrupt,
  InvalidUpdateError,
  MemorySaver,
  Send,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { asking, chain, collected, onThread, parallel, State } from "./support.ts";

const thread = onThread("t");

describe("an update while a question waits", () => {
  it("changes the state under it: the question keeps its id, and the node sees the new state", async () => {
    const graph = new StateGraph(State)
      .addNode("ask", ({ b }) => ({ a: `${String(b)}: ${interrupt<string, string>("Sure?")}` }))
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({ b: "old" }, thread);
    const config = await graph.updateState(thread, { b: "new" });
    const state = await graph.getState(thread);
    expect(state).toMatchObject({ status: "paused", next: ["ask"], values: { b: "new" }, config });
    expect(state.metadata).toMatchObject({ source: "update" });
    expect(state.interrupts.map(({ id }) => id)).toEqual(asked[INTERRUPT]?.map(({ id }) => id));
    const resume = { [asked[INTERRUPT]?.[0]?.id ?? ""]: "yes" };
    expect(await graph.invoke(new Command({ resume }), thread)).toMatchObject({ a: "new: yes" });
  });

  it("keeps the answers that the node has had already", async () => {
    const graph = new StateGraph(State)
      .addNode("ask", ({ b }) => ({ a: [interrupt("One?"), interrupt("Two?"), b] }))
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    await graph.invoke(new Command({ resume: "1" }), thread);
    await graph.updateState(thread, { b: "new" });
    expect(await graph.invoke(new Command({ resume: "2" }), thread)).toMatchObject({ a: ["1", "2", "new"] });
  });

  it("asks anew, with another id, when the question is another one by then", async () => {
    const graph = new StateGraph(State)
      .addNode("ask", ({ b }) => ({ a: interrupt(`Send ${String(b)}?`) }))
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({ b: "one" }, thread);
    await graph.updateState(thread, { b: "two" });
    const again = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(again[INTERRUPT]).toMatchObject([{ value: "Send two?" }]);
    expect(again[INTERRUPT]?.[0]?.id).not.toBe(asked[INTERRUPT]?.[0]?.id);
  });

  it("H13: keeps the questions of parallel branches, and what finished beside them runs no second time", async () => {
    const { graph, runs } = parallel();
    const asked = await graph.invoke({}, thread);
    await graph.updateState(thread, { a: 1 });
    const state = await graph.getState(thread);
    expect(state.interrupts.map(({ id }) => id)).toEqual(asked[INTERRUPT]?.map(({ id }) => id));
    const resume = Object.fromEntries(
      (asked[INTERRUPT] ?? []).map(({ id, value }) => [id, `${String(value)} yes`]),
    );
    const done = await graph.invoke(new Command({ resume }), thread);
    expect(done).toMatchObject({ a: 1, log: ["done", "x? yes", "y? yes", "join"] });
    expect(runs).toMatchObject({ done: 1, join: 1 });
  });

  it("as the node that asks answers in its place", async () => {
    const { graph, runs } = asking();
    await graph.invoke({}, thread);
    await graph.updateState(thread, { a: "by hand" }, "ask");
    expect(await graph.getState(thread)).toMatchObject({
      ...{ status: "ready", next: ["after"], interrupts: [] },
      superseded: [{ value: "ok?", node: "ask" }],
    });
    expect(await graph.invoke(null, thread)).toMatchObject({ a: "by hand", log: ["before", "after"] });
    expect(runs.ask).toBe(1);
  });

  it("as one of two that ask leaves the other one waiting", async () => {
    const { graph } = parallel();
    const asked = await graph.invoke({}, thread);
    await graph.updateState(thread, { log: ["x by hand"] }, "x");
    const { interrupts } = await graph.getState(thread);
    expect(interrupts.map(({ id, node }) => [id, node])).toEqual([
      [asked[INTERRUPT]?.find(({ value }) => value === "y?")?.id, "y"],
    ]);
    expect(await graph.invoke(new Command({ resume: "Y" }), thread)).toMatchObject({
      log: ["done", "x by hand", "Y", "join"],
    });
  });

  it("leaves Sends that ask alone, each with its own input", async () => {
    const graph = new StateGraph(State)
      .addNode("split", () => ({}))
      .addNode("work", ({ n }: { n: number }) => ({ log: [`${n}: ${interrupt<string, string>(`${n}?`)}`] }))
      .addEdge(START, "split")
      .addConditionalEdges("split", () => [1, 2].map((n) => new Send("work", { n })), ["work"])
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({}, thread);
    await graph.updateState(thread, { a: 1 });
    const resume = Object.fromEntries(
      (asked[INTERRUPT] ?? []).map(({ id, value }) => [id, `re ${String(value)}`]),
    );
    expect(await graph.invoke(new Command({ resume }), thread)).toMatchObject({
      a: 1,
      log: ["1: re 1?", "2: re 2?"],
    });
  });
});

describe("an update of a thread that asks nothing", () => {
  const build = () =>
    chain(["one", "two"]).compile({ checkpointer: new MemorySaver(), interruptBefore: ["two"] });

  it("counts as written by the node that wrote last, and is not stopped at anew", async () => {
    const graph = build();
    await graph.invoke({}, thread);
    await graph.updateState(thread, { log: ["by hand"] });
    expect(await graph.getState(thread)).toMatchObject({
      next: ["two"],
      values: { log: ["one", "by hand"] },
    });
    expect(await graph.invoke(null, thread)).toEqual({ log: ["one", "by hand", "two"] });
  });

  it("as a later node goes on behind that one, as START begins anew, as END ends", async () => {
    const graph = build();
    await graph.invoke({}, thread);
    await graph.updateState(thread, { log: ["as two"] }, "two");
    expect(await graph.getState(thread)).toMatchObject({ next: [], status: "finished" });
    await graph.updateState(thread, { log: ["again"] }, START);
    expect((await graph.getState(thread)).next).toEqual(["one"]);
    await graph.updateState(thread, null, END);
    expect(await graph.getState(thread)).toMatchObject({
      next: [],
      values: { log: ["one", "as two", "again"] },
    });
  });

  it("decides its conditions anew, on the state as it is then", async () => {
    const graph = new StateGraph(State)
      .addNode("decide", () => ({ a: "left" }))
      .addNode("left", () => ({ log: ["left"] }))
      .addNode("right", () => ({ log: ["right"] }))
      .addEdge(START, "decide")
      .addConditionalEdges("decide", ({ a }) => String(a), ["left", "right"])
      .compile({ checkpointer: new MemorySaver(), interruptAfter: ["decide"] });
    await graph.invoke({}, thread);
    expect((await graph.getState(thread)).next).toEqual(["left"]);
    await graph.updateState(thread, { a: "right" });
    expect((await graph.getState(thread)).next).toEqual(["right"]);
    expect(await graph.invoke(null, thread)).toMatchObject({ log: ["right"] });
  });

  it("fills a new thread, and leaves a finished one finished", async () => {
    const graph = chain(["one", "two"]).compile({ checkpointer: new MemorySaver() });
    await graph.updateState(thread, { log: ["given"] });
    expect((await graph.getState(thread)).next).toEqual(["one"]);
    expect(await graph.invoke(null, thread)).toEqual({ log: ["given", "one", "two"] });
    await graph.updateState(thread, { a: 1 });
    expect(await graph.getState(thread)).toMatchObject({ status: "finished", values: { a: 1 } });
    const other = onThread("u");
    await graph.updateState(other, { log: ["as one"] }, "one");
    expect(await graph.invoke(null, other)).toEqual({ log: ["as one", "two"] });
  });

  it("of null copies the thread as it is", async () => {
    const graph = build();
    await graph.invoke({}, thread);
    const before = await graph.getState(thread);
    await graph.updateState(thread, null);
    const after = await graph.getState(thread);
    const { values, next, status, interrupts } = before;
    expect(after).toMatchObject({ values, next, status, interrupts });
    expect(after.parentConfig).toEqual(before.config);
  });

  it("keeps what finished beside a failure, which is all that runs again", async () => {
    let isBroken = true;
    const runs = { good: 0, bad: 0 };
    const graph = new StateGraph(State)
      .addNode("good", () => {
        runs.good++;
        return { log: ["good"] };
      })
      .addNode("bad", () => {
        runs.bad++;
        if (isBroken) throw new Error("broken");
        return { log: ["bad"] };
      })
      .addEdge(START, "good")
      .addEdge(START, "bad")
      .compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke({}, thread)).rejects.toThrow("broken");
    await graph.updateState(thread, { a: 1 });
    isBroken = false;
    expect(await graph.invoke(null, thread)).toEqual({ a: 1, log: ["good", "bad"] });
    expect(runs).toEqual({ good: 1, bad: 2 });
  });
});

describe("an update that makes no sense", () => {
  it.each([
    ["an unknown node", { a: 1 }, "zzz", 'Node "zzz" does not exist'],
    ["an unknown channel", { zzz: 1 }, undefined, "which is no channel of the state"],
    ["no object", 5, undefined, "Expected an object"],
  ])("for %s is refused, and nothing is written", async (_, values, asNode, message) => {
    const graph = chain(["one"]).compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    const before = await graph.getState(thread);
    const update = graph.updateState(thread, values as { a: number }, asNode);
    await expect(update).rejects.toBeInstanceOf(InvalidUpdateError);
    await expect(update).rejects.toThrow(message);
    expect(await graph.getState(thread)).toEqual(before);
  });

  it("for want of a single last writer asks for one", async () => {
    const graph = new StateGraph(State)
      .addNode("left", () => ({ log: ["left"] }))
      .addNode("right", () => ({ log: ["right"] }))
      .addNode("join", () => ({}))
      .addEdge(START, "left")
      .addEdge(START, "right")
      .addEdge(["left", "right"], "join")
      .compile({ checkpointer: new MemorySaver(), interruptBefore: ["join"] });
    await graph.invoke({}, thread);
    await expect(graph.updateState(thread, { a: 1 })).rejects.toThrow(
      'Ambiguous update, specify "asNode": left, right wrote last, side by side.',
    );
    await graph.updateState(thread, { a: 1 }, "join");
    expect((await graph.getState(thread)).status).toBe("finished");
  });

  it("needs a checkpointer", async () => {
    await expect(chain(["one"]).compile().updateState(thread, {})).rejects.toMatchObject({
      lc_error_code: "MISSING_CHECKPOINTER",
    });
  });
});

describe("an earlier checkpoint", () => {
  async function finished() {
    const runs: string[] = [];
    const saver = new MemorySaver();
    const graph = new StateGraph(State)
      .addNode("before", () => {
        runs.push("before");
        return { log: ["before"] };
      })
      .addNode("ask", () => {
        runs.push("ask");
        return { log: [interrupt<string, string>("Sure?")] };
      })
      .addNode("after", () => {
        runs.push("after");
        return { log: ["after"] };
      })
      .addEdge(START, "before")
      .addEdge("before", "ask")
      .addEdge("ask", "after")
      .compile({ checkpointer: saver });
    const asked = await graph.invoke({}, thread);
    await graph.invoke(new Command({ resume: "first" }), thread);
    const history = await collected(graph.getStateHistory(thread));
    const old = history.find(({ next }) => next[0] === "ask");
    if (old === undefined) throw new Error("The checkpoint before the question is missing.");
    runs.length = 0;
    return { graph, runs, old, asked, history };
  }

  it("is run from on a branch of its own, which asks every question again", async () => {
    const { graph, runs, old, asked } = await finished();
    const again = await graph.invoke(null, old.config);
    expect(again[INTERRUPT]).toHaveLength(1);
    expect(again[INTERRUPT]?.[0]?.id).not.toBe(asked[INTERRUPT]?.[0]?.id);
    expect(runs).toEqual(["ask"]);
    expect((await graph.getState(thread)).metadata?.source).toBe("fork");
    expect(await graph.invoke(new Command({ resume: "second" }), thread)).toMatchObject({
      log: ["before", "second", "after"],
    });
  });

  it("leaves the other branch as it was, in the history and by its id", async () => {
    const { graph, old, history } = await finished();
    await graph.invoke(null, old.config);
    await graph.invoke(new Command({ resume: "second" }), thread);
    const all = await collected(graph.getStateHistory(thread));
    expect(all.slice(-history.length).map(({ values }) => values)).toEqual(
      history.map(({ values }) => values),
    );
    const fork = all.find(({ metadata }) => metadata?.source === "fork");
    expect(fork?.parentConfig).toEqual(old.config);
    const newest = history[0];
    if (newest === undefined) throw new Error("There is no history.");
    expect((await graph.getState(newest.config)).values).toMatchObject({ log: ["before", "first", "after"] });
  });

  it("takes an update, and the thread goes on from there", async () => {
    const { graph, old } = await finished();
    const config = await graph.updateState(old.config, { a: "changed" });
    expect(await graph.getState(thread)).toMatchObject({ config, next: ["ask"], values: { a: "changed" } });
    const asked = await graph.invoke(null, config);
    expect(asked[INTERRUPT]).toHaveLength(1);
    expect(await graph.invoke(new Command({ resume: "third" }), thread)).toMatchObject({
      a: "changed",
      log: ["before", "third", "after"],
    });
  });

  it("takes new input on its own state", async () => {
    const { graph, old } = await finished();
    const asked = await graph.invoke({ log: ["more"] }, old.config);
    expect(asked).toMatchObject({ log: ["before", "more", "before"] });
  });

  it("takes no answer: the one it had was given once", async () => {
    const { graph, old, runs } = await finished();
    await expect(graph.invoke(new Command({ resume: "third" }), old.config)).rejects.toMatchObject({
      name: "UnknownInterruptError",
      reason: "not_pending",
    });
    expect(runs).toEqual([]);
  });

  it("is copied by __copy__", async () => {
    const { graph, old } = await finished();
    await graph.updateState(old.config, null, "__copy__");
    expect(await graph.getState(thread)).toMatchObject({ next: ["ask"], metadata: { source: "fork" } });
  });
});

describe("the history", () => {
  it("is limited, begins before a checkpoint, and is filtered by where it came from", async () => {
    const graph = chain(["one", "two", "three"]).compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    const all = await collected(graph.getStateHistory(thread));
    expect(all).toHaveLength(4);
    expect(await collected(graph.getStateHistory(thread, { limit: 2 }))).toEqual(all.slice(0, 2));
    const before = all[1]?.config ?? {};
    expect(await collected(graph.getStateHistory(thread, { before }))).toEqual(all.slice(2));
    expect(await collected(graph.getStateHistory(thread, { filter: { source: "input" } }))).toEqual(
      all.slice(3),
    );
    expect(await collected(graph.getStateHistory(thread, { filter: { step: 2 }, limit: 5 }))).toHaveLength(1);
  });

  it("of a channel that grows holds each time what it was then", async () => {
    const Log = Annotation.Root({
      log: Annotation<readonly number[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
    });
    const graph = new StateGraph(Log)
      .addNode("step", ({ log }) => ({ log: [log.length] }))
      .addEdge(START, "step")
      .addConditionalEdges("step", ({ log }) => (log.length < 4 ? "step" : END))
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    const third = (await collected(graph.getStateHistory(thread)))[2];
    await graph.updateState(third?.config ?? {}, { log: [99] });
    await graph.invoke(null, thread);
    const lengths = (await collected(graph.getStateHistory(thread))).map(({ values }) => values.log);
    expect(lengths).toEqual([[0, 1, 99, 3], [0, 1, 99], [0, 1, 2, 3], [0, 1, 2], [0, 1], [0], []]);
  });
});
