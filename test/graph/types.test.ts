// What the compiler knows of a graph, and what it refuses: names of nodes, updates, and what Commands and Sends lead to.
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import {
  Annotation,
  type Checkpointer,
  Command,
  END,
  MemorySaver,
  type NodeReturn,
  Overwrite,
  Send,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread, State } from "./support.ts";

const say = (word: string) => () => ({ log: [word] });

describe("the compiler", () => {
  it("refuses edges to nodes that were not added, and updates that do not fit", () => {
    const graph = new StateGraph(State).addNode("one", say("one")).addNode("two", say("two"));
    const wrong = () => {
      // @ts-expect-error there is no such node
      graph.addEdge("one", "three");
      // @ts-expect-error there is no such node
      graph.addEdge("three", "one");
      // @ts-expect-error nothing leads to START
      graph.addEdge("one", START);
      // @ts-expect-error a condition without a map returns names of nodes
      graph.addConditionalEdges("one", () => "three");
      // @ts-expect-error a map leads to nodes
      graph.addConditionalEdges("one", () => true, { true: "three" });
      // @ts-expect-error the log is a list
      graph.addNode("bad", () => ({ log: "not a list" }));
    };
    expect(wrong).toBeTypeOf("function");
  });

  it("knows the state in nodes and conditions, what Sends hand over, and the result", () => {
    const Typed = Annotation.Root({ n: Annotation<number>(), list: Annotation<readonly string[]>() });
    const graph = new StateGraph(Typed)
      .addNode("one", ({ n }) => {
        expectTypeOf(n).toEqualTypeOf<number>();
        return { n: n + 1 };
      })
      .addNode("each", ({ part }: { part: string }) => ({ list: [part] }))
      .addEdge(START, "one")
      .addConditionalEdges("one", ({ list }) => {
        expectTypeOf(list).toEqualTypeOf<readonly string[]>();
        return list.length === 0 ? END : list.map((part) => new Send("each", { part }));
      })
      .compile();
    const invoked = () => graph.invoke({ n: 1 });
    expectTypeOf(invoked).returns.resolves.toExtend<{
      readonly n: number;
      readonly list: readonly string[];
    }>();
    expectTypeOf(graph.invoke).parameter(0).extract<null>().toEqualTypeOf<null>();
    const wrong = () => {
      // @ts-expect-error n is a number
      void graph.invoke({ n: "one" });
    };
    expect(wrong).toBeTypeOf("function");
  });
});

describe("a Command", () => {
  it("has LangGraph's type parameters: what resumes, what is written, where it goes", () => {
    expectTypeOf<Command["update"]>().toEqualTypeOf<Readonly<Record<string, unknown>> | undefined>();
    expectTypeOf<Command["goto"]>().toEqualTypeOf<readonly (string | Send)[]>();
    const either = (ok: boolean) => new Command({ update: { n: 1 }, goto: ok ? "a" : "b" });
    expectTypeOf(either).returns.toEqualTypeOf<Command<unknown, { n: number }, "a" | "b">>();
    const answer = new Command({ resume: "yes" });
    expectTypeOf(answer.resume).toEqualTypeOf<string | undefined>();
    const both = new Command({ goto: ["a", new Send("b", { part: 1 })] });
    expectTypeOf(both).toEqualTypeOf<Command<unknown, never, "a" | "b">>();
    expectTypeOf(new Send("b", { part: 1 })).toEqualTypeOf<Send<"b", { part: number }>>();
  });

  it("may be written with fewer type arguments than there are", () => {
    const given = new Command<string>({ resume: "yes", update: { n: 1 }, goto: "a" });
    expectTypeOf(given).toEqualTypeOf<Command<string>>();
  });

  it("for another graph says nothing of this one's nodes and channels", () => {
    const out = new Command({ graph: Command.PARENT, update: { outer: 1 }, goto: "outside" });
    expectTypeOf(out).toEqualTypeOf<Command>();
  });
});

