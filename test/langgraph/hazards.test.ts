// Seventeen hazards of answering questions, each observed on LangGraph.js 1.4.10 and absent here: one scenario, two runtimes.
// H10 is the agent's: it concerns a middleware that stands on top of the runtime.
import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ToolNode as OurToolNode } from "../../src/agent/prebuilt.ts";
import { idsIn, langgraph, ours, outcomeOf, questionsIn, type Runtime, stateOf, thread } from "./runtimes.ts";

/** A node called ask that runs `ask`, on a saver of its own unless one is given. */
function asking(runtime: Runtime, ask: () => unknown, checkpointer = new runtime.MemorySaver()) {
  return new runtime.StateGraph(stateOf(runtime))
    .addNode("ask", async () => ({ log: [String(await ask())] }))
    .addEdge(runtime.START, "ask")
    .addEdge("ask", runtime.END)
    .compile({ checkpointer });
}

function resume(runtime: Runtime, value: unknown) {
  return new runtime.Command({ resume: value });
}

/** Runs the scenario on both, and says what each came to. */
async function onBoth<Result>(scenario: (runtime: Runtime) => Promise<Result>) {
  return { langgraph: await scenario(langgraph), ours: await scenario(ours) };
}

test("H1: after an answer that the node refused, a better one is taken", async () => {
  const came = await onBoth(async (runtime) => {
    const graph = asking(runtime, () => {
      const answer = runtime.interrupt<string, string>("Sure?");
      if (answer !== "approve") throw new Error(`"${answer}" is no answer`);
      return answer;
    });
    await graph.invoke({}, thread);
    await outcomeOf(graph.invoke(resume(runtime, "aprove"), thread));
    return outcomeOf(graph.invoke(resume(runtime, "approve"), thread));
  });
  expect(came.langgraph).toBe("rejected: Error");
  expect(came.ours).toEqual({ log: ["approve"] });
});

test("H2: of two questions at once in a node, neither gets the other's answer when the order changes", async () => {
  const came = await onBoth(async (runtime) => {
    let runs = 0;
    const got: Record<string, unknown> = {};
    const ask = async (name: string, isLate: boolean) => {
      if (isLate) await Promise.resolve().then(() => Promise.resolve());
      got[name] = runtime.interrupt(name);
    };
    const graph = asking(runtime, async () => {
      const isFirstRun = runs++ === 0;
      await Promise.all([ask("refund", !isFirstRun), ask("delete all", isFirstRun)]);
    });
    const asked = await graph.invoke({}, thread);
    expect(questionsIn(asked)[0]).toBe("refund");
    await outcomeOf(
      graph.invoke(resume(runtime, { [idsIn(asked)[0] ?? ""]: "approved the refund" }), thread),
    );
    return got["delete all"];
  });
  expect(came.langgraph).toBe("approved the refund");
  expect(came.ours).toBeUndefined();
});

test("H3: going on with null never answers the next question with the last answer", async () => {
  const came = await onBoth(async (runtime) => {
    const graph = asking(
      runtime,
      () => `${runtime.interrupt<string, string>("One?")}, ${runtime.interrupt<string, string>("Two?")}`,
    );
    await graph.invoke({}, thread);
    await graph.invoke(resume(runtime, "yes"), thread);
    return graph.invoke(null, thread);
  });
  expect(came.langgraph).toEqual({ log: ["yes, yes"] });
  expect(questionsIn(came.ours)).toEqual(["Two?"]);
});

test("H4: at a node's second question, getState still says which node comes next", async () => {
  const came = await onBoth(async (runtime) => {
    const graph = asking(runtime, () => [runtime.interrupt("One?"), runtime.interrupt("Two?")]);
    await graph.invoke({}, thread);
    await graph.invoke(resume(runtime, "yes"), thread);
    return (await graph.getState(thread)).next;
  });
  expect(came).toEqual({ langgraph: [], ours: ["ask"] });
});

test("H5: of two who answer at once, one goes on and the other is told", async () => {
  const came = await onBoth(async (runtime) => {
    const effects: string[] = [];
    const graph = asking(runtime, async () => {
      const answer = runtime.interrupt<string, string>("Sure?");
      await Promise.resolve();
      return answer;
    });
    await graph.invoke({}, thread);
    const both = await Promise.all(
      ["approve", "reject"].map((answer) => outcomeOf(graph.invoke(resume(runtime, answer), thread))),
    );
    for (const result of both) effects.push(typeof result === "string" ? result : "went on");
    return effects.sort();
  });
  expect(came).toEqual({
    langgraph: ["went on", "went on"],
    ours: ["rejected: CheckpointConflict", "went on"],
  });
});

