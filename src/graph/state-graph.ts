// Builds a graph out of nodes and edges, and refuses one that could not run.
import type { Channels, StateOf, UpdateOf } from "./annotation.ts";
import { breakpointsOf } from "./breakpoint.ts";
import { END, type Send, START } from "./command.ts";
import { createCompiledGraph, planOf } from "./compiled.ts";
import type { CompiledGraph } from "./compiled-graph.ts";
import { type CompileOptions, compiledWith } from "./options.ts";
import { GraphValueError, UnreachableNodeError } from "./errors.ts";
import {
  type AnyAnswerHandler,
  type AnyNodeOptions,
  type Complete,
  type Known,
  type NamesIn,
  type NodeFunction,
  type NodeGiven,
  type NodeOptions,
  type NodePolicies,
  type NodeRunnable,
  plannedPolicies,
  type Runnable,
  type WellSpelt,
} from "./node.ts";
import type { Branch, Join, Plan, PlannedFunction, PlannedNode, PlannedPolicies } from "./plan.ts";
import { type GraphForm, graphFormOf, type GraphInit, type GraphSchemas } from "./schemas.ts";
import type { StandardSchema } from "./standard-schema.ts";
import type { ChannelsOf, StateDefinition } from "./state.ts";
import type { NodeConfig } from "./node-config.ts";
import { untrackedIn } from "./values.ts";
import type { Values } from "./values.ts";
import { nodeNames, picked } from "./record.ts";

type Target<Names extends string> = Names | Send<Names>;
type Found<Names extends string> = Target<Names> | readonly Target<Names>[];

/** A condition: says where to go, by name, or by a word that its map turns into a name. */
export type BranchFunction<State, Context = unknown, Names extends string = string> = (
  state: State,
  config: NodeConfig<Context>,
) => Found<Names> | Promise<Found<Names>>;

type Word<Names extends string> = string | boolean | number | Send<Names>;
type WordFunction<State, Context, Names extends string = string> = (
  state: State,
  config: NodeConfig<Context>,
) => Word<Names> | readonly Word<Names>[] | Promise<Word<Names> | readonly Word<Names>[]>;

type NodesOf<S extends StateDefinition, Context> = Readonly<
  Record<
    string,
    | NodeFunction<StateOf<ChannelsOf<S>>, UpdateOf<ChannelsOf<S>>, Context>
    | NodeRunnable<StateOf<ChannelsOf<S>>, UpdateOf<ChannelsOf<S>>>
  >
>;

type Compiled<
  S extends StateDefinition,
  Context,
  In extends StateDefinition,
  Out extends StateDefinition,
> = CompiledGraph<
  StateOf<ChannelsOf<S>>,
  UpdateOf<ChannelsOf<S>>,
  Context,
  UpdateOf<ChannelsOf<In>>,
  StateOf<ChannelsOf<Out>>
>;

/**
 * A graph under construction. Mirrors LangGraph's `StateGraph`. The compiler knows the nodes that were added so far, so edges
 * come after their nodes; a Command, a Send in it and `ends` may name later ones, and `compile()` asks for all of them. For a graph
 * whose names are known only at run time, write `new StateGraph<typeof State, unknown, string>`.
 *
 * @example
 * const graph = new StateGraph(State)
 *   .addNode("ask", () => ({ answer: interrupt("Go on?") }))
 *   .addEdge(START, "ask")
 *   .addEdge("ask", END)
 *   .compile({ checkpointer: new MemorySaver() });
 * @example
 * const graph = new StateGraph(z.object({ question: z.string(), answer: z.string().optional() }));
 * @example
 * const graph = new StateGraph({ state: State, input: Question, output: Answer });
 */
export class StateGraph<
  S extends StateDefinition,
  Context = unknown,
  Names extends string = never,
  Wanted extends string = never,
  In extends StateDefinition = S,
  Out extends StateDefinition = S,
