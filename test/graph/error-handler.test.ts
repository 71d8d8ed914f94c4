// Error handlers of nodes, and defaults for all nodes.
import { expect, test } from "vitest";
import {
  AnswerRefused,
  Command,
  interrupt,
  MemorySaver,
  type NodeError,
  type NodeErrorHandler,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { collected, onThread, State, watchedSaver } from "./support.ts";

type Handler = NodeErrorHandler<typeof State.State, typeof State.Update>;

/** n → next; n fails. */
function failing(errorHandler: Handler, node: () => object = fails) {
  const saver = watchedSaver();
  const graph = new StateGraph(State)
    .addNode("n", node as () => { a: unknown }, {
      errorHandler,
      retryPolicy: { maxAttempts: 2, initialInterval: 1, jitter: false },
    })
    .addNode("next", () => ({ log: ["next"] }))
    .addNode("rescue", () => ({ log: ["rescue"] }))
    .addEdge(START, "n")
    .addEdge("n", "next")
    .compile({ checkpointer: saver });
  return { graph, saver };
}

function fails(): never {
  throw new RangeError("too far");
}

test("a handler is told once the retries are over, and what it returns is written", async () => {
  const told: [unknown, NodeError][] = [];
  let runs = 0;
  const { graph } = failing(
    (state, error) => {
      told.push([state, error]);
      return { log: [`handled after ${runs}`] };
    },
    () => {
      runs++;
      return fails();
    },
  );
  expect(await graph.invoke({ a: 1 }, onThread("t"))).toEqual({ a: 1, log: ["handled after 2"] });
  expect(told).toMatchObject([
    [
      { a: 1, log: [] },
      { node: "n", error: { name: "RangeError" } },
    ],
  ]);
});

test("the node's edges do not lead on, a Command of the handler does", async () => {
  const stopped = failing(() => ({ log: ["handled"] }));
  expect((await stopped.graph.invoke({}, onThread("t"))).log).toEqual(["handled"]);
  const led = failing(() => new Command({ update: { log: ["handled"] }, goto: "rescue" }));
  expect((await led.graph.invoke({}, onThread("t"))).log).toEqual(["handled", "rescue"]);
});

test("a join does not count a node that its handler stood in for", async () => {
  const graph = new StateGraph(State)
    .addNode("n", fails, { errorHandler: () => ({ log: ["handled"] }) })
    .addNode("other", () => ({ log: ["other"] }))
    .addNode("join", () => ({ log: ["join"] }))
    .addEdge(START, "n")
    .addEdge(START, "other")
    .addEdge(["n", "other"], "join")
    .compile();
  expect((await graph.invoke({})).log).toEqual(["handled", "other"]);
});

test("siblings are not told to stop because of an error that was handled", async () => {
  const handled = Promise.withResolvers<undefined>();
  const graph = new StateGraph(State)
    .addNode("n", fails, {
      errorHandler: () => {
        handled.resolve(undefined);
        return { log: ["handled"] };
      },
    })
    .addNode("other", async (_, { signal }) => {
      await handled.promise;
      return { log: [`aborted: ${signal.aborted}`] };
    })
    .addEdge(START, "n")
    .addEdge(START, "other")
    .compile();
  expect((await graph.invoke({})).log).toEqual(["handled", "aborted: false"]);
});

test("a handler never sees a question or a refused answer", async () => {
  const { graph } = failing(
    () => ({ log: ["handled"] }),
    () => {
      const answer = interrupt<string, string>("ok?");
      if (answer !== "yes") throw new AnswerRefused([{ path: "", message: "say yes" }]);
      return { log: [answer] };
    },
  );
  await graph.invoke({}, onThread("t"));
  await expect(graph.invoke(new Command({ resume: "no" }), onThread("t"))).rejects.toThrow("say yes");
  expect((await graph.getState(onThread("t"))).status).toBe("paused");
  expect((await graph.invoke(new Command({ resume: "yes" }), onThread("t"))).log).toEqual(["yes", "next"]);
});

test("an error of the handler is the run's, and null runs the handler again but not the node", async () => {
  let runs = 0;
  let isBroken = true;
  const { graph } = failing(
    (_, { error }) => {
      if (isBroken) throw new TypeError("handler broke");
      return { log: [String(error)] };
    },
    () => {
      runs++;
      return fails();
    },
  );
  await expect(graph.invoke({}, onThread("t"))).rejects.toThrow("handler broke");
  isBroken = false;
  expect((await graph.invoke(null, onThread("t"))).log).toEqual(["RangeError: too far"]);
  expect(runs).toBe(2);
});

test("a handler may ask, and the node that failed does not run again for its answer", async () => {
  let runs = 0;
  const { graph } = failing(
    (_, { error }) => ({ log: [`${String(error)}, ${interrupt<string, string>("what now?")}`] }),
    () => {
      runs++;
      return fails();
    },
  );
  await graph.invoke({}, onThread("t"));
  expect((await graph.getState(onThread("t"))).interrupts).toMatchObject([{ value: "what now?", node: "n" }]);
  const result = await graph.invoke(new Command({ resume: "stop" }), onThread("t"));
  expect(result.log).toEqual(["RangeError: too far, stop"]);
  expect(runs).toBe(2);
});

test("an answer of the node is not the handler's", async () => {
  const { graph } = failing(
    () => ({ log: [interrupt<string, string>("handler?")] }),
    () => {
      interrupt("node?");
      return fails();
    },
  );
  await graph.invoke({}, onThread("t"));
  const asked = await graph.invoke(new Command({ resume: "for the node" }), onThread("t"));
  expect(asked.__interrupt__).toMatchObject([{ value: "handler?" }]);
  expect((await graph.invoke(new Command({ resume: "for it" }), onThread("t"))).log).toEqual(["for it"]);
});

test("another run on the same thread is not an error to handle", async () => {
  const { graph, saver } = failing(
    () => ({ log: ["handled"] }),
    async () => {
      await inner.invoke({ a: 1 });
      return {};
    },
  );
  const inner = new StateGraph(State)
    .addNode("inner", () => ({ log: ["inner"] }))
    .addEdge(START, "inner")
    .compile();
  const append = saver.append.bind(saver);
  saver.append = async (threadId, slot) => {
    if (threadId.includes("|")) await append(threadId, { ...slot, writer: "another" });
    await append(threadId, slot);
  };
  await expect(graph.invoke({}, onThread("t"))).rejects.toThrow("another run continues this thread");
});

test("the stream tells of the handler under LangGraph's name for it", async () => {
  const { graph } = failing(() => ({ log: ["handled"] }));
  expect(await collected(graph.stream({}, onThread("t")))).toEqual([
    { __error_handler__n: { log: ["handled"] } },
  ]);
});

test("what was told to stop is not handled but runs again", async () => {
  const handled: string[] = [];
  const graph = new StateGraph(State)
    .addNode("n", fails)
    .addNode(
      "waits",
      async (_, { signal }) => {
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("stopped")));
        });
      },
      {
        errorHandler: () => {
          handled.push("waits");
        },
      },
    )
    .addEdge(START, "n")
    .addEdge(START, "waits")
    .compile({ checkpointer: new MemorySaver() });
  await expect(graph.invoke({}, onThread("t"))).rejects.toThrow();
  expect(handled).toEqual([]);
  expect((await graph.getState(onThread("t"))).next).toEqual(["n", "waits"]);
});

