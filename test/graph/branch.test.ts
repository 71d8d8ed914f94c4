// A thread that begins with the checkpoints of another one: it stands where that one stood, asks what that one asked, and has none of its answers.
import { expect, test } from "vitest";
import {
  Annotation,
  branchOf,
  Command,
  END,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
} from "../../src/graph/index.ts";

const State = Annotation.Root({ heard: Annotation<string>(), steps: Annotation<number>() });

function asking(saver: MemorySaver, interruptBefore: readonly string[] = []) {
  return new StateGraph(State)
    .addNode("count", () => ({ steps: 1 }))
    .addNode("ask", () => ({ heard: interrupt<string, string>("Which?") }))
    .addNode("end", () => ({ steps: 2 }))
    .addEdge(START, "count")
    .addEdge("count", "ask")
    .addEdge("ask", "end")
    .addEdge("end", END)
    .compile({ checkpointer: saver, interruptBefore: [...interruptBefore] });
}

const at = (thread_id: string) => ({ configurable: { thread_id } });

async function branched(saver: MemorySaver, upTo: number): Promise<boolean> {
  const slots = branchOf(await saver.history("old"), { upTo, threadId: "new" });
  for (const slot of slots ?? []) await saver.append("new", slot);
  return slots !== undefined;
}

test("the question is asked anew, with an id of its own, and the other thread's answer is no answer to it", async () => {
  const saver = new MemorySaver();
  const graph = asking(saver);
  await graph.invoke({}, at("old"));
  const [before] = (await graph.getState(at("old"))).interrupts;
  await graph.invoke(new Command({ resume: "this" }), at("old"));
  expect(await branched(saver, 1)).toBe(true);
  await graph.invoke(null, at("new"));
  const state = await graph.getState(at("new"));
  expect(state).toMatchObject({ values: { steps: 1 }, next: ["ask"], interrupts: [{ value: "Which?" }] });
  expect(state.interrupts[0]?.id).not.toBe(before?.id);
  await graph.invoke(new Command({ resume: "that" }), at("new"));
  expect((await graph.getState(at("new"))).values).toEqual({ heard: "that", steps: 2 });
  expect((await graph.getState(at("old"))).values).toEqual({ heard: "this", steps: 2 });
});

test("nothing begins at or behind a pause, or where there is no checkpoint", async () => {
  const saver = new MemorySaver();
  const graph = asking(saver);
  await graph.invoke({}, at("old"));
  await graph.invoke(new Command({ resume: "this" }), at("old"));
  const { slots } = await saver.history("old");
  const pause = slots.findIndex(({ kind }) => kind === "pause");
  expect(pause).toBeGreaterThan(0);
  for (let upTo = pause; upTo <= slots.length; upTo++)
    expect(branchOf({ slots }, { upTo, threadId: "new" })).toBeUndefined();
  expect(branchOf({ slots: [] }, { upTo: 0, threadId: "new" })).toBeUndefined();
});

test("a breakpoint at the checkpoint stops the branch, too, under an id of its own", async () => {
  const saver = new MemorySaver();
  const graph = asking(saver, ["ask"]);
  await graph.invoke({}, at("old"));
  const [before] = (await graph.getState(at("old"))).interrupts;
  expect(before).toMatchObject({ kind: "before" });
  expect(await branched(saver, 1)).toBe(true);
  const [own] = (await graph.getState(at("new"))).interrupts;
  expect(own).toMatchObject({ kind: "before", node: "ask" });
  expect(own?.id).not.toBe(before?.id);
});
