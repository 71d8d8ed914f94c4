// Runs one task of a superstep: the node, then the conditions behind it, and says how it ended.
import type { ConsumedAnswer, Destination, NextTask, PendingInterrupt, TaskResult } from "./checkpointer.ts";
import { Command } from "./command.ts";
import { GraphInterrupt, GraphValueError, InvalidUpdateError, NodeInterrupt } from "./errors.ts";
import { type Attempt, idempotencyKey, raiseQuestion, runAttempt } from "./interrupt.ts";
import { branchDestinations, destinationsOf, type Plan, type PlannedNode } from "./plan.ts";
import { retrying } from "./retry.ts";
import type { LiveEvent } from "./stream.ts";
import { applyUpdates, checkUpdate, type Values } from "./values.ts";

/** What a node gets beside the state. `context` is whatever the caller of `invoke` handed in. */
export interface NodeConfig<Context = unknown> {
  readonly configurable: Readonly<Record<string, unknown>>;
  readonly context: Context;
  /** Aborts when the caller aborts, or when a task beside this one fails. */
  readonly signal: AbortSignal;
  /**
   * The key to give to the outside with one effect: each call is the next effect of this task, and a replay with the same
   * answers gives the same keys, on whatever machine. Ask for it after `interrupt()`.
   */
  readonly idempotencyKey: () => string;
  /** Tells those who stream with "custom"; told again when the node runs again. */
  readonly writer: (chunk: unknown) => void;
}

/** What all tasks of one invocation share. */
export interface TaskContext {
  readonly plan: Plan;
  readonly threadId: string;
  readonly isPausable: boolean;
  readonly configurable: Readonly<Record<string, unknown>>;
  readonly context: unknown;
  readonly random: () => number;
  /** Tells those who stream; absent where nobody does. */
  readonly emit: ((event: LiveEvent) => void) | undefined;
}

/** What a task starts from. */
export interface TaskStart {
  readonly checkpointId: string;
  readonly values: Values;
  readonly answers: readonly ConsumedAnswer[];
  readonly signal: AbortSignal;
}

export type Outcome =
  | { readonly kind: "finished"; readonly task: NextTask; readonly result: TaskResult }
  | {
      readonly kind: "asked";
      readonly task: NextTask;
      readonly question: PendingInterrupt;
      readonly consumed: readonly ConsumedAnswer[];
    }
  | { readonly kind: "failed"; readonly task: NextTask; readonly error: unknown };

/** Never rejects: a superstep waits for all of its tasks. */
export async function runTask(context: TaskContext, task: NextTask, start: TaskStart): Promise<Outcome> {
  try {
    const node = context.plan.nodes.get(task.node);
    if (node === undefined) throw missingNode(context, task);
    const effort = { signal: start.signal, random: context.random };
    return await retrying(node.retryPolicy, effort, () => attemptTask({ context, node, task, start }));
  } catch (error) {
    return { kind: "failed", task, error };
  }
}

interface TaskRun {
  readonly context: TaskContext;
  readonly node: PlannedNode;
  readonly task: NextTask;
  readonly start: TaskStart;
}

async function attemptTask(run: TaskRun): Promise<Outcome> {
  const { context, task, start } = run;
  const attempt: Attempt = {
    scope: [context.threadId, start.checkpointId, task.path],
    isPausable: context.isPausable,
    answers: start.answers,
    consumed: [],
    calls: 0,
    asked: undefined,
  };
  try {
    const result = await runAttempt(attempt, () => runNode(run, attempt));
    // A node that swallowed the interrupt has still asked: a question must not be lost.
    return asked(task, attempt) ?? { kind: "finished", task, result };
  } catch (error) {
    if (error instanceof NodeInterrupt) raiseQuestion(attempt, error.value);
    const isPause = error instanceof GraphInterrupt || error instanceof NodeInterrupt;
    const outcome = isPause ? asked(task, attempt) : undefined;
    if (outcome === undefined) throw error;
    return outcome;
  }
}

function asked(task: NextTask, { asked: question, consumed }: Attempt): Outcome | undefined {
  return question === undefined ? undefined : { kind: "asked", task, question, consumed };
}

async function runNode({ context, node, task, start }: TaskRun, attempt: Attempt): Promise<TaskResult> {
  const { plan } = context;
  const config = nodeConfig(context, start, attempt);
  // A copy of its own: what a node assigns to its state is not seen by the tasks beside it.
  const returned = await node.run(task.kind === "send" ? task.args : { ...start.values }, config);
  const { updates, goto } = resultFromReturn(plan, node.name, returned);
  const branches = plan.branches.get(node.name);
  if (branches === undefined) return { updates, goto };
  const state = applyUpdates(plan.channels, start.values, updates);
  const destinations = [...goto];
  for (const branch of branches) {
    destinations.push(...(await branchDestinations(plan, branch, { state, config, from: node.name })));
  }
  return { updates, goto: destinations };
}

function nodeConfig(context: TaskContext, { signal }: TaskStart, attempt: Attempt): NodeConfig {
  let calls = 0;
  return {
    configurable: context.configurable,
    context: context.context,
    signal,
    idempotencyKey: () => idempotencyKey(attempt, calls++),
    writer: (value) => context.emit?.({ kind: "custom", value }),
  };
}

function resultFromReturn(plan: Plan, node: string, returned: unknown): TaskResult {
  const parts: readonly unknown[] = isCommandList(returned) ? returned : [returned];
  const updates: Values[] = [];
  const goto: Destination[] = [];
  for (const part of parts) {
    if (part instanceof Command) goto.push(...destinationsOf(plan, part.goto, `node "${node}"`));
    const update: unknown = part instanceof Command ? part.update : part;
    if (update === undefined || update === null) continue;
    if (!isUpdate(update)) throw notAnUpdate(node, update);
    checkUpdate(plan.channels, update, `Node "${node}"`);
    updates.push(update);
  }
  return { updates, goto };
}

function isCommandList(returned: unknown): returned is readonly unknown[] {
  return Array.isArray(returned) && returned.some((part) => part instanceof Command);
}

/** An object with channels as its keys. */
export function isUpdate(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAnUpdate(node: string, found: unknown): InvalidUpdateError {
  const what = Array.isArray(found) ? "an array" : typeof found;
  return new InvalidUpdateError(
    `Expected node "${node}" to return an object or an array containing at least one Command object, received ${what}.`,
    "INVALID_GRAPH_NODE_RETURN_VALUE",
  );
}

function missingNode({ plan, threadId }: TaskContext, { node }: NextTask): GraphValueError {
  const known = [...plan.nodes.keys()].join(", ");
  return new GraphValueError(
    `Thread "${threadId}" is to continue at node "${node}", which this graph does not have (it has ${known}). ` +
      "Put the node back under that name, or continue the thread with the version that it started with.",
  );
}
