// Why a node has failed: as its error handler is told, and as it is stored.
import type { TaskError } from "./checkpointer.ts";

/**
 * What an error handler is told: the node, and what it threw. Mirrors LangGraph's `NodeError`. When the handler runs again, because
 * it asked or failed itself, the error has the name and the message of the one that was thrown.
 *
 * @example
 * builder.addNode("charge", charge, { errorHandler: (state, { node, error }) => ({ failed: `${node}: ${String(error)}` }) });
 */
export class NodeError {
  readonly node: string;
  readonly error: unknown;

  constructor(node: string, error: unknown) {
    this.node = node;
    this.error = error;
  }
}

/** As it is stored. */
export function taskError(error: unknown): TaskError {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: "Error", message: String(error) };
}
