// A graph that runs within a node of another one: on a log of its own, with its questions asked by the node that it runs in. Loaded
// when the first one runs.
import type { NodeAttempt } from "./attempt.ts";
import { ownerOf } from "./path.ts";
import { breakpointsOf } from "./breakpoint.ts";
import type { ConsumedAnswer, PendingInterrupt } from "./checkpointer.ts";
import { pause } from "./commit.ts";
import type { CompileOptions, InvokeConfig } from "./options.ts";
import { CheckpointConflict, GraphInterrupt, ParentCommand } from "./errors.ts";
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
import { graphAsNodePath, namespaceSegment, nestedThreadId, withoutDropped } from "./within.ts";

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
  const loaded = await settled(run, await storedThread(run));
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
  consume(thread, answers, { node, path });
  askAbove(questionsAbove(thread, path), { node, path });
  if (thread.toParent !== undefined) throw new ParentCommand(thread.toParent);
  // Stopped half-way it has no result.
  if (thread.next.length > 0) run.signal.throwIfAborted();
  await node.calls.save(path, { updates: [], goto: [], value: trackedIn(thread.values, plan.untracked) });
}

/** What graphs within the thread's nodes ask no more, since somebody changed their state, no longer waits: their nodes run again. */
export async function settled(run: Run, thread: Thread): Promise<Thread> {
  const left = await withoutDropped(run, thread);
  return left === thread ? thread : pause(run, left, []);
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
    recursionLimit = host.recursionLimit,
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

/**
 * The answers that the node was given to questions of this graph.
 *
 * @throws CheckpointConflict when somebody has dropped such a question since the run began: the answer must not be lost.
 */
function answersWithin(thread: Thread, { node, path }: Within): GivenAnswers {
  const givenTo = ({ task, id }: PendingInterrupt): ConsumedAnswer | undefined =>
    node.answersOf(placeBelow(path, task)).find((answer) => answer.id === id);
  if (thread.superseded.some((question) => givenTo(question) !== undefined))
    throw new CheckpointConflict(thread.id, thread.slot - 1);
  const answers = new Map<string, ConsumedAnswer | undefined>();
  for (const question of pendingInterrupts(thread)) {
    const given = givenTo(question);
    if (question.raised || given !== undefined) answers.set(question.task, given);
  }
  return answers;
}

/** An answer to a question that neither waits still nor was replaced by another one is told as one that the node has taken. */
function consume(thread: Thread, answers: GivenAnswers, { node, path }: Within): void {
  const open = new Set([...pendingInterrupts(thread), ...thread.superseded].map(({ id }) => id));
  for (const [task, given] of answers) {
    const place = placeBelow(path, task);
    if (given !== undefined && !open.has(given.id)) node.consumed.set(place, node.answersOf(place));
  }
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
