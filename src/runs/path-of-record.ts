// A run's graph with the way it took, from its record and the list of workflows alone: for those who load no graph.
import type { END as End, START as Start } from "../graph/index.ts";
import type { Run } from "./run.ts";
import type { DrawnPath } from "./text-drawing.ts";
import type { Listing } from "./workflow.ts";

const ENDS: readonly string[] = ["__start__", "__end__"] satisfies readonly [typeof Start, typeof End];

/** As of the run's last write; `asks` when it waits for people and not for a worker. */
export function pathOfRecord(
  { nodes, edges }: NonNullable<Listing["drawing"]>,
  run: Pick<Run, "status" | "progress">,
  asks: boolean,
): DrawnPath {
  const next = run.progress?.next ?? [];
  const finished = new Map(Object.entries(run.progress?.nodes ?? {}));
  return {
    nodes: nodes
      .filter((name) => !ENDS.includes(name))
      .map((name) => {
        const times = finished.get(name)?.times ?? 0;
        const here = next.includes(name) ? stateHere(run.status, asks) : undefined;
        return { name, times, state: here ?? (times > 0 ? "done" : "not reached") };
      }),
    edges: edges.map(({ from, to, conditional = false }) => ({ from, to, conditional })),
  };
}

type State = DrawnPath["nodes"][number]["state"];

/** Of a node that comes next; undefined when nothing comes next any more. */
function stateHere({ kind }: Run["status"], asks: boolean): State | undefined {
  switch (kind) {
    case "queued":
      return "running";
    case "waiting":
      return asks ? "waiting" : "running";
    case "failed":
      return "failed";
    case "done":
    case "cancelled":
      return undefined;
  }
}
