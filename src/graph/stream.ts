// The modes of stream(): what is told of a run while it goes on, each chunk as soon as it may be known.
import { INTERRUPT } from "./interrupt.ts";
import type { Live, LiveEvent, Namespace, Report, TaskChunk } from "./live.ts";
import { messageChunks } from "./message-chunks.ts";
import { snapshotOf } from "./snapshot.ts";
import { stepOf } from "./thread.ts";
import { begunTask, endedTasks, updatesOf } from "./told.ts";

/**
 * "updates" (the default): what each node wrote. "values": the whole state after each superstep. "messages": each message that a
 * node wrote, with where it came from. "tasks": each task as it begins and once its superstep is stored. "checkpoints": each
 * checkpoint, as getState tells it. "debug": tasks and checkpoints, with step and time. "custom": what nodes give to
 * `config.writer`, at once.
 */
export type StreamMode = "values" | "updates" | "messages" | "tasks" | "checkpoints" | "debug" | "custom";

type AnyChunk = Readonly<Record<string, unknown>>;

/** Custom chunks are whatever nodes wrote. */
type ChunkOf<Mode extends StreamMode> = Mode extends "custom"
  ? unknown
  : Mode extends "messages"
    ? readonly [message: AnyChunk, metadata: AnyChunk]
    : AnyChunk;

/** With a list of modes each chunk comes behind its mode, with `subgraphs` behind the namespace of its graph. */
export type StreamChunk<Mode, HasNamespace> = Mode extends readonly (infer One extends StreamMode)[]
  ? HasNamespace extends true
    ? readonly [namespace: Namespace, mode: One, chunk: unknown]
    : readonly [mode: One, chunk: unknown]
  : HasNamespace extends true
    ? readonly [namespace: Namespace, chunk: unknown]
    : Mode extends StreamMode
      ? ChunkOf<Mode>
      : never;

/** What one mode tells: of what a superstep came to, and of what happens while one is under way. */
interface Teller {
  readonly told: (report: Report, namespace: Namespace, now: () => Date) => readonly unknown[];
  readonly live?: (event: LiveEvent, now: () => Date) => readonly unknown[];
}

const nothing = (): readonly unknown[] => [];

/** A new mode is a new row. Of one superstep, modes are told in this order. */
const tellers: Readonly<Record<StreamMode, Teller>> = {
  custom: { told: nothing, live: (event) => (event.kind === "custom" ? [event.value] : []) },
  tasks: {
    told: endedTasks,
    live: (event) => begunTasks(event).map(({ task }) => task),
  },
  messages: { told: (report, namespace) => messageChunks(report, namespace) },
  updates: { told: updatesChunks },
  values: { told: valuesChunks },
  checkpoints: { told: (report, namespace) => checkpointChunks(report, namespace) },
  debug: { told: debugChunks, live: (event, now) => begunTasks(event).map((begun) => debugTask(begun, now)) },
};
const order = Object.keys(tellers) as readonly StreamMode[];

export interface Telling {
  readonly modes: StreamMode | readonly StreamMode[];
  /** Whether graphs within nodes are told of too. */
  readonly subgraphs: boolean;
  readonly now: () => Date;
}

/** The chunks of a run, in the forms that were asked for. */
export async function* chunks(
  steps: AsyncGenerator<Report, void, undefined>,
  live: Live,
  telling: Telling,
): AsyncGenerator<unknown, void, undefined> {
  try {
    for (;;) {
      const step = steps.next();
      // A failure is thrown where the step itself is awaited.
      const ended = step.then(
        () => "ended" as const,
        () => "ended" as const,
      );
      for (let told: "ended" | "live" = "live"; told === "live";) {
        told = await Promise.race([ended, live.wait().then(() => "live" as const)]);
        for (const event of live.drain()) yield* liveChunks(event, telling);
      }
      const { value, done: isOver } = await step;
      if (isOver === true) return;
      yield* reportChunks(value, [], telling);
    }
  } finally {
    // Whoever leaves the loop stops the graph after the step it is at.
    await steps.return();
  }
}

function* liveChunks(event: LiveEvent, telling: Telling): Generator {
  const { namespace } = event;
  // What a node writes itself is told wherever it runs, as in LangGraph.
  const isHeard = telling.subgraphs || namespace.length === 0 || event.kind === "custom";
  if (!isHeard) return;
  if (event.kind === "report") yield* reportChunks(event.report, namespace, telling);
  else {
    for (const mode of wanted(telling))
      for (const chunk of tellers[mode].live?.(event, telling.now) ?? [])
        yield formed(chunk, mode, namespace, telling);
  }
}

function* reportChunks(report: Report, namespace: Namespace, telling: Telling): Generator {
  for (const mode of wanted(telling))
    for (const chunk of tellers[mode].told(report, namespace, telling.now))
      yield formed(chunk, mode, namespace, telling);
}

function wanted({ modes }: Telling): readonly StreamMode[] {
  return typeof modes === "string" ? [modes] : order.filter((mode) => modes.includes(mode));
}

function formed(
  chunk: unknown,
  mode: StreamMode,
  namespace: Namespace,
  { modes, subgraphs }: Telling,
): unknown {
  const behindMode = typeof modes === "string" ? [chunk] : [mode, chunk];
  if (subgraphs) return [namespace, ...behindMode];
  return typeof modes === "string" ? chunk : behindMode;
}

function valuesChunks({ plan, values, hasWritten, interrupts, isAtBreakpoint }: Report): readonly unknown[] {
  if (isAtBreakpoint || interrupts.length > 0) return [{ [INTERRUPT]: interrupts }];
  const { shown } = plan;
  return hasWritten ? [shown === undefined ? values : shown.state(values)] : [];
}

function updatesChunks(report: Report): readonly unknown[] {
  const { interrupts, isAtBreakpoint } = report;
  const stop = isAtBreakpoint ? [{ [INTERRUPT]: [] }] : [];
  return [...updatesOf(report), ...interrupts.map((interrupt) => ({ [INTERRUPT]: [interrupt] })), ...stop];
}

function checkpointChunks({ isCheckpoint, thread, plan }: Report, namespace: Namespace): readonly AnyChunk[] {
  if (!isCheckpoint || thread.checkpoint === undefined) return [];
  const place = { thread_id: thread.id.split("|", 1)[0] ?? thread.id, checkpoint_ns: namespace.join("|") };
  const { config, values, metadata, next, tasks, parentConfig } = snapshotOf(plan, thread, place);
  return [{ config, values, metadata, next, tasks, ...(parentConfig && { parentConfig }) }];
}

function debugChunks(report: Report, namespace: Namespace, now: () => Date): readonly unknown[] {
  const step = stepOf(report.thread);
  // Of a superstep that stopped, the checkpoint is still the one before.
  const ended = report.isCheckpoint ? step : step + 1;
  const timestamp = now().toISOString();
  return [
    ...endedTasks(report).map((payload) => ({ step: ended, type: "task_result", timestamp, payload })),
    ...checkpointChunks(report, namespace).map((payload) => ({
      step,
      type: "checkpoint",
      timestamp,
      payload,
    })),
  ];
}

interface Begun {
  readonly task: TaskChunk;
  readonly step: number;
}

function begunTasks(event: LiveEvent): readonly Begun[] {
  if (event.kind === "begun") return [{ task: begunTask(event), step: stepOf(event.thread) + 1 }];
  return event.kind === "task" ? [event] : [];
}

function debugTask({ step, task }: Begun, now: () => Date): unknown {
  return { step, type: "task", timestamp: now().toISOString(), payload: task };
}