> {
  readonly #form: GraphForm;
  #defaults: PlannedPolicies = {};
  readonly #nodes = new Map<string, PlannedNode>();
  readonly #edges = new Map<string, readonly string[]>();
  readonly #branches = new Map<string, readonly Branch[]>();
  readonly #joins: Join[] = [];
  readonly #deferred = new Set<string>();

  /** With schemas for what callers hand in and get back, or with one for the context. */
  constructor(state: S, schemas?: GraphSchemas<In, Out, Context> | StandardSchema<unknown, Context>);
  constructor(init: GraphInit<S, In, Out, Context>);
  constructor(
    given: S | GraphInit<S, In, Out, Context>,
    schemas?: GraphSchemas<In, Out, Context> | StandardSchema,
  ) {
    this.#form = graphFormOf(given, schemas);
  }

  /** What holds for every node that does not say otherwise; the order of calls does not matter. Mirrors LangGraph's `setNodeDefaults`. */
  setNodeDefaults(defaults: NodePolicies<StateOf<ChannelsOf<S>>, UpdateOf<ChannelsOf<S>>, Context>): this {
    this.#defaults = { ...this.#defaults, ...plannedPolicies(defaults) };
    return this;
  }

  /** Adds a node. Its input is the state; for a node that Sends lead to, annotate what they send. `ends` may name nodes that come later. */
  addNode<
    const Name extends string,
    Input = StateOf<ChannelsOf<S>>,
    Run = unknown,
    Ends extends string = never,
  >(
    name: Name,
    run: NodeGiven<Input, ChannelsOf<S>, Context, Run>,
    options?: NodeOptions<Ends, NoInfer<Input>, UpdateOf<ChannelsOf<S>>, Context>,
  ): StateGraph<S, Context, Names | Name, Wanted | NamesIn<Run> | Known<Ends>, In, Out>;
  /** Adds a compiled graph as a node: it runs on what of the state it has channels for, and writes back what this state has channels for. */
  addNode<const Name extends string, Ends extends string = never>(
    name: Name,
    graph: Pick<CompiledGraph<never, never>, "getGraph">,
    options?: NodeOptions<Ends, StateOf<ChannelsOf<S>>, UpdateOf<ChannelsOf<S>>, Context>,
  ): StateGraph<S, Context, Names | Name, Wanted | Known<Ends>, In, Out>;
  /** Adds something with an `invoke` of its own as a node: it gets the state and the config, and what it gives is written. */
  addNode<const Name extends string, Input = StateOf<ChannelsOf<S>>, Ends extends string = never>(
    name: Name,
    runnable: NodeRunnable<Input, UpdateOf<ChannelsOf<S>>>,
    options?: NodeOptions<Ends, StateOf<ChannelsOf<S>>, UpdateOf<ChannelsOf<S>>, Context>,
  ): StateGraph<S, Context, Names | Name, Wanted | Known<Ends>, In, Out>;
  /** Adds several nodes by name. */
  addNode<Nodes extends NodesOf<S, Context>>(
    nodes: Nodes & WellSpelt<ChannelsOf<S>, Nodes[keyof Nodes]>,
  ): StateGraph<S, Context, Names | (keyof Nodes & string), Wanted | NamesIn<Nodes[keyof Nodes]>, In, Out>;
  addNode(
    added: string | Readonly<Record<string, AnyFunction | object>>,
    run?: AnyFunction | object,
    options: AnyNodeOptions = {},
  ): unknown {
    const nodes = typeof added === "string" ? [[added, run] as const] : Object.entries(added);
    for (const [name, node] of nodes) this.#add(name, node, options);
    return this;
  }

  /** Adds nodes, each with an edge from the one before. */
  addSequence<Nodes extends NodesOf<S, Context>>(
    nodes: Nodes & WellSpelt<ChannelsOf<S>, Nodes[keyof Nodes]>,
  ): StateGraph<S, Context, Names | (keyof Nodes & string), Wanted | NamesIn<Nodes[keyof Nodes]>, In, Out>;
  addSequence(nodes: Readonly<Record<string, AnyFunction | object>>): unknown {
    const names = Object.keys(nodes);
    if (names.length === 0) throw new GraphValueError("Sequence requires at least one node.");
    for (const [name, run] of Object.entries(nodes)) this.#add(name, run, {});
    for (const [index, name] of names.slice(1).entries()) this.#lead(names[index] ?? START, name);
    return this;
  }

  #add(
    name: string,
    run: AnyFunction | object | undefined,
    { ends = [], defer = false, onAnswer, ...policies }: AnyNodeOptions,
  ): void {
    checkName(name);
    const plan = typeof run === "object" ? planOf(run) : undefined;
    const body = typeof run === "object" ? objectAsNode(run, plan, this.#form.channels) : run;
    if (body === undefined)
      throw new GraphValueError(`Node "${name}" has no function. Give it one, or something with an invoke.`);
    if (this.#nodes.has(name))
      throw new GraphValueError(`Node "${name}" is already present. Give each node a name of its own.`);
    if (Object.hasOwn(this.#form.channels, name)) {
      throw new GraphValueError(
        `"${name}" is already a channel of the state and cannot also name a node. Rename one of them.`,
      );
    }
    this.#nodes.set(name, {
      ...{ name, run: planned(body), ends, ...plannedPolicies(policies) },
      onAnswer: onAnswer && plannedAnswer(onAnswer),
      // A plan is known of compiled graphs only.
      graph: plan && { plan, getGraph: (wanted) => (run as CompiledGraph<Values, Values>).getGraph(wanted) },
    });
    if (defer) this.#deferred.add(name);
  }

  /** Adds an edge; with several sources, the target runs once all of them have. */
  addEdge(from: Names | typeof START | readonly Names[], to: Names | typeof END): this {
    const sources: readonly string[] = typeof from === "string" ? [from] : from;
    const target: string = to;
    if (sources.includes(END)) throw new GraphValueError("END cannot be the source of an edge.");
    if (target === START) throw new GraphValueError("START cannot be the target of an edge.");
    if (typeof from !== "string")
      this.#joins.push({ name: `${sources.join("+")}>${target}`, sources, target });
    else this.#lead(from, target);
    return this;
  }

  #lead(from: string, target: string): void {
    this.#edges.set(from, [...(this.#edges.get(from) ?? []), target]);
  }

  /** Adds a condition behind a node: it returns names of nodes, or Sends. */
  addConditionalEdges(
    from: Names | typeof START,
    path:
      | BranchFunction<StateOf<ChannelsOf<S>>, Context, Names | typeof END>
      | Runnable<StateOf<ChannelsOf<S>>, Found<Names | typeof END>>,
  ): this;
  /** With a map it returns what the map turns into names; a list of names maps each to itself. */
  addConditionalEdges(
    from: Names | typeof START,
    path:
      | WordFunction<StateOf<ChannelsOf<S>>, Context, Names>
      | Runnable<StateOf<ChannelsOf<S>>, Word<Names> | readonly Word<Names>[]>,
    pathMap: Readonly<Record<string, Names | typeof END>> | readonly (Names | typeof END)[],
  ): this;
  addConditionalEdges(
    from: string,
    path: AnyFunction | object,
    pathMap?: Readonly<Record<string, string>> | readonly string[],
  ): this {
    if (from === END) throw new GraphValueError("END cannot be the source of an edge.");
    const body = typeof path === "function" ? (path as AnyFunction) : runnableAsFunction(path);
    if (body === undefined)
      throw new GraphValueError(`The condition after "${from}" is no function and has no invoke.`);
    const branch = { path: planned(body), ends: pathMap === undefined ? undefined : endsFrom(pathMap) };
    this.#branches.set(from, [...(this.#branches.get(from) ?? []), branch]);
    return this;
  }

  /**
   * The graph, ready to run. Later changes of the builder do not reach it.
   *
   * @throws GraphValueError when an edge names a node that does not exist, or nothing follows START.
   * @throws UnreachableNodeError when no edge, condition or `ends` leads to a node.
   */
  compile(
    this: Complete<Names, Wanted>,
    options?: CompileOptions & Complete<Names, Wanted>,
  ): Compiled<S, Context, In, Out>;
  compile(options: CompileOptions = {}): Compiled<S, Context, In, Out> {
    checkNames(this.#nodes, [
      ...this.#edges,
      ...this.#joins.map(({ sources, target }) => [START, [...sources, target]] as const),
      ...[...this.#nodes].map(([name, { ends }]) => [name, ends] as const),
      ...[...this.#branches].map(
        ([source, branches]) =>
          [source, branches.flatMap((branch) => [...(branch.ends?.values() ?? [])])] as const,
      ),
    ]);
    const nodes = new Map([...this.#nodes].map(([name, node]) => [name, { ...this.#defaults, ...node }]));
    for (const [name, onAnswer] of Object.entries(options.onAnswer ?? {})) {
      const node = nodes.get(name);
      if (node === undefined) throw unknownAnswering(name, { nodes });
      nodes.set(name, { ...node, onAnswer: plannedAnswer(onAnswer) });
    }
    const plan: Plan = {
      ...this.#form,
      untracked: untrackedIn(this.#form.channels),
      nodes,
      edges: new Map(this.#edges),
      branches: new Map(this.#branches),
      joins: [...this.#joins],
      ...compiledWith(options),
      deferred: new Set(this.#deferred),
    };
    checkReachable(plan);
    breakpointsOf(plan);
    return createCompiledGraph(plan, options);
  }
}

function objectAsNode(run: object, plan: Plan | undefined, channels: Channels): AnyFunction | undefined {
  return plan === undefined ? runnableAsFunction(run) : graphAsNode(run, plan, channels);
}

function runnableAsFunction(run: object): AnyFunction | undefined {
  if (!("invoke" in run) || typeof run.invoke !== "function") return undefined;
  const runnable = run as Runnable<never, unknown>;
  return (state, config) => runnable.invoke(state, config);
}

function graphAsNode(graph: object, plan: Plan, channels: Channels): AnyFunction {
  // A plan is known of compiled graphs only.
  const nested = graph as CompiledGraph<Values, Values>;
  return async (state: Values) => sharedPart(await nested.invoke(sharedPart(state, plan.inputs)), channels);
}

function sharedPart(values: Values, channels: Channels): Values {
  return picked(values, (name) => Object.hasOwn(channels, name));
}

/** Any node, whatever it takes and gives. */
type AnyFunction = (state: never, config: never) => unknown;

/** Inside the engine state is unknown; what a node takes and gives was checked by the compiler at `addNode`. */
function planned(run: AnyFunction): PlannedFunction {
  return run as PlannedFunction;
}

function plannedAnswer(onAnswer: AnyAnswerHandler): NonNullable<PlannedNode["onAnswer"]> {
  return onAnswer as NonNullable<PlannedNode["onAnswer"]>;
}

function unknownAnswering(name: string, plan: Pick<Plan, "nodes">): GraphValueError {
  return new GraphValueError(
    `"onAnswer" names the node "${name}", which was not added. The nodes are: ${nodeNames(plan)}.`,
  );
}

/** @throws GraphValueError for a name that no node can have. */
export function checkName(name: string): void {
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
  // Not by recursion: a graph may be longer than the stack is deep.
  const open: string[] = [START];
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    for (const target of targetsOf(plan, source)) {
      if (target === END || reached.has(target)) continue;
      reached.add(target);
      open.push(target);
    }
  }
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
  // A condition without a map may return any node, and so may an error handler.
  const conditional = branches.flatMap(({ ends }) => [...(ends?.values() ?? plan.nodes.keys())]);
  const handled = plan.nodes.get(source)?.errorHandler === undefined ? [] : plan.nodes.keys();
  const joined = plan.joins.filter(({ sources }) => sources.includes(source)).map(({ target }) => target);
  return [
    ...(plan.edges.get(source) ?? []),
    ...(plan.nodes.get(source)?.ends ?? []),
    ...conditional,
    ...handled,
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
