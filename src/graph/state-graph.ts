// Builds a graph out of nodes and edges, and refuses one that could not run.
import type { AnnotationRoot, Channels, StateOf, UpdateOf } from "./annotation.ts";
import { breakpointsOf } from "./breakpoint.ts";
import { type Command, END, type Send, START } from "./command.ts";
import { type CompiledGraph, type CompileOptions, createCompiledGraph } from "./compiled.ts";
import { GraphValueError, UnreachableNodeError } from "./errors.ts";
import type { Branch, Join, Plan, PlannedFunction, PlannedNode } from "./plan.ts";
import type { RetryPolicy } from "./retry.ts";
import type { NodeConfig } from "./task.ts";

export type NodeReturn<Update> =
  Update | Command<Update> | Command | readonly (Update | Command<Update> | Command)[] | undefined | null;

/** A node: reads the state, returns what it writes, a Command, or nothing. */
export type NodeFunction<State, Update, Context = unknown> = (
  state: State,
  config: NodeConfig<Context>,
  // A function without a return statement is a node too.
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type
) => NodeReturn<Update> | void | Promise<NodeReturn<Update> | void>;

type Target = string | boolean | number | Send;

/** A condition: says where to go. */
export type BranchFunction<State, Context = unknown> = (
  state: State,
  config: NodeConfig<Context>,
) => Target | readonly Target[] | Promise<Target | readonly Target[]>;

export interface NodeOptions {
  /** Nodes that the node's Commands lead to; needed for nodes that no edge leads to. */
  readonly ends?: readonly string[];
  readonly retryPolicy?: RetryPolicy;
}

/**
 * A graph under construction. Mirrors LangGraph's `StateGraph`.
 *
 * @example
 * const graph = new StateGraph(State)
 *   .addNode("ask", () => ({ answer: interrupt("Go on?") }))
 *   .addEdge(START, "ask")
 *   .addEdge("ask", END)
 *   .compile({ checkpointer: new MemorySaver() });
 */
export class StateGraph<C extends Channels, Context = unknown> {
  readonly #channels: C;
  readonly #nodes = new Map<string, PlannedNode>();
  readonly #edges = new Map<string, readonly string[]>();
  readonly #branches = new Map<string, readonly Branch[]>();
  readonly #joins: Join[] = [];

  constructor(state: AnnotationRoot<C>) {
    this.#channels = state.spec;
  }

  /** Adds a node. `Input` differs from the state only for a node that Sends lead to. */
  addNode<Input = StateOf<C>>(
    name: string,
    run: NodeFunction<Input, UpdateOf<C>, Context>,
    options: NodeOptions = {},
  ): this {
    checkName(name);
    if (this.#nodes.has(name))
      throw new GraphValueError(`Node "${name}" is already present. Give each node a name of its own.`);
    if (Object.hasOwn(this.#channels, name)) {
      throw new GraphValueError(
        `"${name}" is already a channel of the state and cannot also name a node. Rename one of them.`,
      );
    }
    this.#nodes.set(name, {
      name,
      run: planned(run),
      retryPolicy: options.retryPolicy,
      ends: options.ends ?? [],
    });
    return this;
  }

  /** Adds an edge; with several sources, the target runs once all of them have. */
  addEdge(from: string | readonly string[], to: string): this {
    const sources = typeof from === "string" ? [from] : from;
    if (sources.includes(END)) throw new GraphValueError("END cannot be the source of an edge.");
    if (to === START) throw new GraphValueError("START cannot be the target of an edge.");
    if (typeof from !== "string")
      this.#joins.push({ name: `${from.join("+")}>${to}`, sources: from, target: to });
    else this.#edges.set(from, [...(this.#edges.get(from) ?? []), to]);
    return this;
  }

  /** Adds a condition behind a node. Without `pathMap` it returns names of nodes (or Sends), with it what the map turns into them. */
  addConditionalEdges(
    from: string,
    path: BranchFunction<StateOf<C>, Context>,
    pathMap?: Readonly<Record<string, string>> | readonly string[],
  ): this {
    if (from === END) throw new GraphValueError("END cannot be the source of an edge.");
    const branch = { path: planned(path), ends: pathMap === undefined ? undefined : endsFrom(pathMap) };
    this.#branches.set(from, [...(this.#branches.get(from) ?? []), branch]);
    return this;
  }

