// Runs one task of a superstep: the node, then the conditions behind it, and says how it ended.
import type { NodeCache } from "./cache.ts";
import type {
  ConsumedAnswer,
  Destination,
  NextTask,
  PendingInterrupt,
  TaskResult,
  ToParent,
} from "./checkpointer.ts";
import { Command, END, PREVIOUS, Send } from "./command.ts";
import {
  GraphInterrupt,
  GraphValueError,
  InvalidUpdateError,
  NodeInterrupt,
  ParentCommand,
} from "./errors.ts";
import {
  type Attempt,
  type CallResults,
  configFrom,
  type Host,
  type NodeAttempt,
  runAt,
  withQuestion,
} from "./attempt.ts";
import { idempotencyKey, raiseQuestion } from "./interrupt.ts";
import type { NodeConfig } from "./node-config.ts";
import { branchDestinations, destinationsOf, destinationTo, type Plan, type PlannedNode } from "./plan.ts";
import { once } from "./once.ts";
import { handlerPath } from "./path.ts";
import type { TimeoutPolicy } from "./timeout-policy.ts";
import { applyUpdates, checkUpdate, type Values } from "./values.ts";
import { nodeNames, isObject } from "./record.ts";

const onDemand = once(() => import("./on-demand.ts"));

/** What all tasks of one invocation share. */
export interface TaskContext extends Host {
  readonly plan: Plan;
  readonly isPausable: boolean;
  /** Runs within a node of another graph. */
  readonly isNested: boolean;
  readonly cache: NodeCache | undefined;
  /** What each task may take, in milliseconds. */
  readonly nodeTimeout?: number | undefined;
  /** What the graph around it never stores. */
  readonly untrackedAbove: readonly string[];
}

/** What a task starts from. */
export interface TaskStart {
  readonly checkpointId: string;
  readonly step: number;
  readonly values: Values;
  /** By the place that asked: the task, or a call of task() in it. */
  readonly answersOf: (path: string) => readonly ConsumedAnswer[];
  readonly raisedAt: NodeAttempt["raisedAt"];
  readonly calls: CallResults;
  readonly signal: AbortSignal;
  /** Whether it has asked, was answered, or has results of calls already. */
  readonly isUnderWay: () => boolean;
  readonly heartbeat?: () => void;
}

export type Outcome = Ended & {
  readonly task: NextTask;
  /** Results of the calls of task() that finished in it. */
  readonly calls: Readonly<Record<string, TaskResult>>;
  /** What graphs within it ask now. */
  readonly asking: ReadonlyMap<string, readonly PendingInterrupt[]>;
};

type Ended =
  | {
      readonly kind: "finished";
      readonly result: TaskResult;
      /** Another run's: the node did not run. */
      readonly isCached?: true;
    }
  | {
      readonly kind: "asked";
      readonly questions: readonly PendingInterrupt[];
      readonly consumed: Readonly<Record<string, readonly ConsumedAnswer[]>>;
    }
  | { readonly kind: "failed"; readonly error: unknown };

/** Never rejects: a superstep waits for all of its tasks. */
export async function runTask(context: TaskContext, task: NextTask, start: TaskStart): Promise<Outcome> {
  const ended = await endOf(context, task, start);
  const { finished, asking } = start.calls;
  return { ...ended, task, calls: finished, asking };
}

async function endOf(context: TaskContext, task: NextTask, start: TaskStart): Promise<Ended> {
  try {
    const node = context.plan.nodes.get(task.node);
    if (node === undefined) throw missingNode(context, task);
    return await cachedOrRun({ context, node, task, start });
  } catch (error) {
    return { kind: "failed", error };
  }
}

interface TaskRun {
  readonly context: TaskContext;
  readonly node: PlannedNode;
  readonly task: NextTask;
  readonly start: TaskStart;
}

/** An answer belongs to its thread: what comes of one is not kept for others, and a task that waits for one does not take theirs. */
async function cachedOrRun(run: TaskRun): Promise<Ended> {
  const { context, node, start } = run;
  const { cache } = context;
  const { cachePolicy: policy } = node;
  if (policy === undefined || cache === undefined || start.isUnderWay()) return runWithin(run);
  const { keptResult } = await onDemand();
  const { known, keep } = await keptResult({ cache, policy, node: node.name, input: inputOf(run) });
  if (known !== undefined) return { kind: "finished", result: known, isCached: true };
  const ended = await runWithin(run);
  const isWhole = ended.kind === "finished" && ended.result.handled === undefined;
  if (isWhole && !writesUntracked(context, ended.result)) await keep(ended.result);
  return ended;
}

