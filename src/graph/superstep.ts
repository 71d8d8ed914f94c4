// Runs a thread superstep by superstep until it ends, waits for an answer, or fails.
//
// Invariants:
// 1. A report is yielded only once what it tells is stored.
// 2. A task that finished is not run again: its result is in a pause, in a memo, or in the checkpoint.
// 3. An answer is stored only with what came of it; a task that throws leaves its question as it was.
import type { CallResults } from "./attempt.ts";
import { failurePath, ownerOf } from "./path.ts";
import type { NextTask, TaskResult } from "./checkpointer.ts";
import { asksAnew, commit, pause, storable, writtenOver } from "./commit.ts";
import { AnswerRefused, CheckpointConflict, GraphRecursionError } from "./errors.ts";
import { eitherSignal, inTurn, timedSignal } from "./limits.ts";
import { taskError } from "./node-error.ts";
import { tasksAfter } from "./plan.ts";
import { isShown, pauseReport, reportOf } from "./report.ts";
import type { Report } from "./live.ts";
import type { GivenAnswers, Run } from "./run.ts";
import { type Outcome, runTask } from "./task.ts";
import {
  finishedTasks,
  finishedUpdates,
  hasBegun,
  pendingInterrupts,
  provisionalValues,
  resultOf,
  scopeOf,
  stepOf,
  type Thread,
  unfinishedTasks,
} from "./thread.ts";
import {
  applyUpdates,
  changesBetween,
  checkWriters,
  overwrittenBy,
  trackedIn,
  type Values,
} from "./values.ts";

export async function* supersteps(
  run: Run,
  start: Thread,
  given: GivenAnswers,
): AsyncGenerator<Report, void, undefined> {
  let thread = start;
  let answers = given;
  for (let count = 0; thread.next.length > 0; count++) {
    run.abort?.throwIfAborted();
    // Within a node: one beside it has failed, and nothing new is begun.
    run.signal.throwIfAborted();
    if (thread.breakpoint !== undefined) {
      yield { ...reportOf(run, thread), isAtBreakpoint: true, isCheckpoint: false };
      return;
    }
    const tasks = runnableTasks(thread, answers);
    const waiting = pendingInterrupts(thread);
    if (tasks.length === 0 && waiting.length > 0) {
      yield pauseReport(run, thread, undefined);
      return;
    }
    if (!mayBegin(run, count)) return;
    const outcomes = await runTasks(run, { thread, tasks, answers });
    const hasFailed = outcomes.some(({ kind }) => kind === "failed");
    // Some were told to stop before they began: this is no pause, they run when the thread goes on.
    if (outcomes.length < tasks.length && !hasFailed) run.signal.throwIfAborted();
    const before = thread;
    thread = withResults(before, outcomes);
    const done = { before, thread, outcomes };
    if (unfinishedTasks(thread).length > 0) {
      thread = await stopAtOutcomes(run, thread, outcomes);
      yield pauseReport(run, thread, done);
      return;
    }
    const hasWritten = finishedUpdates(thread).some((update) => isShown(run.plan, update));
    thread = await commitStep(run, thread);
    answers = new Map();
    yield { ...reportOf(run, thread), done, hasWritten };
  }
  // Behind the last node there is nothing to continue, and it was asked for all the same.
  if (thread.breakpoint !== undefined)
    yield { ...reportOf(run, thread), isAtBreakpoint: true, isCheckpoint: false };
}

/** Whether there is time for another superstep. @throws GraphRecursionError when there were too many. */
function mayBegin(run: Run, count: number): boolean {
  if ((run.stepsBefore ?? 0) + count >= run.recursionLimit) throw recursionError(run.recursionLimit);
  return count === 0 || run.mayGoOn?.() !== false;
}

function runnableTasks(thread: Thread, answers: GivenAnswers): readonly NextTask[] {
  const questions = pendingInterrupts(thread);
  const waiting = new Set(questions.map(({ task }) => ownerOf(task)));
  const answered = new Set([...answers.keys()].map(ownerOf));
  // What failed in a graph within a node is tried again, although another question of that graph still waits.
  const below = new Set(
    questions.filter(({ task }) => task !== ownerOf(task)).map(({ task }) => ownerOf(task)),
  );
  const hasFailedBelow = (path: string): boolean =>
    answers.size === 0 && below.has(path) && thread.failures[path] !== undefined;
  return unfinishedTasks(thread).filter(
    ({ path }) => !waiting.has(path) || answered.has(path) || hasFailedBelow(path),
  );
}

