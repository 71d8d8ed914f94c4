// A graph as its nodes and edges, for drawings; what it says is what can happen, not what did.
import { END, START } from "./command.ts";
import type { Plan } from "./plan.ts";

export interface DrawnNode {
  readonly id: string;
  readonly name: string;
}

/** `conditional` edges are taken only when a condition or a Command says so; `data` is then the condition's word for it, where that differs. */
export interface DrawnEdge {
  readonly source: string;
  readonly target: string;
  readonly conditional?: true;
  readonly data?: string;
}

/** Nodes by id, START and END included, and the edges between them. Mirrors LangGraph's `Graph` as `getGraph()` gives it. */
export interface GraphDrawing {
  readonly nodes: Readonly<Record<string, DrawnNode>>;
  readonly edges: readonly DrawnEdge[];
}

export function drawingOf(plan: Plan): GraphDrawing {
  const edges = [START, ...plan.nodes.keys()].flatMap((source) => edgesFrom(plan, source));
  const names = [START, ...plan.nodes.keys(), ...(edges.some(({ target }) => target === END) ? [END] : [])];
  return { nodes: Object.fromEntries(names.map((name) => [name, { id: name, name }])), edges };
}

function edgesFrom(plan: Plan, source: string): readonly DrawnEdge[] {
  const fixed = [
    ...(plan.edges.get(source) ?? []),
    ...plan.joins.filter(({ sources }) => sources.includes(source)).map(({ target }) => target),
  ];
  // Without a map a condition may lead anywhere.
  const anywhere = (): [string, string][] => [...plan.nodes.keys(), END].map((name) => [name, name]);
  const branched = (plan.branches.get(source) ?? []).flatMap(({ ends }) => [...(ends ?? anywhere())]);
  const commanded = (plan.nodes.get(source)?.ends ?? []).map((name): [string, string] => [name, name]);
  // Where nothing leads on, the path ends.
  const last = fixed.length + branched.length + commanded.length === 0 ? [END] : [];
  return [
    ...[...fixed, ...last].map((target) => ({ source, target })),
    ...distinct([...branched, ...commanded]).map(([word, target]): DrawnEdge => ({
      source,
      target,
      conditional: true,
      ...(word !== target && { data: word }),
    })),
  ];
}

/** A condition and a Command may name the same way on. */
function distinct(ways: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return [...new Map(ways.map((way) => [way.join("\n"), way])).values()];
}
