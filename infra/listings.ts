// The list of workflows as Slack and REST read it: what each declares, and its graph as a drawing.
import { MemorySaver } from "../src/graph/index.ts";
import { STAND_INS } from "../src/runs/stand-ins.ts";
import type { Listing, Workflow } from "../src/runs/workflow.ts";
import { workflows } from "../src/workflows/registry.ts";

export function listings(): readonly Listing[] {
  return [...workflows.values()].map((workflow) => ({ ...workflow.listing, drawing: drawingOf(workflow) }));
}

function drawingOf(workflow: Workflow): NonNullable<Listing["drawing"]> {
  const { nodes, edges } = workflow.compile(STAND_INS, new MemorySaver()).getGraph();
  return {
    nodes: Object.keys(nodes),
    edges: edges.map(({ source: from, target: to, conditional }) => ({
      ...{ from, to },
      ...(conditional && { conditional }),
    })),
  };
}