interface Step {
  readonly thread: Thread;
  readonly tasks: readonly NextTask[];
  readonly answers: GivenAnswers;
  readonly signal: AbortSignal;
  /** In the order in which the tasks ended. */
  readonly ended: Outcome[];
  /** The state with the writes accepted so far, in that order: only to find out whether they can be applied. */
  preview: Values;
  /** Channels without a reducer that have been written. */
  readonly written: Set<string>;
}

async function runTasks(
  run: Run,
  { thread, tasks, answers }: Pick<Step, "thread" | "tasks" | "answers">,
): Promise<readonly Outcome[]> {
  const failure = tasks.length > 1 ? new AbortController() : undefined;
  const abort = timedSignal(run.abort, run.stepTimeout);
  // Within a node: it also aborts when a node beside that one fails.
  const around = run.isNested ? timedSignal(run.signal, run.stepTimeout) : abort;
  const signal = failure === undefined ? (around ?? run.signal) : eitherSignal(failure.signal, around);
  const step: Step = {
    thread,
    tasks,
    answers,
    signal,
    ended: [],
    preview: provisionalValues(run.plan.channels, thread),
    written: new Set(overwrittenBy(run.plan.channels, finishedUpdates(thread))),
  };
  // An update that came with an answer is stored with all that comes of it: a result kept before would do without it after a crash.
  const hasUnstored = answers.size > 0 && isChanged(run, thread);
  const running = inTurn(tasks, { atOnce: run.maxConcurrency, signal }, async (task) => {
    const outcome = acceptable(run, step, await startTask(run, step, task));
    // A refused answer is nobody's failure: what runs beside it may finish.
    if (outcome.kind === "failed" && !(outcome.error instanceof AnswerRefused)) failure?.abort();
    step.ended.push(outcome);
    if (outcome.kind === "finished" && !isFollowedByCommit(step) && !hasUnstored)
      await saveResult(run, thread, task.path, storable(run, outcome.result));
  });
  // All of them, even after a failure: nobody would save what a task left behind goes on to do.
  const settled = await untilAborted(Promise.allSettled(running), abort);
  const unsaved = settled.find(({ status }) => status === "rejected");
  if (unsaved?.status === "rejected") throw unsaved.reason;
  return step.ended;
}

function isChanged({ plan }: Run, { stored, values }: Thread): boolean {
  const changes = changesBetween(stored, trackedIn(values, plan.untracked), new Set());
  return Object.keys(changes).length > 0;
}

function startTask(run: Run, { thread, answers, signal }: Step, task: NextTask): Promise<Outcome> {
  const step = stepOf(thread) + 1;
  run.emit?.({ kind: "begun", plan: run.plan, thread, task, namespace: run.namespace });
  return runTask(run, task, {
    checkpointId: scopeOf(thread, task.path),
    step,
    values: thread.values,
    answersOf: (path) => {
      const given = answers.get(path);
      return [...(thread.answers[path] ?? []), ...(typeof given === "object" ? [given] : [])];
    },
    raisedAt: (path) => {
      const raised = pendingInterrupts(thread).find((question) => question.raised && question.task === path);
      return { generation: raised?.generation ?? 0, isAnswered: answers.get(path) === "answered" };
    },
    calls: callResults(run, thread),
    signal,
    isUnderWay: () => hasBegun(thread, task.path),
  });
}

function callResults(run: Run, thread: Thread): CallResults {
  const finished: Record<string, TaskResult> = {};
  return {
    finished,
    asking: new Map(),
    known: (path) => finished[path] ?? resultOf(thread, path),
    save: async (path, result) => {
      // First: a pause beside it takes it along even when its own storing was not confirmed.
      finished[path] = result;
      await saveResult(run, thread, path, result);
    },
    claim: async (path, result) => {
      const { saver } = run;
      const memo = { slot: thread.slot, task: path, result };
      if (saver?.claim === undefined) await saver?.saveTask(thread.id, memo);
      else if (!(await saver.claim(thread.id, memo))) throw new CheckpointConflict(thread.id, thread.slot);
      finished[path] = result;
    },
  };
}

