// Graphs within nodes: as a node, or called in one; what they ask is asked by the node, and what they finished stays finished.
import { describe, expect, it } from "vitest";
import {
  Annotation,
  Command,
  END,
  INTERRUPT,
  interrupt,
  MemorySaver,
  Send,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread, State, watchedSaver } from "./support.ts";

const thread = onThread("t");

/** one → ask → last, counting its runs. */
function inner(question = "Sure?") {
  const runs = { one: 0, ask: 0, last: 0 };
  const graph = new StateGraph(State)
    .addNode("one", () => {
      runs.one++;
      return { log: ["one"] };
    })
    .addNode("ask", () => {
      runs.ask++;
      return { a: interrupt(question) };
    })
    .addNode("last", () => {
      runs.last++;
      return { log: ["last"] };
    })
    .addEdge(START, "one")
    .addEdge("one", "ask")
    .addEdge("ask", "last")
    .compile();
  return { graph, runs };
}

const Outer = Annotation.Root({
  a: Annotation<unknown>(),
  log: Annotation<readonly string[]>(),
  outer: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});

describe("a graph as a node", () => {
  function around(question?: string) {
    const { graph: within, runs } = inner(question);
    const outerRuns = { before: 0, after: 0 };
    const graph = new StateGraph(Outer)
      .addNode("before", () => {
        outerRuns.before++;
        return { outer: ["before"] };
      })
      .addNode("sub", within)
      .addNode("after", () => {
        outerRuns.after++;
        return { outer: ["after"] };
      })
      .addEdge(START, "before")
      .addEdge("before", "sub")
      .addEdge("sub", "after")
      .compile({ checkpointer: new MemorySaver() });
    return { graph, runs, outerRuns };
  }

  it("asks through the node, and goes on behind the question", async () => {
    const { graph, runs, outerRuns } = around();
    const asked = await graph.invoke({}, thread);
    expect(asked[INTERRUPT]).toMatchObject([{ value: "Sure?" }]);
    const state = await graph.getState(thread);
    expect(state).toMatchObject({
      status: "paused",
      next: ["sub"],
      interrupts: [{ node: "sub", value: "Sure?" }],
    });
    const resume = { [asked[INTERRUPT]?.[0]?.id ?? ""]: "yes" };
    expect(await graph.invoke(new Command({ resume }), thread)).toEqual({
      a: "yes",
      log: ["one", "last"],
      outer: ["before", "after"],
    });
    expect({ runs, outerRuns }).toEqual({
      runs: { one: 1, ask: 2, last: 1 },
      outerRuns: { before: 1, after: 1 },
    });
  });

  it("gets the part of the state that it knows, and writes back the part that the other knows", async () => {
    const Inner = Annotation.Root({ a: Annotation<unknown>(), secret: Annotation<string>() });
    const seen: unknown[] = [];
    const within = new StateGraph(Inner)
      .addNode("look", (state) => {
        seen.push(state);
        return { a: 2, secret: "only here" };
      })
      .addEdge(START, "look")
      .compile();
    const graph = new StateGraph(Outer).addNode("sub", within).addEdge(START, "sub").compile();
    expect(await graph.invoke({ a: 1, log: ["x"] })).toEqual({ a: 2, log: ["x"], outer: [] });
    expect(seen).toEqual([{ a: 1 }]);
  });

  it("asks one question after the other, each refusing what is not its answer", async () => {
    const within = new StateGraph(State)
      .addNode("two", () => ({ log: [interrupt<string, string>("One?"), interrupt<string, string>("Two?")] }))
      .addEdge(START, "two")
      .compile();
    const graph = new StateGraph(Outer)
      .addNode("sub", within)
      .addEdge(START, "sub")
      .compile({ checkpointer: new MemorySaver() });
    const first = await graph.invoke({}, thread);
    const firstId = first[INTERRUPT]?.[0]?.id ?? "";
    const second = await graph.invoke(new Command({ resume: { [firstId]: "1" } }), thread);
    expect(second[INTERRUPT]).toMatchObject([{ value: "Two?" }]);
    await expect(graph.invoke(new Command({ resume: { [firstId]: "again" } }), thread)).rejects.toMatchObject(
      {
        reason: "not_pending",
      },
    );
    expect(await graph.invoke(new Command({ resume: "2" }), thread)).toMatchObject({ log: ["1", "2"] });
  });

  it("H11: runs nothing of it twice when one of its nodes fails, or a sibling of the node asks", async () => {
    let isBroken = true;
    const charged: string[] = [];
    const within = new StateGraph(State)
      .addNode("charge", () => {
        charged.push("charge");
        return { log: ["charged"] };
      })
      .addNode("mail", () => {
        if (isBroken) throw new Error("broken");
        return { log: ["mailed"] };
      })
      .addEdge(START, "charge")
      .addEdge("charge", "mail")
      .compile();
    const graph = new StateGraph(Outer)
      .addNode("sub", within)
      .addNode("ask", () => ({ a: interrupt("Sure?") }))
      .addEdge(START, "sub")
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke({}, thread)).rejects.toThrow("broken");
    await expect(graph.invoke(null, thread)).rejects.toThrow("broken");
    isBroken = false;
    await graph.invoke(null, thread);
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({
      log: ["charged", "mailed"],
    });
    expect(charged).toEqual(["charge"]);
  });

  it("may take as many supersteps as the caller allows", async () => {
    const Count = Annotation.Root({ n: Annotation<number>() });
    const steps = new StateGraph(Count).addNode("step", ({ n }) => ({ n: n + 1 })).addEdge(START, "step");
    const within = steps.addConditionalEdges("step", ({ n }) => (n < 40 ? "step" : END)).compile();
    const graph = new StateGraph(Count).addNode("sub", within).addEdge(START, "sub").compile();
    expect(await graph.invoke({ n: 0 }, { recursionLimit: 40 })).toEqual({ n: 40 });
    await expect(graph.invoke({ n: 0 }, { recursionLimit: 39 })).rejects.toThrow("Recursion limit of 39");
  });

  it("stands beside another one; each answer goes to its own", async () => {
    const Both = Annotation.Root({
      log: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
    });
    const asks = (word: string) =>
      new StateGraph(Both)
        .addNode("ask", () => ({ log: [`${word}: ${interrupt<string, string>(`${word}?`)}`] }))
        .addEdge(START, "ask")
        .compile();
    const graph = new StateGraph(Both)
      .addNode("left", asks("left"))
      .addNode("right", asks("right"))
      .addEdge(START, "left")
      .addEdge(START, "right")
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({}, thread);
    const [left, right] = asked[INTERRUPT]?.map(({ id }) => id) ?? [];
    const again = await graph.invoke(new Command({ resume: { [right ?? ""]: "R" } }), thread);
    expect(again[INTERRUPT]).toEqual([{ id: left, value: "left?" }]);
    expect(await graph.invoke(new Command({ resume: "L" }), thread)).toEqual({
      log: ["left: L", "right: R"],
    });
  });

  it("may hold another one, two levels deep", async () => {
    const { graph: within, runs } = inner("Deep?");
    const middle = new StateGraph(State).addNode("within", within).addEdge(START, "within").compile();
    const graph = new StateGraph(Outer)
      .addNode("middle", middle)
      .addEdge(START, "middle")
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({}, thread);
    expect(asked[INTERRUPT]).toMatchObject([{ value: "Deep?" }]);
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({ a: "yes" });
    expect(runs).toEqual({ one: 1, ask: 2, last: 1 });
  });

  it("is a node of its own in every superstep, and for every Send", async () => {
    const Part = Annotation.Root({ n: Annotation<number>(), found: Annotation<readonly string[]>() });
    const All = Annotation.Root({
      found: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
    });
    const within = new StateGraph(Part)
      .addNode("ask", ({ n }) => ({ found: [`${n}: ${interrupt<string, string>(`${n}?`)}`] }))
      .addEdge(START, "ask")
      .compile();
    const graph = new StateGraph(All)
      .addNode("split", () => ({}))
      .addNode("part", within)
      .addEdge(START, "split")
      .addConditionalEdges("split", () => [1, 2, 3].map((n) => new Send("part", { n })), ["part"])
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({}, thread);
    expect(asked[INTERRUPT]?.map(({ value }) => value)).toEqual(["1?", "2?", "3?"]);
    const resume = Object.fromEntries(
      (asked[INTERRUPT] ?? []).map(({ id, value }) => [id, `re ${String(value)}`]),
    );
    expect(await graph.invoke(new Command({ resume }), thread)).toEqual({
      found: ["1: re 1?", "2: re 2?", "3: re 3?"],
    });
  });

  it("works without any checkpointer", async () => {
    const within = new StateGraph(State)
      .addNode("one", () => ({ log: ["one"] }))
      .addEdge(START, "one")
      .compile();
    const graph = new StateGraph(Outer).addNode("sub", within).addEdge(START, "sub").compile();
    expect(await graph.invoke({})).toMatchObject({ log: ["one"] });
  });

  it("stops at its own breakpoints, and null goes on within it", async () => {
    const ran: string[] = [];
    const within = new StateGraph(State)
      .addNode("one", () => void ran.push("one"))
      .addNode("two", () => void ran.push("two"))
      .addEdge(START, "one")
      .addEdge("one", "two")
      .compile();
    const graph = new StateGraph(Outer)
      .addNode("sub", async () => {
        await within.invoke({}, { interruptBefore: ["two"] });
        return { outer: ["sub"] };
      })
      .addEdge(START, "sub")
      .compile({ checkpointer: new MemorySaver() });
    const stopped = await graph.invoke({}, thread);
    // As at the top: a stop is no question, and getState says where it is.
    expect(stopped[INTERRUPT]).toEqual([]);
    const { interrupts, next, status } = await graph.getState(thread);
    expect(interrupts).toMatchObject([{ kind: "before", node: "sub", value: { before: ["two"] } }]);
    expect({ next, status }).toEqual({ next: ["sub"], status: "paused" });
    expect(ran).toEqual(["one"]);
    expect(await graph.invoke(null, thread)).toEqual({ outer: ["sub"] });
    expect(ran).toEqual(["one", "two"]);
  });
});

