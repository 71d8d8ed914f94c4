// The hazards that LangGraph has (langgraph.md 5.5), each shown not to be one of ours.
import { describe, expect, it } from "vitest";
import {
  CheckpointConflict,
  type Checkpointer,
  Command,
  GraphValueError,
  INTERRUPT,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import {
  answers,
  onThread,
  parallel,
  pendingId,
  refusal,
  repeatable,
  State,
  twoGates,
  watchedSaver,
} from "./support.ts";

const t = onThread("t");

describe("H1: a node that throws on the answer", () => {
  function validating() {
    const saver = watchedSaver();
    const graph = new StateGraph(State)
      .addNode("ask", () => {
        const answer = interrupt<string, string>("approve?");
        if (answer !== "approve") throw new Error(`What is "${answer}"?`);
        return { a: answer };
      })
      .addEdge(START, "ask")
      .compile({ checkpointer: saver, ...repeatable() });
    return { graph, saver };
  }

  it("stores nothing but the error, keeps the question open, and takes a new answer to the same id", async () => {
    const { graph, saver } = validating();
    await graph.invoke({}, t);
    const before = await graph.getState(t);

    await expect(graph.invoke(new Command({ resume: "aprove" }), t)).rejects.toThrow('What is "aprove"?');

    const { tasks, ...after } = await graph.getState(t);
    const { tasks: tasksBefore, ...same } = before;
    expect(after).toEqual(same);
    const error = { name: "Error", message: 'What is "aprove"?' };
    expect(tasks).toEqual(tasksBefore.map((task) => ({ ...task, error })));
    expect(saver.appended).toHaveLength(2);
    const id = before.interrupts[0]?.id ?? "";
    expect(await graph.invoke(new Command({ resume: { [id]: "approve" } }), t)).toEqual({
      a: "approve",
      log: [],
    });
  });

  it("keeps what a sibling finished, and the sibling does not run again", async () => {
    const runs = { fine: 0, fails: 0 };
    const saver = watchedSaver();
    const graph = new StateGraph(State)
      .addNode("fine", () => {
        const answer = interrupt<string, string>("fine?");
        runs.fine++;
        return { log: [answer] };
      })
      .addNode("fails", () => {
        const answer = interrupt<string, string>("fails?");
        runs.fails++;
        if (runs.fails < 2) throw new Error("not now");
        return { log: [answer] };
      })
      .addEdge(START, "fine")
      .addEdge(START, "fails")
      .compile({ checkpointer: saver });
    await graph.invoke({}, t);
    const both = await answers(graph, { fine: "F", fails: "X" });

    await expect(graph.invoke(new Command({ resume: both }), t)).rejects.toThrow("not now");

    expect(saver.appended).toHaveLength(2);
    expect(saver.saved.map(({ task }) => task)).toEqual(["fine", "fails|:error:0"]);
    expect(await graph.getState(t)).toMatchObject({
      status: "paused",
      next: ["fails"],
      interrupts: [{ value: "fails?" }],
    });
    expect((await graph.invoke(new Command({ resume: "Y" }), t)).log).toEqual(["Y", "F"]);
    expect(runs).toEqual({ fine: 1, fails: 2 });
  });

  it("stores a question that a sibling asked beside the failure, and null runs only what failed", async () => {
    const runs = { asks: 0, fails: 0 };
    const graph = new StateGraph(State)
      .addNode("asks", () => {
        runs.asks++;
        return { log: [interrupt<string, string>("ok?")] };
      })
      .addNode("fails", () => {
        if (++runs.fails < 2) throw new Error("boom");
        return { log: ["mended"] };
      })
      .addEdge(START, "asks")
      .addEdge(START, "fails")
      .compile({ checkpointer: new MemorySaver() });

    await expect(graph.invoke({}, t)).rejects.toThrow("boom");
    expect(await graph.getState(t)).toMatchObject({
      status: "paused",
      next: ["asks", "fails"],
      interrupts: [{ value: "ok?" }],
    });

    expect(await graph.invoke(null, t)).toMatchObject({ log: ["mended"], [INTERRUPT]: [{ value: "ok?" }] });
    expect((await graph.invoke(new Command({ resume: "yes" }), t)).log).toEqual(["yes", "mended"]);
    expect(runs).toEqual({ asks: 2, fails: 2 });
  });
});

it("H2: tools that reach interrupt() in another order on replay never get each other's answers", async () => {
  const got: string[] = [];
  let order = ["refund", "deleteAll"];
  const graph = new StateGraph(State)
    .addNode("tools", async () => {
      const log = await Promise.all(
        order.map(async (tool) => {
          await Promise.resolve();
          const answer = interrupt<string, string>(`run ${tool}?`);
          got.push(`${tool} got "${answer}"`);
          return `${tool}: ${answer}`;
        }),
      );
      return { log };
    })
    .addEdge(START, "tools")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({}, t);
  order = ["deleteAll", "refund"];

  const paused = await graph.invoke(new Command({ resume: "approve refund" }), t);

  expect(got).toEqual([]);
  expect(paused[INTERRUPT]?.map(({ value }) => value)).toEqual(["run deleteAll?"]);
  await graph.invoke(new Command({ resume: "no delete" }), t);
  expect((await graph.invoke(new Command({ resume: "yes refund" }), t)).log).toEqual([
    "deleteAll: no delete",
    "refund: yes refund",
  ]);
});

it("H3: a retry after the first of two answers does not answer the second question", async () => {
  const graph = twoGates();
  await graph.invoke({}, t);
  await graph.invoke(new Command({ resume: "yes" }), t);

  const polled = await graph.invoke(null, t);

  expect(polled[INTERRUPT]?.map(({ value }) => value)).toEqual(["gate 2"]);
  expect((await graph.invoke(new Command({ resume: "no" }), t)).log).toEqual(["yes", "no"]);
});

it("H4: next names the waiting node at a second question, and answered questions are no longer listed", async () => {
  const graph = twoGates();
  await graph.invoke({}, t);
  await graph.invoke(new Command({ resume: "yes" }), t);

  const state = await graph.getState(t);

  expect(state).toMatchObject({ status: "paused", next: ["gates"], interrupts: [{ value: "gate 2" }] });
  expect(state.tasks[0]?.interrupts.map(({ value }) => value)).toEqual(["gate 2"]);
});

describe("H5: two workers that resume at the same time", () => {
  it("do not both continue: one finishes, the other gets CheckpointConflict", async () => {
    const saver = new MemorySaver();
    const worker = () =>
      new StateGraph(State)
        .addNode("ask", () => ({ log: [interrupt<string, string>("ok?")] }))
        .addEdge(START, "ask")
        .compile({ checkpointer: saver });
    await worker().invoke({}, t);

    const resumed = await Promise.allSettled(
      ["approve", "reject"].map((answer) => worker().invoke(new Command({ resume: answer }), t)),
    );

    const winner = resumed.find((result) => result.status === "fulfilled");
    const loser = resumed.find((result) => result.status === "rejected");
    expect(resumed.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(loser?.reason).toBeInstanceOf(CheckpointConflict);
    expect((await worker().getState(t)).values).toEqual(winner?.value);
  });

  it("cannot both start a thread either", async () => {
    const { graph, runs } = parallel();

    const started = await Promise.allSettled([graph.invoke({}, t), graph.invoke({}, t)]);

    expect(started.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(runs.done).toBe(1);
  });
});

describe("H6: a question that changed while its answer was on the way", () => {
  function deployed(saver: Checkpointer, questions: readonly string[]) {
    return new StateGraph(State)
      .addNode("ask", () => ({ log: questions.map((question) => interrupt<string, string>(question)) }))
      .addEdge(START, "ask")
      .compile({ checkpointer: saver });
  }

  it("is asked anew with its own id, and the old answer is not used", async () => {
    const saver = new MemorySaver();
    await deployed(saver, ["send e-mail?"]).invoke({}, t);
    const old = await pendingId(deployed(saver, []));

    const paused = await deployed(saver, ["approve budget 1M?", "send e-mail?"]).invoke(
      new Command({ resume: { [old]: "yes" } }),
      t,
    );

    expect(paused[INTERRUPT]?.map(({ value }) => value)).toEqual(["approve budget 1M?"]);
    expect(paused[INTERRUPT]?.[0]?.id).not.toBe(old);
    const graph = deployed(saver, ["approve budget 1M?", "send e-mail?"]);
    expect((await graph.getState(t)).superseded).toMatchObject([
      { id: old, value: "send e-mail?", node: "ask" },
    ]);
    expect(await refusal(graph.invoke(new Command({ resume: { [old]: "yes" } }), t))).toMatchObject({
      reason: "not_pending",
    });
    const again = await graph.invoke(new Command({ resume: "no" }), t);
    expect(again[INTERRUPT]?.[0]).toMatchObject({ value: "send e-mail?" });
    expect(again[INTERRUPT]?.[0]?.id).not.toBe(old);
    expect((await graph.invoke(new Command({ resume: "yes" }), t)).log).toEqual(["no", "yes"]);
  });

  it("gets a new id even when it changes back", async () => {
    const saver = new MemorySaver();
    const ids: string[] = [];
    await deployed(saver, ["A"]).invoke({}, t);

    for (const question of ["B", "A", "B"]) {
      ids.push(await pendingId(deployed(saver, [])));
      await deployed(saver, [question]).invoke(new Command({ resume: "yes" }), t);
    }
    ids.push(await pendingId(deployed(saver, [])));

    expect(new Set(ids).size).toBe(4);
  });
});

it("a question that is another one at every replay fails with the way out, instead of asking for ever", async () => {
  let runs = 0;
  const graph = new StateGraph(State)
    .addNode("ask", () => ({ a: interrupt(`ok at ${runs++}?`) }))
    .addEdge(START, "ask")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({}, t);

  const answering = async (): Promise<void> => {
    for (let click = 0; click < 10; click++) await graph.invoke(new Command({ resume: "yes" }), t);
  };

  await expect(answering()).rejects.toThrow("let an earlier node write it there");
  expect(runs).toBe(7);
});

it("H7: the same click delivered twice does not answer the next question", async () => {
  const graph = twoGates();
  await graph.invoke({}, t);
  const click = new Command({ resume: { [await pendingId(graph)]: "yes" } });
  await graph.invoke(click, t);

  const error = await refusal(graph.invoke(click, t));

  expect(error).toMatchObject({ reason: "not_pending", pendingIds: [await pendingId(graph)] });
  expect((await graph.getState(t)).interrupts[0]?.value).toBe("gate 2");
});

it("H14: a node that is gone is an error that names it", async () => {
  const saver = new MemorySaver();
  const named = (name: string) =>
    new StateGraph(State)
      .addNode(name, () => ({ a: interrupt("ok?") }))
      .addEdge(START, name)
      .compile({ checkpointer: saver });
  await named("old").invoke({}, t);

  const resumed = named("renamed").invoke(new Command({ resume: 1 }), t);

  await expect(resumed).rejects.toThrow(GraphValueError);
  await expect(named("renamed").invoke(new Command({ resume: 1 }), t)).rejects.toThrow(
    'continue at node "old", which this graph does not have (it has renamed)',
  );
  expect((await named("old").invoke(new Command({ resume: 1 }), t)).a).toBe(1);
});

it("H16: a bare answer to several questions answers none of them", async () => {
  const { graph, runs } = parallel();
  await graph.invoke({}, t);

  await expect(graph.invoke(new Command({ resume: "X" }), t)).rejects.toThrow(
    "you must specify the interrupt id",
  );

  expect(runs).toMatchObject({ x: 1, y: 1, join: 0 });
});
