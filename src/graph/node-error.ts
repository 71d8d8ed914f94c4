// What the error handler of a node is told.

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