describe("a graph called in a node", () => {
  it("is not begun again when the node runs again, and its results are the same", async () => {
    const { graph: within, runs } = inner();
    let nodeRuns = 0;
    const saver = watchedSaver();
    const graph = new StateGraph(Outer)
      .addNode("work", async () => {
        nodeRuns++;
        const first = await within.invoke({ log: ["first"] });
        const answer = interrupt<string, string>("And the node?");
        const second = await within.invoke({ log: ["second"] });
        return { outer: [...first.log, answer, ...second.log] };
      })
      .addEdge(START, "work")
      .compile({ checkpointer: saver });
    for (const resume of [undefined, "1", "node", "2"])
      await graph.invoke(resume === undefined ? {} : new Command({ resume }), thread);
    expect((await graph.getState(thread)).values.outer).toEqual([
      ...["first", "one", "last", "node", "second", "one", "last"],
    ]);
    expect({ runs, nodeRuns }).toEqual({ runs: { one: 2, ask: 4, last: 2 }, nodeRuns: 4 });
  });

  it("with a checkpointer or a thread of its own is a run of its own", async () => {
    const own = new StateGraph(State)
      .addNode("ask", () => ({ a: interrupt("Mine?") }))
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    const graph = new StateGraph(Outer)
      .addNode("work", async () => {
        const result = await own.invoke({}, onThread("own"));
        return { outer: [String(result[INTERRUPT]?.length)] };
      })
      .addEdge(START, "work")
      .compile({ checkpointer: new MemorySaver() });
    expect(await graph.invoke({}, thread)).toEqual({ outer: ["1"] });
  });
});

