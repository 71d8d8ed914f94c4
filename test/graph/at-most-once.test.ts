// task({ atMostOnce }): what was started and has no result is never started again by itself; a human says what became of it.
import { describe, expect, it } from "vitest";
import {
  AnswerRefused,
  CheckpointConflict,
  type Checkpointer,
  Command,
  entrypoint,
  INTERRUPT,
  interrupt,
  isInterrupted,
  MemorySaver,
  nextIdempotencyKey,
  NodeInterrupt,
  NotCarriedOut,
  OutcomeUnknownError,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { onThread, State, watchedSaver } from "./support.ts";

const thread = onThread("t");

const UNKNOWN = {
  kind: "outcome-unknown",
  task: "charge",
  call: 1,
  question: 'It is not known whether "charge" was carried out: it was started, and no result was stored.',
  options: ["retry", "done", "abort"],
};

/** A task that fails as often as there are errors, and then returns how often it ran. */
function charging(...errors: Error[]) {
  const runs = { count: 0 };
  const charge = task({ name: "charge", atMostOnce: true }, async () => {
    runs.count++;
    await Promise.resolve();
    const error = errors.shift();
    if (error !== undefined) throw error;
    return `receipt ${runs.count}`;
  });
  return { charge, runs };
}

function paying(charge: () => Promise<unknown>, checkpointer: Checkpointer = new MemorySaver()) {
  return new StateGraph(State)
    .addNode("pay", async () => ({ a: await charge() }))
    .addEdge(START, "pay")
    .compile({ checkpointer });
}

const timeout = () => new Error("timeout");

/** A graph whose charge timed out once, and which has asked what became of it. */
async function unknownCharge(...more: Error[]) {
  const { charge, runs } = charging(timeout(), ...more);
  const graph = paying(charge);
  await expect(graph.invoke({}, thread)).rejects.toThrow("timeout");
  const asked = await graph.invoke(null, thread);
  const [question] = asked[INTERRUPT] ?? [];
  return { graph, runs, question };
}

describe("an at-most-once task", () => {
  it("runs once and asks nothing when nothing goes wrong, and stores that it started before it does", async () => {
    const saver = watchedSaver();
    const stored: unknown[] = [];
    const charge = task({ name: "charge", atMostOnce: true }, () => {
      stored.push(...saver.saved.map(({ task: path }) => path));
      return "receipt";
    });
    expect(await paying(charge, saver).invoke({}, thread)).toMatchObject({ a: "receipt" });
    expect(stored).toEqual(["pay|charge:0|:started:0"]);
  });

  it("whose outcome is unknown asks, with the answers that it takes, and does not run", async () => {
    const { graph, runs, question } = await unknownCharge();
    expect(question?.value).toEqual(UNKNOWN);
    expect(question?.response_schema).toMatchObject({ anyOf: [{ enum: ["retry", "done", "abort"] }, {}] });
    expect(await graph.getState(thread)).toMatchObject({ status: "paused", next: ["pay"] });
    expect(runs.count).toBe(1);
  });

  it("runs again when the answer is retry", async () => {
    const { graph, runs } = await unknownCharge();
    expect(await graph.invoke(new Command({ resume: "retry" }), thread)).toMatchObject({ a: "receipt 2" });
    expect(runs.count).toBe(2);
  });

  it("returns nothing when the answer is done, and the result when that is told", async () => {
    const first = await unknownCharge();
    const settled = await first.graph.invoke(new Command({ resume: "done" }), thread);
    expect(settled).toEqual({ a: undefined, log: [] });
    const second = await unknownCharge();
    const told = new Command({ resume: { done: "receipt 77" } });
    expect(await second.graph.invoke(told, thread)).toMatchObject({ a: "receipt 77" });
    expect([first.runs.count, second.runs.count]).toEqual([1, 1]);
  });

  it("fails its node when the answer is abort, and asks anew whenever the node runs again", async () => {
    const { graph, runs, question } = await unknownCharge();
    const ids = [question?.id];
    for (const _ of [1, 2]) {
      const aborted = graph.invoke(new Command({ resume: "abort" }), thread);
      await expect(aborted).rejects.toThrow(OutcomeUnknownError);
      await expect(aborted).rejects.toThrow('"charge"');
      const again = await graph.invoke(null, thread);
      expect(again[INTERRUPT]?.map(({ value }) => value)).toEqual([UNKNOWN]);
      ids.push(again[INTERRUPT]?.[0]?.id);
    }
    expect(new Set(ids).size).toBe(3);
    expect(await graph.invoke(new Command({ resume: "retry" }), thread)).toMatchObject({ a: "receipt 2" });
    expect(runs.count).toBe(2);
  });

  it("asks again when the retry fails, too, as a question of its own", async () => {
    const { graph, runs, question } = await unknownCharge(timeout());
    await expect(graph.invoke(new Command({ resume: "retry" }), thread)).rejects.toThrow("timeout");
    const again = await graph.invoke(null, thread);
    expect(again[INTERRUPT]).toMatchObject([{ value: UNKNOWN }]);
    expect(again[INTERRUPT]?.[0]?.id).not.toBe(question?.id);
    expect(runs.count).toBe(2);
  });

  it("takes no other answer, and the question stays open", async () => {
    const { graph, runs } = await unknownCharge();
    for (const resume of ["again", "", { done: 1, or: 2 }, 0])
      await expect(graph.invoke(new Command({ resume }), thread)).rejects.toThrow(AnswerRefused);
    expect((await graph.getState(thread)).interrupts).toHaveLength(1);
    expect(runs.count).toBe(1);
  });

  it("is called again without a question when its function is certain that nothing was done", async () => {
    const { charge, runs } = charging(new NotCarriedOut("The bank is closed."), timeout());
    const graph = paying(charge);
    await expect(graph.invoke({}, thread)).rejects.toThrow("The bank is closed.");
    await expect(graph.invoke(null, thread)).rejects.toThrow("timeout");
    expect(await graph.invoke(null, thread)).toMatchObject({ [INTERRUPT]: [{ value: UNKNOWN }] });
    expect(runs.count).toBe(2);
  });

  it("asks where the node's own retry policy would try again", async () => {
    const { charge, runs } = charging(timeout());
    const graph = new StateGraph(State)
      .addNode("pay", async () => ({ a: await charge() }), {
        retryPolicy: { maxAttempts: 3, initialInterval: 1 },
      })
      .addEdge(START, "pay")
      .compile({ checkpointer: new MemorySaver() });
    expect(await graph.invoke({}, thread)).toMatchObject({ [INTERRUPT]: [{ value: UNKNOWN }] });
    expect(runs.count).toBe(1);
  });

  it("is known to be done when only its node fails behind it", async () => {
    const { charge, runs } = charging();
    let isBroken = true;
    const graph = paying(async () => {
      const receipt = await charge();
      if (isBroken) throw new Error("broken");
      return receipt;
    });
    await expect(graph.invoke({}, thread)).rejects.toThrow("broken");
    isBroken = false;
    expect(await graph.invoke(null, thread)).toMatchObject({ a: "receipt 1" });
    expect(runs.count).toBe(1);
  });

  it("asks no more once it was said to be done, although its node fails behind it", async () => {
    const { charge, runs } = charging(timeout());
    let isBroken = true;
    const graph = paying(async () => {
      const receipt = await charge();
      if (isBroken) throw new Error("broken");
      return receipt;
    });
    await expect(graph.invoke({}, thread)).rejects.toThrow("timeout");
    await graph.invoke(null, thread);
    const answered = graph.invoke(new Command({ resume: { done: "by hand" } }), thread);
    await expect(answered).rejects.toThrow("broken");
    expect((await graph.getState(thread)).interrupts).toEqual([]);
    isBroken = false;
    expect(await graph.invoke(null, thread)).toMatchObject({ a: "by hand" });
    expect(runs.count).toBe(1);
  });

  it("keeps the answer when the node asks something else behind it", async () => {
    const { charge, runs } = charging(timeout(), timeout());
    const graph = paying(async () => [await charge(), interrupt("Sure?")]);
    await expect(graph.invoke({}, thread)).rejects.toThrow("timeout");
    await graph.invoke(null, thread);
    await expect(graph.invoke(new Command({ resume: "retry" }), thread)).rejects.toThrow("timeout");
    await graph.invoke(null, thread);
    const asked = await graph.invoke(new Command({ resume: { done: "by hand" } }), thread);
    expect(asked[INTERRUPT]).toMatchObject([{ value: "Sure?" }]);
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({
      a: ["by hand", "yes"],
    });
    expect(runs.count).toBe(2);
  });

  it("asks for each of several calls side by side, and each takes its own answer", async () => {
    const runs: string[] = [];
    const charge = task({ name: "charge", atMostOnce: true }, (word: string) => {
      runs.push(word);
      if (runs.filter((run) => run === word).length === 1 && word !== "b") throw timeout();
      return `charged ${word}`;
    });
    const graph = new StateGraph(State)
      .addNode("pay", async () => ({ log: await Promise.all(["a", "b", "c"].map((word) => charge(word))) }))
      .addEdge(START, "pay")
      .compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke({}, thread)).rejects.toThrow("timeout");
    const asked = await graph.invoke(null, thread);
    expect(asked[INTERRUPT]?.map(({ value }) => (value as { call: number }).call)).toEqual([1, 3]);
    const [a = "", c = ""] = asked[INTERRUPT]?.map(({ id }) => id) ?? [];
    const first = await graph.invoke(new Command({ resume: { [c]: { done: "charged c by hand" } } }), thread);
    expect(first[INTERRUPT]).toMatchObject([{ id: a }]);
    expect(await graph.invoke(new Command({ resume: { [a]: "retry" } }), thread)).toMatchObject({
      log: ["charged a", "charged b", "charged c by hand"],
    });
    expect(runs).toEqual(["a", "b", "c", "a"]);
  });

  it("has the same idempotency key whenever it is started, and no other call has it", async () => {
    const keys: string[] = [];
    const pay = task({ name: "pay", atMostOnce: true }, () => {
      keys.push(nextIdempotencyKey());
      if (keys.length < 3) throw timeout();
      return keys.length;
    });
    const graph = paying(async () => [await pay(), await pay()]);
    await expect(graph.invoke({}, thread)).rejects.toThrow("timeout");
    await graph.invoke(null, thread);
    await expect(graph.invoke(new Command({ resume: "retry" }), thread)).rejects.toThrow("timeout");
    await graph.invoke(null, thread);
    await graph.invoke(new Command({ resume: "retry" }), thread);
    const [first, second, third, other] = keys;
    expect([second, third]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  it("asks from a graph within a node, and from an entrypoint", async () => {
    const inner = charging(timeout());
    const within = new StateGraph(State)
      .addNode("pay", async () => ({ a: await inner.charge() }))
      .addEdge(START, "pay")
      .compile();
    const graph = new StateGraph(State)
      .addNode("inner", within)
      .addEdge(START, "inner")
      .compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke({}, thread)).rejects.toThrow("timeout");
    expect(await graph.invoke(null, thread)).toMatchObject({ [INTERRUPT]: [{ value: UNKNOWN }] });
    expect(await graph.invoke(new Command({ resume: "retry" }), thread)).toMatchObject({ a: "receipt 2" });

    const { charge, runs } = charging(timeout());
    const flow = entrypoint({ name: "flow", checkpointer: new MemorySaver() }, () => charge());
    await expect(flow.invoke({}, thread)).rejects.toThrow("timeout");
    expect(isInterrupted(await flow.invoke(null, thread))).toBe(true);
    expect(await flow.invoke(new Command({ resume: { done: "by hand" } }), thread)).toBe("by hand");
    expect(runs.count).toBe(1);
  });

  it("simply runs without a checkpointer", async () => {
    const { charge, runs } = charging(timeout());
    const graph = new StateGraph(State)
      .addNode("pay", async () => ({ a: await charge() }))
      .addEdge(START, "pay")
      .compile();
    await expect(graph.invoke({})).rejects.toThrow("timeout");
    expect(await graph.invoke({})).toMatchObject({ a: "receipt 2" });
    expect(runs.count).toBe(2);
  });

  it("takes no retry policy, and says why", () => {
    expect(() => task({ name: "charge", atMostOnce: true, retry: {} }, () => 1)).toThrow(
      'The task "charge" is carried out at most once, so it cannot have a retry policy',
    );
  });

  it.each([
    ["interrupt()", () => interrupt("Sure?")],
    [
      "a swallowed interrupt()",
      () => {
        try {
          interrupt("Sure?");
        } catch {
          return "swallowed";
        }
      },
    ],
    [
      "NodeInterrupt",
      () => {
        throw new NodeInterrupt("Stop.");
      },
    ],
    ["a task in it", () => task("ask", () => interrupt("Sure?"))()],
  ])("cannot ask in the middle of it: %s is refused with a sentence", async (_, body) => {
    const graph = paying(task({ name: "charge", atMostOnce: true }, body));
    await expect(graph.invoke({}, thread)).rejects.toThrow("Ask before you call it.");
    expect((await graph.getState(thread)).interrupts).toEqual([]);
  });

  it("is started by one of two runs that go on with a thread at once; the other one stops", async () => {
    const saver = new MemorySaver();
    const runs = { count: 0 };
    const begun = Promise.withResolvers<undefined>();
    const isOver = Promise.withResolvers<undefined>();
    const charge = task({ name: "charge", atMostOnce: true }, async () => {
      runs.count++;
      begun.resolve(undefined);
      await isOver.promise;
      return "receipt";
    });
    /** Both have read the thread before either starts anything. */
    const gate = { waiting: 0, open: Promise.withResolvers<undefined>() };
    const meeting = () =>
      paying(async () => {
        if (++gate.waiting === 2) gate.open.resolve(undefined);
        await gate.open.promise;
        return charge();
      }, saver);
    await paying(() => Promise.reject(new NotCarriedOut("not yet")), saver)
      .invoke({}, thread)
      .catch(() => undefined);
    const both = Promise.allSettled([meeting().invoke(null, thread), meeting().invoke(null, thread)]);
    await begun.promise;
    isOver.resolve(undefined);
    const ended = await both;
    expect(runs.count).toBe(1);
    expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ended.find((one) => one.status === "rejected")?.reason).toBeInstanceOf(CheckpointConflict);
  });
});
