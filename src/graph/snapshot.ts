// What getState tells about a thread.
import { handlerOf } from "./answering.ts";
import { ownerOf } from "./path.ts";
import type {
  Answers,
  Checkpoint,
  CheckpointSlot,
  Interrupt,
  TaskError,
  WaitingBreakpoint,
  WaitingInterrupt,
} from "./checkpointer.ts";
import type { Plan } from "./plan.ts";
import {
  mergedUpdate,
  pendingInterrupts,
  provisionalValues,
  resultOf,
  taskIdIn,
  type Thread,
  toldInterrupt,
  toldInterrupts,
  unfinishedTasks,
} from "./thread.ts";

/**
 * `empty`: never had input. `ready`: has tasks to run, because a run is at work on it, has crashed, or has failed.
 * `paused`: waits for an answer. `finished`: nothing is left to run.
 */
export type ThreadStatus = "empty" | "ready" | "paused" | "finished";

/** A question that waits for an answer, with the node that asks, and the slot and time of the pause that first stored it. */
export interface SnapshotInterrupt extends Interrupt {
  /** `question`: `interrupt()` asks. `raised`: a NodeInterrupt. `before` and `after`: a breakpoint, whose value names the nodes. */
  readonly kind: "question" | "raised" | "before" | "after";
  readonly node: string;
  readonly slot: number;
  readonly at: string;
  readonly answers?: Answers;
  /** Of what a node raised: its `onAnswer` takes the answer. */
  readonly takesAnswer?: true;
}

export interface SnapshotTask {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly interrupts: readonly Interrupt[];
  /** What it wrote, once it has finished. */
  readonly result?: Readonly<Record<string, unknown>>;
  /** Why its last run failed. */
  readonly error?: TaskError;
  /** Of a graph that is this node: where its state is, or the state itself if that was asked for. */
  readonly state?: SnapshotConfig | StateSnapshot<unknown>;
}

export interface SnapshotConfig {
  readonly configurable: {
    readonly thread_id: string;
    /** Names a graph within a node; empty at the top. */
    readonly checkpoint_ns: string;
    readonly checkpoint_id?: string;
  };
}

export type SnapshotPlace = Pick<SnapshotConfig["configurable"], "thread_id" | "checkpoint_ns">;

/** The state of a thread; mirrors LangGraph's `StateSnapshot`, with `interrupts` (only those that wait) and `status`. */
export interface StateSnapshot<State> {
  /** While paused, with what the finished tasks of the step wrote. */
  readonly values: State;
  /** Nodes that have still to run in the next superstep, in order. */
  readonly next: readonly string[];
  readonly tasks: readonly SnapshotTask[];
  readonly interrupts: readonly SnapshotInterrupt[];
  /** Questions that nobody can answer any more, since the last input came or because of it: an update took their node's place, or the node now asks something else. */
  readonly superseded: readonly SnapshotInterrupt[];
  readonly status: ThreadStatus;
  /** Of the graph that wrote it last, as its `version` says; absent before the first input. */
  readonly version?: string;
  readonly config: SnapshotConfig;
  readonly metadata?: Pick<CheckpointSlot, "source" | "step">;
  readonly createdAt?: string;
  readonly parentConfig?: SnapshotConfig;
}

/** The thread as it stands; for that of a graph within a node, `place` says where that is. */
export function snapshotOf<State>(
  plan: Plan,
  thread: Thread,
  place: SnapshotPlace = { thread_id: thread.id, checkpoint_ns: "" },
): StateSnapshot<State> {
  const { channels, shown } = plan;
  const { checkpoint, parent } = thread;
  const waiting = pendingInterrupts(thread);
  const next = unfinishedTasks(thread).map(({ node }) => node);
  const values = provisionalValues(channels, thread);
  return {
    // What the channels declare is what State was inferred from.
    values: (shown === undefined ? values : shown.state(values)) as State,
    next,
    tasks: tasksOf(thread),
    interrupts:
      thread.breakpoint === undefined || thread.next.length === 0
        ? waiting.map((question) => snapshotInterrupt(plan, thread, question))
        : [breakpointInterrupt(thread.breakpoint)],
    superseded: thread.superseded.map((question) => snapshotInterrupt(plan, thread, question)),
    status: statusOf(thread, waiting.length),
    ...(thread.version !== undefined && { version: thread.version }),
    config: configOf(place, checkpoint),
    ...(checkpoint === undefined
      ? {}
      : { metadata: metadataOf(checkpoint), createdAt: checkpoint.createdAt }),
    ...(parent === undefined ? {} : { parentConfig: configOf(place, parent) }),
  };
}

function tasksOf(thread: Thread): readonly SnapshotTask[] {
  const waiting = pendingInterrupts(thread);
  return thread.next.map(({ path, node }) => {
    const result = resultOf(thread, path);
    const error = result === undefined ? thread.failures[path]?.at(-1) : undefined;
    return {
      id: taskIdIn(thread, path),
      name: node,
      path,
      interrupts: toldInterrupts(waiting.filter(({ task }) => ownerOf(task) === path)),
      ...(result === undefined ? {} : { result: mergedUpdate(result) }),
      ...(error === undefined ? {} : { error }),
    };
  });
}

function snapshotInterrupt(plan: Plan, thread: Thread, question: WaitingInterrupt): SnapshotInterrupt {
  const { task, slot, at, answers, raised, stop } = question;
  const kind = stop ?? (raised ? "raised" : "question");
  const told = { ...toldInterrupt(question), kind, node: nodeOf(thread, task), slot, at } as const;
  const takesAnswer = handlerOf(plan, thread, question) !== undefined;
  return { ...told, ...(answers && { answers }), ...(takesAnswer && { takesAnswer }) };
}

function breakpointInterrupt({ id, kind, nodes, reason, slot, at }: WaitingBreakpoint): SnapshotInterrupt {
  const value = { [kind]: nodes, ...(reason !== undefined && { reason }) };
  return { id, value, kind, node: nodes.join(", "), slot, at };
}

function nodeOf({ next }: Thread, path: string): string {
  const owner = ownerOf(path);
  // A question that was dropped may be none of the next superstep's; the path of a Send ends with its number.
  return next.find((task) => task.path === owner)?.node ?? owner.split(":", 1)[0] ?? owner;
}

function statusOf({ checkpoint, next, breakpoint }: Thread, waiting: number): ThreadStatus {
  if (checkpoint === undefined) return "empty";
  if (next.length === 0) return "finished";
  return waiting > 0 || breakpoint !== undefined ? "paused" : "ready";
}

export function configOf(place: SnapshotPlace, checkpoint: Checkpoint | undefined): SnapshotConfig {
  const id = checkpoint === undefined ? {} : { checkpoint_id: checkpoint.id };
  return { configurable: { ...place, ...id } };
}

function metadataOf({ source, step }: Checkpoint): Pick<CheckpointSlot, "source" | "step"> {
  return { source, step };
}
