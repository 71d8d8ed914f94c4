// From what a graph was compiled and called with to a run that is ready to begin.
import { randomUUID } from "node:crypto";
import { type Attempt, currentConfig, currentPlace } from "./attempt.ts";
import { type Breakpoints, breakpointsOf, hasBreakpoints } from "./breakpoint.ts";
import type { Checkpointer } from "./checkpointer.ts";
import { GraphValueError, missingCheckpointer } from "./errors.ts";
import { limitsOf } from "./limits.ts";
import type { CompileOptions, InvokeConfig, ThreadConfig } from "./options.ts";
import type { Plan } from "./plan.ts";
import type { Run } from "./run.ts";
import type { BaseStore } from "./store.ts";
import { emptyThread, type Thread, threadAt, threadFromLog } from "./thread.ts";

/** The place of the node that a graph is invoked in; undefined at the top, and for a graph with a thread of its own. */
export function placeFor(options: CompileOptions, config: InvokeConfig): Attempt | undefined {
  const place = currentPlace();
  const given = config.configurable?.thread_id;
  // A node that hands its config on names its own thread: that is no other one.
  const hasOwnThread = given !== undefined && given !== place?.node.host.configurable["thread_id"];
  const hasOwnSaver = typeof options.checkpointer === "object" && given !== undefined;
  return hasOwnThread || hasOwnSaver ? undefined : place;
}

/** The thread as it stands. */
export async function storedThread({
  saver,
  threadId,
  plan,
}: Pick<Run, "saver" | "threadId" | "plan">): Promise<Thread> {
  const { channels } = plan;
  if (saver === undefined) return emptyThread(threadId, channels);
  return threadFromLog(threadId, channels, await saver.load(threadId));
}

/** The same, or as it stood at the checkpoint that is asked for. */
export async function loadThread(run: Run, config: ThreadConfig): Promise<Thread> {
  const { saver, threadId, plan } = run;
  const wanted = config.configurable?.checkpoint_id;
  if (saver === undefined || wanted === undefined) return storedThread(run);
  const log = await saver.load(threadId);
  const thread =
    threadAt(threadId, plan.channels, log, wanted) ??
    // Behind a snapshot only the newest ones are known.
    (log.snapshot && threadAt(threadId, plan.channels, await saver.history(threadId), wanted));
  if (thread !== undefined) return thread;
  throw new GraphValueError(
    `Thread "${threadId}" has no checkpoint "${wanted}". getStateHistory lists those it has.`,
  );
}

export function runFor(plan: Plan, options: CompileOptions, config: InvokeConfig): Run {
  const { newId = randomUUID, now = () => new Date(), random = Math.random } = options;
  const checkpointer = saverOf(options);
  const breakpoints = breakpointsOf(plan, config);
  checkPausable(checkpointer, breakpoints);
  const writer = newId();
  const limits = limitsOf(options, config);
  return {
    plan,
    breakpoints,
    isNested: false,
    untrackedAbove: [],
    threadId:
      checkpointer === undefined ? (config.configurable?.thread_id ?? writer) : requiredThreadId(config),
    isPausable: checkpointer !== undefined,
    configurable: config.configurable ?? {},
    context: config.context,
    store: storeFor(plan, config),
    random,
    saver: checkpointer,
    writer,
    newId,
    now,
    mayGoOn: config.mayGoOn,
    stepsBefore: config.stepsBefore,
    nodeTimeout: config.nodeTimeout,
    emit: undefined,
    namespace: [],
    cache: options.cache,
    ...limits,
    signal: limits.abort ?? new AbortController().signal,
  };
}

function checkPausable(checkpointer: Checkpointer | undefined, breakpoints: Breakpoints): void {
  if (checkpointer !== undefined || !hasBreakpoints(breakpoints)) return;
  throw missingCheckpointer("a graph that stops before or after a node could not be continued");
}

/** The call's, or that of the graph around it; a store of its own is for when there is none. */
export function storeFor({ store }: Plan, config: InvokeConfig): BaseStore | undefined {
  return config.store ?? currentConfig()?.store ?? store;
}

export function saverOf({ checkpointer }: CompileOptions): Checkpointer | undefined {
  if (checkpointer === true)
    throw new GraphValueError(
      '"checkpointer: true" cannot be used for root graphs. Give this one a checkpointer.',
    );
  return checkpointer === false ? undefined : checkpointer;
}

export function requiredThreadId({ configurable }: ThreadConfig): string {
  // Callers without types pass anything.
  const id: unknown = configurable?.thread_id;
  if (typeof id === "string" && id !== "" && !id.includes("|")) return id;
  if (typeof id === "string" && id !== "")
    throw new GraphValueError(
      `The thread id "${id}" has "|" in it, which names graphs within nodes. Choose another one.`,
    );
  throw new GraphValueError(
    `A graph with a checkpointer needs a thread id, got ${id === "" ? "an empty string" : typeof id}. ` +
      'Pass { configurable: { thread_id: "my-thread" } }.',
  );
}
