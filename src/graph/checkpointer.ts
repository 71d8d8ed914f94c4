// What the runtime asks of durable storage: a thread is a log of numbered slots, and the next number can be taken once.

/** A thing to run in a superstep: a node that an edge led to, or a `Send` with its own input. `path` is unique within the step. */
export type NextTask =
  | { readonly kind: "pull"; readonly path: string; readonly node: string }
  | { readonly kind: "send"; readonly path: string; readonly node: string; readonly args: unknown };

/** Where a finished task leads to besides its static edges. */
export type Destination =
  | { readonly kind: "node"; readonly node: string }
  | { readonly kind: "send"; readonly node: string; readonly args: unknown };

/** What a finished task wrote and where it leads, kept until its superstep is committed. */
export interface TaskResult {
  readonly updates: readonly Readonly<Record<string, unknown>>[];
  readonly goto: readonly Destination[];
  /** Of a call of task(): what it returned. */
  readonly value?: unknown;
  /** It did not finish: this is why. */
  readonly error?: TaskError;
  /** Its node failed, and this is what the node's error handler returned. */
  readonly handled?: true;
  /** Leaves its graph for the one around it. */
  readonly toParent?: readonly ToParent[];
}

/** Why a task failed. */
export interface TaskError {
  readonly name: string;
  readonly message: string;
}

/** What a node of a graph within a node says to the graph around it. */
export interface ToParent {
  readonly update?: Readonly<Record<string, unknown>>;
  readonly goto: readonly Destination[];
}

/** How one channel changed: a new value, or items added to the end of the array that was there. */
export type Change =
  | { readonly kind: "set"; readonly value: unknown }
  | { readonly kind: "append"; readonly items: readonly unknown[] };

/** A question as `invoke`, `stream` and `getState` report it. */
export interface Interrupt<Value = unknown> {
  readonly id: string;
  readonly value: Value;
  /** JSON Schema of the answer, when the question gave one; LangGraph's name for it. */
  readonly response_schema?: Readonly<Record<string, unknown>>;
}

/** What each decision of a human answers, as the asking node wrote it down: `{ approve: "approved", reject: "rejected" }`. */
export type Answers = Readonly<Record<string, unknown>>;

/** Where the graph stops because it was compiled or called with `interruptBefore` or `interruptAfter`. */
export interface Breakpoint {
  readonly id: string;
  readonly kind: "before" | "after";
  readonly nodes: readonly string[];
  /** Why it stops there, where that is not what it was compiled or called with. */
  readonly reason?: string;
}

/** A question that waits for an answer. `raised`: running the node again is what answers it, as after a NodeInterrupt. `index` counts the `interrupt()` calls of the task, `generation` the questions this place has asked before. */
export interface PendingInterrupt extends Interrupt {
  /** Path of the task, or of the call of task() in it: "node|call:0". */
  readonly task: string;
  readonly index: number;
  readonly generation: number;
  readonly fingerprint: string;
  readonly answers?: Answers;
  readonly raised?: true;
  /** A graph within the node stops there, before or after nodes of its own. */
  readonly stop?: "before" | "after";
}

/** An answer that a task has consumed, with the question it belongs to. */
export interface ConsumedAnswer {
  readonly id: string;
  readonly generation: number;
  readonly fingerprint: string;
  readonly digest: string;
  readonly value: unknown;
}

/** Joins (edges with several sources) that have seen some of their sources: join name to sources seen. */
export type JoinsSeen = Readonly<Record<string, readonly string[]>>;

interface SlotBase {
  /** Position in the thread's log: 0, 1, 2… without gaps. */
  readonly number: number;
  /** Random token of the run that wrote it, so that a client's own retried write is not taken for a rival's. */
  readonly writer: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Of the workflow that wrote it: see `versionOf`. */
  readonly version?: string;
  /** Changes since the slot before. */
  readonly changes: Readonly<Record<string, Change>>;
  /** Every task of the superstep that follows (of the paused one, in a pause), in the order in which its writes will apply. */
  readonly next: readonly NextTask[];
}

/** The state after an input or a superstep. */
export interface CheckpointSlot extends SlotBase {
  readonly kind: "checkpoint";
  /** Sorts by time, then slot. */
  readonly id: string;
  readonly source: "input" | "loop" | "update" | "fork";
  readonly step: number;
  readonly joins: JoinsSeen;
  /** The thread waits here until somebody continues it. */
  readonly breakpoint?: Breakpoint;
  /** The nodes whose writes it holds; absent behind an input. */
  readonly ran?: readonly string[];
  /** An input is in it, although it was stored only with what came of it. */
  readonly hasInput?: true;
  /** The slot from whose state it goes on, when that is not the slot before: a fork. */
  readonly base?: number;
  /** The graph, which runs within a node, was left for the one around it. */
  readonly toParent?: readonly ToParent[];
  /** What went on waiting although the state was changed. */
  readonly carried?: Carried;
  /** The checkpoint of the graph around it whose superstep this input is from. */
  readonly begunFrom?: string;
}

/** The unfinished part of a superstep that an update of the state left alone. */
export interface Carried {
  /** Of each task that is left alone, the checkpoint that the ids of its questions and effects come from. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly interrupts: readonly PendingInterrupt[];
  readonly answers: Readonly<Record<string, readonly ConsumedAnswer[]>>;
  /** Of calls of task() in these tasks. */
  readonly results: Readonly<Record<string, TaskResult>>;
}

