// task() and entrypoint(): work that is done once, whatever the node around it goes through.
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  Command,
  END,
  entrypoint,
  GraphValueError,
  INTERRUPT,
  interrupt,
  isInterrupted,
  MemorySaver,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { collected, onThread, repeatable, State, watchedSaver } from "./support.ts";

const thread = onThread("t");

/** A task that counts its runs by what it was given. */
function counted<Result>(name: string, run: (word: string) => Result | Promise<Result>) {
  const runs: string[] = [];
  const call = task(name, (word: string) => {
    runs.push(word);
    return run(word);
  });
  return { call, runs };
}

describe("task()", () => {
  it("waits for the answer to what it asks, also where it swallows what interrupt() throws", async () => {
    const ask = task("ask", () => {
      try {
        return interrupt<string, string>("Sure?");
      } catch {
        return "never mind";
      }
    });
    const graph = new StateGraph(State)
      .addNode("ask", async () => ({ log: [await ask()] }))
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    expect(isInterrupted(await graph.invoke({}, thread))).toBe(true);
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({ log: ["yes"] });
  });

  it("runs once, however often the node around it runs", async () => {
    const { call, runs } = counted("charge", (word) => `charged ${word}`);
    const graph = new StateGraph(State)
      .addNode("pay", async () => {
        const first = await call("5");
        const sure = interrupt<string, string>("Sure?");
        const second = await call("6");
        return { log: [first, sure, second, interrupt<string, string>("Really?")] };
      })
      .addEdge(START, "pay")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(await graph.invoke(new Command({ resume: "really" }), thread)).toMatchObject({
      log: ["charged 5", "yes", "charged 6", "really"],
    });
    expect(runs).toEqual(["5", "6"]);
  });

  it("is kept when the node fails behind it, and when its sibling does", async () => {
    const { call, runs } = counted("charge", (word) => `charged ${word}`);
    let isBroken = true;
    const graph = new StateGraph(State)
      .addNode("pay", async () => {
        const charged = await call("5");
        if (isBroken) throw new Error("broken");
        return { log: [charged] };
      })
      .addNode("ask", () => ({ a: interrupt("Sure?") }))
      .addEdge(START, "pay")
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke({}, thread)).rejects.toThrow("broken");
    isBroken = false;
    await graph.invoke(null, thread);
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toEqual({
      a: "yes",
      log: ["charged 5"],
    });
    expect(runs).toEqual(["5"]);
  });

  it("runs again when it failed, by its own policy or by the next run of the node", async () => {
    let tries = 0;
    const flaky = task(
      { name: "flaky", retry: { maxAttempts: 2, initialInterval: 1, jitter: false } },
      () => {
        tries++;
        if (tries < 4) throw new Error(`try ${tries}`);
        return tries;
      },
    );
    const graph = new StateGraph(State)
      .addNode("work", async () => ({ a: await flaky() }))
      .addEdge(START, "work")
      .compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke({}, thread)).rejects.toThrow("try 2");
    expect(await graph.invoke(null, thread)).toMatchObject({ a: 4 });
  });

  it("asks side by side with others, each question with its own id, and only what was answered goes on", async () => {
    const runs: string[] = [];
    const ask = task("ask", (word: string) => {
      runs.push(word);
      return word === "b" ? word : `${word}: ${interrupt<string, string>(`${word}?`)}`;
    });
    const graph = new StateGraph(State)
      .addNode("all", async () => ({ log: await Promise.all(["a", "b", "c"].map((word) => ask(word))) }))
      .addEdge(START, "all")
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({}, thread);
    expect(asked[INTERRUPT]?.map(({ value }) => value)).toEqual(["a?", "c?"]);
    const [a, c] = asked[INTERRUPT]?.map(({ id }) => id) ?? [];
    const again = await graph.invoke(new Command({ resume: { [c ?? ""]: "C" } }), thread);
    expect(again[INTERRUPT]).toEqual([{ id: a, value: "a?" }]);
    expect((await graph.getState(thread)).interrupts).toMatchObject([{ id: a, node: "all" }]);
    // H2: the answer belongs to its question, whoever asks first the next time.
    expect(await graph.invoke(new Command({ resume: { [a ?? ""]: "A" } }), thread)).toMatchObject({
      log: ["a: A", "b", "c: C"],
    });
    expect(runs.filter((word) => word === "b")).toHaveLength(1);
  });

  it("takes both answers in one Command", async () => {
    const ask = task("ask", (word: string) => interrupt<string, string>(word));
    const graph = new StateGraph(State)
      .addNode("all", async () => ({ log: await Promise.all([ask("a"), ask("b")]) }))
      .addEdge(START, "all")
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({}, thread);
    const resume = Object.fromEntries(
      (asked[INTERRUPT] ?? []).map(({ id, value }) => [id, `re ${String(value)}`]),
    );
    expect(await graph.invoke(new Command({ resume }), thread)).toMatchObject({ log: ["re a", "re b"] });
  });

  it("is waited for even where the node does not, so that what it does is never forgotten", async () => {
    const started = Promise.withResolvers<undefined>();
    const { call, runs } = counted("slow", async (word) => {
      await started.promise;
      return word;
    });
    const graph = new StateGraph(State)
      .addNode("work", () => {
        const working = call("x");
        setImmediate(() => started.resolve(undefined));
        interrupt("Meanwhile?");
        return working.then((word) => ({ log: [word] }));
      })
      .addEdge(START, "work")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({ log: ["x"] });
    expect(runs).toEqual(["x"]);
  });

  it("is stored before the node goes on, in one write, and again nowhere", async () => {
    const saver = watchedSaver();
    const { call } = counted("once", (word) => word);
    const graph = new StateGraph(State)
      .addNode("work", async () => {
        await call("x");
        return { a: saver.saved.map(({ task: path }) => path) };
      })
      .addEdge(START, "work")
      .compile({ checkpointer: saver, ...repeatable() });
    expect(await graph.invoke({}, thread)).toMatchObject({ a: ["work|once:0"] });
    expect(saver.saved).toHaveLength(1);
    expect(saver.appended).toHaveLength(2);
  });

  it("survives an update of the state under the question behind it", async () => {
    const { call, runs } = counted("charge", (word) => word);
    const graph = new StateGraph(State)
      .addNode("pay", async ({ b }) => ({
        log: [await call("5"), interrupt<string, string>("Sure?"), String(b)],
      }))
      .addEdge(START, "pay")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    await graph.updateState(thread, { b: "new" });
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({
      log: ["5", "yes", "new"],
    });
    expect(runs).toEqual(["5"]);
  });

  it("begins anew in the next superstep", async () => {
    const { call, runs } = counted("count", (word) => word);
    const graph = new StateGraph(State)
      .addNode("step", async ({ log }) => ({ log: [await call(String(log.length))] }))
      .addEdge(START, "step")
      .addConditionalEdges("step", ({ log }) => (log.length < 3 ? "step" : END))
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    expect(runs).toEqual(["0", "1", "2"]);
  });

  it("works without a checkpointer, and nowhere outside of a node", async () => {
    const { call } = counted("plain", (word) => word);
    const graph = new StateGraph(State)
      .addNode("work", async () => ({ log: [await call("x")] }))
      .addEdge(START, "work")
      .compile();
    expect(await graph.invoke({})).toEqual({ log: ["x"] });
    expect(() => call("x")).toThrow(GraphValueError);
    expect(() => call("x")).toThrow('Called task "plain" outside the context of a graph.');
    expect(() => task("a|b", () => 1)).toThrow("cannot name a task");
  });

  it("keeps the function's types", () => {
    const add = task("add", async (a: number, b: number) => Promise.resolve(a + b));
    expectTypeOf(add).toEqualTypeOf<(a: number, b: number) => Promise<number>>();
  });
});

