// What a run tells of its supersteps: what each wrote, asked and ended, ready for invoke and every stream mode.
import { calledName } from "./attempt.ts";
import type { Interrupt, NextTask, TaskResult } from "./checkpointer.ts";
import type { TaskChunk } from "./live.ts";
import type { Run } from "./run.ts";
import type { Outcome } from "./task.ts";
import {
  mergedUpdate,
  pendingInterrupts,
  provisionalValues,
  resultOf,
  resultsBelow,
  taskIdIn,
  type Thread,
  toldInterrupts,
} from "./thread.ts";
import type { Values } from "./values.ts";

/** What a superstep did, for the caller to see. */
export interface Report {
  /** As it stands then. */
  readonly thread: Thread;
  readonly values: Values;
  /** Whether anything was written since the report before. */
  readonly hasWritten: boolean;
  /** `{ [node]: update }`, in the order in which the tasks finished. */
  readonly updates: readonly Values[];
  readonly interrupts: readonly Interrupt[];
  /** The tasks that have ended, for the mode "tasks". */
  readonly tasks: readonly TaskChunk[];
  /** The thread waits to be continued, without a question. */
  readonly isAtBreakpoint: boolean;
}

/** A thread as it stands, with nothing to tell of. */
export function reportOf(thread: Thread, values = thread.values): Report {
  const nothing = { updates: [], interrupts: [], tasks: [], isAtBreakpoint: false };
  return { thread, values, hasWritten: true, ...nothing };
}

/** The thread waits for answers, or to be continued. */
export function pauseReport(run: Run, thread: Thread, told: Pick<Report, "updates" | "tasks">): Report {
  const interrupts = toldInterrupts(pendingInterrupts(thread));
  const values = provisionalValues(run.plan.channels, thread);
  return { ...reportOf(thread), values, ...told, interrupts, isAtBreakpoint: interrupts.length === 0 };
}

export function begunTask(thread: Thread, task: NextTask): TaskChunk {
  const input = task.kind === "send" ? task.args : thread.values;
  const { node: name, path } = task;
  return { id: taskIdIn(thread, path), name, input, triggers: [`branch:to:${name}`], interrupts: [] };
}

export function endedTasks(run: Run, thread: Thread, outcomes: readonly Outcome[]): readonly TaskChunk[] {
  if (run.emit === undefined) return [];
  return outcomes.flatMap((outcome) => {
    const { kind, task } = outcome;
    const calls = Object.keys(outcome.calls).flatMap((path) => endedCall(thread, path));
    if (kind === "failed") return calls;
    const told = { id: taskIdIn(thread, task.path), name: task.node, error: null };
    return kind === "finished"
      ? [...calls, { ...told, result: mergedUpdate(outcome.result), interrupts: [] }]
      : [...calls, { ...told, result: {}, interrupts: toldInterrupts(outcome.questions) }];
  });
}

/** Without a result, as LangGraph has it: what a call returned is no write. */
function endedCall(thread: Thread, path: string): readonly TaskChunk[] {
  const name = calledName(path);
  return name === undefined
    ? []
    : [{ id: taskIdIn(thread, path), name, result: {}, interrupts: [], error: null }];
}

/** Tasks and calls of task() that finished before this run come first, marked as LangGraph marks them. */
export function updatesOf(before: Thread, thread: Thread, outcomes: readonly Outcome[]): readonly Values[] {
  const ran = new Set(outcomes.map(({ task }) => task.path));
  const cached = thread.next.flatMap((task) => [
    ...callUpdates(resultsBelow(before, task.path)),
    ...(ran.has(task.path) ? [] : taskUpdates(task, resultOf(thread, task.path))),
  ]);
  const fresh = outcomes.flatMap((outcome) => [
    ...callUpdates(outcome.calls),
    ...(outcome.kind === "finished" ? taskUpdates(outcome.task, outcome.result) : []),
  ]);
  return [...cached.map((update) => ({ ...update, __metadata__: { cached: true } })), ...fresh];
}

function taskUpdates({ node }: NextTask, result: TaskResult | undefined): readonly Values[] {
  return result === undefined ? [] : [{ [node]: mergedUpdate(result) }];
}

function callUpdates(results: Readonly<Record<string, TaskResult>>): readonly Values[] {
  return Object.entries(results).flatMap(([path, { value }]) => {
    const name = calledName(path);
    return name === undefined ? [] : [{ [name]: value }];
  });
}
