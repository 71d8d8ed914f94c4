// From what the caller gave (input, Command or null) to a thread that is ready to run.
import { configFrom, runOutside } from "./attempt.ts";
import { Command, START } from "./command.ts";
import { EmptyInputError, GraphValueError, InvalidUpdateError, ThreadPausedError } from "./errors.ts";
import {
  branchDestinations,
  destinationsOf,
  type Finished,
  tasksAfter,
  tasksFor,
  withoutClash,
} from "./plan.ts";
import type { Destination, NextTask } from "./checkpointer.ts";
import { answersById, answersFrom } from "./resume.ts";
import { handlerOf } from "./answering.ts";
import type { GivenAnswers, Run } from "./run.ts";
import { commit, passBreakpoint, writtenOver } from "./commit.ts";
import type { NodeConfig } from "./node-config.ts";
import { isUpdate } from "./task.ts";
import {
  finishedTasks,
  pendingInterrupts,
  provisionalValues,
  type Thread,
  unfinishedTasks,
} from "./thread.ts";
import { applyUpdates, checkUpdate, overwrittenBy, type Values } from "./values.ts";

/** What new input does to a thread that waits: drop the question, or be refused. */
export type OnPaused = "supersede" | "refuse";

interface Started {
  readonly thread: Thread;
  readonly answers: GivenAnswers;
}

const NONE: GivenAnswers = new Map();

export async function startFrom(
  run: Run,
  thread: Thread,
  { input, onPaused }: { readonly input: unknown; readonly onPaused: OnPaused },
): Promise<Started> {
  if (input === null || input === undefined)
    return { thread: await continued(run, thread), answers: runningAgain(thread) };
  if (input instanceof Command && input.graph !== undefined)
    throw new InvalidUpdateError(
      "There is no parent graph. Leave `graph` out: a Command from outside is for this graph.",
    );
  if (input instanceof Command && input.resume !== undefined) return resumed(run, thread, input);
  refuseIfPaused(thread, onPaused);
  const started =
    input instanceof Command ? await redirected(run, thread, input) : await begun(run, thread, input);
  return { thread: started, answers: NONE };
}

async function continued(run: Run, thread: Thread): Promise<Thread> {
  if (thread.base !== undefined) return forked(run, thread);
  if (thread.breakpoint !== undefined) return passBreakpoint(run, thread);
  if (thread.checkpoint !== undefined) return thread;
  throw new EmptyInputError(
    `Received no input for "${START}": the thread is new, so null has nothing to continue. Invoke it with an input first.`,
  );
}

/** From an earlier checkpoint: a branch of its own, on which every question is asked again. */
function forked(run: Run, { next, joins, values, ...thread }: Thread): Promise<Thread> {
  const copy = { source: "fork", next, joins, values, overwritten: new Set<string>() } as const;
  return commit(run, { ...thread, next, joins, values }, { ...copy, ran: thread.checkpoint?.ran });
}

/** What a node raised is answered by running it again. */
function runningAgain(thread: Thread): GivenAnswers {
  const raised = pendingInterrupts(thread).filter((question) => question.raised);
  return new Map(raised.map(({ task }) => [task, undefined]));
}

/** Nothing is stored yet: the answer, the update and the extra tasks are stored with what comes of them. */
async function resumed(
  run: Run,
  paused: Thread,
  { resume, update, goto }: Command<unknown, unknown>,
): Promise<Started> {
  if (run.saver === undefined) {
    throw new GraphValueError(
      "Cannot use Command(resume=...) without checkpointer. Compile the graph with { checkpointer }.",
    );
  }
  const { breakpoint } = paused;
  const pending = breakpoint === undefined ? pendingInterrupts(paused) : [breakpoint];
  const answers = answersFrom(resume, pending);
  const handled = breakpoint === undefined ? await answersHandled(run, paused, resume) : [];
  // Whatever is said to a breakpoint continues it, and answers no question that nobody has seen.
  const thread = breakpoint === undefined ? paused : await passBreakpoint(run, paused);
  const { next, joins } = tasksAfter(run.plan, [callerTo(run, goto, thread.next)], {
    seen: thread.joins,
    hasOthers: thread.next.length > 0,
  });
  const written = [...(update === undefined ? [] : [updateOf(run, update)]), ...handled];
  // One after another: a handler is no second writer beside the caller.
  const values = written.reduce<Values>(
    (before, one) => applyUpdates(run.plan.channels, before, [one]),
    thread.values,
  );
  return {
    thread: { ...thread, values, joins, next: [...thread.next, ...withoutClash(next, thread.next)] },
    answers,
  };
}

