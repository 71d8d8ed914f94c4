// Drawings: nodes, edges, and Mermaid's language.
import type { DrawingOptions, MermaidOptions } from "../../../src/graph/index.ts";
import type { Runtime } from "../runtimes.ts";
import { type Builder, compiled, row, type Topic } from "../scenario.ts";

const nothing = (): object => ({});

async function drawn(
  runtime: Runtime,
  build: (builder: Builder) => unknown,
  { xray = false, ...options }: DrawingOptions & MermaidOptions = {},
): Promise<string> {
  const graph = await compiled(runtime, build, {}).getGraphAsync({ xray });
  return graph.drawMermaid(options);
}

const asNode = (graph: ReturnType<typeof compiled>) => graph as never;

/** first → second | third → end */
function choosing(runtime: Runtime) {
  return compiled(
    runtime,
    (builder) =>
      builder
        .addNode("first", nothing)
        .addNode("second", nothing)
        .addNode("third", nothing)
        .addEdge(runtime.START, "first")
        .addConditionalEdges("first", () => "second", ["second", "third"])
        .addEdge("second", runtime.END)
        .addEdge("third", runtime.END),
    {},
  );
}

/** before → a graph → after. */
function around(builder: Builder, sub: ReturnType<typeof compiled>, runtime: Runtime, name = "sub") {
  return builder
    .addNode("before", nothing)
    .addNode(name, asNode(sub))
    .addNode("after", nothing)
    .addEdge(runtime.START, "before")
    .addEdge("before", name)
    .addEdge(name, "after")
    .addEdge("after", runtime.END);
}

const sorted = async (mermaid: Promise<string>) => (await mermaid).split("\n").sort();
const linesWith = async (mermaid: Promise<string>, text: RegExp) =>
  (await mermaid).split("\n").filter((line) => text.test(line));

