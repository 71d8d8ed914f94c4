// What takes a node's place when it has failed for good: its error handler, called with what the node was called with.
import type { CallResults } from "./attempt.ts";
import { NodeError, taskError } from "./node-error.ts";
import type { TaskError } from "./checkpointer.ts";
import { AnswerRefused, CheckpointConflict, GraphInterrupt, NodeInterrupt, ParentCommand } from "./errors.ts";

interface Failing {
  readonly node: string;
  /** Path of the task. */
  readonly task: string;
  readonly calls: CallResults;
  readonly signal: AbortSignal;
}

/** Runs a node, and its handler once the node has failed. That it failed is stored, so that a handler which asks does not let it run again. */
export async function withHandler<Ended>(
  { node, task, calls, signal }: Failing,
  run: () => Promise<Ended>,
  handle: (error: NodeError) => Promise<Ended>,
): Promise<Ended> {
  const place = `${task}|:failed:0`;
  const before = calls.known(place)?.error;
  if (before !== undefined) return handle(new NodeError(node, errorFrom(before)));
  try {
    return await run();
  } catch (error) {
    // What was told to stop has not failed: it runs again.
    if (signal.aborted || isNoFailure(error)) throw error;
    await calls.save(place, { updates: [], goto: [], error: taskError(error) });
    return handle(new NodeError(node, error));
  }
}

/** Questions, answers that do not fit, ways out of the graph, and another run on the same thread: a handler sees none of them. */
function isNoFailure(error: unknown): boolean {
  const kinds = [GraphInterrupt, NodeInterrupt, AnswerRefused, ParentCommand, CheckpointConflict];
  return kinds.some((kind) => error instanceof kind);
}

function errorFrom({ name, message }: TaskError): Error {
  return Object.defineProperty(new Error(message), "name", { value: name });
}
