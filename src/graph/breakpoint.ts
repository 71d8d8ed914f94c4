// Static breakpoints: where a graph stops because of its nodes' names, before they run or after.
import { nodeNames } from "./record.ts";
import type { Breakpoint, NextTask } from "./checkpointer.ts";
import { GraphValueError } from "./errors.ts";
import { idOf } from "./path.ts";

/** Names of nodes, or "*" for all of them. */
export type BreakpointNodes = readonly string[] | "*";

export interface BreakpointOptions {
  /** Stops before these nodes run; `invoke(null, …)` continues. */
  readonly interruptBefore?: BreakpointNodes;
  /** Stops after these nodes have run. */
  readonly interruptAfter?: BreakpointNodes;
}

export interface Breakpoints {
  readonly before: BreakpointNodes;
  readonly after: BreakpointNodes;
}

/** Those of the call replace those of the graph. @throws GraphValueError for a node that does not exist. */
export function breakpointsOf(
  plan: { readonly nodes: ReadonlyMap<string, unknown>; readonly breakpoints: Breakpoints },
  called: BreakpointOptions = {},
): Breakpoints {
  const {
    interruptBefore: before = plan.breakpoints.before,
    interruptAfter: after = plan.breakpoints.after,
  } = called;
  for (const name of [before, after].flatMap((names) => (names === "*" ? [] : names))) {
    if (name === "*" || plan.nodes.has(name)) continue;
    throw new GraphValueError(
      `Interrupt node \`${name}\` is not present. The nodes are: ${nodeNames(plan)}.`,
    );
  }
  return { before, after };
}

export function hasBreakpoints({ before, after }: Breakpoints): boolean {
  return before.length + after.length > 0;
}

/** The one breakpoint at a checkpoint, if any: of what ran into it, otherwise of what comes next. */
export function breakpointAt(
  {
    breakpoints: { before, after },
    threadId,
  }: { readonly breakpoints: Breakpoints; readonly threadId: string },
  checkpointId: string,
  { ran, next }: { readonly ran: readonly string[]; readonly next: readonly NextTask[] },
): Breakpoint | undefined {
  if (before.length + after.length === 0) return undefined;
  const id = idOf([threadId, checkpointId, "breakpoint"]);
  const stopped = namedIn(after, ran);
  if (stopped.length > 0) return { id, kind: "after", nodes: stopped };
  const coming = namedIn(
    before,
    next.map(({ node }) => node),
  );
  return coming.length === 0 ? undefined : { id, kind: "before", nodes: coming };
}

/** Those of the nodes that are named. */
export function namedIn(names: BreakpointNodes, nodes: readonly string[]): readonly string[] {
  const isAll = names === "*" || names.includes("*");
  return [...new Set(nodes)].filter((node) => isAll || names.includes(node));
}