  /**
   * The graph, ready to run. Later changes of the builder do not reach it.
   *
   * @throws GraphValueError when an edge names a node that does not exist, or nothing follows START.
   * @throws UnreachableNodeError when no edge, condition or `ends` leads to a node.
   */
  compile(options: CompileOptions = {}): CompiledGraph<StateOf<C>, UpdateOf<C>, Context> {
    checkNames(this.#nodes, [
      ...this.#edges,
      ...this.#joins.map(({ sources, target }) => [START, [...sources, target]] as const),
      ...[...this.#nodes].map(([name, { ends }]) => [name, ends] as const),
      ...[...this.#branches].map(
        ([source, branches]) =>
          [source, branches.flatMap((branch) => [...(branch.ends?.values() ?? [])])] as const,
      ),
    ]);
    const nodes = new Map(this.#nodes);
    const plan: Plan = {
      channels: this.#channels,
      nodes,
      edges: new Map(this.#edges),
      branches: new Map(this.#branches),
      joins: [...this.#joins],
    };
    checkReachable(plan);
    breakpointsOf(plan, options);
    return createCompiledGraph(plan, options);
  }
}

/** Inside the engine state is unknown; what a node takes and gives was checked by the compiler at `addNode`. */
function planned(run: (state: never, config: never) => unknown): PlannedFunction {
  return run as PlannedFunction;
}

function checkName(name: string): void {
  const isReserved = name === START || name === END;
  if (!isReserved && name !== "" && !/[|:]/.test(name)) return;
  throw new GraphValueError(
    `"${name}" cannot name a node: it is empty, reserved, or has "|" or ":" in it. Choose another name.`,
  );
}

function checkNames(
  nodes: ReadonlyMap<string, unknown>,
  named: readonly (readonly [string, readonly string[]])[],
): void {
  for (const [source, targets] of named) {
    const unknown = [source, ...targets].find((name) => name !== START && name !== END && !nodes.has(name));
    if (unknown === undefined) continue;
    throw new GraphValueError(
      `An edge names the node "${unknown}", which was not added. Add it, or correct the name.`,
    );
  }
}

function checkReachable(plan: Plan): void {
  const reached = new Set<string>();
  const follow = (source: string): void => {
    for (const target of targetsOf(plan, source)) {
      if (target === END || reached.has(target)) continue;
      reached.add(target);
      follow(target);
    }
  };
  follow(START);
  if (reached.size === 0)
    throw new GraphValueError("Nothing follows START. Add an edge from START to the first node.");
  const lost = [...plan.nodes.keys()].find((name) => !reached.has(name));
  if (lost === undefined) return;
  throw new UnreachableNodeError(
    `Node "${lost}" is not reachable. Lead an edge to it, or name it in the "ends" of the node whose Command goes there.`,
  );
}

function targetsOf(plan: Plan, source: string): readonly string[] {
  const branches = plan.branches.get(source) ?? [];
  // A condition without a map may return any node.
  const conditional = branches.flatMap(({ ends }) => [...(ends?.values() ?? plan.nodes.keys())]);
  const joined = plan.joins.filter(({ sources }) => sources.includes(source)).map(({ target }) => target);
  return [
    ...(plan.edges.get(source) ?? []),
    ...(plan.nodes.get(source)?.ends ?? []),
    ...conditional,
    ...joined,
  ];
}

function endsFrom(
  pathMap: Readonly<Record<string, string>> | readonly string[],
): ReadonlyMap<string, string> {
  return new Map(isNameList(pathMap) ? pathMap.map((name) => [name, name]) : Object.entries(pathMap));
}

function isNameList(
  pathMap: Readonly<Record<string, string>> | readonly string[],
): pathMap is readonly string[] {
  return Array.isArray(pathMap);
}
