// What a drawing of a graph is made of.

export interface DrawnNode {
  readonly id: string;
  readonly name: string;
  /** `__interrupt` says that the graph was compiled to stop there: "before", "after" or "before,after". */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** `conditional` edges are taken only when a condition or a Command says so; `data` is then the condition's word for it, where that differs. */
export interface DrawnEdge {
  readonly source: string;
  readonly target: string;
  readonly conditional?: true;
  readonly data?: string;
}

export interface Drawn {
  readonly nodes: Readonly<Record<string, DrawnNode>>;
  readonly edges: readonly DrawnEdge[];
}

/** Nodes by id, START and END included, and the edges between them. Mirrors LangGraph's `Graph` as `getGraph()` gives it. */
export interface GraphDrawing extends Drawn {
  /**
   * The graph in Mermaid's language, for documents and the many places that draw it. Pictures are left to those.
   *
   * @example
   * await writeFile("graph.mmd", graph.getGraph().drawMermaid());
   */
  readonly drawMermaid: (options?: MermaidOptions) => string;
}

export interface DrawingOptions {
  /** Draws graphs that were added as nodes in their place; a number says how many levels of them. */
  readonly xray?: boolean | number;
}

export interface MermaidOptions {
  /** Shapes, labels and colours; true by default. */
  readonly withStyles?: boolean;
  /** Mermaid's name for how edges bend; "linear" by default. */
  readonly curveStyle?: string;
  /** Mermaid's styles for the classes "default", "first" and "last". */
  readonly nodeColors?: Readonly<Record<string, string>>;
  /** How many words of an edge stand on one line; 9 by default. */
  readonly wrapLabelNWords?: number;
}

/** The one node that nothing leads to, leaving out what leads from a node that is to go. */
export function firstOf({ nodes, edges }: Drawn, left?: string): string | undefined {
  const targets = new Set(edges.filter(({ source }) => source !== left).map(({ target }) => target));
  return onlyOne(Object.keys(nodes).filter((id) => id !== left && !targets.has(id)));
}

/** The one node that leads nowhere, leaving out what leads to a node that is to go. */
export function lastOf({ nodes, edges }: Drawn, left?: string): string | undefined {
  const sources = new Set(edges.filter(({ target }) => target !== left).map(({ source }) => source));
  return onlyOne(Object.keys(nodes).filter((id) => id !== left && !sources.has(id)));
}

function onlyOne(ids: readonly string[]): string | undefined {
  return ids.length === 1 ? ids[0] : undefined;
}
