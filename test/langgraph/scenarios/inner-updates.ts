// An update of the state of a graph within a node, which drops what that graph asks, or leaves it.
import type { StateSnapshot } from "../../../src/graph/index.ts";
import { idsIn, questionsIn, type Runtime, thread } from "../runtimes.ts";
import { type Builder, compiled, refused, type Topic } from "../scenario.ts";

type Graph = ReturnType<typeof compiled>;

interface State {
  readonly log: readonly string[];
}

const ask = (runtime: Runtime, name: string) => () => ({
  log: [`${name}: ${runtime.interrupt<string, string>(`${name}?`)}`],
});

const note = (name: string) => () => ({ log: [name] });

function around(runtime: Runtime, inner: unknown, options?: object): Graph {
  return compiled(
    runtime,
    (builder) =>
      builder
        .addNode("sub", inner as never)
        .addNode("after", note("after"))
        .addEdge(runtime.START, "sub")
        .addEdge("sub", "after"),
    options,
  );
}

function within(runtime: Runtime, build: (builder: Builder) => unknown): Graph {
  return compiled(runtime, build, {});
}

/** one, which asks, and then what notes, asks or is not there. */
function chain(runtime: Runtime, then?: () => State): Graph {
  return within(runtime, (builder) => {
    builder.addNode("one", ask(runtime, "one")).addEdge(runtime.START, "one");
    if (then !== undefined) builder.addNode("then", then).addEdge("one", "then");
  });
}

function sideBySide(runtime: Runtime): Graph {
  return within(runtime, (builder) =>
    builder
      .addNode("one", ask(runtime, "one"))
      .addNode("two", ask(runtime, "two"))
      .addEdge(runtime.START, "one")
      .addEdge(runtime.START, "two"),
  );
}

async function stateWithin(graph: Graph, depth: number): Promise<StateSnapshot<State>> {
  let state = (await graph.getState(thread, { subgraphs: true })) as StateSnapshot<State>;
  for (let level = 0; level < depth; level++)
    state = state.tasks.find((task) => task.state !== undefined)?.state as StateSnapshot<State>;
  return state;
}

/** What the graph at a depth waits for, and what it is about to run. */
async function waitingAt(graph: Graph, depth = 0): Promise<unknown> {
  const { next, tasks } = await stateWithin(graph, depth);
  return [next, tasks.flatMap(({ interrupts }) => interrupts.map(({ value }) => value))];
}

async function byHand(graph: Graph, asNode?: string, depth = 1): Promise<void> {
  const { config } = await stateWithin(graph, depth);
  await graph.updateState(config, { log: ["by hand"] }, asNode);
}

async function goingOn(graph: Graph, input: unknown = null): Promise<unknown> {
  const result = await graph.invoke(input as never, thread);
  const questions = questionsIn(result);
  return questions.length > 0 ? questions : result.log;
}

const DROPPED = "A question that waits no more is not listed.";
const KEPT = "H13: what asks beside it goes on asking.";

