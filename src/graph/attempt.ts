// One run of a node: what was answered in it, what it asks, and the calls of task() within it.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Checkpointer, ConsumedAnswer, PendingInterrupt, TaskResult } from "./checkpointer.ts";
import type { LiveEvent, Namespace } from "./live.ts";
import { AnswerRefused, GraphValueError } from "./errors.ts";
import type { NodeConfig } from "./node-config.ts";
import type { Plan } from "./plan.ts";
import type { BaseStore } from "./store.ts";

/** What a graph that runs within a node takes over from the one around it. */
export interface Host {
  readonly threadId: string;
  readonly saver: Checkpointer | undefined;
  readonly writer: string;
  /** A random token. */
  readonly newId: () => string;
  readonly maxConcurrency: number;
  readonly now: () => Date;
  readonly random: () => number;
  readonly configurable: Readonly<Record<string, unknown>>;
  readonly context: unknown;
  readonly store: BaseStore | undefined;
  readonly emit: ((event: LiveEvent) => void) | undefined;
  readonly namespace: Namespace;
  /** What it never stores. */
  readonly plan: Pick<Plan, "untracked">;
  readonly recursionLimit: number;
  /** What the caller aborts with: nothing is waited for any more. */
  readonly abort: AbortSignal | undefined;
}

/** What all places of one run of a node share. */
export interface NodeAttempt {
  readonly host: Host;
  /** Thread and checkpoint: with a path the same in every replay, on every worker. */
  readonly scope: readonly string[];
  /** Of the superstep that the node runs in. */
  readonly step: number;
  readonly isPausable: boolean;
  /** In an entrypoint, what its last run saved. */
  readonly previous: unknown;
  /** In call order: consumed in earlier runs, then the one that was just given. */
  readonly answersOf: (path: string) => readonly ConsumedAnswer[];
  /** How often what this place raised was answered before, and whether it just was. */
  readonly raisedAt: (path: string) => { readonly generation: number; readonly isAnswered: boolean };
  readonly calls: CallResults;
  /** By the place that asks; a place asks one question at a time. */
  readonly asked: Map<string, PendingInterrupt>;
  readonly consumed: Map<string, readonly ConsumedAnswer[]>;
  /** Calls that have not ended: nobody would save what they go on to do. */
  readonly running: Set<Promise<unknown>>;
  readonly signal: AbortSignal;
  readonly random: () => number;
  /** An answer that one of its calls has refused, though another call asks: that is what its caller hears of. */
  refused: AnswerRefused | undefined;
  /** What the node was called with; undefined until it is. */
  config: NodeConfig | undefined;
}

/** Results of the calls of task() that have finished, in this run or an earlier one. */
export interface CallResults {
  /** Of this run. */
  readonly finished: Readonly<Record<string, TaskResult>>;
  readonly known: (path: string) => TaskResult | undefined;
  readonly save: (path: string, result: TaskResult) => Promise<void>;
  /** The same, for what only one run may do. @throws CheckpointConflict when another run has, or goes on with the thread. */
  readonly claim: (path: string, result: TaskResult) => Promise<void>;
  /** What each graph within the node asks now, by its path: even when the node fails, that is what waits. */
  readonly asking: Map<string, readonly PendingInterrupt[]>;
}

/** A place that counts its questions for itself: the node, or one call of task() in it. */
export interface Attempt {
  readonly node: NodeAttempt;
  readonly path: string;
  readonly answers: readonly ConsumedAnswer[];
  readonly consumed: ConsumedAnswer[];
  /** How many `interrupt()` calls were made here. */
  questions: number;
  /** How many calls of task() were made here. */
  calls: number;
  /** How many keys were asked for here with `nextIdempotencyKey`. */
  effects: number;
}

/** A condition that runs outside of a task: it has a config, and cannot ask. */
interface Outside {
  readonly node: undefined;
  readonly config: NodeConfig;
}

// The one ambient value of the runtime: `interrupt(question)` has no other way to know its task, and the name is LangGraph's.
const attempts = new AsyncLocalStorage<Attempt | Outside>();

/** What a node or a condition is given of the call that it runs in, with what is its own. */
export function configFrom(
  { configurable, context, store, emit, namespace }: Host,
  own: Pick<NodeConfig, "signal" | "heartbeat" | "idempotencyKey">,
): NodeConfig {
  const writer = (value: unknown): void => emit?.({ kind: "custom", value, namespace });
  return { configurable, context, store, writer, ...own };
}

/** Runs `body` so that the `interrupt()` and task() calls in it find their place. */
export function runAt<Result>(node: NodeAttempt, path: string, body: (attempt: Attempt) => Result): Result {
  const consumed: ConsumedAnswer[] = [];
  node.consumed.set(path, consumed);
  node.asked.delete(path);
  const counts = { questions: 0, calls: 0, effects: 0 };
  const attempt = { node, path, answers: node.answersOf(path), consumed, ...counts };
  return attempts.run(attempt, () => body(attempt));
}

/** A node refuses the answer that it took last. */
export function withQuestion(error: unknown, { node, consumed }: Attempt): unknown {
  if (!(error instanceof AnswerRefused)) return error;
  error.question ??= consumed.at(-1)?.id;
  node.refused ??= error;
  return error;
}

/** Runs a condition that is no part of a task. One of a graph within a node belongs to that node. */
export function runOutside<Result>(config: NodeConfig, body: () => Result): Result {
  return currentPlace() === undefined ? attempts.run({ node: undefined, config }, body) : body();
}

/** @throws GraphValueError outside of a running node. */
export function currentAttempt(caller: string): Attempt {
  const attempt = currentPlace();
  if (attempt !== undefined) return attempt;
  throw new GraphValueError(
    `Called ${caller} outside the context of a graph. Call it in a node while the graph runs.`,
  );
}

export function currentPlace(): Attempt | undefined {
  const place = attempts.getStore();
  return place?.node === undefined ? undefined : place;
}

export function currentConfig(): NodeConfig | undefined {
  const place = attempts.getStore();
  return place?.node === undefined ? place?.config : place.node.config;
}
