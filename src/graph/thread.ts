// Where a thread stands: the fold of its slots, and the one place that says how a slot moves it on.
import type { Channels } from "./annotation.ts";
import { isFailurePath, ownerOf, taskId } from "./path.ts";
import type {
  CheckpointSlot,
  Interrupt,
  Memo,
  NextTask,
  PauseSlot,
  PendingInterrupt,
  Slot,
  Standing,
  TaskError,
  TaskResult,
  ThreadLog,
  ThreadSnapshot,
  WaitingInterrupt,
} from "./checkpointer.ts";
import {
  applyChanges,
  applyUpdates,
  initialValues,
  type StoredValues,
  storedValues,
  type Values,
} from "./values.ts";
import { picked } from "./record.ts";

type ByTask<Value> = Readonly<Record<string, Value>>;

/** A thread as a run works with it. `results` here are those stored in pauses; `memos` and `failures` are of the superstep that comes next. */
export interface Thread extends Standing {
  readonly id: string;
  /** The slot whose state this is, when others have been written since: what is written next begins a branch. */
  readonly base: number | undefined;
  readonly values: Values;
  readonly stored: StoredValues;
  readonly memos: ByTask<TaskResult>;
  /** Of tasks that have still to finish: how their runs failed, the last one last. */
  readonly failures: ByTask<readonly TaskError[]>;
}

export function emptyThread(id: string, channels: Channels): Thread {
  return {
    id,
    slot: 0,
    base: undefined,
    checkpoint: undefined,
    begunFrom: undefined,
    scopes: {},
    parent: undefined,
    values: initialValues(channels),
    // Nothing is stored yet: the first slot stores the initial values with the rest.
    stored: storedValues({}),
    joins: {},
    next: [],
    interrupts: [],
    breakpoint: undefined,
    toParent: undefined,
    answers: {},
    results: {},
    memos: {},
    failures: {},
    superseded: [],
  };
}

/** A task that has finished asks nothing any more, even if a crash kept its answer from being stored. */
export function pendingInterrupts(thread: Thread): readonly WaitingInterrupt[] {
  return thread.interrupts.filter(
    ({ task }) => resultOf(thread, task) === undefined && resultOf(thread, ownerOf(task)) === undefined,
  );
}

/** The checkpoint that the ids of a task's questions and effects come from. */
export function scopeOf({ scopes, checkpoint }: Thread, path: string): string {
  return (Object.hasOwn(scopes, path) ? scopes[path] : undefined) ?? checkpoint?.id ?? "";
}

/** Of the last checkpoint. */
export function stepOf({ checkpoint }: Thread): number {
  return checkpoint?.step ?? -1;
}

/** The id of a task of the superstep that comes next, or of a call in it. */
export function taskIdIn(thread: Thread, path: string): string {
  return taskId([thread.id, scopeOf(thread, ownerOf(path))], path);
}

/** Whether some of the superstep that comes next has been done already, or waits. */
export function isUnderWay(thread: Thread): boolean {
  const done = Object.keys(thread.results).length + Object.keys(thread.memos).length;
  return thread.interrupts.length > 0 || done > 0;
}

/** Whether a task of it has asked, was answered, or has results of calls in it. */
export function hasBegun({ interrupts, answers, results, memos }: Thread, path: string): boolean {
  const places = [...interrupts.map(({ task }) => task), ...[answers, results, memos].flatMap(Object.keys)];
  return places.some((place) => ownerOf(place) === path);
}

/** Questions as callers see them; where a graph within a node only stops, there is none. */
export function toldInterrupts(questions: readonly PendingInterrupt[]): readonly Interrupt[] {
  return questions.filter(({ stop }) => stop === undefined).map(toldInterrupt);
}

export function toldInterrupt({ id, value, response_schema }: PendingInterrupt): Interrupt {
  return { id, value, ...(response_schema && { response_schema }) };
}

export function resultOf({ results, memos }: Thread, path: string): TaskResult | undefined {
  return Object.hasOwn(memos, path) ? memos[path] : Object.hasOwn(results, path) ? results[path] : undefined;
}

/** Of the calls within a task that have finished. */
export function resultsBelow({ results, memos }: Thread, path: string): ByTask<TaskResult> {
  return picked({ ...results, ...memos }, (place) => place.startsWith(`${path}|`));
}

export function unfinishedTasks(thread: Thread): readonly NextTask[] {
  return thread.next.filter(({ path }) => resultOf(thread, path) === undefined);
}

/** Of the superstep that comes next, what has been done already, in the order in which it will apply. */
export function finishedTasks(
  thread: Thread,
): readonly { readonly node: string; readonly result: TaskResult }[] {
  return thread.next.flatMap(({ path, node }) => {
    const result = resultOf(thread, path);
    return result === undefined ? [] : [{ node, result }];
  });
}

/** What a task wrote, as one update. */
export function mergedUpdate({ updates }: TaskResult): Values {
  return Object.fromEntries(updates.flatMap((update) => Object.entries(update)));
}

/** What the finished tasks wrote. */
export function finishedUpdates(thread: Thread): readonly Values[] {
  return finishedTasks(thread).flatMap(({ result }) => result.updates);
}

/** The state with what the finished tasks of the unfinished superstep wrote. */
export function provisionalValues(channels: Channels, thread: Thread): Values {
  const updates = finishedUpdates(thread);
  return updates.length === 0 ? thread.values : applyUpdates(channels, thread.values, updates);
}

