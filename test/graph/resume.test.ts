// Answers that fit no question are refused, and what else may come while a question waits.
import { describe, expect, it } from "vitest";
import {
  Command,
  INTERRUPT,
  interrupt,
  MemorySaver,
  Send,
  START,
  StateGraph,
  ThreadPausedError,
} from "../../src/graph/index.ts";
import { answers, asking, onThread, parallel, pendingId, refusal, State } from "./support.ts";

const t = onThread("t");

describe("an answer", () => {
  it("to an unknown id is refused even beside a known one, and names what is pending", async () => {
    const { graph, runs, saver } = asking();
    await graph.invoke({}, t);
    const id = await pendingId(graph);
    const before = saver.appended.length;
    const unknown = "f".repeat(32);

    const error = await refusal(graph.invoke(new Command({ resume: { [id]: 1, [unknown]: 2 } }), t));

    expect(error).toMatchObject({ reason: "not_pending", interruptIds: [unknown], pendingIds: [id] });
    expect(error.message).toBe(`Unknown or already-consumed interrupt: ${unknown}. Pending: ${id}.`);
    expect(saver.appended).toHaveLength(before);
    expect(runs.ask).toBe(1);
  });

  it("in an empty map is refused", async () => {
    const { graph } = asking();
    await graph.invoke({}, t);

    const error = await refusal(graph.invoke(new Command({ resume: {} }), t));

    expect(error.reason).toBe("empty_map");
    expect(error.message).toContain("The resume map names no interrupt.");
  });

  it("is refused when nothing is asked: on a new, a running and a finished thread", async () => {
    const { graph } = asking();

    expect(await refusal(graph.invoke(new Command({ resume: 1 }), t))).toMatchObject({
      reason: "not_pending",
      pendingIds: [],
    });
    await graph.invoke({}, t);
    await graph.invoke(new Command({ resume: 1 }), t);
    const error = await refusal(graph.invoke(new Command({ resume: 1 }), t));
    expect(error.message).toBe("There is no question to answer. Nothing is pending on this thread.");
  });

  it("that cannot be stored is refused before the node acts on it", async () => {
    const { graph, runs } = asking();
    await graph.invoke({}, t);

    await expect(graph.invoke(new Command({ resume: () => 1 }), t)).rejects.toThrow(
      'The answer to task "ask" holds a function',
    );
    expect(runs.ask).toBe(1);
  });

  it("may come with an update, which the node sees, and with a goto, which runs beside it", async () => {
    const graph = new StateGraph(State)
      .addNode("ask", ({ b }) => ({ a: `${interrupt<string, string>("ok?")} ${String(b)}` }), {
        ends: ["other"],
      })
      .addNode("other", () => ({ log: ["other"] }))
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ b: 1 }, t);

    const result = await graph.invoke(new Command({ resume: "yes", update: { b: 7 }, goto: "other" }), t);

    expect(result).toEqual({ a: "yes 7", b: 7, log: ["other"] });
    expect((await graph.getState(t)).values).toEqual(result);
  });

  it("that comes with an update keeps the update when the node asks again", async () => {
    const graph = new StateGraph(State)
      .addNode("ask", () => ({ log: [interrupt<string, string>("1?"), interrupt<string, string>("2?")] }))
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, t);

    await graph.invoke(new Command({ resume: "one", update: { b: 7 } }), t);

    expect((await graph.getState(t)).values).toEqual({ b: 7, log: [] });
    expect(await graph.invoke(new Command({ resume: "two" }), t)).toEqual({ b: 7, log: ["one", "two"] });
  });
});

describe("questions of Sends", () => {
  it("have an id for each, and only the answered one runs again", async () => {
    const runs: number[] = [];
    const graph = new StateGraph(State)
      .addNode("split", () => null)
      .addNode("work", (n: number) => {
        runs.push(n);
        return { log: [`${n}: ${interrupt<string, string>(`part ${n}?`)}`] };
      })
      .addEdge(START, "split")
      .addConditionalEdges("split", () => [1, 2, 3].map((n) => new Send("work", n)), ["work"])
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, t);
    const [one, two, three] = (await graph.getState(t)).interrupts.map(({ id }) => id);

    await graph.invoke(new Command({ resume: { [two ?? ""]: "B" } }), t);
    const done = await graph.invoke(new Command({ resume: { [three ?? ""]: "C", [one ?? ""]: "A" } }), t);

    expect(done.log).toEqual(["1: A", "2: B", "3: C"]);
    expect(runs).toEqual([1, 2, 3, 2, 1, 3]);
  });
});

describe("a checkpoint id in the config", () => {
  it("may be that of the latest checkpoint, as getState gives it; one that the thread does not have is refused", async () => {
    const { graph } = asking();
    await graph.invoke({}, t);
    const { config } = await graph.getState(t);

    const unknown = { configurable: { ...t.configurable, checkpoint_id: "nowhere" } };
    await expect(graph.invoke(null, unknown)).rejects.toThrow('has no checkpoint "nowhere"');
    expect((await graph.invoke(new Command({ resume: "yes" }), config)).a).toBe("yes");
  });
});

describe("new input while a question waits", () => {
  it("drops the question and begins anew, as in LangGraph", async () => {
    const { graph } = asking();
    await graph.invoke({}, t);
    const old = await pendingId(graph);

    const paused = await graph.invoke({}, t);

    expect(paused.log).toEqual(["before", "before"]);
    expect(paused[INTERRUPT]?.[0]?.id).not.toBe(old);
    expect(await refusal(graph.invoke(new Command({ resume: { [old]: 1 } }), t))).toMatchObject({
      reason: "not_pending",
    });
  });

  it("reports the question that it dropped, until the next input", async () => {
    const { graph } = asking();
    await graph.invoke({}, t);
    const old = await pendingId(graph);
    expect((await graph.getState(t)).superseded).toEqual([]);

    await graph.invoke({}, t);
    expect((await graph.getState(t)).superseded).toMatchObject([{ id: old, value: "ok?", node: "ask" }]);

    await graph.invoke(new Command({ resume: "yes" }), t);
    expect((await graph.getState(t)).superseded).toMatchObject([{ id: old }]);
    await graph.invoke({}, t);
    expect((await graph.getState(t)).superseded).toEqual([]);
  });

  it("is refused when the caller says so", async () => {
    const { graph } = asking();
    await graph.invoke({}, t);
    const before = await graph.getState(t);

    const refused = graph.invoke({}, { ...t, onPaused: "refuse" });

    await expect(refused).rejects.toThrow(ThreadPausedError);
    await expect(refused).rejects.toMatchObject({ pendingIds: [before.interrupts[0]?.id] });
    expect(await graph.getState(t)).toEqual(before);
  });

  it("as a Command with an update alone asks again on the new state, and keeps what siblings finished", async () => {
    const { graph, runs } = parallel();
    await graph.invoke({}, t);

    const paused = await graph.invoke(new Command({ update: { a: 1 } }), t);

    expect(paused).toMatchObject({ a: 1, log: ["done"] });
    expect(paused[INTERRUPT]).toHaveLength(2);
    expect(runs.done).toBe(1);
    expect(
      (await graph.invoke(new Command({ resume: await answers(graph, { x: "X", y: "Y" }) }), t)).log,
    ).toEqual(["done", "X", "Y", "join"]);
  });
});
