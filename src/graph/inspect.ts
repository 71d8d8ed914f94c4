// The state of a thread as it stands and as it was, of the graph itself or of one within its nodes.
import type { Checkpointer } from "./checkpointer.ts";
import { GraphValueError } from "./errors.ts";
import type { Namespace } from "./live.ts";
import { graphAsNodeThreadId, namespaceSegment } from "./nested.ts";
import type { ThreadConfig } from "./options.ts";
import type { Plan } from "./plan.ts";
import { storedThread } from "./prepare.ts";
import { type SnapshotPlace, snapshotOf, type StateSnapshot } from "./snapshot.ts";
import { emptyThread, scopeOf, type Thread, threadFromLog, threadsFromLog } from "./thread.ts";
import type { CheckpointSlot } from "./checkpointer.ts";

export interface HistoryOptions {
  readonly limit?: number;
  /** Only what was written before this checkpoint. */
  readonly before?: ThreadConfig;
  readonly filter?: Partial<Pick<CheckpointSlot, "source" | "step">>;
}

export interface StateOptions {
  /** Tasks that are graphs tell their state, instead of only where it is. */
  readonly subgraphs?: boolean;
}

/** The graph that a config is about, and the log of its thread. */
export interface Located {
  readonly plan: Plan;
  readonly threadId: string;
  readonly place: SnapshotPlace;
  /** Of a graph within a node: the checkpoint that the node's task begins from. */
  readonly scope?: string;
}

interface Logs {
  readonly saver: Checkpointer;
  readonly threadId: string;
}

/** Finds the graph within nodes that `checkpoint_ns` names, among those that the thread is at. */
export async function located(plan: Plan, { saver, threadId }: Logs, namespace = ""): Promise<Located> {
  const place = { thread_id: threadId, checkpoint_ns: namespace };
  let found: Located = { plan, threadId, place };
  for (const segment of namespace === "" ? [] : namespace.split("|")) {
    const thread = await storedThread({ saver, ...found });
    const within = graphsWithin(found.plan, thread).find((one) => one.segment === segment);
    if (within === undefined)
      throw new GraphValueError(
        `Thread "${threadId}" is at no graph "${namespace}". getState lists those it is at, as the state of its tasks.`,
      );
    found = { ...within, place };
  }
  return found;
}

interface GraphWithin {
  readonly path: string;
  readonly segment: string;
  readonly plan: Plan;
  readonly threadId: string;
  readonly scope: string;
}

/** The nodes of the next superstep that are graphs. */
function graphsWithin(plan: Plan, thread: Thread): readonly GraphWithin[] {
  return thread.next.flatMap(({ path, node }) => {
    const graph = plan.nodes.get(node)?.graph?.plan;
    if (graph === undefined) return [];
    const scope = scopeOf(thread, path);
    const threadId = graphAsNodeThreadId(thread.id, path, {
      checkpointId: scope,
      keepsState: graph.keepsState,
    });
    return [{ path, segment: namespaceSegment([thread.id, scope], path), plan: graph, threadId, scope }];
  });
}

/** The thread as it stands. */
export async function stateAt<State>(
  saver: Checkpointer,
  { plan, threadId, place, scope }: Located,
  { subgraphs = false }: StateOptions = {},
): Promise<StateSnapshot<State>> {
  const stored = await storedThread({ saver, threadId, plan });
  // What a graph has kept is of an earlier run of its node, until that begins anew or somebody changes it.
  const isEarlier = plan.keepsState && stored.begunFrom !== scope && stored.checkpoint?.source !== "update";
  const thread = isEarlier ? emptyThread(threadId, plan.channels) : stored;
  const snapshot = snapshotOf<State>(plan, thread, place);
  const within = graphsWithin(plan, thread);
  if (within.length === 0) return snapshot;
  const states = new Map<string, StateSnapshot<unknown> | { readonly configurable: SnapshotPlace }>();
  for (const one of within) {
    const inner = { ...one, place: placeBelow(place, one.segment) };
    states.set(
      one.path,
      subgraphs ? await stateAt(saver, inner, { subgraphs }) : { configurable: inner.place },
    );
  }
  const tasks = snapshot.tasks.map((task) => {
    const state = states.get(task.path);
    return state === undefined ? task : { ...task, state };
  });
  return { ...snapshot, tasks };
}

function placeBelow({ thread_id, checkpoint_ns }: SnapshotPlace, segment: string): SnapshotPlace {
  const below: Namespace = [...(checkpoint_ns === "" ? [] : [checkpoint_ns]), segment];
  return { thread_id, checkpoint_ns: below.join("|") };
}

/** Newest first; an earlier checkpoint's questions are answered or dropped: none of them waits. */
export async function historyAt<State>(
  saver: Checkpointer,
  { plan, threadId, place }: Located,
): Promise<readonly StateSnapshot<State>[]> {
  const log = await saver.history(threadId);
  const past = threadsFromLog(threadId, plan.channels, log).slice(0, -1);
  const latest = threadFromLog(threadId, plan.channels, log);
  const snapshots = past.map((thread) => ({
    ...snapshotOf<State>(plan, thread, place),
    interrupts: [],
  }));
  return latest.checkpoint === undefined
    ? []
    : [snapshotOf<State>(plan, latest, place), ...snapshots.reverse()];
}

export function selected<State>(
  snapshots: readonly StateSnapshot<State>[],
  { limit = Infinity, before, filter = {} }: HistoryOptions,
): readonly StateSnapshot<State>[] {
  const id = before?.configurable?.checkpoint_id;
  const from =
    id === undefined ? 0 : snapshots.findIndex((one) => one.config.configurable.checkpoint_id === id) + 1;
  const fitting = snapshots.slice(from).filter(({ metadata }) => {
    const { source, step } = filter;
    return (source ?? metadata?.source) === metadata?.source && (step ?? metadata?.step) === metadata?.step;
  });
  return fitting.slice(0, limit);
}

export function oneOf<State>(snapshots: readonly StateSnapshot<State>[], id: string): StateSnapshot<State> {
  const found = snapshots.find(({ config }) => config.configurable.checkpoint_id === id);
  if (found !== undefined) return found;
  throw new GraphValueError(`The thread has no checkpoint "${id}". getStateHistory lists those it has.`);
}