const Typed = Annotation.Root({
  n: Annotation<number>(),
  log: Annotation<string[]>(),
  status: Annotation<"ok" | "bad">(),
});
type Typed = typeof Typed.State;

describe("names that a node leads to", () => {
  it("may be of nodes that come later, or END", async () => {
    const graph = new StateGraph(Typed)
      .addNode("one", ({ n }) => new Command({ goto: n > 1 ? "two" : END }), { ends: ["two", END] })
      .addNode("two", () => new Command({ goto: [new Send("three", 1), "four"] }), {
        ends: ["three", "four"],
      })
      .addNode("three", () => [new Command({ goto: "four" }), { n: 1 }])
      .addNode({ four: () => new Command({ goto: "five" }), five: () => ({ status: "ok" }) })
      .addSequence({ six: async () => Promise.resolve(new Command({ goto: "five" })), seven: () => null })
      .addEdge(START, "one")
      .addEdge("four", "five")
      .addEdge("five", "six")
      .compile();
    expect(await graph.invoke({ n: 0 })).toEqual({ n: 0 });
  });

  it("must be of nodes, when the graph is compiled", () => {
    const wrong = () => {
      const graph = new StateGraph(Typed).addNode("one", () => null).addEdge(START, "one");
      const lost = graph.addNode("two", ({ n }) => new Command({ goto: n > 1 ? "one" : "ghost" }));
      // @ts-expect-error there is no node "ghost"
      lost.compile();
      // @ts-expect-error there is no node "ghost"
      lost.compile({ checkpointer: new MemorySaver() });
      // @ts-expect-error nor may whoever compiles it later be handed it
      const compiled: { compile(options: { checkpointer: Checkpointer }): unknown } = lost;
      expectTypeOf<ThisParameterType<typeof lost.compile>>().toEqualTypeOf<{
        readonly 'node "ghost" was not added': never;
      }>();
      // @ts-expect-error one of several returns
      graph.addNode("two", ({ n }) => (n > 1 ? { n } : new Command({ goto: "ghost" }))).compile();
      // @ts-expect-error beside a Command that goes nowhere
      graph.addNode("two", ({ n }) => new Command(n > 1 ? { goto: "ghost" } : {})).compile();
      // @ts-expect-error a Send to nowhere
      graph.addNode("two", () => new Command({ goto: [new Send("ghost", 1)] })).compile();
      // @ts-expect-error Sends for each of a list
      graph.addNode("two", () => new Command({ goto: [1].map((n) => new Send("ghost", n)) })).compile();
      // @ts-expect-error a Command in a list
      graph.addNode("two", () => [new Command({ goto: "ghost" }), { n: 1 }]).compile();
      // @ts-expect-error in a promise
      graph.addNode("two", async () => Promise.resolve(new Command({ goto: "ghost" }))).compile();
      // @ts-expect-error ends that are nowhere
      graph.addNode("two", () => null, { ends: ["ghost"] }).compile();
      // @ts-expect-error ends of a graph within
      graph.addNode("two", graph.compile(), { ends: ["ghost"] }).compile();
      // @ts-expect-error one of several nodes
      graph.addNode({ two: () => new Command({ goto: "ghost" }), three: () => null }).compile();
      // @ts-expect-error one of a sequence
      graph.addSequence({ two: () => new Command({ goto: "ghost" }), three: () => null }).compile();
      // @ts-expect-error a condition's Send, at once
      graph.addConditionalEdges("one", () => [new Send("ghost", 1)]);
      // @ts-expect-error a condition's Send beside a map
      graph.addConditionalEdges("one", () => new Send("ghost", 1), ["one"]);
      return compiled;
    };
    expect(wrong).toBeTypeOf("function");
  });

  it("are not checked where they are known at run time only, or for another graph", () => {
    const anywhere = (): Command => new Command({ goto: "ghost" });
    const dynamic = new StateGraph(Typed)
      .addNode("one", anywhere)
      .addNode("two", async (): Promise<Command> => Promise.resolve(anywhere()))
      .addNode("three", (): NodeReturn<typeof Typed.Update> => new Command({ goto: "ghost" }))
      .addNode("four", ({ n }) => new Command({ goto: String(n) }))
      .addNode("five", ({ n }) => new Command({ goto: `step ${n}` }))
      .addNode("six", () => new Command({ graph: Command.PARENT, update: { outer: 1 }, goto: "ghost" }))
      .addNode("seven", () => JSON.parse("null") as never)
      .addNode("eight", () => null, { ends: ["ghost"] as readonly string[] });
    expectTypeOf<ThisParameterType<typeof dynamic.compile>>().toBeUnknown();
    const unnamed = new StateGraph<typeof Typed, unknown, string>(Typed).addNode(
      "one",
      () => new Command({ goto: "ghost" }),
    );
    expectTypeOf<ThisParameterType<typeof unnamed.compile>>().toBeUnknown();
  });
});