test("H6: an answer is not taken by a question that was put before the one it was given to", async () => {
  const came = await onBoth(async (runtime) => {
    const saver = new runtime.MemorySaver();
    const asked = await asking(runtime, () => runtime.interrupt("Send the e-mail?"), saver).invoke(
      {},
      thread,
    );
    let budget: unknown = "not answered";
    const deployed = asking(
      runtime,
      () => {
        budget = runtime.interrupt("Spend a million?");
        return runtime.interrupt("Send the e-mail?");
      },
      saver,
    );
    await outcomeOf(deployed.invoke(resume(runtime, { [idsIn(asked)[0] ?? ""]: "yes" }), thread));
    return budget;
  });
  expect(came).toEqual({ langgraph: "yes", ours: "not answered" });
});

test("H7: the same click delivered twice does not answer the next question", async () => {
  const came = await onBoth(async (runtime) => {
    const graph = asking(
      runtime,
      () => `${runtime.interrupt<string, string>("One?")}, ${runtime.interrupt<string, string>("Two?")}`,
    );
    const asked = await graph.invoke({}, thread);
    const click = () => graph.invoke(resume(runtime, { [idsIn(asked)[0] ?? ""]: "yes" }), thread);
    await click();
    return outcomeOf(click());
  });
  expect(came).toEqual({ langgraph: { log: ["yes, yes"] }, ours: "rejected: UnknownInterruptError" });
});

test("H8: when a question is told, it is stored", async () => {
  const came = await onBoth(async (runtime) => {
    const saver = new runtime.MemorySaver();
    const graph = asking(runtime, () => runtime.interrupt("Sure?"), saver);
    // Writes take a while, as over a network.
    for (const name of ["put", "putWrites", "append"] as const) slowDown(saver, name);
    for await (const chunk of await graph.stream({}, thread)) {
      if (!("__interrupt__" in chunk)) continue;
      return (await graph.getState(thread)).tasks.flatMap(({ interrupts }) => interrupts).length;
    }
    return "never told";
  });
  expect(came).toEqual({ langgraph: 0, ours: 1 });
});

function slowDown(saver: object, name: string): void {
  const original: unknown = Reflect.get(saver, name);
  if (typeof original !== "function") return;
  Reflect.set(saver, name, async (...args: unknown[]) => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    return Reflect.apply(original, saver, args) as unknown;
  });
}

test("H9: two writers in one step fail the step and leave a thread that can be read and used", async () => {
  const came = await onBoth(async (runtime) => {
    const graph = new runtime.StateGraph(stateOf(runtime))
      .addNode("left", () => ({ a: 1 }))
      .addNode("right", () => ({ a: 2 }))
      .addEdge(runtime.START, "left")
      .addEdge(runtime.START, "right")
      .compile({ checkpointer: new runtime.MemorySaver() });
    const failed = await outcomeOf(graph.invoke({}, thread));
    const state = await outcomeOf(graph.getState(thread).then(({ next }) => next));
    return { failed, state };
  });
  expect(came.langgraph).toEqual({
    failed: "rejected: InvalidUpdateError",
    state: "rejected: InvalidUpdateError",
  });
  expect(came.ours).toEqual({ failed: "rejected: InvalidUpdateError", state: ["right"] });
});

test("H11: what finished in a graph within a node is not done again when that asks", async () => {
  const came = await onBoth(async (runtime) => {
    let charges = 0;
    const within = new runtime.StateGraph(stateOf(runtime))
      .addNode("charge", () => {
        charges++;
        return { log: ["charged"] };
      })
      .addNode("ask", () => ({ a: runtime.interrupt("Sure?") }))
      .addEdge(runtime.START, "charge")
      .addEdge(runtime.START, "ask")
      .compile();
    const graph = new runtime.StateGraph(stateOf(runtime))
      .addNode("within", within)
      .addEdge(runtime.START, "within")
      .compile({ checkpointer: new runtime.MemorySaver() });
    await graph.invoke({}, thread);
    await graph.invoke(resume(runtime, "yes"), thread);
    return charges;
  });
  expect(came).toEqual({ langgraph: 2, ours: 1 });
});

test("H12: a Date is a Date before a pause and after it", async () => {
  const came = await onBoth(async (runtime) => {
    const seen: string[] = [];
    const graph = new runtime.StateGraph(stateOf(runtime))
      .addNode("ask", ({ a }) => {
        seen.push(a instanceof Date ? "Date" : typeof a);
        return { log: [runtime.interrupt<string, string>("Sure?")] };
      })
      .addEdge(runtime.START, "ask")
      .compile({ checkpointer: new runtime.MemorySaver() });
    await graph.invoke({ a: new Date(0) }, thread);
    await graph.invoke(resume(runtime, "yes"), thread);
    return seen;
  });
  expect(came).toEqual({ langgraph: ["Date", "string"], ours: ["Date", "Date"] });
});