test("a call of task() that the node has finished is not made again for the handler", async () => {
  const charged: number[] = [];
  const charge = task("charge", (amount: number) => charged.push(amount));
  const { graph } = failing(
    () => ({ log: [interrupt<string, string>("what now?")] }),
    async () => {
      await charge(5);
      return fails();
    },
  );
  await graph.invoke({}, onThread("t"));
  await graph.invoke(new Command({ resume: "stop" }), onThread("t"));
  expect(charged).toEqual([5]);
});

test("defaults hold for all nodes, whenever they are set, and a node's own word is the last", async () => {
  const graph = new StateGraph(State)
    .addNode("own", fails, { errorHandler: () => ({ log: ["own"] }) })
    .addNode("other", fails)
    .addEdge(START, "own")
    .addEdge(START, "other")
    .setNodeDefaults({ errorHandler: (_, { node }) => ({ log: [`default for ${node}`] }) })
    .compile();
  expect((await graph.invoke({})).log).toEqual(["default for other", "own"]);
});

test("a default retry policy is the node's where it has none", async () => {
  let runs = 0;
  const graph = new StateGraph(State)
    .setNodeDefaults({ retryPolicy: { initialInterval: 1 } })
    .addNode("n", () => {
      if (++runs < 3) throw new Error("passes");
      return { log: [`run ${runs}`] };
    })
    .addEdge(START, "n")
    .compile();
  expect((await graph.invoke({})).log).toEqual(["run 3"]);
});

test("a timeout is handled like any other failure", async () => {
  const graph = new StateGraph(State)
    .addNode("n", () => new Promise<undefined>(() => undefined), {
      timeout: 5,
      errorHandler: (_, { error }) => ({ log: [(error as Error).name] }),
    })
    .addEdge(START, "n")
    .compile();
  expect((await graph.invoke({})).log).toEqual(["NodeTimeoutError"]);
});
