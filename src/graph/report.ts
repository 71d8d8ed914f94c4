// What a run tells of its supersteps: what each wrote, asked and ended, ready for invoke and every stream mode.
import { calledName } from "./path.ts";
import type { NextTask, TaskResult } from "./checkpointer.ts";
import type { Report, TaskChunk } from "./live.ts";
import type { Plan } from "./plan.ts";
import { handlerName } from "./error-handler.ts";
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

/** A thread as it stands, with nothing to tell of. */
export function reportOf({ plan }: Pick<Run, "plan">, thread: Thread, values = thread.values): Report {
  const nothing = { updates: [], interrupts: [], tasks: [], isAtBreakpoint: false };
  return { thread, plan, values, hasWritten: true, isCheckpoint: true, ...nothing };
}

/** The thread waits for answers, or to be continued. */
export function pauseReport(run: Run, thread: Thread, told: Pick<Report, "updates" | "tasks">): Report {
  const interrupts = toldInterrupts(pendingInterrupts(thread));
  const values = provisionalValues(run.plan.channels, thread);
  const isAtBreakpoint = interrupts.length === 0;
  return { ...reportOf(run, thread, values), ...told, interrupts, isAtBreakpoint, isCheckpoint: false };
}

/** Whether an update changes what the state is shown as. */
export function isShown({ shown }: Plan, update: Values): boolean {
  const names = Object.keys(update);
  return shown === undefined ? names.length > 0 : names.some((name) => shown.outputs.includes(name));
}

export function begunTask({ plan }: Run, thread: Thread, task: NextTask): TaskChunk {
  const state = plan.shown === undefined ? thread.values : plan.shown.input(thread.values);
  const input = task.kind === "send" ? task.args : state;
  const { node: name, path } = task;
  return { id: taskIdIn(thread, path), name, input, triggers: [`branch:to:${name}`], interrupts: [] };
}

export function endedTasks(run: Run, thread: Thread, outcomes: readonly Outcome[]): readonly TaskChunk[] {
  if (run.emit === undefined) return [];
  return outcomes.flatMap((outcome) => {
    const { kind, task } = outcome;
    const calls = Object.keys(outcome.calls).flatMap((path) => endedCall(thread, path));
    // Of one that did not run, LangGraph tells only that it was to.
    if (kind === "failed" || (kind === "finished" && outcome.isCached)) return calls;
    const told = { id: taskIdIn(thread, task.path), name: task.node, error: null };
    return kind === "finished"
      ? [...calls, { ...told, result: resultIn(run.plan, outcome.result), interrupts: [] }]
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
export function updatesOf(
  { plan }: Run,
  before: Thread,
  { thread, outcomes }: { readonly thread: Thread; readonly outcomes: readonly Outcome[] },
): readonly Values[] {
  const ran = new Set(outcomes.map(({ task }) => task.path));
  const cached = thread.next.flatMap((task) => [
    ...callUpdates(resultsBelow(before, task.path)),
    ...(ran.has(task.path) ? [] : taskUpdates(plan, task, resultOf(thread, task.path))),
  ]);
  const fresh = outcomes.flatMap((outcome) => [
    ...callUpdates(outcome.calls),
    ...(outcome.kind === "finished"
      ? taskUpdates(plan, outcome.task, outcome.result).map(toldOf(outcome))
      : []),
  ]);
  return [...cached.map(asCached), ...fresh];
}

function toldOf({ isCached }: { readonly isCached?: true }): (update: Values) => Values {
  return isCached === undefined ? (update) => update : asCached;
}

function asCached(update: Values): Values {
  return { ...update, __metadata__: { cached: true } };
}

function taskUpdates({ shown }: Plan, { node }: NextTask, result: TaskResult | undefined): readonly Values[] {
  if (result === undefined) return [];
  const update = mergedUpdate(result);
  const writer = result.handled === undefined ? node : handlerName(node);
  return [{ [writer]: shown === undefined ? update : shown.update(update) }];
}

function resultIn({ shown }: Plan, result: TaskResult): Values {
  const update = mergedUpdate(result);
  return shown === undefined ? update : shown.result(update);
}

function callUpdates(results: Readonly<Record<string, TaskResult>>): readonly Values[] {
  return Object.entries(results).flatMap(([path, { value }]) => {
    const name = calledName(path);
    return name === undefined ? [] : [{ [name]: value }];
  });
}