export function threadFromLog(id: string, channels: Channels, log: ThreadLog): Thread {
  const thread = foldedSlots(id, channels, log).at(-1) ?? emptyThread(id, channels);
  const finished = log.memos.filter(({ task }) => !isFailurePath(task));
  const memos = Object.fromEntries(finished.map(({ task, result }) => [task, result]));
  return { ...thread, memos, failures: failuresIn(log.memos), stored: storedValues(thread.values) };
}

function failuresIn(memos: readonly Memo[]): ByTask<readonly TaskError[]> {
  const failures: Record<string, readonly TaskError[]> = {};
  const failed = memos.filter(({ task }) => isFailurePath(task));
  const inOrder = failed.sort((one, other) => one.task.localeCompare(other.task, "en", { numeric: true }));
  for (const { task, result } of inOrder) {
    const owner = ownerOf(task);
    if (result.error !== undefined) failures[owner] = [...(failures[owner] ?? []), result.error];
  }
  return failures;
}

/** The thread as it stood at a checkpoint, before anything ran from it; at the latest one, as it stands. Undefined when the log has no such one. */
export function threadAt(
  id: string,
  channels: Channels,
  log: ThreadLog,
  checkpointId: string,
): Thread | undefined {
  const latest = threadFromLog(id, channels, log);
  if (latest.checkpoint?.id === checkpointId) return latest;
  const base = log.slots.find((slot) => slot.kind === "checkpoint" && slot.id === checkpointId)?.number ?? -1;
  const thread = foldedSlots(id, channels, log)[base];
  return thread && { ...thread, slot: latest.slot, base, stored: storedValues(thread.values) };
}

/** The thread at the end of each of its checkpoints, in the order in which they were written; of a log with all slots. */
export function threadsFromLog(id: string, channels: Channels, log: ThreadLog): readonly Thread[] {
  const { slots } = log;
  const threads = foldedSlots(id, channels, log);
  return threads.filter((_, index) => slots[index + 1]?.kind !== "pause");
}

/** The thread after each slot, at its number. */
function foldedSlots(id: string, channels: Channels, { snapshot, slots }: ThreadLog): readonly Thread[] {
  const threads: Thread[] = [];
  if (snapshot !== undefined) threads[snapshot.slot - 1] = threadFromSnapshot(id, channels, snapshot);
  for (const slot of slots) {
    const base = slot.kind === "checkpoint" ? (slot.base ?? slot.number - 1) : slot.number - 1;
    const before = threads[base] ?? emptyThread(id, channels);
    threads.push(afterSlot(before, slot, applyChanges(before.values, slot.changes)));
  }
  return threads;
}

function threadFromSnapshot(id: string, channels: Channels, snapshot: ThreadSnapshot): Thread {
  const { changes, ...standing } = snapshot;
  const empty = emptyThread(id, channels);
  return { ...empty, ...standing, values: applyChanges(empty.values, changes) };
}

/** The thread once a slot is stored; `values` are those that the slot's changes lead to. */
export function afterSlot(thread: Thread, slot: Slot, values: Values): Thread {
  const place = { slot: slot.number + 1, base: undefined, version: slot.version };
  const moved = { ...thread, ...place, values, next: slot.next, memos: {}, failures: {} };
  const after = slot.kind === "checkpoint" ? afterCheckpoint(moved, slot) : afterPause(moved, slot);
  const isNewRun = slot.kind === "checkpoint" && (slot.source === "input" || slot.hasInput === true);
  // A superstep that is over had its answers; a fork leaves the questions to the branch that they are on.
  const isAnswered = slot.kind === "checkpoint" && !isNewRun && slot.source !== "update";
  const dropped = isAnswered ? [] : supersededBy(thread, after);
  return { ...after, superseded: isNewRun ? dropped : [...thread.superseded, ...dropped] };
}

/** What waited before and was neither answered nor goes on waiting. */
function supersededBy(before: Thread, after: Thread): readonly WaitingInterrupt[] {
  const kept = new Set(after.interrupts.map(({ id }) => id));
  const answered = new Set(Object.values(after.answers).flatMap((answers) => answers.map(({ id }) => id)));
  return pendingInterrupts(before).filter(
    ({ id, task }) => !kept.has(id) && !answered.has(id) && resultOf(after, ownerOf(task)) === undefined,
  );
}

function afterCheckpoint(thread: Thread, slot: CheckpointSlot): Thread {
  const { joins, breakpoint, carried } = slot;
  const { breakpoint: stopped } = thread;
  return {
    ...thread,
    checkpoint: slot,
    begunFrom: slot.begunFrom ?? thread.begunFrom,
    scopes: carried?.scopes ?? {},
    parent: thread.checkpoint,
    joins,
    toParent: slot.toParent,
    breakpoint: breakpoint && placed(breakpoint, stopped === undefined ? [] : [stopped], slot),
    interrupts: (carried?.interrupts ?? []).map((one) => placed(one, thread.interrupts, slot)),
    answers: carried?.answers ?? {},
    results: carried?.results ?? {},
  };
}

/** Where and when it was first stored: it may have waited before. */
function placed<One extends { readonly id: string }>(
  one: One,
  before: readonly (One & Pick<WaitingInterrupt, "slot" | "at">)[],
  now: Slot,
): One & Pick<WaitingInterrupt, "slot" | "at"> {
  const known = before.find(({ id }) => id === one.id) ?? { slot: now.number, at: now.createdAt };
  return { ...one, slot: known.slot, at: known.at };
}

function afterPause(thread: Thread, slot: PauseSlot): Thread {
  return {
    ...thread,
    breakpoint: undefined,
    interrupts: slot.interrupts.map((one) => placed(one, thread.interrupts, slot)),
    answers: { ...thread.answers, ...slot.answers },
    results: { ...thread.results, ...slot.results },
    joins: slot.joins ?? thread.joins,
  };
}
