// The compiled form of a graph, and the rule of which tasks follow a superstep.
import { nodeNames } from "./record.ts";
import type { Channels } from "./annotation.ts";
import type { Breakpoints } from "./breakpoint.ts";
import type { Destination, JoinsSeen, NextTask, TaskResult } from "./checkpointer.ts";
import type { CachePolicy } from "./cache.ts";
import { END, Send } from "./command.ts";
import type { Drawn, DrawingOptions } from "./drawn.ts";
import { holdDeferred } from "./defer.ts";
import type { NodeError } from "./node-error.ts";
import { GraphValueError, InvalidUpdateError } from "./errors.ts";
import type { RetryPolicy } from "./retry.ts";
import type { BaseStore } from "./store.ts";
import type { TimeoutPolicy } from "./timeout-policy.ts";
import type { Values } from "./values.ts";

/** A node or condition as the engine calls it: types were checked where it was added. */
export type PlannedFunction = (state: unknown, config: unknown) => unknown;

/** An answer to a NodeInterrupt, as what it writes: types were checked where it was added. */
type OnAnswer = (state: unknown, answer: unknown) => unknown;

export interface Branch {
  readonly path: PlannedFunction;
  /** What the path returns, to the node it means; without it the path returns node names. */
  readonly ends: ReadonlyMap<string, string> | undefined;
}

/** A graph that is a node. */
interface PlannedGraph {
  readonly plan: Plan;
  readonly getGraph: (options: DrawingOptions) => Drawn;
}

/** What is done about a node that fails, takes too long, or has run before on the same input. */
export interface PlannedPolicies {
  readonly retryPolicy?: RetryPolicy;
  readonly timeout?: TimeoutPolicy;
  /** Undefined where a node refuses the default of its graph. */
  readonly cachePolicy?: CachePolicy | undefined;
  readonly errorHandler?: (state: unknown, error: NodeError, config: unknown) => unknown;
}

export interface PlannedNode extends PlannedPolicies {
  readonly name: string;
  readonly run: PlannedFunction;
  readonly ends: readonly string[];
  /** What an answer to what it raised writes, before it runs again. */
  readonly onAnswer?: OnAnswer | undefined;
  /** What the node is, where a graph was added as one. */
  readonly graph?: PlannedGraph | undefined;
}

/** An edge with several sources: the target runs once all of them have. */
export interface Join {
  readonly name: string;
  readonly sources: readonly string[];
  readonly target: string;
}

/** How a graph speaks of itself where its channels are nobody's business: an entrypoint tells what its function takes and returns. */
export interface Shown {
  /** The channels whose writing changes what the state is shown as. */
  readonly outputs: readonly string[];
  readonly state: (values: Values) => unknown;
  readonly input: (values: Values) => unknown;
  readonly update: (update: Values) => unknown;
  readonly result: (update: Values) => Values;
}

export interface Plan {
  /** As it was declared where the graph was compiled. */
  readonly version?: string | undefined;
  readonly channels: Channels;
  /** Absent where a graph is shown as it is. */
  readonly shown?: Shown | undefined;
  /** Channels that are never stored. */
  readonly untracked: readonly string[];
  /** Checks and completes input; @throws InvalidUpdateError. */
  readonly checkInput: ((input: Values) => Values) | undefined;
  /** What of the state callers write and get back. */
  readonly inputs: Channels;
  readonly outputs: readonly string[] | undefined;
  /** Checks and completes the context; @throws GraphValueError. */
  readonly checkContext: (context: unknown) => unknown;
  readonly nodes: ReadonlyMap<string, PlannedNode>;
  /** Static edges by source. */
  readonly edges: ReadonlyMap<string, readonly string[]>;
  readonly branches: ReadonlyMap<string, readonly Branch[]>;
  readonly joins: readonly Join[];
  /** Within a node: its state is kept from one run of the node to the next. */
  readonly keepsState: boolean;
  /** Where it stops unless a call says otherwise. */
  readonly breakpoints: Breakpoints;
  /** Its own, for when it is given none. */
  readonly store: BaseStore | undefined;
  /** Nodes that wait until nothing else is left to run. */
  readonly deferred: ReadonlySet<string>;
}

export interface Finished {
  readonly node: string;
  readonly result: Pick<TaskResult, "goto" | "handled">;
}

