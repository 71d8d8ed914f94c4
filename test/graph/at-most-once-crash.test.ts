// A worker that fails or dies at any call to the store: what is to be done at most once is, unless a human said to do it again.
import { describe, expect, it } from "vitest";
import { type Checkpointer, Command, interrupt, START, StateGraph, task } from "../../src/graph/index.ts";
import { type Crash, failingStore, Outage } from "./failing-store.ts";
import { onThread, State } from "./support.ts";

const thread = onThread("t");

describe("a crash at any call to the store", () => {
  const crashes = Array.from({ length: 30 }, (_, call) =>
    (["fails", "dies"] as const).flatMap((kind) =>
      [true, false].map((isAfter): Crash => ({ call, kind, isAfter, stallsFor: 0 })),
    ),
  ).flat();

  /** Worker after worker until the thread has ended, each with one answer to what waits. */
  async function toTheEnd(crash: Crash, answer: "retry" | "done", isNested: boolean) {
    const runs = { first: 0, second: 0 };
    const given = { retries: 0 };
    const charge = task({ name: "charge", atMostOnce: true }, (which: "first" | "second") => {
      runs[which]++;
      return which;
    });
    const note = task("note", (word: string) => word);
    const store = failingStore([crash], { stored: () => undefined, troubled: () => undefined });
    const build = (checkpointer: Checkpointer | undefined) =>
      new StateGraph(State)
        .addNode("before", () => ({ log: ["before"] }))
        .addNode("pay", async () => {
          const charged = await Promise.all([charge("first"), note("noted"), charge("second")]);
          interrupt("Sure?");
          return { log: charged };
        })
        .addNode("after", () => ({ log: ["after"] }))
        .addEdge(START, "before")
        .addEdge("before", "pay")
        .addEdge("pay", "after")
        .compile(checkpointer && { checkpointer });
    const worker = () => {
      const { saver } = store.worker();
      if (!isNested) return build(saver);
      return new StateGraph(State)
        .addNode("all", build(undefined))
        .addEdge(START, "all")
        .compile({ checkpointer: saver });
    };
    const turn = async (): Promise<boolean> => {
      const graph = worker();
      const state = await graph.getState(thread);
      if (state.status === "empty") await graph.invoke({}, thread);
      else if (state.next.length === 0) return true;
      else {
        const resume = Object.fromEntries(
          state.interrupts.map(({ id, value }) => [id, value === "Sure?" ? "yes" : answer]),
        );
        if (answer === "retry")
          given.retries += Object.values(resume).filter((word) => word === "retry").length;
        await graph.invoke(state.interrupts.length === 0 ? null : new Command({ resume }), thread);
      }
      return false;
    };
    for (let turns = 0; turns < 20; turns++) {
      try {
        if (await turn()) return { runs, ...given };
      } catch (error) {
        if (!(error instanceof Outage)) throw error;
      }
    }
    throw new Error("The thread did not end.");
  }

  it.each([false, true])(
    "leaves each call done at most once, unless retry was answered (nested: %s)",
    async (isNested) => {
      for (const crash of crashes) {
        const done = await toTheEnd(crash, "done", isNested);
        expect(Math.max(done.runs.first, done.runs.second), JSON.stringify(crash)).toBeLessThanOrEqual(1);
        const retried = await toTheEnd(crash, "retry", isNested);
        const total = retried.runs.first + retried.runs.second;
        expect(total, JSON.stringify(crash)).toBeLessThanOrEqual(2 + retried.retries);
        expect(
          Math.min(retried.runs.first, retried.runs.second),
          JSON.stringify(crash),
        ).toBeGreaterThanOrEqual(1);
      }
    },
  );

  it("is asked about where it matters: some of these crashes leave an unknown outcome", async () => {
    const retries = [];
    for (const crash of crashes) retries.push((await toTheEnd(crash, "retry", false)).retries);
    expect(retries.filter((count) => count > 0).length).toBeGreaterThan(3);
    expect(retries.filter((count) => count === 0).length).toBeGreaterThan(3);
  });
});
