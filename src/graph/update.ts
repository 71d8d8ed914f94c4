// Changes the state of a thread from outside: as if a node had written it, or under the questions that wait.
import { nodeNames } from "./record.ts";
import { carriedOf, commit, writtenOver } from "./commit.ts";
import { END, START } from "./command.ts";
import { InvalidUpdateError } from "./errors.ts";
import { tasksAfter, withoutClash } from "./plan.ts";
import type { Destination, NextTask } from "./checkpointer.ts";
import type { Run } from "./run.ts";
import { begun, conditionalDestinations, updateOf } from "./start.ts";
import { finishedTasks, isUnderWay, type Thread, unfinishedTasks } from "./thread.ts";
import type { Values } from "./values.ts";

/** As which node an update copies the thread as it is: a fork. LangGraph's name for it. */
const COPY = "__copy__";
/** As which node an update is an input that only waits to be run. LangGraph's name for it. */
const INPUT = "__input__";

export interface StateUpdate {
  readonly values: unknown;
  readonly asNode: string | undefined;
}

/** Updates that count as one superstep; with several, each says which node it is written by. */
export interface UpdateStep<Update = unknown> {
  readonly updates: readonly { readonly values: Update | null; readonly asNode?: string }[];
}

/**
 * Superstep by superstep, each stored before the next.
 *
 * @throws InvalidUpdateError for a superstep that is empty or leaves open who wrote; the supersteps before it are stored.
 */
export async function updateThreadInSteps(
  run: Run,
  start: Thread,
  steps: readonly UpdateStep[],
): Promise<Thread> {
  if (steps.length === 0) throw new InvalidUpdateError("No supersteps provided: there is nothing to update.");
  if (steps.some(({ updates }) => updates.length === 0))
    throw new InvalidUpdateError("No updates provided: a superstep of the update is empty.");
  let thread = start;
  for (const { updates } of steps) {
    const [only, ...others] = updates.map(({ values, asNode }) => ({ values, asNode }));
    if (only === undefined) continue;
    thread =
      others.length === 0
        ? await updateThread(run, thread, only)
        : await writtenBy(run, thread, [only, ...others].map(namedUpdate(run)));
  }
  return thread;
}

interface NodeUpdate {
  readonly node: string;
  readonly update: Values;
}

function namedUpdate(run: Run): (update: StateUpdate) => NodeUpdate {
  return ({ values, asNode: node }) => {
    if (node === undefined || node === COPY || node === END)
      throw new InvalidUpdateError(
        '"asNode" is required when applying multiple updates, and must name a node or the start of the graph.',
      );
    return { node, update: asUpdate(run, values) };
  };
}

function asUpdate(run: Run, values: unknown): Values {
  return values === null || values === undefined ? {} : updateOf(run, values);
}

/**
 * Without `asNode`, and while questions wait, the state changes under them: they keep their ids, and what has finished beside
 * them stays finished. Otherwise it counts as written by `asNode`, by default the node that wrote last, and what follows that
 * node comes next.
 *
 * @throws InvalidUpdateError for an unknown node or channel, or when several nodes wrote last.
 */
function updateThread(run: Run, thread: Thread, { values, asNode }: StateUpdate): Promise<Thread> {
  if (asNode === INPUT) return begun(run, thread, values);
  const update = asUpdate(run, values);
  if (asNode === COPY) return changed(run, thread, { source: "fork", update });
  const keepsNext = asNode === undefined && (values === null || isUnderWay(thread));
  if (keepsNext) return changed(run, thread, { source: "update", update });
  return writtenBy(run, thread, [{ update, node: asNode ?? lastWriter(thread) }]);
}

/** What waits goes on waiting; what has finished beside it is committed, so that the update is written over it. */
export function changed(
  run: Run,
  thread: Thread,
  { source, update }: { readonly source: "update" | "fork"; readonly update: Values },
): Promise<Thread> {
  const left = unfinishedTasks(thread);
  const isFork = source === "fork";
  return commit(run, thread, {
    source,
    ...advanced(run, thread, left, []),
    ...writtenOver(run, thread, [update]),
    ran: thread.checkpoint?.ran,
    carried: isFork ? undefined : carriedOf(thread, left),
    breakpoint: isFork ? undefined : thread.breakpoint,
  });
}

async function writtenBy(run: Run, thread: Thread, writes: readonly NodeUpdate[]): Promise<Thread> {
  const names = new Set(writes.map(({ node }) => node));
  for (const node of names) checkNode(run, node);
  const state = writtenOver(
    run,
    thread,
    writes.map(({ update }) => update),
  );
  // Beside the nodes, only what has begun is left: what was still to come is decided anew by what follows them.
  const left = isUnderWay(thread) ? unfinishedTasks(thread).filter((task) => !names.has(task.node)) : [];
  const written = [];
  for (const node of names)
    written.push({ node, result: { goto: await conditionalDestinations(run, state.values, node) } });
  const isEnd = names.has(END);
  const way = isEnd ? { next: [], joins: {} } : advanced(run, thread, left, written);
  return commit(run, thread, {
    source: "update",
    ...way,
    ...state,
    ran: [...names],
    carried: isEnd ? undefined : carriedOf(thread, left),
  });
}

function checkNode({ plan }: Run, node: string): void {
  if (node === START || node === END || plan.nodes.has(node)) return;
  throw new InvalidUpdateError(`Node "${node}" does not exist. The nodes are: ${nodeNames(plan)}.`);
}

/** Tasks that are left go on under their old names; finished ones, and the node that is written for, lead on. */
export function advanced(
  run: Run,
  thread: Thread,
  left: readonly NextTask[],
  written: readonly { readonly node: string; readonly result: { readonly goto: readonly Destination[] } }[],
): ReturnType<typeof tasksAfter> {
  const { next, joins } = tasksAfter(run.plan, [...finishedTasks(thread), ...written], {
    seen: thread.joins,
    hasOthers: left.length > 0,
  });
  return { next: [...left, ...withoutClash(next, left)], joins };
}

function lastWriter({ checkpoint }: Thread): string {
  const [first = START, ...others] = checkpoint?.ran ?? [];
  if (others.length === 0) return first;
  throw new InvalidUpdateError(
    `Ambiguous update, specify "asNode": ${[first, ...others].join(", ")} wrote last, side by side.`,
  );
}
