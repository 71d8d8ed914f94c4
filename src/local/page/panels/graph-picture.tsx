// The picture of a run's graph: nodes by their state, the edges that were taken drawn through, the others dashed.
import type { ReactElement } from "react";
import type { RunPicture } from "../../panels/protocol.ts";
import { BOX, END, layoutOf, START, type Box } from "./layout.ts";

type Node = RunPicture["nodes"][number];

const SIGNS: Readonly<Record<Node["state"], string>> = {
  "not reached": "",
  done: "✓",
  // With the sign that asks for letters instead of emoji.
  running: "▶\uFE0E",
  waiting: "⏸\uFE0E",
  failed: "✕",
};

export function GraphPicture({ run }: { readonly run: RunPicture }): ReactElement {
  const { boxes, lines, width, height } = layoutOf(run);
  return (
    <svg
      className="graph"
      viewBox={`0 0 ${width} ${height}`}
      style={{ maxWidth: width }}
      role="img"
      aria-label={inWords(run)}
    >
      <defs>
        {["taken", "open"].map((kind) => (
          <marker
            key={kind}
            id={`arrow-${kind}`}
            className={`graph-arrow ${kind}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto-start-reverse"
          >
            <path d="M0 0 8 4 0 8z" />
          </marker>
        ))}
      </defs>
      {lines.map(({ from, to, path, conditional, taken }) => (
        <path
          key={`${from}/${to}`}
          d={path}
          className={`graph-edge ${taken ? "taken" : "open"} ${conditional ? "conditional" : ""}`}
          markerEnd={`url(#arrow-${taken ? "taken" : "open"})`}
        />
      ))}
      {boxes.map((box) => (
        <NodeBox key={box.name} box={box} node={run.nodes.find(({ name }) => name === box.name)} run={run} />
      ))}
    </svg>
  );
}

interface NodeBoxProps {
  readonly box: Box;
  readonly node: Node | undefined;
  readonly run: RunPicture;
}

function NodeBox({ box, node, run }: NodeBoxProps): ReactElement {
  const { name, x, y } = box;
  const isEdgeOfGraph = name === START || name === END;
  const label = isEdgeOfGraph ? (name === START ? "start" : "end") : name;
  const isReached = run.edges.some((edge) => edge.taken && (edge.to === name || edge.from === name));
  const state = node?.state ?? (isReached ? "done" : "not reached");
  const sign = node === undefined ? "" : SIGNS[state];
  const times = node !== undefined && node.times > 1 ? ` ×${node.times}` : "";
  return (
    <g className={`graph-node ${state.replace(" ", "-")} ${isEdgeOfGraph ? "edge-of-graph" : ""}`}>
      <rect x={x} y={y} width={BOX.width} height={BOX.height} rx={isEdgeOfGraph ? BOX.height / 2 : 8} />
      <text x={x + BOX.width / 2} y={y + BOX.height / 2} textAnchor="middle" dominantBaseline="central">
        {`${sign} ${label}${times}`.trim()}
      </text>
    </g>
  );
}

function inWords({ nodes }: RunPicture): string {
  return `The run's graph: ${nodes.map(({ name, state }) => `${name} ${state}`).join(", ")}.`;
}