function writesUntracked(
  { plan, untrackedAbove }: TaskContext,
  { updates, toParent = [] }: TaskResult,
): boolean {
  const writes = (names: readonly string[], update: Values): boolean =>
    names.some((name) => Object.hasOwn(update, name));
  return (
    updates.some((update) => writes(plan.untracked, update)) ||
    toParent.some(({ update = {} }) => writes(untrackedAbove, update))
  );
}

function runWithin(run: TaskRun): Promise<Ended> {
  const { nodeTimeout: runTimeout } = run.context;
  return runTimeout === undefined ? runOrHandle(run) : inTime(run, { runTimeout }, runOrHandle);
}

function runOrHandle(run: TaskRun): Promise<Ended> {
  const { errorHandler } = run.node;
  return errorHandler === undefined ? tryNode(run) : runAndHandle(run, errorHandler);
}

async function runAndHandle(run: TaskRun, handler: NonNullable<PlannedNode["errorHandler"]>): Promise<Ended> {
  const { node, task, start } = run;
  const { withHandler } = await onDemand();
  const failing = { node: node.name, task: task.path, calls: start.calls, signal: start.signal };
  return withHandler(
    failing,
    () => tryNode(run),
    (error) =>
      attemptAt(run, handlerPath(task.path), async (attempt) => {
        const config = nodeConfig(run, attempt);
        attempt.node.config = config;
        const returned = await handler(inputOf(run), error, config);
        return { ...resultFromReturn(run.context, node.name, returned), handled: true };
      }),
  );
}

function tryNode(run: TaskRun): Promise<Ended> {
  const { retryPolicy: policy, timeout } = run.node;
  const attempt = (): Promise<Ended> =>
    timeout === undefined ? attemptNode(run) : inTime(run, timeout, attemptNode);
  return policy === undefined ? attempt() : tryAgain(run, policy, attempt);
}

async function tryAgain(
  { context, start }: TaskRun,
  policy: NonNullable<PlannedNode["retryPolicy"]>,
  attempt: () => Promise<Ended>,
): Promise<Ended> {
  const { retrying } = await onDemand();
  return retrying(policy, { signal: start.signal, random: context.random }, attempt);
}

async function inTime(
  run: TaskRun,
  timeout: TimeoutPolicy,
  body: (watched: TaskRun) => Promise<Ended>,
): Promise<Ended> {
  // Loaded by graphs that have one.
  const { watchedCalls, watchedEmit, watchedSaver, withinTimeout } = await onDemand();
  const { context, node, start } = run;
  return withinTimeout(timeout, { node: node.name, signal: start.signal }, (watch) => {
    const { signal, heartbeat } = watch;
    return body({
      ...run,
      context: {
        ...context,
        emit: watchedEmit(context.emit, watch),
        saver: watchedSaver(context.saver, watch, node.name),
      },
      start: { ...start, signal, heartbeat, calls: watchedCalls(start.calls, watch, node.name) },
    });
  });
}

function attemptNode(run: TaskRun): Promise<Ended> {
  return attemptAt(run, run.task.path, (attempt) => runNode(run, attempt));
}

async function attemptAt(
  run: TaskRun,
  path: string,
  body: (attempt: Attempt) => Promise<TaskResult>,
): Promise<Ended> {
  const { context, start } = run;
  const node: NodeAttempt = {
    host: context,
    scope: [context.threadId, start.checkpointId],
    step: start.step,
    ...{ isPausable: context.isPausable, random: context.random, previous: start.values[PREVIOUS] },
    ...{ answersOf: start.answersOf, raisedAt: start.raisedAt, calls: start.calls, signal: start.signal },
    ...{ asked: new Map(), consumed: new Map(), running: new Set(), refused: undefined, config: undefined },
  };
  return runAt(node, path, async (attempt) => {
    try {
      const result = await body(attempt);
      await callsEnded(node);
      // A node that swallowed the interrupt has still asked: a question must not be lost.
      return asked(node) ?? { kind: "finished", result };
    } catch (error) {
      if (error instanceof NodeInterrupt) raiseQuestion(attempt, error.value);
      await callsEnded(node);
      if (error instanceof ParentCommand)
        return asked(node) ?? { kind: "finished", result: resultFromParts(run, error.commands) };
      const isPause = error instanceof GraphInterrupt || error instanceof NodeInterrupt;
      // Else its answer would be taken for consumed, and nobody could give another.
      const outcome = isPause && node.refused === undefined ? asked(node) : undefined;
      if (outcome === undefined) throw isPause ? (node.refused ?? error) : withQuestion(error, attempt);
      return outcome;
    }
  });
}