/** What the nodes that have raised something make of the answers to it. */
async function answersHandled(run: Run, thread: Thread, resume: unknown): Promise<readonly Values[]> {
  const pending = pendingInterrupts(thread);
  const byId = answersById(resume, pending);
  const handled: Values[] = [];
  for (const question of pending) {
    const onAnswer = handlerOf(run.plan, thread, question);
    if (onAnswer === undefined || !Object.hasOwn(byId, question.id)) continue;
    const update = await onAnswer(provisionalValues(run.plan.channels, thread), byId[question.id]);
    if (update !== null && update !== undefined) handled.push(updateOf(run, update));
  }
  return handled;
}

export async function begun(run: Run, thread: Thread, input: unknown): Promise<Thread> {
  const given = updateOf(run, input);
  const update = run.plan.checkInput?.(given) ?? given;
  const values = applyUpdates(run.plan.channels, thread.values, [update]);
  const goto = await conditionalDestinations(run, values, START);
  const { next, joins } = tasksAfter(run.plan, [{ node: START, result: { goto } }], { seen: {} });
  return commit(run, thread, {
    source: "input",
    next,
    joins,
    values,
    overwritten: overwrittenBy(run.plan.channels, [update]),
  });
}

/** An update or a goto without an answer: what has finished is committed, what has not is asked again on the new state. */
async function redirected(
  run: Run,
  thread: Thread,
  { update, goto }: Command<unknown, unknown>,
): Promise<Thread> {
  if (update === undefined && goto.length === 0) {
    throw new EmptyInputError("Received empty Command input. Give it a resume, an update or a goto.");
  }
  const finished = finishedTasks(thread);
  const given = update === undefined ? [] : [updateOf(run, update)];
  const left = unfinishedTasks(thread);
  const seen = { seen: thread.joins, hasOthers: left.length > 0 };
  const after = tasksAfter(run.plan, [...finished, callerTo(run, goto, left)], seen);
  const carried: readonly NextTask[] = [...left, ...after.next];
  const next = tasksFor(carried.map(destinationOf));
  return commit(run, thread, {
    source: "input",
    next,
    joins: after.joins,
    ...writtenOver(run, thread, given),
  });
}

/** A caller leads on beside the tasks, and so waits with them where a node is deferred; what is to run anyway runs once. */
function callerTo({ plan }: Run, goto: Command["goto"], left: readonly NextTask[]): Finished {
  const found = destinationsOf(plan, goto, "the Command");
  const isNew = (to: Destination): boolean =>
    to.kind === "send" || !left.some(({ path }) => path === to.node);
  return { node: "", result: { goto: found.filter(isNew) } };
}

function destinationOf(task: NextTask): Destination {
  return task.kind === "pull"
    ? { kind: "node", node: task.node }
    : { kind: "send", node: task.node, args: task.args };
}

/** Where the conditions behind START, or behind a node that an update stands for, lead. */
export async function conditionalDestinations(
  run: Run,
  state: Values,
  from: string,
): Promise<readonly Destination[]> {
  const destinations: Destination[] = [];
  const config = outsideConfig(run);
  for (const branch of run.plan.branches.get(from) ?? []) {
    const found = runOutside(config, () => branchDestinations(run.plan, branch, { state, config, from }));
    destinations.push(...(await found));
  }
  return destinations;
}

/** For conditions that run outside of a task. */
function outsideConfig(run: Run): NodeConfig {
  const idempotencyKey = (): never => {
    throw new GraphValueError(
      "A condition behind START, or of an update, is no task and has no effects. Move the effect into a node.",
    );
  };
  return configFrom(run, { signal: run.signal, heartbeat: () => undefined, idempotencyKey });
}

/** @throws InvalidUpdateError for what is no update of this graph's state. */
export function updateOf(run: Run, update: unknown): Values {
  if (!isUpdate(update)) {
    throw new InvalidUpdateError(
      `Expected an object with channels as its keys as input, received ${Array.isArray(update) ? "an array" : typeof update}.`,
    );
  }
  checkUpdate(run.plan.channels, update, "The input");
  return update;
}

function refuseIfPaused(thread: Thread, onPaused: OnPaused): void {
  const { breakpoint, next } = thread;
  const waiting = breakpoint === undefined || next.length === 0 ? pendingInterrupts(thread) : [breakpoint];
  if (onPaused === "refuse" && waiting.length > 0) {
    throw new ThreadPausedError(
      thread.id,
      waiting.map(({ id }) => id),
    );
  }
}
