// Where the graphs within the nodes of a thread are, and which of their questions that thread still lists wait no more.
import { ownerOf, taskId } from "./path.ts";
import type { Plan } from "./plan.ts";
import { storedThread } from "./prepare.ts";
import type { Run } from "./run.ts";
import { pendingInterrupts, scopeOf, type Thread } from "./thread.ts";

/** What a node's name and its task's id are to those who stream. */
export function namespaceSegment(scope: readonly string[], path: string): string {
  return `${path.split(":", 1)[0] ?? path}:${taskId(scope, path)}`;
}

/** Where a graph that is a node runs, below the task of that node. */
export function graphAsNodePath(path: string): string {
  return `${path}|:graph:0`;
}

/** The log of the graph that runs at a path; without its state, a node that runs again from another checkpoint runs it anew. */
export function nestedThreadId(threadId: string, path: string, checkpointId: string): string {
  return `${threadId}|${path}@${checkpointId}`;
}

interface GraphWithin {
  readonly path: string;
  readonly segment: string;
  readonly plan: Plan;
  readonly threadId: string;
  readonly scope: string;
}

/** The nodes of the next superstep that are graphs. */
export function graphsWithin(plan: Plan, thread: Thread): readonly GraphWithin[] {
  return thread.next.flatMap(({ path, node }) => {
    const graph = plan.nodes.get(node)?.graph?.plan;
    if (graph === undefined) return [];
    const scope = scopeOf(thread, path);
    const threadId = nestedThreadId(thread.id, graphAsNodePath(path), graph.keepsState ? "" : scope);
    return [{ path, segment: namespaceSegment([thread.id, scope], path), plan: graph, threadId, scope }];
  });
}

/**
 * The thread without the questions of graphs within its nodes that somebody has dropped there by changing their state. Nothing is
 * written here when that happens: the graph's own log is the one place that says so.
 */
export async function withoutDropped(
  { saver, plan }: Pick<Run, "saver" | "plan">,
  thread: Thread,
): Promise<Thread> {
  const waiting = pendingInterrupts(thread);
  const asking = new Set(waiting.map(({ task }) => ownerOf(task)));
  const dropped = new Set<string>();
  for (const within of waiting.length === 0 ? [] : graphsWithin(plan, thread)) {
    if (!asking.has(within.path)) continue;
    const found = { saver, ...within };
    const { superseded, interrupts } = await withoutDropped(found, await storedThread(found));
    // One that was dropped may have been asked again since.
    const kept = new Set(interrupts.map(({ id }) => id));
    for (const { id } of superseded) if (!kept.has(id)) dropped.add(id);
  }
  const gone = waiting.filter(({ id }) => dropped.has(id));
  if (gone.length === 0) return thread;
  return {
    ...thread,
    interrupts: thread.interrupts.filter(({ id }) => !dropped.has(id)),
    superseded: [...thread.superseded, ...gone],
  };
}