describe("entrypoint()", () => {
  it("runs a function, asks in the middle of it, and goes on from there", async () => {
    const { call, runs } = counted("write", (topic) => `An essay about ${topic}`);
    const essay = entrypoint({ name: "essay", checkpointer: new MemorySaver() }, async (topic: string) => {
      const text = await call(topic);
      const approved = interrupt<object, boolean>({ question: "Good?", text });
      return { text, approved };
    });
    const asked = await essay.invoke("cats", thread);
    expect(asked).toMatchObject({
      [INTERRUPT]: [{ value: { question: "Good?", text: "An essay about cats" } }],
    });
    expect(isInterrupted(asked)).toBe(true);
    expect(await essay.getState(thread)).toMatchObject({ status: "paused", next: ["essay"] });
    expect(await essay.invoke(new Command({ resume: false }), thread)).toEqual({
      text: "An essay about cats",
      approved: false,
    });
    expect(runs).toEqual(["cats"]);
  });

  it("finds what the thread's last run returned, or what it saved instead", async () => {
    const sum = entrypoint<number, string, number>(
      { name: "sum", checkpointer: new MemorySaver() },
      (n, { previous = 0 }) => entrypoint.final({ value: `${previous} + ${n}`, save: previous + n }),
    );
    expect(await sum.invoke(1, thread)).toBe("0 + 1");
    expect(await sum.invoke(2, thread)).toBe("1 + 2");
    expect(await sum.invoke(3, thread)).toBe("3 + 3");
    const last = entrypoint({ name: "last", checkpointer: new MemorySaver() }, (n: number, { previous }) => [
      previous,
      n,
    ]);
    await last.invoke(1, thread);
    expect(await last.invoke(2, thread)).toEqual([[undefined, 1], 2]);
  });

  it("that pauses never returns what an earlier run returned", async () => {
    let asks = false;
    const maybe = entrypoint({ name: "maybe", checkpointer: new MemorySaver() }, (n: number) =>
      asks ? interrupt<string, number>(`${n}?`) : n,
    );
    expect(await maybe.invoke(42, thread)).toBe(42);
    asks = true;
    expect(await maybe.invoke(43, thread)).toMatchObject({ [INTERRUPT]: [{ value: "43?" }] });
    expect(await maybe.invoke(new Command({ resume: 7 }), thread)).toBe(7);
  });

  it("goes on with null after a failure, and does nothing a second time", async () => {
    const { call, runs } = counted("work", (word) => word);
    let isBroken = true;
    const flow = entrypoint({ name: "flow", checkpointer: new MemorySaver() }, async (word: string) => {
      const done = await call(word);
      if (isBroken) throw new Error("broken");
      return done;
    });
    await expect(flow.invoke("x", thread)).rejects.toThrow("broken");
    isBroken = false;
    expect(await flow.invoke(null, thread)).toBe("x");
    expect(runs).toEqual(["x"]);
  });

  it("streams, and hands over the context", async () => {
    const hello = entrypoint(
      "hello",
      (name: string, { writer, context }: { writer: (chunk: unknown) => void; context: unknown }) => {
        writer(`for ${name}`);
        return context;
      },
    );
    expect(await collected(hello.stream("ana", { streamMode: "custom" }))).toEqual(["for ana"]);
    expect(await hello.invoke("ana", { context: { by: "rita" } })).toEqual({ by: "rita" });
  });

  it("is no generator", () => {
    const build = () =>
      entrypoint("lines", function* () {
        yield 1;
      });
    expect(build).toThrow("Generators are disallowed as entrypoints");
  });
});
