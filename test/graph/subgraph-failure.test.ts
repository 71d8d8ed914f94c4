// Failures in graphs within nodes and beside them: what was answered or finished stays so, and what waits is listed.
import { describe, expect, it } from "vitest";
import {
  Annotation,
  Command,
  INTERRUPT,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread, State } from "./support.ts";

const thread = onThread("t");

const Outer = Annotation.Root({
  a: Annotation<unknown>(),
  log: Annotation<readonly string[]>(),
  outer: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});

describe("a failure in a graph within a node", () => {
  /** ask beside work, which asks first and then fails while it is broken. */
  function broken() {
    const world = { isBroken: true, runs: { ask: 0, work: 0 } };
    const within = new StateGraph(State)
      .addNode("ask", () => {
        world.runs.ask++;
        return { log: [`ask ${interrupt<string, string>("Sure?")}`] };
      })
      .addNode("work", ({ a }) => {
        world.runs.work++;
        const said = a === "silently" ? "" : interrupt<string, string>("Work?");
        if (world.isBroken) throw new Error("broken");
        return { log: [`worked ${said}`] };
      })
      .addEdge(START, "ask")
      .addEdge(START, "work")
      .compile();
    const graph = new StateGraph(Outer)
      .addNode("sub", within)
      .addEdge(START, "sub")
      .compile({ checkpointer: new MemorySaver() });
    return { graph, world };
  }

  it("lists what the graph asked beside it, and the answer goes on with both", async () => {
    const { graph, world } = broken();
    await expect(graph.invoke({ a: "silently" }, thread)).rejects.toThrow("broken");
    const { status, interrupts, tasks } = await graph.getState(thread);
    expect({ status, values: interrupts.map(({ value }) => value) }).toEqual({
      status: "paused",
      values: ["Sure?"],
    });
    expect(tasks).toMatchObject([{ name: "sub", error: { message: "broken" } }]);
    world.isBroken = false;
    const answered = graph.invoke(new Command({ resume: "yes" }), thread);
    expect(await answered).toMatchObject({ log: ["ask yes", "worked "] });
  });

  it("is tried again by null although a question beside it waits", async () => {
    const { graph, world } = broken();
    const asked = await graph.invoke({}, thread);
    const id = asked[INTERRUPT]?.find(({ value }) => value === "Work?")?.id ?? "none";
    await expect(graph.invoke(new Command({ resume: { [id]: "now" } }), thread)).rejects.toThrow("broken");
    world.isBroken = false;

    // The answer was not stored, since nothing came of it: it is asked for again, beside the other one.
    const again = await graph.invoke(null, thread);
    expect(again[INTERRUPT]?.map(({ value }) => value)).toEqual(["Sure?", "Work?"]);
    expect(world.runs.ask).toBe(1);
    const resume = Object.fromEntries(
      (again[INTERRUPT] ?? []).map(({ id: one, value }) => [one, `to ${String(value)}`]),
    );
    expect(await graph.invoke(new Command({ resume }), thread)).toMatchObject({
      log: ["ask to Sure?", "worked to Work?"],
    });
  });

  it("lists nothing that stands behind a question of the node itself, which the failure has opened again", async () => {
    let isBroken = true;
    const within = new StateGraph(State)
      .addNode("ask", () => ({ log: [interrupt<string, string>("Within?")] }))
      .addNode("work", () => {
        if (isBroken) throw new Error("broken");
        return { log: ["worked"] };
      })
      .addEdge(START, "ask")
      .addEdge(START, "work")
      .compile();
    const graph = new StateGraph(Outer)
      .addNode("node", async () => {
        const first = interrupt<string, string>("First?");
        const { log } = await within.invoke({});
        return { outer: [first, ...log] };
      })
      .addEdge(START, "node")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    await expect(graph.invoke(new Command({ resume: "1" }), thread)).rejects.toThrow("broken");
    expect((await graph.getState(thread)).interrupts.map(({ value }) => value)).toEqual(["First?"]);
    isBroken = false;
    const asked = await graph.invoke(new Command({ resume: "1" }), thread);
    expect(asked[INTERRUPT]?.map(({ value }) => value)).toEqual(["Within?"]);
    expect(await graph.invoke(new Command({ resume: "2" }), thread)).toMatchObject({
      outer: ["1", "2", "worked"],
    });
  });

  it("that comes again and again stores nothing new", async () => {
    const { graph } = broken();
    await expect(graph.invoke({ a: "silently" }, thread)).rejects.toThrow("broken");
    const before = await graph.getState(thread);
    await expect(graph.invoke(null, thread)).rejects.toThrow("broken");
    expect(await graph.getState(thread)).toEqual(before);
  });
});

describe("a failure behind or beside a graph within a node", () => {
  it("does not ask again what was answered when another of its nodes fails behind it, and null tries that again", async () => {
    let isBroken = true;
    const within = new StateGraph(State)
      .addNode("ask", () => ({ log: [interrupt<string, string>("Sure?")] }))
      .addNode("mail", () => {
        if (isBroken) throw new Error("broken");
        return { log: ["mailed"] };
      })
      .addEdge(START, "ask")
      .addEdge("ask", "mail")
      .compile();
    const graph = new StateGraph(Outer)
      .addNode("sub", within)
      .addEdge(START, "sub")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    await expect(graph.invoke(new Command({ resume: "yes" }), thread)).rejects.toThrow("broken");
    expect(await graph.getState(thread)).toMatchObject({ status: "ready", next: ["sub"], interrupts: [] });
    isBroken = false;
    expect(await graph.invoke(null, thread)).toMatchObject({ log: ["yes", "mailed"] });
  });

  it("finishes what runs in it when a node beside it fails, and does not run that again", async () => {
    let isBroken = true;
    const ran: string[] = [];
    const charging = Promise.withResolvers<undefined>();
    const within = new StateGraph(State)
      .addNode("charge", async () => {
        charging.resolve(undefined);
        await new Promise((resolve) => setTimeout(resolve, 5));
        ran.push("charge");
        return { log: ["charged"] };
      })
      .addEdge(START, "charge")
      .compile();
    const graph = new StateGraph(Outer)
      .addNode("sub", within)
      .addNode("fails", async () => {
        await charging.promise;
        if (isBroken) throw new Error("broken");
        return { outer: ["mended"] };
      })
      .addEdge(START, "sub")
      .addEdge(START, "fails")
      .compile({ checkpointer: new MemorySaver() });
    await expect(graph.invoke({}, thread)).rejects.toThrow("broken");
    expect(ran).toEqual(["charge"]);
    isBroken = false;
    expect(await graph.invoke(null, thread)).toMatchObject({ log: ["charged"], outer: ["mended"] });
    expect(ran).toEqual(["charge"]);
  });
});
