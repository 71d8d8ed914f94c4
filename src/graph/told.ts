// How the tasks of a superstep and what they wrote are told; loaded by those who stream.
import type { NextTask, TaskResult } from "./checkpointer.ts";
import type { LiveEvent, Report, TaskChunk } from "./live.ts";
import { calledName } from "./path.ts";
import type { Plan } from "./plan.ts";
import { mergedUpdate, resultOf, resultsBelow, taskIdIn, type Thread, toldInterrupts } from "./thread.ts";
import type { Values } from "./values.ts";

/** A task as it begins. */
export function begunTask({ plan, thread, task }: LiveEvent & { readonly kind: "begun" }): TaskChunk {
  const state = plan.shown === undefined ? thread.values : plan.shown.input(thread.values);
  const input = task.kind === "send" ? task.args : state;
  const { node: name, path } = task;
  return { id: taskIdIn(thread, path), name, input, triggers: [`branch:to:${name}`], interrupts: [] };
}

/** Tasks that have ended, each behind the calls of task() in it. */
export function endedTasks({ plan, done }: Report): readonly TaskChunk[] {
  if (done === undefined) return [];
  const { thread, outcomes } = done;
  return outcomes.flatMap((outcome) => {
    const { kind, task } = outcome;
    const calls = Object.keys(outcome.calls).flatMap((path) => endedCall(thread, path));
    // Of one that did not run, LangGraph tells only that it was to.
    if (kind === "failed" || (kind === "finished" && outcome.isCached)) return calls;
    const told = { id: taskIdIn(thread, task.path), name: task.node, error: null };
    return kind === "finished"
      ? [...calls, { ...told, result: resultIn(plan, outcome.result), interrupts: [] }]
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
export function updatesOf({ plan, done }: Report): readonly Values[] {
  if (done === undefined) return [];
  const { before, thread, outcomes } = done;
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
  // LangGraph's name for what a handler wrote.
  const writer = result.handled === undefined ? node : `__error_handler__${node}`;
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
