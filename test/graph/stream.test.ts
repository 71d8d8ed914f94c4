// What is told while a graph runs: values and updates once they are stored, tasks as they begin, and what nodes say at once.
import { describe, expect, it } from "vitest";
import { Command, END, INTERRUPT, interrupt, MemorySaver, START, StateGraph } from "../../src/graph/index.ts";
import { asking, collected, onThread, State } from "./support.ts";

const thread = onThread("t");

describe("the mode custom", () => {
  it("tells what a node writes while the node still runs", async () => {
    const finish = Promise.withResolvers<undefined>();
    const graph = new StateGraph(State)
      .addNode("work", async (_, { writer }) => {
        writer("begun");
        await finish.promise;
        writer({ percent: 100 });
        return { log: ["worked"] };
      })
      .addEdge(START, "work")
      .compile();
    const chunks = await graph.stream({}, { streamMode: "custom" });
    expect((await chunks.next()).value).toBe("begun");
    finish.resolve(undefined);
    expect((await chunks.next()).value).toEqual({ percent: 100 });
    expect((await chunks.next()).done).toBe(true);
  });

  it("tells it again when the node runs again, and nobody else hears of it", async () => {
    const graph = new StateGraph(State)
      .addNode("ask", (_, { writer }) => {
        writer("asking");
        return { a: interrupt("Sure?") };
      })
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    expect(await collected(graph.stream({}, { ...thread, streamMode: "custom" }))).toEqual(["asking"]);
    const resume = new Command({ resume: "yes" });
    expect(await collected(graph.stream(resume, { ...thread, streamMode: "custom" }))).toEqual(["asking"]);
    expect(await collected(graph.stream({}, onThread("u")))).toEqual([
      { [INTERRUPT]: [expect.objectContaining({ value: "Sure?" })] },
    ]);
  });
});

describe("the mode tasks", () => {
  it("tells each task with its input as it begins, and with its result once that is stored", async () => {
    const { graph, saver } = asking();
    const seen: { readonly chunk: unknown; readonly stored: number }[] = [];
    for await (const chunk of await graph.stream({}, { ...thread, streamMode: "tasks" }))
      seen.push({ chunk, stored: saver.appended.length });
    expect(seen).toMatchObject([
      {
        chunk: { name: "before", input: { log: [] }, triggers: ["branch:to:before"], interrupts: [] },
        stored: 1,
      },
      { chunk: { name: "before", result: { log: ["before"] }, interrupts: [], error: null }, stored: 2 },
      { chunk: { name: "ask", input: { log: ["before"] } }, stored: 2 },
      { chunk: { name: "ask", result: {}, interrupts: [{ value: "ok?" }] }, stored: 3 },
    ]);
  });

  it("names a task the same when it runs again, as getState does", async () => {
    const { graph } = asking();
    const first = await collected(graph.stream({}, { ...thread, streamMode: "tasks" }));
    const { tasks } = await graph.getState(thread);
    const again = await collected(
      graph.stream(new Command({ resume: "yes" }), { ...thread, streamMode: "tasks" }),
    );
    const idOf = (chunks: readonly unknown[], name: string) =>
      (chunks as readonly { readonly id: string; readonly name: string }[]).find((one) => one.name === name)
        ?.id;
    expect(idOf(again, "ask")).toBe(idOf(first, "ask"));
    expect(tasks[0]?.id).toBe(idOf(first, "ask"));
  });
});

describe("a stream that is left", () => {
  it("stops the graph after the step it is at", async () => {
    const ran: string[] = [];
    const graph = new StateGraph(State)
      .addNode("one", () => void ran.push("one"))
      .addNode("two", () => void ran.push("two"))
      .addEdge(START, "one")
      .addEdge("one", "two")
      .addEdge("two", END)
      .compile({ checkpointer: new MemorySaver() });
    for await (const _ of await graph.stream({}, thread)) break;
    expect(ran).toEqual(["one"]);
    expect((await graph.getState(thread)).next).toEqual(["two"]);
  });

  it.each(["values", "updates", "tasks", "custom"] as const)(
    "in the mode %s throws what a node throws",
    async (streamMode) => {
      const graph = new StateGraph(State)
        .addNode("break", (_, { writer }) => {
          writer("now");
          throw new Error("broken");
        })
        .addEdge(START, "break")
        .compile();
      await expect(collected(graph.stream({}, { streamMode }))).rejects.toThrow("broken");
    },
  );
});