/** A superstep that stopped at questions, or was continued from a breakpoint. */
export interface PauseSlot extends SlotBase {
  readonly kind: "pause";
  /** The checkpoint from which the paused superstep started. */
  readonly checkpointId: string;
  /** Every question of the step that still waits. */
  readonly interrupts: readonly PendingInterrupt[];
  /** Answers consumed so far, of the tasks that ran since the slot before: task path to answers in call order. */
  readonly answers: Readonly<Record<string, readonly ConsumedAnswer[]>>;
  /** Results of the tasks that finished since the slot before, by task path. */
  readonly results: Readonly<Record<string, TaskResult>>;
  /** Absent where nothing was seen: an answer may lead where something waits for the rest of the superstep. */
  readonly joins?: JoinsSeen;
}

export type Slot = CheckpointSlot | PauseSlot;

/** What became of one task of a superstep before that is stored; void once its slot number is taken. */
export interface Memo {
  /** The slot that the superstep will become. */
  readonly slot: number;
  /** Task path. */
  readonly task: string;
  readonly result: TaskResult;
}

/** A waiting question, with the pause in which it was first stored. */
export interface WaitingInterrupt extends PendingInterrupt {
  readonly slot: number;
  readonly at: string;
}

export interface WaitingBreakpoint extends Breakpoint {
  readonly slot: number;
  readonly at: string;
}

/** The last committed superstep; a pause does not change it. */
export type Checkpoint = Pick<CheckpointSlot, "id" | "number" | "source" | "step" | "createdAt" | "ran">;

/** Where a thread stands behind a slot, but for the values of its channels. */
export interface Standing {
  /** The number that the next slot will have. */
  readonly slot: number;
  /** Of the graph that wrote the last slot. */
  readonly version?: string | undefined;
  /** Absent before the first input. */
  readonly checkpoint: Checkpoint | undefined;
  /** Within a node: the checkpoint of the graph around it from which the last input came. */
  readonly begunFrom: string | undefined;
  /** Of tasks under which the state was changed, the checkpoint that they began from. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly parent: Checkpoint | undefined;
  readonly joins: JoinsSeen;
  readonly next: readonly NextTask[];
  readonly interrupts: readonly WaitingInterrupt[];
  /** What it has said to the graph around it, when it has left for that. */
  readonly toParent: readonly ToParent[] | undefined;
  /** Where the thread waits to be continued. */
  readonly breakpoint: WaitingBreakpoint | undefined;
  readonly answers: Readonly<Record<string, readonly ConsumedAnswer[]>>;
  /** Of tasks of the next superstep that have finished already, as pauses stored them. */
  readonly results: Readonly<Record<string, TaskResult>>;
  /** Questions dropped unanswered since the last input, or by it: an update took their node's place, or the node now asks something else. */
  readonly superseded: readonly WaitingInterrupt[];
}

/** All that the slots before number `slot` lead to, so that a saver need not read them again. */
export interface ThreadSnapshot extends Standing {
  /** What they made, together, of the values that channels begin with. */
  readonly changes: Readonly<Record<string, Change>>;
}

export interface ThreadLog {
  /** Absent where `slots` are all there are. */
  readonly snapshot?: ThreadSnapshot;
  /** Ascending and without gaps, from the first one or from behind the snapshot; empty for a thread never written. */
  readonly slots: readonly Slot[];
  /** Memos for the slot that comes next, in any order. */
  readonly memos: readonly Memo[];
}

/**
 * Stores threads. Values inside slots and memos are live (Date, Map, …): store the strings of `encodeSlot` and `encodeMemo`,
 * return what `decodeSlot` and `decodeMemo` give. Every implementation passes `test/contract/checkpointer.ts`.
 *
 * A thread id with "|" in it is the log of a graph that runs within a node of the thread before the "|".
 *
 * Unlike LangGraph's `BaseCheckpointSaver` there are no free-form writes: one conditional append is the commit.
 *
 * @example
 * const graph = builder.compile({ checkpointer: new MemorySaver() });
 */
export interface Checkpointer {
  /** It forgets everything in a crash, so that a call with `durability: "exit"` loses nothing by storing its thread once, at its end. */
  readonly isVolatile?: boolean;
  /** Reads a thread as it stands, strongly consistent: a snapshot with the slots behind it, none of which has its `base` before it, or all slots. */
  load(threadId: string): Promise<ThreadLog>;
  /** The same with all slots and no snapshot, for those who look back. */
  history(threadId: string): Promise<ThreadLog>;
  /**
   * Takes slot `slot.number`. Throws `CheckpointConflict` if another writer has it, or if the slot before does not exist;
   * if the same `writer` has it already, this is a retried write and succeeds without changing anything.
   */
  append(threadId: string, slot: Slot): Promise<void>;
  /** Keeps a finished task's result. Idempotent: the first result saved for a slot and task stands. */
  saveTask(threadId: string, memo: Memo): Promise<void>;
  /**
   * As `saveTask`, and says whether this very result stands and its slot is still free: a writer's own retried write is told
   * so again. Without it, two runs of one thread at the same time can both start an at-most-once task.
   */
  claim?(threadId: string, memo: Memo): Promise<boolean>;
  /**
   * The thread ids of graphs within its nodes that keep their state from one run of the node to the next ("<thread>|…@"). Who takes
   * over a part of a thread needs to know of them: they are not a part of its slots.
   */
  keptWithin?(threadId: string): Promise<readonly string[]>;
  /** Forgets a thread with everything of it, the logs of graphs within its nodes ("<thread>|…") included. Not an error for a thread that does not exist. */
  delete(threadId: string): Promise<void>;
}