export const innerUpdates: Topic = {
  topic: "Updates of graphs within nodes",
  scenarios: [
    {
      title: "as the node that asks: null goes on behind it",
      play: async (runtime) => {
        const graph = around(runtime, chain(runtime, note("then")));
        await graph.invoke({}, thread);
        await byHand(graph, "one");
        return [await waitingAt(graph, 1), await goingOn(graph), await waitingAt(graph)];
      },
    },
    {
      title: "as the node that asks: what the graph around it lists",
      play: async (runtime) => {
        const graph = around(runtime, chain(runtime, note("then")));
        await graph.invoke({}, thread);
        await byHand(graph, "one");
        return waitingAt(graph);
      },
      differs: { why: DROPPED, langgraph: [["sub"], ["one?"]], ours: [["sub"], []] },
    },
    {
      title: "as the last node, and as the end: null goes on in the graph around it",
      play: async (runtime) => {
        const told: unknown[] = [];
        for (const asNode of ["one", runtime.END]) {
          const graph = around(runtime, chain(runtime));
          await graph.invoke({}, thread);
          const { config } = await stateWithin(graph, 1);
          await graph.updateState(config, asNode === "one" ? { log: ["by hand"] } : null, asNode);
          told.push(await waitingAt(graph, 1), await goingOn(graph));
        }
        return told;
      },
    },
    {
      title:
        "as the node that asks, and the next one asks too: null shows its question, which takes the answer",
      play: async (runtime) => {
        const graph = around(runtime, chain(runtime, ask(runtime, "then")));
        await graph.invoke({}, thread);
        await byHand(graph, "one");
        const shown = await goingOn(graph);
        return [
          shown,
          await waitingAt(graph),
          await waitingAt(graph, 1),
          await goingOn(graph, new runtime.Command({ resume: "yes" })),
        ];
      },
    },
    {
      title: "as the node that asks: an answer to its question, by its id and without",
      play: async (runtime) => {
        const told: unknown[] = [];
        for (const isBare of [false, true]) {
          const graph = around(runtime, chain(runtime, ask(runtime, "then")));
          const [id = ""] = idsIn(await graph.invoke({}, thread));
          await byHand(graph, "one");
          const resume = isBare ? "yes" : { [id]: "yes" };
          told.push(await refused(() => goingOn(graph, new runtime.Command({ resume }))));
        }
        return told;
      },
      differs: {
        why: "An answer is not lost, and not given to a question that nobody has seen.",
        langgraph: [{ came: ["then?"] }, { came: ["by hand", "then: yes", "after"] }],
        ours: [{ refused: "UnknownInterruptError" }, { refused: "UnknownInterruptError" }],
      },
    },
    {
      title: "as one of two that ask: the other one, and an answer to it",
      play: async (runtime) => {
        const graph = around(runtime, sideBySide(runtime));
        await graph.invoke({}, thread);
        await byHand(graph, "one");
        return [
          await waitingAt(graph),
          await waitingAt(graph, 1),
          await goingOn(graph, new runtime.Command({ resume: "yes" })),
        ];
      },
      differs: {
        why: KEPT,
        langgraph: [
          [["sub"], ["two?"]],
          [[], []],
          ["by hand", "after"],
        ],
        ours: [
          [["sub"], ["two?"]],
          [["two"], ["two?"]],
          ["by hand", "two: yes", "after"],
        ],
      },
    },
    ...[2, 1].map((depth) => ({
      title: `two levels within, at level ${depth}: null goes on behind it`,
      play: async (runtime: Runtime) => {
        const graph = around(runtime, around(runtime, chain(runtime, note("then")), {}));
        await graph.invoke({}, thread);
        await byHand(graph, depth === 2 ? "one" : "sub", depth);
        return [await waitingAt(graph, depth), await goingOn(graph), await waitingAt(graph)];
      },
    })),
    {
      title: "without a node: what the graph around it lists, null, and the answer",
      play: async (runtime) => {
        const graph = around(runtime, chain(runtime, note("then")));
        await graph.invoke({}, thread);
        await byHand(graph);
        return [
          await waitingAt(graph),
          await goingOn(graph),
          await waitingAt(graph, 1),
          await goingOn(graph, new runtime.Command({ resume: "yes" })),
        ];
      },
    },
    {
      title: "a copy: null asks again",
      play: async (runtime) => {
        const graph = around(runtime, chain(runtime, note("then")));
        await graph.invoke({}, thread);
        const { config } = await stateWithin(graph, 1);
        await graph.updateState(config, null, "__copy__");
        return [
          await waitingAt(graph, 1),
          await goingOn(graph),
          await waitingAt(graph, 1),
          await goingOn(graph, new runtime.Command({ resume: "yes" })),
        ];
      },
    },
    {
      title: "a graph that asks beside it: the answer to its question goes on with both",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("sub", chain(runtime, note("then")) as never)
            .addNode("own", ask(runtime, "own"))
            .addNode("after", ({ log }) => ({ a: log.toSorted() }))
            .addEdge(runtime.START, "sub")
            .addEdge(runtime.START, "own")
            .addEdge(["sub", "own"], "after"),
        );
        await graph.invoke({}, thread);
        await byHand(graph, "one");
        await graph.invoke(new runtime.Command({ resume: "yes" }), thread);
        return (await graph.getState(thread)).values.a;
      },
    },
  ],
};