describe("Command.PARENT", () => {
  function leaving(command: () => Command) {
    const within = new StateGraph(State)
      .addNode("leave", () => command(), { ends: ["never"] })
      .addNode("never", () => ({ log: ["never"] }))
      .addEdge(START, "leave")
      .compile();
    return new StateGraph(Outer)
      .addNode("sub", within, { ends: ["there"] })
      .addNode("there", () => ({ outer: ["there"] }))
      .addEdge(START, "sub")
      .compile({ checkpointer: new MemorySaver() });
  }

  it("leaves for a node of the graph around it, with an update for that one", async () => {
    const graph = leaving(
      () => new Command({ graph: Command.PARENT, update: { outer: ["from within"] }, goto: "there" }),
    );
    expect(await graph.invoke({}, thread)).toEqual({ outer: ["from within", "there"] });
  });

  it("that names a node which is not there fails with those that are", async () => {
    const graph = leaving(() => new Command({ graph: Command.PARENT, goto: "nowhere" }));
    await expect(graph.invoke({}, thread)).rejects.toThrow('Invalid node name "nowhere"');
  });

  it("after a question in it leaves once it is answered", async () => {
    const graph = leaving(
      () =>
        new Command({
          graph: Command.PARENT,
          update: { outer: [interrupt<string, string>("Leave?")] },
          goto: "there",
        }),
    );
    await graph.invoke({}, thread);
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toEqual({ outer: ["yes", "there"] });
  });

  it("has no parent at the top, and knows no other graph", async () => {
    const top = (graph: string) =>
      new StateGraph(State)
        .addNode("leave", () => new Command({ graph, goto: END }))
        .addEdge(START, "leave")
        .compile();
    await expect(top(Command.PARENT).invoke({})).rejects.toThrow("There is no parent graph.");
    await expect(top("elsewhere").invoke({})).rejects.toThrow('not to "elsewhere"');
  });
});
