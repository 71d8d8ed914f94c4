// A run's graph and the way it took as lines of text, for a monospace block: a line for each node, in the order in which they come.
import type { END as End, START as Start } from "../graph/index.ts";
import type { GraphPath } from "./path.ts";

export interface TextDrawingOptions {
  /** The longest line, in characters; 60 by default, and never less than 20. */
  readonly width?: number;
  /** How many nodes are drawn; 40 by default. */
  readonly nodes?: number;
}

type PathNode = GraphPath["nodes"][number];

/** As much of a path as is drawn. */
export interface DrawnPath extends Pick<GraphPath, "nodes"> {
  readonly edges: readonly Omit<GraphPath["edges"][number], "taken">[];
}

/** Said here again: whoever draws need not load the runtime. */
const [START, END]: readonly [typeof Start, typeof End] = ["__start__", "__end__"];

const MARKS = { done: "✓", running: "▶", waiting: "⏸", failed: "✗", "not reached": "·" } as const;

/**
 * Each node with what became of it: ✓ done, ▶ running, ⏸ waiting, ✗ failed, · not reached. Nodes that come side by side share a
 * bracket. Where a node leads is said when it is not simply what comes next: `→ a, b` to both, `→ a | b` to one of them, and ↺
 * marks the way back. Of a long graph, the part is drawn where the run is.
 *
 * @example
 * textDrawing(await pathOf(graph, run));
 * // ✓ draft ×2
 * // ⏸ review → send | ↺ draft
 * // · send
 */
export function textDrawing(path: DrawnPath, options: TextDrawingOptions = {}): string {
  const [width, most] = [Math.max(options.width ?? 60, 20), Math.max(options.nodes ?? 40, 1)];
  const layers = layersOf(path);
  const inOrder = layers.flat();
  const first = firstShown(inOrder, most);
  const lines = layers.flatMap((layer, depth) =>
    layer.map((_, index) => lineOf(path, { layers, depth, index, width })),
  );
  const shown = lines.slice(first, first + most);
  const above = first > 0 ? more(first) : startLine(path, layers, width);
  return [...above, ...shown, ...more(lines.length - first - shown.length)].join("\n");
}

/** Where the graph begins, when that is not simply the first line. */
function startLine(path: DrawnPath, layers: Layers, width: number): readonly string[] {
  const ways = waysThatFit(waysOf(path, START, layers, -1), width - "start".length);
  return ways === "" ? [] : [`start${ways}`];
}

function more(count: number): readonly string[] {
  return count > 0 ? [`… ${count} more`] : [];
}

/** The part of the list around where the run is: at what is under way, or else behind what was done last. */
function firstShown(nodes: readonly PathNode[], most: number): number {
  const underWay = nodes.findIndex(({ state }) => state !== "done" && state !== "not reached");
  const here = underWay === -1 ? nodes.findLastIndex(({ state }) => state === "done") : underWay;
  const centred = here - Math.floor(most / 2);
  return Math.max(0, Math.min(centred, nodes.length - most));
}

type Layers = readonly (readonly PathNode[])[];

/** Nodes by how far they are from the start at most; ways back do not count. */
function layersOf({ nodes, edges }: DrawnPath): Layers {
  const next = Map.groupBy(edges, ({ from }) => from);
  const order = forwardOrder(
    [START, ...nodes.map(({ name }) => name)],
    (name) => next.get(name)?.map(({ to }) => to) ?? [],
  );
  const place = new Map(order.map((name, index) => [name, index]));
  const depths = new Map<string, number>();
  for (const name of order) {
    const depth = depths.get(name) ?? 0;
    for (const { to } of next.get(name) ?? []) {
      const isForward = (place.get(to) ?? 0) > (place.get(name) ?? 0);
      if (isForward) depths.set(to, Math.max(depths.get(to) ?? 0, depth + 1));
    }
  }
  const byDepth = Map.groupBy(nodes, ({ name }) => depths.get(name) ?? 0);
  return [...byDepth].sort(([a], [b]) => a - b).map(([, layer]) => layer);
}

/** An order in which every edge leads forward but those that close a loop; not by recursion, as a graph may be long. */
function forwardOrder(
  names: readonly string[],
  next: (name: string) => readonly string[],
): readonly string[] {
  const seen = new Set<string>([END]);
  const left: string[] = [];
  const open: { readonly name: string; readonly ways: Iterator<string> }[] = [];
  const enter = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    open.push({ name, ways: next(name).values() });
  };
  for (const name of names) {
    enter(name);
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const way = last.ways.next();
      if (way.done !== true) enter(way.value);
      else {
        open.pop();
        left.push(last.name);
      }
    }
  }
  return left.reverse();
}

interface Line {
  readonly layers: Layers;
  readonly depth: number;
  readonly index: number;
  readonly width: number;
}

function lineOf(path: DrawnPath, { layers, depth, index, width }: Line): string {
  const layer = layers[depth] ?? [];
  const node = layer[index];
  if (node === undefined) return "";
  const bracket = layer.length === 1 ? "" : index === 0 ? "┌ " : index === layer.length - 1 ? "└ " : "├ ";
  const before = `${bracket}${MARKS[node.state]} `;
  const behind = timesOf(node);
  const name = clipped(visible(node.name), width - before.length - behind.length);
  const line = before + name + behind;
  return line + waysThatFit(waysOf(path, node.name, layers, depth), width - line.length);
}

/** How often a node has finished; of one that is not done now, besides what it is at. */
function timesOf({ state, times }: PathNode): string {
  if (state === "done") return times > 1 ? ` ×${times}` : "";
  return times > 0 ? ` (✓ ×${times})` : "";
}

interface Ways {
  readonly names: readonly string[];
  readonly separator: string;
}

/** Where a node leads; nothing when that is all of what comes next, or the end behind the last node. */
function waysOf({ edges }: DrawnPath, name: string, layers: Layers, depth: number): Ways {
  const own = edges.filter(({ from }) => from === name);
  const targets = [...new Set(own.map(({ to }) => to))];
  const next = layers[depth + 1]?.map((node) => node.name) ?? [END];
  const isPlain = targets.length === next.length && targets.every((to) => next.includes(to));
  const isChoice = own.some(({ conditional }) => conditional) && targets.length > 1;
  if (targets.length === 0 || (isPlain && !isChoice)) return { names: [], separator: "" };
  const passed = new Set(layers.slice(0, depth + 1).flatMap((layer) => layer.map((node) => node.name)));
  const names = targets.map((to) => (to === END ? "end" : `${passed.has(to) ? "↺ " : ""}${visible(to)}`));
  return { names, separator: isChoice ? " | " : ", " };
}

/** As many as there is room for, and how many more there are. */
function waysThatFit({ names, separator }: Ways, room: number): string {
  if (names.length === 0) return "";
  for (let count = names.length; count >= 0; count--) {
    const left = names.length - count;
    const told = [...names.slice(0, count), ...(left > 0 ? [`… ${left} more`] : [])];
    const text = ` → ${told.join(separator)}`;
    if (text.length <= room) return text;
  }
  return "";
}

/** One line, whatever a name holds: no line breaks, nothing invisible, nothing that ends a block of code. */
function visible(name: string): string {
  return name.replace(/[\p{C}\p{Zl}\p{Zp}`]/gu, "?");
}

function clipped(text: string, length: number): string {
  if (text.length <= length) return text;
  let kept = "";
  for (const character of text) {
    if (kept.length + character.length > length - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