export const drawings: Topic = {
  topic: "Drawings",
  scenarios: [
    {
      title: "a chain",
      play: async (runtime) =>
        drawn(runtime, (builder) => row(builder, "n", "b", "c").addEdge("c", runtime.END)),
    },
    {
      title: "a chain whose end nobody wrote down",
      play: async (runtime) => drawn(runtime, (builder) => row(builder, "n", "b")),
    },
    {
      title: "nodes side by side and a join, with names out of order",
      play: async (runtime) =>
        drawn(runtime, (builder) =>
          builder
            .addNode("z", nothing)
            .addNode("m", nothing)
            .addNode("n", nothing)
            .addEdge(runtime.START, "z")
            .addEdge(runtime.START, "m")
            .addEdge(["z", "m"], "n")
            .addEdge("n", runtime.END),
        ),
    },
    {
      title: "a condition with words for where it leads, and a loop",
      play: async (runtime) =>
        drawn(runtime, (builder) =>
          row(builder, "draft", "review").addConditionalEdges("review", () => "good", {
            good: runtime.END,
            "again, with the following corrections that were asked for by somebody": "draft",
          }),
        ),
    },
    {
      title: "Sends and Commands",
      play: async (runtime) =>
        drawn(runtime, (builder) =>
          builder
            .addNode("split", nothing)
            .addNode("work", nothing, { ends: ["sum", runtime.END] })
            .addNode("sum", nothing)
            .addEdge(runtime.START, "split")
            .addConditionalEdges("split", () => new runtime.Send("work", {}), ["work"])
            .addEdge("sum", runtime.END),
        ),
    },
    {
      title: "a condition without a map",
      play: async (runtime) =>
        linesWith(
          drawn(runtime, (builder) =>
            row(builder, "n", "b")
              .addEdge("b", runtime.END)
              .addConditionalEdges("n", () => "b"),
          ),
          / -\.-> /,
        ),
      differs: {
        why: "It may lead back to its own node too.",
        langgraph: ["\tn -.-> b;", "\tn -.-> __end__;"],
        ours: ["\tn -.-> n;", "\tn -.-> b;", "\tn -.-> __end__;"],
      },
    },
    {
      title: "a node that a condition leads to and that leads nowhere",
      play: async (runtime) =>
        linesWith(
          drawn(runtime, (builder) =>
            builder.addNode("only", nothing).addConditionalEdges(runtime.START, () => "only", ["only"]),
          ),
          /-->|\.->/,
        ),
      differs: {
        why: "The path ends there, as it does behind an edge.",
        langgraph: ["\t__start__ -.-> only;"],
        ours: ["\t__start__ -.-> only;", "\tonly --> __end__;"],
      },
    },
    {
      title: "a way that both a condition and a Command name",
      play: async (runtime) =>
        linesWith(
          drawn(runtime, (builder) =>
            builder
              .addNode("n", nothing, { ends: ["b"] })
              .addNode("b", nothing)
              .addEdge(runtime.START, "n")
              .addConditionalEdges("n", () => "b", ["b"]),
          ),
          /n -\.->/,
        ),
      differs: {
        why: "It is one way.",
        langgraph: ["\tn -.-> b;", "\tn -.-> b;"],
        ours: ["\tn -.-> b;"],
      },
    },
    {
      title: "a node that leads to itself",
      play: async (runtime) =>
        sorted(
          drawn(runtime, (builder) =>
            row(builder, "n").addConditionalEdges("n", () => "n", { again: "n", done: runtime.END }),
          ),
        ),
    },
    {
      title: "nodes that the graph stops at",
      play: async (runtime) => {
        const build = (builder: Builder) => row(builder, "n", "b", "c");
        const graph = compiled(runtime, build, {
          interruptBefore: ["n", "b"],
          interruptAfter: ["b"],
          checkpointer: new runtime.MemorySaver(),
        });
        return (await graph.getGraphAsync()).drawMermaid();
      },
    },
    {
      title: "without styles, and with others",
      play: async (runtime) => {
        const build = (builder: Builder) =>
          row(builder, "n", "b").addConditionalEdges("b", () => "n", {
            "one two three": "n",
            no: runtime.END,
          });
        return Promise.all([
          drawn(runtime, build, { withStyles: false, wrapLabelNWords: 2 }),
          drawn(runtime, build, {
            curveStyle: "basis",
            nodeColors: { default: "fill:#fff", mine: "fill:#000" },
          }),
        ]);
      },
    },
    {
      title: "nodes and edges as data",
      play: async (runtime) => {
        const { nodes, edges } = await choosing(runtime).getGraphAsync();
        const told = edges.map(({ source, target, conditional, data }) => ({
          ...{ source, target, conditional: conditional ?? false },
          ...(data !== undefined && { data }),
        }));
        return {
          nodes: Object.entries(nodes).map(([key, { id, name }]) => ({ key, id, name })),
          edges: told,
        };
      },
    },
    {
      title: "a graph as a node, closed",
      play: async (runtime) => drawn(runtime, (builder) => around(builder, choosing(runtime), runtime)),
    },
    {
      title: "a graph as a node, opened",
      play: async (runtime) => {
        const sub = compiled(runtime, (builder) => row(builder, "x", "y", "z"), {});
        return drawn(runtime, (builder) => around(builder, sub, runtime), { xray: true });
      },
    },
    {
      title: "a graph as a node whose condition leads to two ends, opened",
      play: async (runtime) =>
        drawn(runtime, (builder) => around(builder, choosing(runtime), runtime), { xray: true }),
    },
    {
      title: "a graph of one node as a node, opened",
      play: async (runtime) => {
        const sub = compiled(runtime, (builder) => row(builder, "x"), {});
        return drawn(runtime, (builder) => around(builder, sub, runtime), { xray: true });
      },
    },
    {
      title: "graphs within graphs, opened once and twice",
      play: async (runtime) => {
        const innermost = compiled(runtime, (builder) => row(builder, "x", "y"), {});
        const sub = compiled(runtime, (builder) => around(builder, innermost, runtime, "inner"), {});
        const build = (builder: Builder) => around(builder, sub, runtime);
        return Promise.all([drawn(runtime, build, { xray: 1 }), drawn(runtime, build, { xray: 2 })]);
      },
    },
    {
      title: "a graph that is nothing but another one",
      play: async (runtime) => {
        const innermost = compiled(runtime, (builder) => row(builder, "x", "y"), {});
        const only = (builder: Builder, graph: typeof innermost) =>
          builder.addNode("in", asNode(graph)).addEdge(runtime.START, "in");
        const sub = compiled(runtime, (builder) => only(builder, innermost), {});
        const mermaid = drawn(runtime, (builder) => only(builder, sub), { xray: true });
        return linesWith(mermaid, /subgraph|-->|end$/);
      },
      differs: {
        why: "LangGraph leaves out what is in a frame that has nothing but another frame in it.",
        langgraph: ["\t__start__ --> in_in_x;", "\tin_in_y --> __end__;"],
        ours: [
          "\t__start__ --> in_in_x;",
          "\tin_in_y --> __end__;",
          "\tsubgraph in",
          '\tsubgraph in_2["in"]',
          "\tin_in_x --> in_in_y;",
          "\tend",
          "\tend",
        ],
      },
    },
    {
      title: "names that mean something in Mermaid, and names that look alike in it",
      play: async (runtime) =>
        linesWith(
          drawn(runtime, (builder) => row(builder, "end", "a b", "a_b", "ask (twice)", 'say "hi"')),
          /^\t(?!classDef|__)/,
        ),
      differs: {
        why: "As LangGraph writes them, Mermaid refuses the drawing, or draws two nodes as one.",
        langgraph: [
          "\tend(end)",
          "\ta_b(a b)",
          "\ta_b(a_b)",
          "\task__twice_(ask (twice))",
          '\tsay__hi_(say "hi")',
          "\ta_b --> a_b;",
          "\ta_b --> ask__twice_;",
          "\task__twice_ --> say__hi_;",
          "\tend --> a_b;",
          "\tsay__hi_ --> __end__;",
        ],
        ours: [
          '\t_end_("end")',
          "\ta_b(a b)",
          "\ta_b_2(a_b)",
          '\task__twice_("ask #40;twice#41;")',
          '\tsay__hi_("say #34;hi#34;")',
          "\ta_b --> a_b_2;",
          "\ta_b_2 --> ask__twice_;",
          "\task__twice_ --> say__hi_;",
          "\t_end_ --> a_b;",
          "\tsay__hi_ --> __end__;",
        ],
      },
    },
  ],
};
