// How long one attempt of a node may take, and what becomes of an attempt whose time is over.
import type { CallResults, Host } from "./attempt.ts";
import type { Checkpointer, Memo } from "./checkpointer.ts";
import { GraphValueError, NodeTimeoutError } from "./errors.ts";
import type { TimeoutPolicy } from "./timeout-policy.ts";

/** One attempt under a policy. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  /** Something has happened that shows progress, unless only heartbeats do. */
  readonly progress: () => void;
  readonly heartbeat: () => void;
}

/** @throws NodeTimeoutError when the attempt takes too long; what it does from then on is lost. */
export async function withinTimeout<Result>(
  policy: TimeoutPolicy,
  { node, signal }: { readonly node: string; readonly signal: AbortSignal },
  attempt: (watch: Watch) => Promise<Result>,
): Promise<Result> {
  const { runTimeout = Infinity, idleTimeout = Infinity, refreshOn = "auto" } = policy;
  const over = new AbortController();
  const begun = performance.now();
  let progressed = begun;
  const heartbeat = (): void => {
    progressed = performance.now();
  };
  const watch = {
    signal: AbortSignal.any([signal, over.signal]),
    isOver: () => over.signal.aborted,
    progress: refreshOn === "auto" ? heartbeat : () => undefined,
    heartbeat,
  };
  const left = (): number => Math.min(begun + runTimeout, progressed + idleTimeout) - performance.now();
  const clock = startClock(left);
  try {
    const ended = await Promise.race([outcomeOf(attempt(watch)), clock.passed]);
    // A node that blocks keeps the clock from ringing.
    if (ended !== "passed" && left() > 0) return ended();
  } finally {
    clock.stop();
  }
  over.abort();
  const elapsed = Math.ceil(performance.now() - begun);
  const kind = elapsed >= runTimeout ? "run" : "idle";
  throw new NodeTimeoutError({ node, kind, timeout: kind === "run" ? runTimeout : idleTimeout, elapsed });
}

/** Waits until no time is left; there may be more of it than when the wait began. */
function startClock(left: () => number): {
  readonly passed: Promise<"passed">;
  readonly stop: () => void;
} {
  const { promise, resolve } = Promise.withResolvers<"passed">();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    const time = left();
    if (time <= 0) resolve("passed");
    // setTimeout takes no longer times, and fires up to a millisecond early.
    else timer = setTimeout(wait, Math.min(Math.ceil(time), 2 ** 31 - 1));
  };
  wait();
  return { passed: promise, stop: () => clearTimeout(timer) };
}

/** Never rejects: nobody would be there to hear of an attempt whose time is over. */
function outcomeOf<Result>(attempt: Promise<Result>): Promise<() => Result> {
  return attempt.then(
    (result) => () => result,
    (error: unknown) => () => {
      throw error;
    },
  );
}

/** What a watched attempt says: each word is progress, and once its time is over nobody listens. */
export function watchedEmit(emit: Host["emit"], watch: Watch): NonNullable<Host["emit"]> {
  return (event) => {
    if (watch.isOver()) return;
    watch.progress();
    emit?.(event);
  };
}

/** The calls of task() and of graphs in a watched attempt: each is progress, and once its time is over none begins. */
export function watchedCalls(calls: CallResults, watch: Watch, node: string): CallResults {
  return {
    finished: calls.finished,
    asking: calls.asking,
    known: (path) => {
      refuseLate(watch, node);
      watch.progress();
      return calls.known(path);
    },
    save: async (path, result) => {
      // A call whose result was on its way is still saved; a graph that was cut short has none.
      watch.progress();
      await calls.save(path, result);
    },
    claim: async (path, result) => {
      refuseLate(watch, node);
      watch.progress();
      await calls.claim(path, result);
    },
  };
}

/** What an attempt whose time is over would still write for graphs within it, another attempt has begun anew. */
export function watchedSaver(
  saver: Checkpointer | undefined,
  watch: Watch,
  node: string,
): Checkpointer | undefined {
  if (saver === undefined) return undefined;
  const inTime = async <Result>(write: () => Promise<Result>): Promise<Result> => {
    refuseLate(watch, node);
    return write();
  };
  return {
    load: (id) => saver.load(id),
    history: (id) => saver.history(id),
    append: (id, slot) => inTime(() => saver.append(id, slot)),
    saveTask: (id, memo) => inTime(() => saver.saveTask(id, memo)),
    ...(saver.claim && {
      claim: (id: string, memo: Memo) => inTime(async () => saver.claim?.(id, memo) ?? false),
    }),
    delete: (id) => saver.delete(id),
  };
}

/** @throws GraphValueError once the time of an attempt is over. */
function refuseLate({ isOver }: Watch, node: string): void {
  if (!isOver()) return;
  throw new GraphValueError(
    `The time of this attempt of node "${node}" was over: it can call nothing any more. End it when config.signal aborts.`,
  );
}
