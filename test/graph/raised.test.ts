// What a node raises with NodeInterrupt and what becomes of an answer to it: the node runs again, on what its handler has written.
import { describe, expect, it } from "vitest";
import {
  Annotation,
  Command,
  GraphValueError,
  interrupt,
  MemorySaver,
  NodeInterrupt,
  START,
  StateGraph,
} from "../../src/graph/index.ts";

const State = Annotation.Root({
  reviewed: Annotation<boolean>(),
  log: Annotation<readonly string[], readonly string[]>({
    reducer: (before, more) => [...before, ...more],
    default: () => [],
  }),
});
type State = typeof State.State;

const thread = { configurable: { thread_id: "t" } };

function review({ reviewed, log }: State) {
  if (!reviewed) throw new NodeInterrupt(`Please review: ${log.length}`);
  return { log: ["reviewed"] };
}

async function waitingIn(graph: Pick<ReturnType<typeof reviewing>, "getState">) {
  const { interrupts } = await graph.getState(thread);
  return interrupts.map(({ id }) => id);
}

function reviewing(options: { readonly onAnswer?: (state: State, answer: string) => Partial<State> } = {}) {
  return new StateGraph(State)
    .addNode("review", review, options)
    .addEdge(START, "review")
    .compile({ checkpointer: new MemorySaver() });
}

describe("what a node raised", () => {
  it("keeps its id while nobody answers it, and is another question once somebody has", async () => {
    const graph = reviewing();
    await graph.invoke({ reviewed: false }, thread);
    const [first = ""] = await waitingIn(graph);
    await graph.invoke(null, thread);
    expect(await waitingIn(graph)).toEqual([first]);
    await graph.invoke(new Command({ resume: { [first]: "again" } }), thread);
    const [second = ""] = await waitingIn(graph);
    expect(second).not.toBe(first);
    await graph.invoke(null, thread);
    expect(await waitingIn(graph)).toEqual([second]);
    await graph.invoke(new Command({ resume: { [second]: "again" } }), thread);
    expect(await waitingIn(graph)).not.toContain(first);
    await expect(graph.invoke(new Command({ resume: { [second]: "late" } }), thread)).rejects.toThrow(second);
  });

  it("in a graph within a node is another question too once it was answered, and not because something beside it was", async () => {
    const inner = new StateGraph(State)
      .addNode("review", review)
      .addNode("ask", () => ({ log: [interrupt<string, string>("Sure?")] }))
      .addEdge(START, "review")
      .addEdge(START, "ask")
      .compile();
    const graph = new StateGraph(State)
      .addNode("inner", inner)
      .addEdge(START, "inner")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ reviewed: false }, thread);
    const [asked = "", raised = ""] = await waitingIn(graph);
    await graph.invoke(new Command({ resume: { [asked]: "yes" } }), thread);
    expect(await waitingIn(graph)).toEqual([raised]);
    await graph.invoke(new Command({ resume: { [raised]: "again" } }), thread);
    expect(await waitingIn(graph)).toHaveLength(1);
    expect(await waitingIn(graph)).not.toEqual([raised]);
  });
});

describe("onAnswer", () => {
  it("writes what it makes of the answer before the node runs again, and the snapshot says that there is one", async () => {
    const graph = reviewing({ onAnswer: (_, answer) => ({ reviewed: true, log: [answer] }) });
    await graph.invoke({ reviewed: false }, thread);
    const [question] = (await graph.getState(thread)).interrupts;
    expect(question).toMatchObject({ kind: "raised", takesAnswer: true });
    const state = await graph.invoke(new Command({ resume: { [question?.id ?? ""]: "fine" } }), thread);
    expect(state).toEqual({ reviewed: true, log: ["fine", "reviewed"] });
    const plain = reviewing();
    await plain.invoke({ reviewed: false }, thread);
    expect((await plain.getState(thread)).interrupts[0]).not.toHaveProperty("takesAnswer");
  });

  it("can be given where the graph is compiled, and only for a node that there is", async () => {
    const builder = new StateGraph(State).addNode("review", review).addEdge(START, "review");
    const onAnswer = async (_: State, answer: boolean) => Promise.resolve({ reviewed: answer });
    const graph = builder.compile({ checkpointer: new MemorySaver(), onAnswer: { review: onAnswer } });
    await graph.invoke({ reviewed: false }, thread);
    expect(await graph.invoke(new Command({ resume: true }), thread)).toMatchObject({ log: ["reviewed"] });
    expect(() => builder.compile({ onAnswer: { reveiw: onAnswer } })).toThrow(GraphValueError);
  });

  it("is stored with what comes of it: after a crash beside other nodes it counts once, and is not lost", async () => {
    const saver = new MemorySaver();
    let crashes = true;
    const build = () =>
      new StateGraph(State)
        .addNode("review", review, {
          onAnswer: (_: State, answer: string) => ({ reviewed: true, log: [answer] }),
        })
        .addNode("ask", () => ({ log: [interrupt<string, string>("Sure?")] }))
        .addNode("beside", async () => {
          // Longer than the others, which have finished by then.
          await new Promise((resolve) => setTimeout(resolve, 20));
          return { log: ["beside"] };
        })
        .addEdge(START, "review")
        .addEdge(START, "ask")
        .addEdge(START, "beside")
        .compile({
          checkpointer: {
            load: (id) => saver.load(id),
            history: (id) => saver.history(id),
            saveTask: (id, memo) => saver.saveTask(id, memo),
            delete: (id) => saver.delete(id),
            append: (id, slot) =>
              crashes && slot.number === 2 ? Promise.reject(new Error("crash")) : saver.append(id, slot),
          },
        });
    await build().invoke({ reviewed: false }, thread);
    const [asked = "", raised = ""] = await waitingIn(build());
    const answers = new Command({ resume: { [raised]: "fine", [asked]: "yes" } });
    await expect(build().invoke(answers, thread)).rejects.toThrow("crash");
    crashes = false;
    expect(await build().invoke(answers, thread)).toMatchObject({
      log: ["fine", "yes", "beside", "reviewed"],
    });
  });
});
