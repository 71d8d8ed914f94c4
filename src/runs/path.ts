// A run's graph with the path it took: which nodes finished, which one waits or failed, and the edges between them.
import { END, START } from "../graph/index.ts";
import { logOf, type Run } from "./run.ts";
import type { GraphState, RunnableGraph } from "./workflow.ts";

interface PathNode {
  readonly name: string;
  readonly state: "not reached" | "done" | "running" | "waiting" | "failed";
  /** How often it has finished. */
  readonly times: number;
}

interface PathEdge {
  readonly from: string;
  readonly to: string;
  readonly conditional: boolean;
  readonly taken: boolean;
}

export interface GraphPath {
  /** Without START and END, which only edges name. */
  readonly nodes: readonly PathNode[];
  readonly edges: readonly PathEdge[];
  /** The nodes in the order in which they finished, one list for each superstep. */
  readonly path: readonly (readonly string[])[];
}

/**
 * Reads the thread's history beside its graph.
 *
 * An edge counts as taken when it leads from one superstep into the next; where two nodes of a step lead to the same node, both do.
 */
export async function pathOf(graph: RunnableGraph, run: Run): Promise<GraphPath> {
  const config = { configurable: { thread_id: logOf(run) } };
  const checkpoints: Pick<GraphState, "tasks">[] = [];
  for await (const checkpoint of graph.getStateHistory(config)) checkpoints.unshift(checkpoint);
  const state = await graph.getState(config);
  const begun = checkpoints
    .map(({ tasks }) => tasks.map(({ name }) => name))
    .filter(({ length }) => length > 0);
  const unfinished = state.next;
  // Of the last superstep, what is still to run; of all others nothing.
  const path = begun
    .map((names, index) => (index === begun.length - 1 ? without(names, unfinished) : names))
    .filter(({ length }) => length > 0);
  const { nodes, edges } = graph.getGraph();
  const hasEnded = state.status === "finished";
  const taken = stepsTaken([[START], ...begun, ...(hasEnded ? [[END]] : [])]);
  return {
    path,
    nodes: Object.keys(nodes)
      .filter((name) => name !== START && name !== END)
      .map((name) => {
        const times = path.flat().filter((done) => done === name).length;
        return { name, times, state: stateOf(name, times, { state, status: run.status }) };
      }),
    edges: edges.map(({ source, target, conditional }) => ({
      from: source,
      to: target,
      conditional: conditional === true,
      taken: taken.has(`${source}\n${target}`),
    })),
  };
}

function stateOf(
  name: string,
  times: number,
  { state, status }: { readonly state: GraphState; readonly status: Run["status"] },
): PathNode["state"] {
  if (status.kind === "failed" && state.next.includes(name)) return "failed";
  if (state.interrupts.some(({ node }) => node === name)) return "waiting";
  if (state.next.includes(name)) return "running";
  return times > 0 ? "done" : "not reached";
}

function stepsTaken(steps: readonly (readonly string[])[]): ReadonlySet<string> {
  return new Set(
    steps.flatMap((froms, index) =>
      froms.flatMap((from) => (steps[index + 1] ?? []).map((to) => `${from}\n${to}`)),
    ),
  );
}

/** Each name taken out as often as it is in the other list: a node sent to several times may have finished some. */
function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return names.filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
