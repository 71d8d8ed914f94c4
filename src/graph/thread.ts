// Where a thread stands: the fold of its slots, and the one place that says how a slot moves it on.
import type { Channels } from "./annotation.ts";
import type {
  Breakpoint,
  CheckpointSlot,
  ConsumedAnswer,
  Interrupt,
  NextTask,
  PauseSlot,
  PendingInterrupt,
  Slot,
  TaskResult,
  ThreadLog,
} from "./checkpointer.ts";
import type { JoinsSeen } from "./plan.ts";
import {
  applyChanges,
  applyUpdates,
  initialValues,
  type StoredValues,
  storedValues,
  type Values,
} from "./values.ts";

type ByTask<Value> = Readonly<Record<string, Value>>;

/** A waiting question, with the pause in which it was first stored. */
export interface WaitingInterrupt extends PendingInterrupt {
  readonly slot: number;
  readonly at: string;
}

export interface WaitingBreakpoint extends Breakpoint {
  readonly slot: number;
  readonly at: string;
}

/** The last committed superstep; a pause does not change it. */
export type Checkpoint = Pick<CheckpointSlot, "id" | "number" | "source" | "step" | "createdAt">;

export interface Thread {
  readonly id: string;
  /** The number that the next slot will have. */
  readonly slot: number;
  /** Absent before the first input. */
  readonly checkpoint: Checkpoint | undefined;
  readonly parent: Checkpoint | undefined;
  readonly values: Values;
  readonly stored: StoredValues;
  readonly joins: JoinsSeen;
  readonly next: readonly NextTask[];
  readonly interrupts: readonly WaitingInterrupt[];
  /** Where the thread waits to be continued. */
  readonly breakpoint: WaitingBreakpoint | undefined;
  readonly answers: ByTask<readonly ConsumedAnswer[]>;
  /** Of tasks of the next superstep that have finished already: stored in pauses, and not yet. */
  readonly results: ByTask<TaskResult>;
  readonly memos: ByTask<TaskResult>;
}

export function emptyThread(id: string, channels: Channels): Thread {
  return {
    id,
    slot: 0,
    checkpoint: undefined,
    parent: undefined,
    values: initialValues(channels),
    // Nothing is stored yet: the first slot stores the initial values with the rest.
    stored: storedValues({}),
    joins: {},
    next: [],
    interrupts: [],
    breakpoint: undefined,
    answers: {},
    results: {},
    memos: {},
  };
}

/** A task that has finished asks nothing any more, even if a crash kept its answer from being stored. */
export function pendingInterrupts(thread: Thread): readonly WaitingInterrupt[] {
  return thread.interrupts.filter(({ task }) => resultOf(thread, task) === undefined);
}

/** A question as callers see it. */
export function toldInterrupt({ id, value, response_schema }: PendingInterrupt): Interrupt {
  return { id, value, ...(response_schema && { response_schema }) };
}

export function resultOf({ results, memos }: Thread, path: string): TaskResult | undefined {
  return Object.hasOwn(memos, path) ? memos[path] : Object.hasOwn(results, path) ? results[path] : undefined;
}

export function unfinishedTasks(thread: Thread): readonly NextTask[] {
  return thread.next.filter(({ path }) => resultOf(thread, path) === undefined);
}

/** The state with what the finished tasks of the unfinished superstep wrote, in the order in which they will apply. */
export function provisionalValues(channels: Channels, thread: Thread): Values {
  const updates = thread.next.flatMap(({ path }) => resultOf(thread, path)?.updates ?? []);
  return updates.length === 0 ? thread.values : applyUpdates(channels, thread.values, updates);
}

export function threadFromLog(id: string, channels: Channels, log: ThreadLog): Thread {
  let thread = emptyThread(id, channels);
  for (const slot of log.slots) thread = afterSlot(thread, slot, applyChanges(thread.values, slot.changes));
  const memos = Object.fromEntries(log.memos.map(({ task, result }) => [task, result]));
  return { ...thread, memos, stored: storedValues(thread.values) };
}

/** The thread at the end of each of its checkpoints, oldest first. */
export function threadsFromLog(id: string, channels: Channels, { slots }: ThreadLog): readonly Thread[] {
  const threads: Thread[] = [];
  let thread = emptyThread(id, channels);
  for (const slot of slots) {
    if (slot.kind === "checkpoint" && thread.checkpoint !== undefined) threads.push(thread);
    thread = afterSlot(thread, slot, applyChanges(thread.values, slot.changes));
  }
  return thread.checkpoint === undefined ? threads : [...threads, thread];
}

/** The thread once a slot is stored; `values` are those that the slot's changes lead to. */
export function afterSlot(thread: Thread, slot: Slot, values: Values): Thread {
  const moved = { ...thread, slot: slot.number + 1, values, next: slot.next, memos: {} };
  return slot.kind === "checkpoint" ? afterCheckpoint(moved, slot) : afterPause(moved, slot);
}

function afterCheckpoint(thread: Thread, slot: CheckpointSlot): Thread {
  const { joins, breakpoint } = slot;
  return {
    ...thread,
    checkpoint: slot,
    parent: thread.checkpoint,
    joins,
    breakpoint: breakpoint && { ...breakpoint, slot: slot.number, at: slot.createdAt },
    interrupts: [],
    answers: {},
    results: {},
  };
}

function afterPause(thread: Thread, slot: PauseSlot): Thread {
  const firstStored = new Map(
    thread.interrupts.map(({ id, slot: number, at }) => [id, { slot: number, at }]),
  );
  return {
    ...thread,
    breakpoint: undefined,
    interrupts: slot.interrupts.map((interrupt) => ({
      ...interrupt,
      ...(firstStored.get(interrupt.id) ?? { slot: slot.number, at: slot.createdAt }),
    })),
    answers: { ...thread.answers, ...slot.answers },
    results: { ...thread.results, ...slot.results },
  };
}
