// What is put together or called wrongly is refused with a sentence that says what to do.
import { describe, expect, it } from "vitest";
import {
  Command,
  EmptyInputError,
  END,
  GraphValueError,
  InvalidUpdateError,
  MemorySaver,
  Send,
  START,
  StateGraph,
  UnreachableNodeError,
} from "../../src/graph/index.ts";
import { chain, onThread, State } from "./support.ts";

describe("a mistake", () => {
  const cases: readonly (readonly [string, () => unknown, new (message: string) => Error, string])[] = [
    [
      "an edge to a node that was not added",
      () => chain(["one"]).addEdge("one", "ghost").compile(),
      GraphValueError,
      'names the node "ghost"',
    ],
    [
      "a node that nothing leads to",
      () =>
        chain(["one"])
          .addNode("lost", () => null)
          .compile(),
      UnreachableNodeError,
      'Node "lost" is not reachable',
    ],
    [
      "a graph without a beginning",
      () => new StateGraph(State).addNode("one", () => null).compile(),
      GraphValueError,
      "Nothing follows START",
    ],
    [
      "a second node of a name",
      () => chain(["one"]).addNode("one", () => null),
      GraphValueError,
      "already present",
    ],
    ["a node named like a channel", () => chain(["log"]), GraphValueError, "already a channel"],
    ["a node with a reserved name", () => chain(["__start__"]), GraphValueError, "cannot name a node"],
    ["a colon in a name", () => chain(["a:b"]), GraphValueError, "cannot name a node"],
    [
      "an edge from END",
      () => chain(["one"]).addEdge(END, "one"),
      GraphValueError,
      "END cannot be the source",
    ],
    [
      "an edge to START",
      () => chain(["one"]).addEdge("one", START),
      GraphValueError,
      "START cannot be the target",
    ],
  ];

  it.each(cases)("in building is refused: %s", (_, build, errorClass, message) => {
    expect(build).toThrow(errorClass);
    expect(build).toThrow(message);
  });

  it.each([
    [
      "a goto to nowhere",
      () => new Command({ goto: "ghost" }),
      'Invalid node name "ghost", given by node "n"',
    ],
    [
      "a Send to nowhere",
      () => new Command({ goto: new Send("ghost", 1) }),
      'Invalid node name "ghost" in Send packet',
    ],
    ["an unknown channel", () => ({ lgo: ["typo"] }), 'Node "n" wrote to "lgo", which is no channel'],
    ["a number", () => 5, 'Expected node "n" to return an object'],
  ])("in what a node returns is an error: %s", async (_, returns, message) => {
    const graph = new StateGraph(State)
      .addNode("n", () => returns() as never)
      .addEdge(START, "n")
      .compile();

    const invoked = graph.invoke({});

    await expect(invoked).rejects.toThrow(InvalidUpdateError);
    await expect(invoked).rejects.toThrow(message);
  });

  it("in what a condition returns is an error that lists what it may return", async () => {
    const graph = new StateGraph(State)
      .addNode("n", () => null)
      .addEdge(START, "n")
      .addConditionalEdges("n", () => "up", { left: END, right: "n" })
      .compile();

    await expect(graph.invoke({})).rejects.toThrow(
      'unknown or null destination: up after "n". It must return left, right.',
    );
  });

  it("in calling is an error that says what to do", async () => {
    const graph = chain(["one"]).compile({ checkpointer: new MemorySaver() });
    const without = chain(["one"]).compile();

    await expect(graph.invoke(null, onThread("new"))).rejects.toThrow(EmptyInputError);
    await expect(graph.invoke(new Command({}), onThread("new"))).rejects.toThrow(EmptyInputError);
    await expect(graph.invoke({})).rejects.toThrow("needs a thread id");
    await expect(graph.invoke({ zzz: 1 } as never, onThread("t"))).rejects.toThrow(
      'The input wrote to "zzz"',
    );
    await expect(graph.invoke({}, { ...onThread("t"), recursionLimit: 0 })).rejects.toThrow(
      "must be at least 1",
    );
    await expect(without.invoke(new Command({ resume: 1 }))).rejects.toThrow(
      "Cannot use Command(resume=...) without checkpointer",
    );
    await expect(without.getState(onThread("t"))).rejects.toThrow("No checkpointer set");
  });
});