/** A result that cannot be committed beside those of its siblings must not be kept, or the thread could never go on. */
function acceptable(run: Run, step: Step, outcome: Outcome): Outcome {
  const { channels } = run.plan;
  if (outcome.kind !== "finished" || step.thread.next.length === 1) return outcome;
  const { updates } = outcome.result;
  try {
    checkWriters(channels, step.written, updates);
    step.preview = applyUpdates(channels, step.preview, updates);
    for (const name of overwrittenBy(channels, updates)) step.written.add(name);
    return outcome;
  } catch (error) {
    const { task, calls, asking } = outcome;
    return { kind: "failed", task, calls, asking, error };
  }
}

/** The last task's result goes into the slot that is written at once; a memo would only cost. */
function isFollowedByCommit({ tasks, ended }: Step): boolean {
  return ended.length === tasks.length && ended.every(({ kind }) => kind !== "failed");
}

/** It stands until the superstep is committed. */
async function saveResult(run: Run, { id, slot }: Thread, task: string, result: TaskResult): Promise<void> {
  await run.saver?.saveTask(id, { slot, task, result });
}

function withResults(thread: Thread, outcomes: readonly Outcome[]): Thread {
  const results = outcomes.flatMap((outcome) => [
    ...Object.entries(outcome.calls),
    ...(outcome.kind === "finished" ? [[outcome.task.path, outcome.result] as const] : []),
  ]);
  return results.length === 0
    ? thread
    : { ...thread, memos: { ...thread.memos, ...Object.fromEntries(results) } };
}

/** The whole superstep is done: its writes become the state. */
async function commitStep(run: Run, thread: Thread): Promise<Thread> {
  const finished = finishedTasks(thread);
  const left = finished.flatMap(({ result }) => result.toParent ?? []);
  const hasLeft = left.length > 0;
  const way = hasLeft ? { next: [], joins: {} } : tasksAfter(run.plan, finished, { seen: thread.joins });
  return commit(run, thread, {
    source: "loop",
    ...way,
    toParent: hasLeft ? left : undefined,
    ...writtenOver(run, thread, []),
    ran: finished.map(({ node }) => node),
  });
}

/** Some tasks asked or failed: what waits now is stored, then the first failure is thrown. */
async function stopAtOutcomes(run: Run, thread: Thread, outcomes: readonly Outcome[]): Promise<Thread> {
  const failed = outcomes.find((outcome) => outcome.kind === "failed");
  const paused =
    failed === undefined || asksAnew(thread, outcomes) ? await pause(run, thread, outcomes) : thread;
  if (failed === undefined) return paused;
  await saveFailures(run, paused, outcomes);
  throw failed.error;
}

/** For those who look at the thread from elsewhere. The same failure again is not stored again: a run may be retried for long. */
async function saveFailures(run: Run, thread: Thread, outcomes: readonly Outcome[]): Promise<void> {
  const saves = outcomes.flatMap((outcome) => {
    if (outcome.kind !== "failed" || outcome.error instanceof AnswerRefused) return [];
    const { path } = outcome.task;
    const error = taskError(outcome.error);
    const before = thread.failures[path] ?? [];
    const last = before.at(-1);
    if (last?.name === error.name && last.message === error.message) return [];
    const result = { updates: [], goto: [], error };
    return [saveResult(run, thread, failurePath(path, before.length), result)];
  });
  // What failed is thrown all the same, also where that could not be written down.
  await Promise.allSettled(saves);
}

/** The promise, or the signal's reason as soon as it aborts. */
async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  // A node may have aborted before its first await.
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function recursionError(limit: number): GraphRecursionError {
  return new GraphRecursionError(
    `Recursion limit of ${limit} reached without hitting a stop condition. ` +
      'You can increase the limit by setting the "recursionLimit" config key.',
  );
}
