// What a run tells while a superstep is under way, and how it waits to be told.
import type { Interrupt, NextTask, PendingInterrupt, TaskResult } from "./checkpointer.ts";
import type { Plan } from "./plan.ts";
import type { Thread } from "./thread.ts";
import type { Values } from "./values.ts";

/** A task that begins, or one that has ended and is stored. */
export type TaskChunk =
  | {
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      readonly triggers: readonly string[];
      readonly interrupts: readonly Interrupt[];
    }
  | {
      readonly id: string;
      readonly name: string;
      readonly result: Readonly<Record<string, unknown>>;
      readonly interrupts: readonly Interrupt[];
      readonly error: null;
    };

/** What ran in a superstep. */
export interface StepDone {
  readonly before: Thread;
  /** With the results, which a commit turns into the state. */
  readonly thread: Thread;
  /** In the order in which the tasks ended. */
  readonly outcomes: readonly StepOutcome[];
}

/** How one task ended. */
export type StepOutcome = {
  readonly task: NextTask;
  /** Results of the calls of task() that finished in it. */
  readonly calls: Readonly<Record<string, TaskResult>>;
} & (
  | { readonly kind: "finished"; readonly result: TaskResult; readonly isCached?: true }
  | { readonly kind: "asked"; readonly questions: readonly PendingInterrupt[] }
  | { readonly kind: "failed" }
);

/** What a superstep did, for the caller to see. */
export interface Report {
  /** As it stands then. */
  readonly thread: Thread;
  readonly plan: Plan;
  /** The thread is at its checkpoint, new or just loaded; not at a pause behind it. */
  readonly isCheckpoint: boolean;
  readonly values: Values;
  /** Whether anything was written since the report before. */
  readonly hasWritten: boolean;
  /** Absent where nothing ran. */
  readonly done: StepDone | undefined;
  readonly interrupts: readonly Interrupt[];
  /** The thread waits to be continued, without a question. */
  readonly isAtBreakpoint: boolean;
}

/** Where a graph runs within nodes of others: "node:task id" for each level; empty at the top. */
export type Namespace = readonly string[];

/** What a run tells while a superstep is under way; nothing of it is stored, but for the reports of graphs within nodes. */
export type LiveEvent = { readonly namespace: Namespace } & (
  | { readonly kind: "custom"; readonly value: unknown }
  | { readonly kind: "begun"; readonly plan: Plan; readonly thread: Thread; readonly task: NextTask }
  | { readonly kind: "task"; readonly task: TaskChunk; readonly step: number }
  | { readonly kind: "report"; readonly report: Report }
);

/** Events that wait to be told. */
export interface Live {
  readonly emit: (event: LiveEvent) => void;
  /** Those since the last time. */
  readonly drain: () => readonly LiveEvent[];
  /** Resolves when there is one. */
  readonly wait: () => Promise<void>;
}

export function createLive(): Live {
  let events: LiveEvent[] = [];
  let wake = Promise.withResolvers<undefined>();
  return {
    emit: (event) => {
      events.push(event);
      wake.resolve(undefined);
    },
    drain: () => {
      const drained = events;
      events = [];
      wake = Promise.withResolvers();
      return drained;
    },
    wait: async () => {
      await wake.promise;
    },
  };
}
