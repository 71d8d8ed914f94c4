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
export class Send<Node extends string = string, Args = unknown> {
  /** In JSON, what this is; LangGraph's name for it. */
  readonly lg_name = "Send";
  readonly node: Node;
  readonly args: Args;

  constructor(node: Node, args: Args) {
    this.node = node;
    this.args = args;
  }
}

type Target<Nodes extends string> = Nodes | Send<Nodes>;

interface CommandParts<Resume, Update, Nodes extends string> {
  readonly resume?: Resume;
  readonly update?: Update;
  readonly goto?: Target<Nodes> | readonly Target<Nodes>[];
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
export interface Command<
  Resume = unknown,
  Update = Readonly<Record<string, unknown>>,
  Nodes extends string = string,
> {
  /** In JSON, what this is; LangGraph's name for it. */
  readonly lg_name: "Command";
  readonly resume: Resume | undefined;
  readonly update: Update | undefined;
  readonly goto: readonly Target<Nodes>[];
  readonly graph: string | undefined;
}

interface CommandConstructor {
  readonly PARENT: "__parent__";
  readonly prototype: Command;
  // What is not given is never: as anything at all it would hide, among several returns, what another one gives.
  new <Resume = unknown, Update = never, Nodes extends string = never>(
    parts: CommandParts<Resume, Update, Nodes> & { readonly graph?: undefined },
  ): Command<Resume, Update, Nodes>;
  /** For another graph, whose channels and nodes are not known here; and where only the type of `resume` is written out. */
  new <Resume = unknown>(
    parts: CommandParts<Resume, Readonly<Record<string, unknown>>, string>,
  ): Command<Resume>;
}

export const Command: CommandConstructor = class Command<Resume, Update, Nodes extends string> {
  static readonly PARENT = "__parent__";
  readonly lg_name = "Command";
  readonly resume: Resume | undefined;
  readonly update: Update | undefined;
  readonly goto: readonly Target<Nodes>[];
  readonly graph: string | undefined;

  constructor({ resume, update, goto = [], graph }: CommandParts<Resume, Update, Nodes>) {
    this.graph = graph;
    this.resume = resume;
    this.update = update;
    this.goto = typeof goto === "string" || goto instanceof Send ? [goto] : goto;
  }

  /** LangChain's tools would otherwise make text of it. */
  get lc_direct_tool_output(): true {
    return true;
  }
};
