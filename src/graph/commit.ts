// Writes the slots of a thread: a checkpoint after an input or a superstep, a pause when questions are asked.
import type {
  Breakpoint,
  Carried,
  CheckpointSlot,
  NextTask,
  PauseSlot,
  PendingInterrupt,
  TaskResult,
  ToParent,
} from "./checkpointer.ts";
import type { Run } from "./run.ts";
import type { Outcome } from "./task.ts";
import { ownerOf } from "./path.ts";
import { breakpointAt } from "./breakpoint.ts";
import {
  afterSlot,
  finishedUpdates,
  pendingInterrupts,
  provisionalValues,
  scopeOf,
  type Thread,
} from "./thread.ts";
import { versionOf } from "./version.ts";
import {
  applyUpdates,
  changesBetween,
  overwrittenBy,
  storedValues,
  trackedIn,
  type Values,
} from "./values.ts";
import { mapped, picked } from "./record.ts";

/** Stores a checkpoint: `values` and `next` are the thread's, ready to go on. */
export async function commit(
  run: Run,
  thread: Thread,
  slot: Pick<CheckpointSlot, "source" | "next" | "joins"> & {
    readonly values: Values;
    readonly overwritten: ReadonlySet<string>;
    /** The nodes whose writes this is. */
    readonly ran?: readonly string[] | undefined;
    readonly carried?: Carried | undefined;
    readonly toParent?: readonly ToParent[] | undefined;
    /** One that is waited at and stays so. */
    readonly breakpoint?: Breakpoint | undefined;
  },
): Promise<Thread> {
  const { source, next, joins, values, overwritten, ran, carried } = slot;
  const createdAt = timeAfter(thread, run.now());
  const step = thread.checkpoint === undefined ? 0 : thread.checkpoint.step + 1;
  const id = checkpointId(createdAt, thread.slot, run.writer);
  const base = { number: thread.slot, writer: run.writer, createdAt, changes: {}, next };
  // What somebody changed by hand is not stopped at anew.
  const breakpoint =
    source === "update"
      ? slot.breakpoint && withoutPlace(slot.breakpoint)
      : breakpointAt(run, id, { ran: ran ?? [], next });
  const checkpoint: CheckpointSlot = {
    ...base,
    ...{ kind: "checkpoint", id, source, step, joins },
    ...(ran && { ran }),
    ...(breakpoint && { breakpoint }),
    ...(carried && { carried }),
    ...(slot.toParent && { toParent: slot.toParent }),
    ...(thread.base !== undefined && { base: thread.base }),
    ...(source === "input" && run.begunFrom !== undefined && { begunFrom: run.begunFrom }),
  };
  return append(run, thread, checkpoint, { values, overwritten });
}

/** The state once `updates` are written over what has finished of the superstep under way, and what of it is written as a whole. */
export function writtenOver(
  { plan: { channels } }: Run,
  thread: Thread,
  updates: readonly Values[],
): { readonly values: Values; readonly overwritten: ReadonlySet<string> } {
  return {
    // Two steps: what is written over it replaces what the tasks wrote, and is no second writer.
    values: applyUpdates(channels, provisionalValues(channels, thread), updates),
    overwritten: overwrittenBy(channels, [...finishedUpdates(thread), ...updates]),
  };
}

/** Written down before the thread goes on, so that two who continue it cannot both believe to be the one. */
export function passBreakpoint(run: Run, thread: Thread): Promise<Thread> {
  return append(run, thread, pauseSlot(run, thread, []), { values: thread.values, overwritten: new Set() });
}

/** Stores what tasks asked and what others finished; questions of tasks that failed stay as they were, but for those of graphs within them. */
export async function pause(run: Run, thread: Thread, outcomes: readonly Outcome[]): Promise<Thread> {
  // Reducers run here too: one that throws must do so before the pause is stored.
  provisionalValues(run.plan.channels, thread);
  const slot = pauseSlot(run, thread, outcomes);
  return append(run, thread, slot, { values: thread.values, overwritten: new Set() });
}

function pauseSlot(run: Run, thread: Thread, outcomes: readonly Outcome[]): PauseSlot {
  const asked = outcomes.filter((outcome) => outcome.kind === "asked");
  return {
    kind: "pause",
    number: thread.slot,
    writer: run.writer,
    createdAt: timeAfter(thread, run.now()),
    changes: {},
    next: thread.next,
    checkpointId: thread.checkpoint?.id ?? "",
    interrupts: questionsOf(thread, outcomes),
    answers: Object.fromEntries(asked.flatMap(({ consumed }) => Object.entries(consumed))),
    results: mapped(thread.memos, (result) => storable(run, result)),
    ...(Object.keys(thread.joins).length > 0 && { joins: thread.joins }),
  };
}

