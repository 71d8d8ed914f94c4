// Changes the state of a thread from outside: as if a node had written it, or under the questions that wait.
import { commit, carriedOf } from "./commit.ts";
import { END, START } from "./command.ts";
import { InvalidUpdateError } from "./errors.ts";
import { tasksAfter, withoutClash } from "./plan.ts";
import type { Destination, NextTask } from "./checkpointer.ts";
import type { Run } from "./run.ts";
import { conditionalDestinations, updateOf } from "./start.ts";
import {
  finishedTasks,
  finishedUpdates,
  isUnderWay,
  provisionalValues,
  type Thread,
  unfinishedTasks,
} from "./thread.ts";
import { applyUpdates, overwrittenBy, type Values } from "./values.ts";

/** As which node an update copies the thread as it is: a fork. LangGraph's name for it. */
const COPY = "__copy__";

export interface StateUpdate {
  readonly values: unknown;
  readonly asNode: string | undefined;
}

/**
 * Without `asNode`, and while questions wait, the state changes under them: they keep their ids, and what has finished beside
 * them stays finished. Otherwise it counts as written by `asNode`, by default the node that wrote last, and what follows that
 * node comes next.
 *
 * @throws InvalidUpdateError for an unknown node or channel, or when several nodes wrote last.
 */
export function updateThread(run: Run, thread: Thread, { values, asNode }: StateUpdate): Promise<Thread> {
  const update = values === null || values === undefined ? {} : updateOf(run, values);
  if (asNode === COPY) return changed(run, thread, { source: "fork", update });
  const keepsNext = asNode === undefined && (values === null || isUnderWay(thread));
  if (keepsNext) return changed(run, thread, { source: "update", update });
  return writtenBy(run, thread, { update, node: asNode ?? lastWriter(thread) });
}

/** What waits goes on waiting; what has finished beside it is committed, so that the update is written over it. */
function changed(
  run: Run,
  thread: Thread,
  { source, update }: { readonly source: "update" | "fork"; readonly update: Values },
): Promise<Thread> {
  const { channels } = run.plan;
  const left = unfinishedTasks(thread);
  const isFork = source === "fork";
  return commit(run, thread, {
    source,
    ...advanced(run, thread, left, []),
    values: applyUpdates(channels, provisionalValues(channels, thread), [update]),
    overwritten: overwrittenBy(channels, [...finishedUpdates(thread), update]),
    ran: thread.checkpoint?.ran,
    carried: isFork ? undefined : carriedOf(thread, left),
    breakpoint: isFork ? undefined : thread.breakpoint,
  });
}

async function writtenBy(
  run: Run,
  thread: Thread,
  { update, node }: { readonly update: Values; readonly node: string },
): Promise<Thread> {
  const { channels, nodes } = run.plan;
  if (node !== START && node !== END && !nodes.has(node))
    throw new InvalidUpdateError(
      `Node "${node}" does not exist. The nodes are: ${[...nodes.keys()].join(", ")}.`,
    );
  const values = applyUpdates(channels, provisionalValues(channels, thread), [update]);
  // Beside the node, only what has begun is left: what was still to come is decided anew by what follows the node.
  const left = isUnderWay(thread) ? unfinishedTasks(thread).filter((task) => task.node !== node) : [];
  const written = [{ node, result: { goto: await conditionalDestinations(run, values, node) } }];
  const way = node === END ? { next: [], joins: {} } : advanced(run, thread, left, written);
  return commit(run, thread, {
    source: "update",
    ...way,
    values,
    overwritten: overwrittenBy(channels, [...finishedUpdates(thread), update]),
    ran: [node],
    carried: node === END ? undefined : carriedOf(thread, left),
  });
}

/** Tasks that are left go on under their old names; finished ones, and the node that is written for, lead on. */
function advanced(
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
