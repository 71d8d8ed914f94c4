// Who takes the answer to what a node raised.
import type { PendingInterrupt } from "./checkpointer.ts";
import type { Plan, PlannedNode } from "./plan.ts";
import type { Thread } from "./thread.ts";

/** Undefined for a question that is answered by itself, for a breakpoint, and for what a graph within the node raised. */
export function handlerOf(
  { nodes }: Pick<Plan, "nodes">,
  { next }: Thread,
  { task: path, raised, stop }: PendingInterrupt,
): PlannedNode["onAnswer"] {
  if (!raised || stop !== undefined) return undefined;
  const task = next.find((one) => one.path === path);
  return task && nodes.get(task.node)?.onAnswer;
}
