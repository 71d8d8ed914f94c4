// Where the nodes and edges of a graph stand: one row for each step away from the start, edges that lead back at the side.
import type { RunPicture } from "../../panels/protocol.ts";

export interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly conditional: boolean;
  readonly taken: boolean;
}

interface Layout {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

export const BOX = { width: 132, height: 40 } as const;
export const START = "__start__";
export const END = "__end__";
const GAP = { x: 24, y: 40 } as const;
const MARGIN = 8;
/** Room at the right for edges that lead back or past other rows. */
const LANE = 26;

type Graph = Pick<RunPicture, "nodes" | "edges">;

export function layoutOf({ nodes, edges }: Graph): Layout {
  const names = [START, ...nodes.map(({ name }) => name), END];
  const rows = rowsOf(names, edges);
  const widest = Math.max(...rows.map(({ length }) => length));
  const inner = widest * BOX.width + (widest - 1) * GAP.x;
  const boxes = rows.flatMap((row, level) =>
    row.map((name, index) => {
      const indent = (inner - row.length * BOX.width - (row.length - 1) * GAP.x) / 2;
      const x = MARGIN + indent + index * (BOX.width + GAP.x);
      return { name, x, y: MARGIN + level * (BOX.height + GAP.y) };
    }),
  );
  const level = new Map(rows.flatMap((row, index) => row.map((name) => [name, index] as const)));
  const isBeside = ({ from, to }: Graph["edges"][number]): boolean =>
    (level.get(to) ?? 0) - (level.get(from) ?? 0) !== 1;
  const beside = edges.filter(isBeside);
  const lines = edges.map((edge) => {
    const [from, to] = [
      boxes.find(({ name }) => name === edge.from),
      boxes.find(({ name }) => name === edge.to),
    ];
    const lane = beside.indexOf(edge);
    const path =
      from === undefined || to === undefined
        ? ""
        : lane < 0
          ? straight(from, to)
          : around(from, to, MARGIN + inner + (lane + 1) * LANE - 6);
    return { ...edge, path };
  });
  return {
    boxes,
    lines,
    width: inner + 2 * MARGIN + beside.length * LANE,
    height: rows.length * BOX.height + (rows.length - 1) * GAP.y + 2 * MARGIN,
  };
}

/** By the longest way from the start that does not go in circles, so that an edge leads down unless it leads back. */
function rowsOf(names: readonly string[], edges: Graph["edges"]): readonly (readonly string[])[] {
  const level = new Map<string, number>();
  const visit = (name: string, at: number, way: readonly string[]): void => {
    if (way.includes(name) || at <= (level.get(name) ?? -1)) return;
    level.set(name, at);
    for (const { from, to } of edges) if (from === name) visit(to, at + 1, [...way, name]);
  };
  visit(START, 0, []);
  const last = Math.max(0, ...level.values());
  const of = (name: string): number => (name === END ? Math.max(last, 1) : (level.get(name) ?? 1));
  const count = Math.max(...names.map(of)) + 1;
  return Array.from({ length: count }, (_, row) => names.filter((name) => of(name) === row)).filter(
    ({ length }) => length > 0,
  );
}

function straight(from: Box, to: Box): string {
  const [x1, y1] = [from.x + BOX.width / 2, from.y + BOX.height];
  const [x2, y2] = [to.x + BOX.width / 2, to.y];
  const middle = (y1 + y2) / 2;
  return `M ${x1} ${y1} C ${x1} ${middle}, ${x2} ${middle}, ${x2} ${y2}`;
}

function around(from: Box, to: Box, lane: number): string {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2 + 6];
  const [x2, y2] = [to.x + BOX.width, to.y + BOX.height / 2 - 6];
  return `M ${x1} ${y1} C ${lane} ${y1}, ${lane} ${y1}, ${lane} ${(y1 + y2) / 2} S ${lane} ${y2}, ${x2} ${y2}`;
}