describe("an update", () => {
  it("keeps its literal types in every form in which a node writes it", async () => {
    const graph = new StateGraph(Typed)
      .addNode("plain", () => ({ status: "ok" }))
      .addNode("either", ({ n }) => (n > 1 ? { status: "ok" } : { log: ["x"] }))
      .addNode("maybe", async ({ n }) => Promise.resolve(n > 1 ? { status: "ok" } : undefined))
      .addNode("nothing", () => undefined)
      .addNode("command", () => new Command({ update: { status: "ok", log: ["x"] }, goto: "plain" }))
      .addNode("list", () => [new Command({ update: { status: "ok" } }), { log: ["x"] }])
      .addNode("annotated", ({ n }): Partial<Typed> => ({ n, status: "ok" }))
      .addNode({
        several: () => ({ status: "ok" }),
        commands: () => new Command({ update: { status: "ok" } }),
      })
      .addEdge(START, "plain");
    expectTypeOf<ThisParameterType<typeof graph.compile>>().toBeUnknown();

    const Form = z.object({ status: z.enum(["ok", "bad"]), n: z.number().optional() });
    const form = new StateGraph(Form)
      .addNode("plain", () => ({ status: "ok" }))
      .addNode("command", () => new Command({ update: { status: "bad" }, goto: END }))
      .addEdge(START, "plain")
      .addEdge("plain", "command")
      .compile();
    expect(await form.invoke({ status: "bad" })).toEqual({ status: "bad" });
  });

  it("of another type is refused, wherever a node writes it", () => {
    const wrong = () => {
      const graph = new StateGraph(Typed);
      // @ts-expect-error the status is "ok" or "bad"
      graph.addNode("bad", () => ({ status: "good" }));
      // @ts-expect-error a node writes to channels
      graph.addNode("bad", () => 5);
      // @ts-expect-error in an update of a Command
      graph.addNode("bad", () => new Command({ update: { log: "x" }, goto: END }));
      // @ts-expect-error beside a Command without an update that goes the same way
      graph.addNode(
        "bad",
        ({ n }) => new Command(n > 1 ? { goto: END } : { update: { log: "x" }, goto: END }),
      );
      // @ts-expect-error in a Command in a list
      graph.addNode("bad", () => [new Command({ update: { log: "x" } }), { n: 1 }]);
      // @ts-expect-error beside a Command in a list
      graph.addNode("bad", () => [new Command({ goto: END }), { log: "x" }]);
      // @ts-expect-error in a promise
      graph.addNode("bad", async () => Promise.resolve(new Command({ update: { log: "x" } })));
      // @ts-expect-error in one of several nodes
      graph.addNode({ bad: () => ({ status: "good" }) });
      // @ts-expect-error in a Command of one of several nodes
      graph.addSequence({ bad: () => new Command({ update: { log: "x" } }) });
      // @ts-expect-error of a schema's field
      new StateGraph(z.object({ n: z.number() })).addNode("bad", () => ({ n: "one" }));
      // @ts-expect-error in a Command to a schema's field
      new StateGraph(z.object({ n: z.number() })).addNode("bad", () => new Command({ update: { n: "one" } }));
    };
    expect(wrong).toBeTypeOf("function");
  });

  it("of a misspelt channel is refused, even beside a right one", () => {
    const wrong = () => {
      const graph = new StateGraph(Typed);
      // @ts-expect-error there is no channel "lgo"
      graph.addNode("bad", () => ({ log: ["x"], lgo: ["y"] }));
      // @ts-expect-error in one of several returns
      graph.addNode("bad", ({ n }) => (n > 1 ? { log: ["x"] } : { log: ["x"], lgo: ["y"] }));
      // @ts-expect-error in an update of a Command
      graph.addNode("bad", () => new Command({ update: { log: ["x"], lgo: ["y"] } }));
      // @ts-expect-error in a list of parts
      graph.addNode("bad", () => [new Command({ goto: END }), { log: ["x"], lgo: ["y"] }]);
      // @ts-expect-error in a promise
      graph.addNode("bad", async () => Promise.resolve({ log: ["x"], lgo: ["y"] }));
      // @ts-expect-error in one of several nodes
      graph.addNode({ bad: () => ({ log: ["x"], lgo: ["y"] }) });
      // @ts-expect-error in one of a sequence
      graph.addSequence({ bad: () => new Command({ update: { log: ["x"], lgo: ["y"] } }) });
      // @ts-expect-error of a schema's state
      new StateGraph(z.object({ n: z.number() })).addNode("bad", () => ({ n: 1, m: 2 }));
    };
    expect(wrong).toBeTypeOf("function");
  });

  it("by a caller is refused when it does not fit", () => {
    const graph = new StateGraph(Typed)
      .addNode("one", () => null)
      .addEdge(START, "one")
      .compile();
    const wrong = () => {
      void graph.invoke(new Command({ update: { status: "ok" }, goto: "one" }));
      // @ts-expect-error the status is "ok" or "bad"
      void graph.invoke(new Command({ update: { status: "good" } }));
      // @ts-expect-error the log is a list
      void graph.stream(new Command({ update: { log: "x" }, resume: 1 }));
      // @ts-expect-error the log is a list
      void graph.updateState(onThread("t"), { log: "x" });
      // @ts-expect-error there is no channel "lgo"
      void graph.updateState(onThread("t"), { log: ["x"], lgo: ["y"] });
    };
    expect(wrong).toBeTypeOf("function");
  });

  it("refuses options that nodes, graphs and calls do not have", () => {
    const graph = new StateGraph(State).addNode("one", say("one")).addEdge(START, "one");
    const wrong = () => {
      graph.addNode("two", say("two"), {
        timeout: { runTimeout: 5 },
        errorHandler: (state, { node }) => {
          expectTypeOf(state.log).toEqualTypeOf<readonly string[]>();
          return { log: [node] };
        },
      });
      // @ts-expect-error a timeout is a number or a policy
      graph.addNode("three", say("three"), { timeout: "soon" });
      // @ts-expect-error no such refreshOn
      graph.addNode("four", say("four"), { timeout: { idleTimeout: 5, refreshOn: "never" } });
      // @ts-expect-error what a handler returns is written to the state
      graph.addNode("five", say("five"), { errorHandler: () => ({ log: "not a list" }) });
      // @ts-expect-error a key is a string
      graph.addNode("six", say("six"), { cachePolicy: { keyFunc: () => 6 } });
      // @ts-expect-error the log is overwritten by a list
      graph.addNode("seven", () => ({ log: new Overwrite("not a list") }));
      // @ts-expect-error a cache has get, set and clear
      graph.compile({ cache: new Map() });
      const compiled = graph.compile();
      // @ts-expect-error no such durability
      void compiled.invoke({}, { durability: "later" });
      // @ts-expect-error a number of tasks
      void compiled.invoke({}, { maxConcurrency: "all" });
      // @ts-expect-error updates are updates of the state
      void compiled.bulkUpdateState({}, [{ updates: [{ values: { log: 5 } }] }]);
    };
    expect(wrong).toBeTypeOf("function");
  });
});