/** Calls that the node did not wait for, and those that they begin: what they finish is kept, and what they ask is asked. */
async function callsEnded({ running }: NodeAttempt): Promise<void> {
  for (let known = 0; known < running.size;) {
    known = running.size;
    await Promise.allSettled(running);
  }
}

function asked({ asked: questions, consumed }: NodeAttempt): Ended | undefined {
  if (questions.size === 0) return undefined;
  return { kind: "asked", questions: [...questions.values()], consumed: Object.fromEntries(consumed) };
}

/** A copy of its own: what a node assigns to its state is not seen by the tasks beside it. */
function inputOf({ task, start }: TaskRun): unknown {
  return task.kind === "send" ? task.args : { ...start.values };
}

async function runNode(run: TaskRun, attempt: Attempt): Promise<TaskResult> {
  const { context, node, start } = run;
  const { plan } = context;
  const config = nodeConfig(run, attempt);
  attempt.node.config = config;
  const returned = await node.run(inputOf(run), config);
  const result = resultFromReturn(context, node.name, returned);
  const { updates, goto } = result;
  const branches = plan.branches.get(node.name);
  if (branches === undefined || result.toParent !== undefined) return result;
  const state = applyUpdates(plan.channels, start.values, updates);
  const destinations = [...goto];
  for (const branch of branches) {
    destinations.push(...(await branchDestinations(plan, branch, { state, config, from: node.name })));
  }
  return { updates, goto: destinations };
}

function nodeConfig({ context, start }: TaskRun, attempt: Attempt): NodeConfig {
  const { signal, heartbeat = () => undefined } = start;
  const key = (): string => idempotencyKey(attempt, attempt.effects++);
  return configFrom(context, { signal, heartbeat, idempotencyKey: key });
}

/** What a graph within the node says to this one, as if the node had returned it. */
function resultFromParts({ context, node }: TaskRun, commands: readonly ToParent[]): TaskResult {
  const parts = commands.map(({ update = {}, goto }) => new Command({ update, goto: goto.map(targetOf) }));
  return resultFromReturn(context, node.name, parts);
}

function targetOf(to: Destination): string | Send {
  return to.kind === "node" ? to.node : new Send(to.node, to.args);
}

function resultFromReturn(context: TaskContext, node: string, returned: unknown): TaskResult {
  const { plan } = context;
  const parts: readonly unknown[] = isCommandList(returned) ? returned : [returned];
  const updates: Values[] = [];
  const goto: Destination[] = [];
  const toParent: ToParent[] = [];
  for (const part of parts) {
    if (part instanceof Command && part.graph !== undefined) {
      toParent.push(commandToParent(context, part));
      continue;
    }
    if (part instanceof Command) goto.push(...destinationsOf(plan, part.goto, `node "${node}"`));
    const update: unknown = part instanceof Command ? part.update : part;
    if (update === undefined || update === null) continue;
    if (!isUpdate(update)) throw notAnUpdate(node, update);
    checkUpdate(plan.channels, update, `Node "${node}"`);
    updates.push(update);
  }
  return { updates, goto, ...(toParent.length > 0 && { toParent }) };
}

function commandToParent(
  { isNested }: TaskContext,
  { graph, update, goto }: Command<unknown, unknown>,
): ToParent {
  if (graph !== Command.PARENT)
    throw new InvalidUpdateError(
      `A Command can lead to the graph around its own, Command.PARENT, not to "${graph ?? ""}".`,
    );
  if (!isNested) throw new InvalidUpdateError("There is no parent graph.");
  const given = isUpdate(update) ? { update } : {};
  // Which nodes there are, the graph around this one knows.
  return { ...given, goto: goto.filter((to) => to !== END).map(destinationTo) };
}

function isCommandList(returned: unknown): returned is readonly unknown[] {
  return Array.isArray(returned) && returned.some((part) => part instanceof Command);
}

/** An object with channels as its keys. */
export function isUpdate(value: unknown): value is Values {
  return isObject(value) && !Array.isArray(value);
}

function notAnUpdate(node: string, found: unknown): InvalidUpdateError {
  const what = Array.isArray(found) ? "an array" : typeof found;
  return new InvalidUpdateError(
    `Expected node "${node}" to return an object or an array containing at least one Command object, received ${what}.`,
    "INVALID_GRAPH_NODE_RETURN_VALUE",
  );
}

function missingNode({ plan, threadId }: TaskContext, { node }: NextTask): GraphValueError {
  return new GraphValueError(
    `Thread "${threadId}" is to continue at node "${node}", which this graph does not have (it has ${nodeNames(plan)}). ` +
      "Put the node back under that name, or continue the thread with the version that it started with.",
  );
}
