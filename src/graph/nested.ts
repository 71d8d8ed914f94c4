// A graph that runs within a node of another one: on a log of its own, with its questions asked by the node that it runs in. Loaded
// when the first one runs.
import type { NodeAttempt } from "./attempt.ts";
import { ownerOf, taskId } from "./path.ts";
import { breakpointsOf } from "./breakpoint.ts";
import type { ConsumedAnswer, PendingInterrupt } from "./checkpointer.ts";
import type { CompileOptions, InvokeConfig } from "./options.ts";
import { GraphInterrupt, ParentCommand } from "./errors.ts";
import { eitherSignal, type Limits, limitsOf } from "./limits.ts";
import type { Plan } from "./plan.ts";
import type { GivenAnswers, Run } from "./run.ts";
import { storedThread, storeFor } from "./prepare.ts";
import { startFrom } from "./start.ts";
import { reportOf } from "./report.ts";
import { trackedIn } from "./values.ts";
import type { Live, Report } from "./live.ts";
import { supersteps } from "./superstep.ts";
import { emptyThread, pendingInterrupts, type Thread } from "./thread.ts";

/** What a node's name and its task's id are to those who stream. */
export function namespaceSegment(scope: readonly string[], path: string): string {
  return `${path.split(":", 1)[0] ?? path}:${taskId(scope, path)}`;
}

/** Where a graph that is a node runs, below the task of that node. */
function graphAsNodePath(path: string): string {
  return `${path}|:graph:0`;
}

/** The log of a graph that is a node, when that node's task began at this checkpoint. */
export function graphAsNodeThreadId(
  threadId: string,
  path: string,
  { checkpointId, keepsState }: { readonly checkpointId: string; readonly keepsState: boolean },
): string {
  return nestedThreadId(threadId, graphAsNodePath(path), keepsState ? "" : checkpointId);
}

/** The node around the graph, and the place of the call in it. */
interface Within {
  readonly node: NodeAttempt;
  readonly path: string;
}

interface NestedCall extends Within {
  /** Of those who stream this graph itself. */
  readonly live?: Live | undefined;
  readonly input: unknown;
  readonly config: InvokeConfig;
}

/**
 * Runs the graph, or goes on with it where an earlier run of the node left it. Its checkpoints are its own, so what has finished
 * in it never runs again.
 *
 * @throws GraphInterrupt when it asks, ParentCommand when one of its nodes leaves for the graph around it.
 */
export async function* nestedReports(
  plan: Plan,
  options: CompileOptions,
  { input, config, node, path, live }: NestedCall,
): AsyncGenerator<Report, void, undefined> {
  const known = node.calls.known(path);
  if (known !== undefined) {
    yield reportOf({ plan }, emptyThread(path, plan.channels), known.value as Thread["values"]);
    return;
  }
  const within = nestedRun(plan, options, { config, node, path });
  const run = live === undefined ? within : { ...within, emit: toBoth(within, live) };
  const loaded = await storedThread(run);
  // What it keeps from one run of the node to the next may be of an earlier superstep.
  const isNew = loaded.checkpoint === undefined || loaded.begunFrom !== run.begunFrom;
  const begun = isNew
    ? await startFrom(run, loaded, { input, onPaused: "supersede" })
    : await goingOn(run, loaded);
  const answers = isNew ? begun.answers : answersWithin(loaded, { node, path });
  const first = reportOf(run, begun.thread);
  tell(run, first);
  yield first;
  let thread = begun.thread;
  try {
    for await (const report of supersteps(run, thread, answers)) {
      ({ thread } = report);
      tell(run, report);
      yield report;
    }
  } catch (error) {
    // What ran beside the failure is stored, and it was not told. That it failed matters more than what it asks.
    const stored = await storedThread(run).catch(() => undefined);
    if (stored !== undefined) node.calls.asking.set(path, questionsAbove(stored, path));
    throw error;
  }
  askAbove(questionsAbove(thread, path), { node, path });
  if (thread.toParent !== undefined) throw new ParentCommand(thread.toParent);
  // Stopped half-way it has no result.
  if (thread.next.length > 0) run.signal.throwIfAborted();
  await node.calls.save(path, { updates: [], goto: [], value: trackedIn(thread.values, plan.untracked) });
}

/** Those who stream the graph around it may want to hear of this one too. */
function tell({ emit, namespace }: Run, report: Report): void {
  emit?.({ kind: "report", report, namespace });
}

/** To those who stream the graph around it, and to those who stream this one: for them it is at the top, and its reports come by themselves. */
function toBoth({ emit, namespace }: Run, live: Live): NonNullable<Run["emit"]> {
  return (event) => {
    emit?.(event);
    const below = event.namespace.slice(namespace.length);
    if (event.kind !== "report" || below.length > 0) live.emit({ ...event, namespace: below });
  };
}

