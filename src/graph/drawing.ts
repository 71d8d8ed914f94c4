// A graph as its nodes and edges, for drawings; what it says is what can happen, not what did.
import { type Breakpoints, namedIn } from "./breakpoint.ts";
import { END, START } from "./command.ts";
import {
  type Drawn,
  type DrawingOptions,
  type DrawnEdge,
  type DrawnNode,
  firstOf,
  type GraphDrawing,
  lastOf,
} from "./drawn.ts";
import { mermaidOf } from "./mermaid.ts";
import type { Plan } from "./plan.ts";
import { picked } from "./record.ts";

export function drawingOf(plan: Plan, breakpoints: Breakpoints, { xray }: DrawingOptions = {}): GraphDrawing {
  const isOpened = xray === true || (typeof xray === "number" && xray > 0);
  const deeper = { xray: typeof xray === "number" ? xray - 1 : true };
  const places = [...plan.nodes.values()].map(({ name, graph }) => {
    const within = isOpened ? graph?.getGraph(deeper) : undefined;
    return placeOf(nodeOf(name, breakpoints), within && trimmed(within));
  });
  const byName = new Map(places.map((place) => [place.name, place]));
  const edges = edgesOf(plan).flatMap((edge): DrawnEdge[] => {
    const [from, to] = [byName.get(edge.source), byName.get(edge.target)];
    const source = from === undefined ? edge.source : from.exit;
    // A graph that never ends is not left.
    return source === undefined ? [] : [{ ...edge, source, target: to?.entry ?? edge.target }];
  });
  const hasEnd = edges.some(({ target }) => target === END);
  const nodes = [
    { id: START, name: START },
    ...places.flatMap((place) => place.nodes),
    ...(hasEnd ? [{ id: END, name: END }] : []),
  ];
  const drawn = {
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    edges: [...places.flatMap((place) => place.edges), ...edges],
  };
  return { ...drawn, drawMermaid: (options = {}) => mermaidOf(drawn, options) };
}

/** What stands for a node: itself, or the graph that it is. */
interface Place {
  readonly name: string;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  /** Where the edges to the node lead. */
  readonly entry: string;
  /** Where the edges from the node begin. */
  readonly exit: string | undefined;
}

function nodeOf(name: string, { before, after }: Breakpoints): DrawnNode {
  const stops = [
    ...namedIn(before, [name]).map(() => "before"),
    ...namedIn(after, [name]).map(() => "after"),
  ];
  return { id: name, name, ...(stops.length > 0 && { metadata: { __interrupt: stops.join(",") } }) };
}

function placeOf(node: DrawnNode, within: Drawn | undefined): Place {
  const { name } = node;
  // A frame around a single node would say nothing.
  if (within === undefined || Object.keys(within.nodes).length < 2)
    return { name, nodes: [node], edges: [], entry: name, exit: name };
  const inside = (id: string): string => `${name}:${id}`;
  const [first, last] = [firstOf(within), lastOf(within)];
  return {
    name,
    nodes: Object.values(within.nodes).map((one) => ({ ...one, id: inside(one.id) })),
    edges: within.edges.map((edge) => ({
      ...edge,
      source: inside(edge.source),
      target: inside(edge.target),
    })),
    entry: inside(first ?? START),
    exit: last === undefined ? undefined : inside(last),
  };
}

/** Without its START and END, where one node can take their place. */
function trimmed(drawn: Drawn): Drawn {
  const first = firstOf(drawn);
  const headless = first !== undefined && firstOf(drawn, first) !== undefined ? without(drawn, first) : drawn;
  const last = lastOf(headless);
  return last !== undefined && lastOf(headless, last) !== undefined ? without(headless, last) : headless;
}

function without({ nodes, edges }: Drawn, id: string): Drawn {
  return {
    nodes: picked(nodes, (one) => one !== id),
    edges: edges.filter(({ source, target }) => source !== id && target !== id),
  };
}

/** In LangGraph's order: static edges by their sources, conditions, Commands, then the ends that nobody wrote down. */
function edgesOf(plan: Plan): readonly DrawnEdge[] {
  const fixed = [
    ...[...plan.edges].flatMap(([source, targets]) => targets.map((target) => ({ source, target }))),
    ...plan.joins.flatMap(({ sources, target }) => sources.map((source) => ({ source, target }))),
  ].sort((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : 0));
  const led = [...fixed, ...distinct([...branched(plan), ...commanded(plan)]).map(conditionalEdge)];
  const sources = new Set(led.map(({ source }) => source));
  const ends = [...plan.nodes.keys()].filter((name) => !sources.has(name)).sort();
  return [...led, ...ends.map((source) => ({ source, target: END }))];
}

interface Way {
  readonly source: string;
  readonly word: string;
  readonly target: string;
}

function branched(plan: Plan): readonly Way[] {
  // Without a map a condition may lead anywhere.
  const anywhere = [...plan.nodes.keys(), END].map((name): readonly [string, string] => [name, name]);
  return [...plan.branches].flatMap(([source, branches]) =>
    branches.flatMap(({ ends }) =>
      [...(ends ?? anywhere)].map(([word, target]) => ({ source, word, target })),
    ),
  );
}

function commanded(plan: Plan): readonly Way[] {
  return [...plan.nodes.values()].flatMap(({ name, ends }) =>
    ends.map((target) => ({ source: name, word: target, target })),
  );
}

/** A condition and a Command may name the same way on. */
function distinct(ways: readonly Way[]): readonly Way[] {
  const seen = new Map(ways.map((way) => [[way.source, way.word, way.target].join("\n"), way]));
  return [...seen.values()];
}

function conditionalEdge({ source, word, target }: Way): DrawnEdge {
  return { source, target, conditional: true, ...(word !== target && { data: word }) };
}