/** A result without what is never stored, here or in the graph around this one. */
export function storable(run: Run, result: TaskResult): TaskResult {
  const { untracked } = run.plan;
  if (untracked.length === 0 && result.toParent === undefined) return result;
  const updates = result.updates.map((update) => trackedIn(update, untracked));
  return { ...result, updates, ...storableToParent(run, result) };
}

function storableToParent(
  { untrackedAbove: above }: Run,
  { toParent }: { readonly toParent?: readonly ToParent[] },
): { readonly toParent?: readonly ToParent[] } {
  if (toParent === undefined) return {};
  return { toParent: toParent.map(({ update = {}, goto }) => ({ update: trackedIn(update, above), goto })) };
}

/** Whether something else waits than before. */
export function asksAnew(thread: Thread, outcomes: readonly Outcome[]): boolean {
  const idsOf = (questions: readonly PendingInterrupt[]): string => questions.map(({ id }) => id).join();
  return idsOf(questionsOf(thread, outcomes)) !== idsOf(pendingInterrupts(thread));
}

/** Of tasks that ran what they ask now, of all others what waits still, in the order of the tasks. */
function questionsOf(thread: Thread, outcomes: readonly Outcome[]): readonly PendingInterrupt[] {
  const waiting = pendingInterrupts(thread);
  return thread.next.flatMap(({ path }) => {
    const outcome = outcomes.find(({ task }) => task.path === path);
    const before = waiting.filter(({ task }) => ownerOf(task) === path);
    return (outcome === undefined ? before : questionsAfter(outcome, before)).map(withoutPlace);
  });
}

/** A task that failed has kept its own questions; what graphs within it ask may be something else by now. */
function questionsAfter(outcome: Outcome, before: readonly PendingInterrupt[]): readonly PendingInterrupt[] {
  if (outcome.kind === "asked") return outcome.questions;
  const within = [...outcome.asking.keys()];
  const own = before.filter(({ task }) => !within.some((path) => task.startsWith(`${path}|`)));
  const asked = [...outcome.asking.values()].flat();
  // The failure has opened its own questions again, and what is behind those cannot be reached: an answer to it would be lost.
  const isKnown = ({ id }: PendingInterrupt): boolean => before.some((question) => question.id === id);
  return own.length === 0 ? asked : [...own, ...asked.filter(isKnown)];
}

/** What of the superstep under way goes on waiting. */
export function carriedOf(thread: Thread, left: readonly NextTask[]): Carried {
  const isLeft = (path: string): boolean => left.some((task) => task.path === ownerOf(path));
  return {
    scopes: Object.fromEntries(left.map(({ path }) => [path, scopeOf(thread, path)])),
    interrupts: pendingInterrupts(thread)
      .filter(({ task }) => isLeft(task))
      .map(withoutPlace),
    answers: picked(thread.answers, isLeft),
    results: picked({ ...thread.results, ...thread.memos }, isLeft),
  };
}

/** As it was asked, or stopped at: where and when it was first stored is known from the log. */
function withoutPlace<Waiting>({
  slot,
  at,
  ...asked
}: Waiting & { readonly slot?: number; readonly at?: string }): Omit<Waiting, "slot" | "at"> {
  return asked;
}

async function append(
  run: Run,
  thread: Thread,
  slot: CheckpointSlot | PauseSlot,
  { values, overwritten }: { readonly values: Values; readonly overwritten: ReadonlySet<string> },
): Promise<Thread> {
  if (run.saver === undefined) return afterSlot(thread, slot, values);
  const tracked = trackedIn(values, run.plan.untracked);
  const changes = changesBetween(thread.stored, tracked, overwritten);
  const stored = slot.kind === "pause" ? slot : { ...slot, ...storableToParent(run, slot) };
  await run.saver.append(thread.id, { ...stored, changes, version: versionOf(run.plan) });
  return { ...afterSlot(thread, slot, values), stored: storedValues(tracked) };
}

/** Clocks of different machines differ; ids and times of a thread only ever rise. */
function timeAfter({ checkpoint }: Thread, now: Date): string {
  const time = now.toISOString();
  return checkpoint === undefined || time > checkpoint.createdAt ? time : checkpoint.createdAt;
}

/** Sorts by time, then slot; the writer keeps the ids of two rivals for one slot apart. */
function checkpointId(createdAt: string, slot: number, writer: string): string {
  const time = Date.parse(createdAt).toString(16).padStart(12, "0");
  return `${time}-${slot.toString(16).padStart(8, "0")}-${writer.slice(0, 8)}`;
}
