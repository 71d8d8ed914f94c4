// The list of workflows as Slack and REST read it: what each declares, and its graph as a drawing.
import { MemorySaver } from "../src/graph/index.ts";
import type { Listing, Services, Workflow } from "../src/runs/workflow.ts";
import { workflows } from "../src/workflows/registry.ts";

export function listings(): readonly Listing[] {
  return [...workflows.values()].map((workflow) => ({ ...workflow.listing, drawing: drawingOf(workflow) }));
}

/** A graph is drawn, never run: it reaches nothing. */
const NOTHING: Services = {
  ops: { get: () => unreachable("a target"), post: () => unreachable("a target") },
  clock: { now: () => new Date(0).toISOString() },
  model: { complete: () => unreachable("a model") },
};

function unreachable(what: string): Promise<never> {
  return Promise.reject(new Error(`A graph that is only drawn asked for ${what}.`));
}

function drawingOf(workflow: Workflow): NonNullable<Listing["drawing"]> {
  const { nodes, edges } = workflow.compile(NOTHING, new MemorySaver()).getGraph();
  return {
    nodes: Object.keys(nodes),
    edges: edges.map(({ source: from, target: to, conditional }) => ({
      ...{ from, to },
      ...(conditional && { conditional }),
    })),
  };
}