/** The tasks that follow: nodes by name, each once, then Sends in the order in which they were sent. `hasOthers`: beside tasks that are still to run. */
export function tasksAfter(
  plan: Plan,
  all: readonly Finished[],
  { seen, hasOthers = false }: { readonly seen: JoinsSeen; readonly hasOthers?: boolean },
): { readonly next: readonly NextTask[]; readonly joins: JoinsSeen } {
  // Where the handler took the node's place, only the handler says where to go.
  const finished = all.filter(({ result }) => result.handled === undefined);
  const fixed = finished.flatMap(({ node }) => staticDestinations(plan, node));
  const given = all.flatMap(({ result }) => result.goto);
  const { targets, joins } =
    plan.joins.length === 0 ? { targets: [], joins: seen } : passJoins(plan, finished, seen);
  const way = { destinations: [...fixed, ...given, ...targets], joins };
  const held = holdDeferred(plan, way, { seen, hasOthers });
  return { next: tasksFor(held.destinations), joins: held.joins };
}

/** The tasks for destinations; `path` is unique among them, and their order is that in which writes apply. */
export function tasksFor(destinations: readonly Destination[]): readonly NextTask[] {
  const nodes = new Set<string>();
  const sends: NextTask[] = [];
  for (const to of destinations) {
    if (to.kind === "node") nodes.add(to.node);
    else sends.push({ kind: "send", path: `${to.node}:${sends.length}`, node: to.node, args: to.args });
  }
  const pulls = [...nodes].sort().map((node) => ({ kind: "pull", path: node, node }) as const);
  return [...pulls, ...sends];
}

/** Tasks that join others in a superstep: a node that is there already runs once, a Send gets a path of its own. */
export function withoutClash(added: readonly NextTask[], next: readonly NextTask[]): readonly NextTask[] {
  const isTaken = (task: NextTask): boolean => next.some(({ path }) => path === task.path);
  return added.flatMap((task) => {
    if (!isTaken(task)) return [task];
    return task.kind === "pull" ? [] : [{ ...task, path: `${task.path}:${next.length}` }];
  });
}

/** Where a Command's `goto` leads; the end leads nowhere. Throws for a node that does not exist. */
export function destinationsOf(
  plan: Plan,
  goto: readonly (string | Send)[],
  from: string,
): readonly Destination[] {
  return goto.filter((to) => to !== END).map((to) => destinationOf(plan, to, from));
}

/** Where a condition leads. */
export async function branchDestinations(
  plan: Plan,
  branch: Branch,
  { state, config, from }: { readonly state: Values; readonly config: unknown; readonly from: string },
): Promise<readonly Destination[]> {
  const found = await branch.path(state, config);
  const targets: readonly unknown[] = Array.isArray(found) ? found : [found];
  return destinationsOf(
    plan,
    targets.map((target) => branchTarget(branch, target, from)),
    from,
  );
}

function branchTarget({ ends }: Branch, found: unknown, from: string): string | Send {
  if (found instanceof Send) return found;
  const key = typeof found === "boolean" || typeof found === "number" ? String(found) : found;
  const target = typeof key === "string" ? (ends === undefined ? key : ends.get(key)) : undefined;
  if (target !== undefined) return target;
  const known = ends === undefined ? "the name of a node" : [...ends.keys()].join(", ");
  throw new GraphValueError(
    `Branch condition returned unknown or null destination: ${String(found)} after "${from}". It must return ${known}.`,
  );
}

function destinationOf(plan: Plan, to: string | Send, from: string): Destination {
  const node = to instanceof Send ? to.node : to;
  if (!plan.nodes.has(node)) {
    const packet = to instanceof Send ? " in Send packet" : "";
    throw new InvalidUpdateError(
      `Invalid node name "${node}"${packet}, given by ${from}. The nodes are: ${nodeNames(plan)}.`,
    );
  }
  return destinationTo(to);
}

export function destinationTo(to: string | Send): Destination {
  return to instanceof Send ? { kind: "send", node: to.node, args: to.args } : { kind: "node", node: to };
}

function staticDestinations(plan: Plan, source: string): readonly Destination[] {
  const targets = plan.edges.get(source) ?? [];
  return targets.filter((target) => target !== END).map(destinationTo);
}

function passJoins(
  plan: Plan,
  finished: readonly Finished[],
  seen: JoinsSeen,
): { readonly targets: readonly Destination[]; readonly joins: JoinsSeen } {
  const joins: Record<string, readonly string[]> = {};
  const targets: Destination[] = [];
  for (const { name, sources, target } of plan.joins) {
    const before = seen[name] ?? [];
    const now = sources.filter(
      (source) => before.includes(source) || finished.some(({ node }) => node === source),
    );
    if (now.length < sources.length) {
      if (now.length > 0) joins[name] = now;
    } else if (target !== END) targets.push({ kind: "node", node: target });
  }
  return { targets, joins };
}