function limitsWithin({ host, signal }: NodeAttempt, options: CompileOptions, config: InvokeConfig): Limits {
  // Not the node's signal: when a node beside it fails, what runs in here may finish, or it would run again.
  const own = config.signal === signal ? undefined : config.signal;
  const abort = own === undefined ? host.abort : eitherSignal(own, host.abort);
  const {
    timeout,
    stepTimeout,
    maxConcurrency = host.maxConcurrency,
    recursionLimit = options.recursionLimit ?? host.recursionLimit,
  } = config;
  return limitsOf(options, {
    ...(timeout !== undefined && { timeout }),
    ...(stepTimeout !== undefined && { stepTimeout }),
    ...(abort && { signal: abort }),
    ...{ maxConcurrency, recursionLimit },
  });
}

function nestedRun(
  plan: Plan,
  options: CompileOptions,
  { config, node, path }: Within & { readonly config: InvokeConfig },
): Run {
  const { host, signal } = node;
  const [, checkpoint = ""] = node.scope;
  const { checkpointer } = options;
  const limits = limitsWithin(node, options, config);
  const saver = checkpointer === false ? undefined : host.saver;
  return {
    ...{ plan, breakpoints: breakpointsOf(plan, config) },
    signal: limits.abort === undefined ? signal : eitherSignal(signal, limits.abort),
    threadId: nestedThreadId(host.threadId, path, plan.keepsState ? "" : checkpoint),
    begunFrom: checkpoint,
    // Its own: another attempt of the node may still be at work on the same log.
    writer: host.newId(),
    namespace: [...host.namespace, segmentOf(node, path)],
    isNested: true,
    untrackedAbove: host.plan.untracked,
    isPausable: node.isPausable && checkpointer !== false,
    configurable: { ...host.configurable, ...config.configurable },
    context: plan.checkContext(config.context ?? host.context),
    store: storeFor(plan, config),
    ...{ random: host.random, emit: host.emit, saver, newId: host.newId, now: host.now },
    cache: options.cache,
    ...limits,
  };
}

/** The log of the graph that runs at a path; without its state, a node that runs again from another checkpoint runs it anew. */
function nestedThreadId(threadId: string, path: string, checkpointId: string): string {
  return `${threadId}|${path}@${checkpointId}`;
}

/** A second graph in the same node, which LangGraph does not tell apart, is numbered. */
function segmentOf({ scope }: NodeAttempt, path: string): string {
  const owner = ownerOf(path);
  const segment = namespaceSegment(scope, owner);
  return path === graphAsNodePath(owner)
    ? segment
    : `${segment}:${path.slice(owner.length + 1).replaceAll("|", "/")}`;
}

/** The node around it was told to go on, and so is everything in it that waits for no answer. */
function goingOn(run: Run, thread: Thread): ReturnType<typeof startFrom> {
  return startFrom(run, thread, { input: null, onPaused: "supersede" });
}

/** The answers that the node was given to questions of this graph. */
function answersWithin(thread: Thread, within: Within): GivenAnswers {
  const { node, path } = within;
  const answers = new Map<string, ConsumedAnswer | "answered" | undefined>();
  for (const { task, id, raised } of pendingInterrupts(thread)) {
    const place = placeBelow(path, task);
    const given = raised
      ? wasAnswered(node, place)
      : node.answersOf(place).find((answer) => answer.id === id);
    if (raised || given !== undefined) answers.set(task, given);
  }
  return answers;
}

function wasAnswered({ raisedAt }: NodeAttempt, place: string): "answered" | undefined {
  return raisedAt(place).isAnswered ? "answered" : undefined;
}

/** Its questions are the node's: there they are stored, listed and answered. */
function askAbove(questions: readonly PendingInterrupt[], { node, path }: Within): void {
  node.calls.asking.set(path, questions);
  for (const question of questions) node.asked.set(question.task, question);
  if (questions.length > 0) throw new GraphInterrupt(questions);
}

/** What it asks, at the places where the node asks it. */
function questionsAbove(thread: Thread, path: string): readonly PendingInterrupt[] {
  const { breakpoint } = thread;
  const questions: readonly PendingInterrupt[] =
    breakpoint === undefined || thread.next.length === 0
      ? pendingInterrupts(thread)
      : [stopAsQuestion(breakpoint)];
  return questions.map((question) => ({ ...question, task: placeBelow(path, question.task) }));
}

/** Running the node again goes on behind it. */
function stopAsQuestion({ id, kind, nodes }: NonNullable<Thread["breakpoint"]>): PendingInterrupt {
  const place = { task: `${kind} ${nodes.join(" ")}`, index: 0, generation: 0, fingerprint: id };
  return { id, value: { [kind]: nodes }, ...place, raised: true, stop: kind };
}

function placeBelow(path: string, task: string): string {
  return `${path}|${task}`;
}
