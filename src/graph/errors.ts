// Everything the runtime throws, one class for each thing a caller does differently; names are LangGraph's where it has them.
import type { Interrupt, ToParent } from "./checkpointer.ts";
import { issuesInWords, type SchemaIssue } from "./schema-issues.ts";

/** LangGraph's codes, as the property `lc_error_code`. */
export type ErrorCode =
  | "MISSING_CHECKPOINTER"
  | "GRAPH_RECURSION_LIMIT"
  | "INVALID_CONCURRENT_GRAPH_UPDATE"
  | "INVALID_GRAPH_NODE_RETURN_VALUE"
  | "UNREACHABLE_NODE";

/** The graph or a call to it is put together wrongly: no checkpointer, no thread id, an unknown node. Change the code. */
export class GraphValueError extends Error {
  override readonly name: string = "GraphValueError";
  readonly lc_error_code: ErrorCode | undefined;

  constructor(message: string, code?: ErrorCode) {
    super(message);
    this.lc_error_code = code;
  }
}

/** `why` it needs one. */
export function missingCheckpointer(why: string): GraphValueError {
  return new GraphValueError(
    `No checkpointer set: ${why}. Compile the graph with { checkpointer }.`,
    "MISSING_CHECKPOINTER",
  );
}

/** A node can never run, because no edge, branch or `ends` leads to it. */
export class UnreachableNodeError extends GraphValueError {
  override readonly name = "UnreachableNodeError";

  constructor(message: string) {
    super(message, "UNREACHABLE_NODE");
  }
}

/** What a node (or the caller) wrote does not fit the state: an unknown channel, or two writers of a channel without a reducer. */
export class InvalidUpdateError extends Error {
  override readonly name = "InvalidUpdateError";
  readonly lc_error_code: ErrorCode | undefined;

  constructor(message: string, code?: ErrorCode) {
    super(message);
    this.lc_error_code = code;
  }
}

/** There is nothing to start from: `null` on a new thread, or a Command that says nothing. */
export class EmptyInputError extends Error {
  override readonly name = "EmptyInputError";
}

/** The graph ran as many supersteps as `recursionLimit` allows; `invoke(null, …)` continues where it stopped. */
export class GraphRecursionError extends Error {
  override readonly name = "GraphRecursionError";
  readonly lc_error_code: ErrorCode = "GRAPH_RECURSION_LIMIT";
}

/** Thrown inside a node by `interrupt()` to leave it; never reaches the caller of `invoke`. Do not catch it. */
export class GraphInterrupt extends Error {
  override readonly name = "GraphInterrupt";
  readonly interrupts: readonly Interrupt[];

  constructor(interrupts: readonly Interrupt[]) {
    super(`The node waits for an answer to ${interrupts.map(({ id }) => id).join(", ")}.`);
    this.interrupts = interrupts;
  }
}

/**
 * The answer does not fit the question. Thrown by `interrupt()` when its `responseSchema` refuses the answer, or by a node that
 * sees so itself: the question stays open and takes another answer.
 *
 * @example
 * if (amount > limit) throw new AnswerRefused([{ path: "amount", message: `must be ${limit} at most` }]);
 */
export class AnswerRefused extends Error {
  override readonly name = "AnswerRefused";
  readonly issues: readonly SchemaIssue[];
  /** The id of the question whose answer it was; the runtime fills it in, and knows none where nothing had been answered. */
  question: string | undefined;

  constructor(issues: readonly SchemaIssue[], question?: string) {
    super(`The answer does not fit the question: ${issuesInWords(issues)}.`);
    this.issues = issues;
    this.question = question;
  }
}

/**
 * Thrown by the function of an at-most-once task when it is certain that nothing was done, as when the request was never sent: the
 * next run of the node calls it again. After any other error a human is asked first.
 *
 * @example
 * if (!(await bank.isOpen())) throw new NotCarriedOut("The bank is closed.");
 */
export class NotCarriedOut extends Error {
  override readonly name = "NotCarriedOut";
}

/** It is not known whether an at-most-once task was carried out, and the human who was asked said "abort". The next run of the node asks again. */
export class OutcomeUnknownError extends Error {
  override readonly name = "OutcomeUnknownError";
  readonly task: string;

  constructor(task: string) {
    super(
      `It is not known whether "${task}" was carried out, and the answer was to stop here. Find out; whoever runs this again is asked again.`,
    );
    this.task = task;
  }
}

/**
 * Thrown by a node to stop the thread without a question of its own: what has to change is the state, and then the node runs
 * again. Mirrors LangGraph's `NodeInterrupt`; new nodes are better off with `interrupt()`.
 *
 * @example
 * if (state.text.length > 5) throw new NodeInterrupt(`Too long: ${state.text}`);
 */
export class NodeInterrupt extends Error {
  override readonly name = "NodeInterrupt";
  readonly value: unknown;

  constructor(value: unknown) {
    super("A node has stopped the thread. Change its state and continue it with null.");
    this.value = value;
  }
}

/** Thrown in a node by the graph within it to leave for this one; never reaches the caller of `invoke`. Do not catch it. */
export class ParentCommand extends Error {
  override readonly name = "ParentCommand";
  readonly commands: readonly ToParent[];

  constructor(commands: readonly ToParent[]) {
    super("The graph within this node has left for the graph around it.");
    this.commands = commands;
  }
}