test("H13: an update while one of two branches asks leaves the question where it is", async () => {
  const came = await onBoth(async (runtime) => {
    const graph = new runtime.StateGraph(stateOf(runtime))
      .addNode("done", () => ({ log: ["done"] }))
      .addNode("ask", () => ({ log: [runtime.interrupt<string, string>("Sure?")] }))
      .addNode("join", () => ({ log: ["join"] }))
      .addEdge(runtime.START, "done")
      .addEdge(runtime.START, "ask")
      .addEdge(["done", "ask"], "join")
      .compile({ checkpointer: new runtime.MemorySaver() });
    await graph.invoke({}, thread);
    await graph.updateState(thread, { a: 1 });
    return (await graph.getState(thread)).next;
  });
  expect(came).toEqual({ langgraph: [], ours: ["ask"] });
});

test("H14: a node that was renamed while it asked is an error, not an end", async () => {
  const came = await onBoth(async (runtime) => {
    const saver = new runtime.MemorySaver();
    await asking(runtime, () => runtime.interrupt("Sure?"), saver).invoke({}, thread);
    let ran = false;
    const renamed = new runtime.StateGraph(stateOf(runtime))
      .addNode("confirm", () => {
        ran = true;
        return {};
      })
      .addEdge(runtime.START, "confirm")
      .compile({ checkpointer: saver });
    const came = await outcomeOf(renamed.invoke(resume(runtime, "yes"), thread));
    return { came, ran };
  });
  expect(came.langgraph).toMatchObject({ came: { log: [] }, ran: false });
  expect(came.ours).toEqual({ came: "rejected: GraphValueError", ran: false });
});

test("H15: new input while a question waits can be refused", async () => {
  const came = await onBoth(async (runtime) => {
    const graph = asking(runtime, () => runtime.interrupt("Sure?"));
    const asked = await graph.invoke({}, thread);
    await outcomeOf(graph.invoke({}, { ...thread, onPaused: "refuse" }));
    const { tasks } = await graph.getState(thread);
    return tasks[0]?.interrupts[0]?.id === idsIn(asked)[0];
  });
  expect(came).toEqual({ langgraph: false, ours: true });
});

describe("H16", () => {
  test("one answer is not given to two questions", async () => {
    const came = await onBoth(async (runtime) => {
      const graph = new runtime.StateGraph(stateOf(runtime))
        .addNode("refund", () => ({ log: [`refund: ${runtime.interrupt<string, string>("Refund?")}`] }))
        .addNode("wipe", () => ({ log: [`wipe: ${runtime.interrupt<string, string>("Wipe?")}`] }))
        .addEdge(runtime.START, "refund")
        .addEdge(runtime.START, "wipe")
        .compile({ checkpointer: new runtime.MemorySaver() });
      await graph.invoke({}, thread);
      return outcomeOf(graph.invoke(resume(runtime, "yes"), thread));
    });
    expect(came.langgraph).toEqual({ log: ["refund: yes", "wipe: yes"] });
    expect(came.ours).toBe("rejected: UnknownInterruptError");
  });

  test("an answer at a breakpoint is not given to a question that nobody has seen", async () => {
    const came = await onBoth(async (runtime) => {
      const graph = new runtime.StateGraph(stateOf(runtime))
        .addNode("ask", () => ({ log: [runtime.interrupt<string, string>("Sure?")] }))
        .addEdge(runtime.START, "ask")
        .compile({ checkpointer: new runtime.MemorySaver(), interruptBefore: ["ask"] });
      await graph.invoke({}, thread);
      return graph.invoke(resume(runtime, "go on"), thread);
    });
    expect(came.langgraph).toEqual({ log: ["go on"] });
    expect(questionsIn(came.ours)).toEqual(["Sure?"]);
  });
});

test("H17: answering one tool does not run the tools beside it again", async () => {
  const played = async (runtime: Runtime, Tools: typeof OurToolNode) => {
    let runs = 0;
    const named = (name: string) => ({ name, description: name, schema: z.object({}) });
    const gate = (name: string) => tool(() => runtime.interrupt<string, string>(`${name}?`), named(name));
    const safe = tool(() => {
      runs++;
      return "done";
    }, named("safe"));
    const graph = new runtime.StateGraph(runtime.MessagesAnnotation)
      .addNode("tools", new Tools([gate("one"), safe, gate("two")]))
      .addEdge(runtime.START, "tools")
      .compile({ checkpointer: new runtime.MemorySaver() });
    const calls = ["one", "safe", "two"].map((name) => ({ name, args: {}, id: name }));
    let result: unknown = await graph.invoke(
      { messages: [new AIMessage({ content: "", tool_calls: calls })] },
      thread,
    );
    for (let [id] = idsIn(result); id !== undefined; [id] = idsIn(result))
      result = await graph.invoke(resume(runtime, { [id]: "yes" }), thread);
    return runs;
  };
  const theirs = ToolNode as unknown as typeof OurToolNode;
  expect({
    langgraph: await played(langgraph, theirs),
    ours: await played(ours, OurToolNode),
  }).toEqual({ langgraph: 3, ours: 1 });
});
