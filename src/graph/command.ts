// What tells a graph where to go: its two ends, a Command from a node or from the caller, and a Send with its own input.

/** Where every graph begins; only a source of edges. */
export const START = "__start__";
/** Where a path through the graph ends; only a target of edges. */
export const END = "__end__";

/** The channel of an entrypoint for what its last run saved; LangGraph's name for it. */
export const PREVIOUS = "__previous__";

/**
 * Runs a node with an input of its own instead of the state, once for each Send: for fan-out over a list.
 * Mirrors LangGraph's `Send`.
 *
 * @example
 * builder.addConditionalEdges("split", ({ parts }) => parts.map((part) => new Send("work", { part })));
 */
export class Send<Args = unknown> {
  /** In JSON, what this is; LangGraph's name for it. */
  readonly lg_name = "Send";
  readonly node: string;
  readonly args: Args;

  constructor(node: string, args: Args) {
    this.node = node;
    this.args = args;
  }
}

interface CommandParts<Update> {
  readonly resume?: unknown;
  readonly update?: Update;
  readonly goto?: string | Send | readonly (string | Send)[];
  /** `Command.PARENT` from a node of a graph that runs within a node: the update and the goto are for the graph around it. */
  readonly graph?: string;
}

/**
 * From a node: an update and where to go, besides its static edges. As input: the answer to what the thread waits for, either
 * bare or as `{ [interruptId]: answer }`; every value but `undefined` is an answer. Mirrors LangGraph's `Command`.
 *
 * @example
 * return new Command({ update: { outcome: "approved" }, goto: "deploy" });
 * @example
 * await graph.invoke(new Command({ resume: { [id]: "yes" } }), { configurable: { thread_id: "t1" } });
 */
export class Command<Update = Readonly<Record<string, unknown>>> {
  static readonly PARENT = "__parent__";
  /** In JSON, what this is; LangGraph's name for it. */
  readonly lg_name = "Command";
  readonly resume: unknown;
  readonly update: Update | undefined;
  readonly goto: readonly (string | Send)[];
  readonly graph: string | undefined;

  constructor({ resume, update, goto = [], graph }: CommandParts<Update>) {
    this.graph = graph;
    this.resume = resume;
    this.update = update;
    this.goto = typeof goto === "string" || goto instanceof Send ? [goto] : goto;
  }
}