/** An attempt of a node took longer than its `timeout` allows: `run` in all, `idle` without progress. Its retry policy may try again. */
export class NodeTimeoutError extends Error {
  override readonly name = "NodeTimeoutError";
  readonly node: string;
  readonly kind: "run" | "idle";
  /** In milliseconds, as `elapsed`. */
  readonly timeout: number;
  readonly elapsed: number;

  constructor({
    node,
    kind,
    timeout,
    elapsed,
  }: Pick<NodeTimeoutError, "node" | "kind" | "timeout" | "elapsed">) {
    const how = kind === "idle" ? " without making progress" : "";
    super(`Node "${node}" exceeded its ${kind} timeout of ${timeout}ms${how} (elapsed: ${elapsed}ms).`);
    this.node = node;
    this.kind = kind;
    this.timeout = timeout;
    this.elapsed = elapsed;
  }
}

/** Another writer has taken the slot of the thread that this run wanted to write. Stop: the other one continues the thread. */
export class CheckpointConflict extends Error {
  override readonly name = "CheckpointConflict";
  readonly threadId: string;
  readonly slot: number;

  constructor(threadId: string, slot: number) {
    super(
      `Slot ${slot} of thread "${threadId}" was not free: another run continues this thread. ` +
        "Nothing of this step was saved; read the state again before you do anything else.",
    );
    this.threadId = threadId;
    this.slot = slot;
  }
}

/** A value that cannot be stored; the message names the channel and the place in it. */
export class UnencodableValueError extends Error {
  override readonly name = "UnencodableValueError";
  /** The channel (or question, or answer) and the path to the value, for example `channel "cart".items[2].price`. */
  readonly where: string;

  constructor(where: string, found: string) {
    super(
      `${where} holds ${found}, which cannot be stored. ` +
        "Use plain JSON, Date, Map, Set, BigInt, Uint8Array, Error, undefined or messages.",
    );
    this.where = where;
  }
}

/** More than a saver takes in one piece; the message names what is large. Nothing of it was written, and the thread goes on from where it was. */
export class ValueTooLargeError extends Error {
  override readonly name = "ValueTooLargeError";
  /** The channel, task or field that takes most of it. */
  readonly where: string;
  /** Of all that was to be stored at once, as text, in bytes. */
  readonly size: number;
  readonly limit: number;

  constructor(where: string, { part, size, limit }: Record<"part" | "size" | "limit", number>) {
    super(
      `${where} takes ${part} of the ${size} bytes that were to be stored at once, and ${limit} are the limit. ` +
        "Keep large values elsewhere, and in the state where they are; or raise the saver's limit.",
    );
    this.where = where;
    this.size = size;
    this.limit = limit;
  }
}

/** A store takes nothing into a namespace of this form; the message says which rule it breaks. */
export class InvalidNamespaceError extends Error {
  override readonly name = "InvalidNamespaceError";
}

/** Stored text that this version cannot read. */
export class UndecodableValueError extends Error {
  override readonly name = "UndecodableValueError";
  /** A newer version wrote it, which can read it: it is not damaged. */
  readonly isNewer: boolean;

  constructor(message: string, options: { readonly cause?: unknown; readonly isNewer?: boolean } = {}) {
    super(message, options);
    this.isNewer = options.isNewer ?? false;
  }
}

/** New input arrived while the thread waits for an answer, and the caller said `onPaused: "refuse"`. */
export class ThreadPausedError extends Error {
  override readonly name = "ThreadPausedError";
  readonly pendingIds: readonly string[];

  constructor(threadId: string, pendingIds: readonly string[]) {
    super(
      `Thread "${threadId}" waits for an answer to ${pendingIds.join(", ")}. ` +
        'Resume it with a Command, or send the input with onPaused: "supersede" to drop the question.',
    );
    this.pendingIds = pendingIds;
  }
}

/** `ambiguous`: a bare answer while several questions wait. `not_pending`: an unknown, stale or consumed id. `empty_map`: `{}`. */
export type UnknownInterruptReason = "ambiguous" | "not_pending" | "empty_map";

/** An answer that fits no waiting question. Nothing was run and nothing was written. */
export class UnknownInterruptError extends Error {
  override readonly name = "UnknownInterruptError";
  readonly reason: UnknownInterruptReason;
  readonly interruptIds: readonly string[];
  readonly pendingIds: readonly string[];

  constructor(
    reason: UnknownInterruptReason,
    interruptIds: readonly string[],
    pendingIds: readonly string[],
  ) {
    super(`${sentences[reason](interruptIds)} ${pendingSentence(pendingIds)}`);
    this.reason = reason;
    this.interruptIds = interruptIds;
    this.pendingIds = pendingIds;
  }
}

const sentences = {
  ambiguous: () =>
    "When there are multiple pending interrupts, you must specify the interrupt id when resuming.",
  not_pending: (ids: readonly string[]) =>
    ids.length === 0
      ? "There is no question to answer."
      : `Unknown or already-consumed interrupt: ${ids.join(", ")}.`,
  empty_map: () => "The resume map names no interrupt.",
};

function pendingSentence(ids: readonly string[]): string {
  return ids.length === 0 ? "Nothing is pending on this thread." : `Pending: ${ids.join(", ")}.`;
}
