// What a run tells while a superstep is under way, and how it waits to be told.
import type { Interrupt } from "./checkpointer.ts";
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
  /** `{ [node]: update }`, in the order in which the tasks finished. */
  readonly updates: readonly Values[];
  readonly interrupts: readonly Interrupt[];
  /** The tasks that have ended, for the mode "tasks". */
  readonly tasks: readonly TaskChunk[];
  /** The thread waits to be continued, without a question. */
  readonly isAtBreakpoint: boolean;
}

/** Where a graph runs within nodes of others: "node:task id" for each level; empty at the top. */
export type Namespace = readonly string[];

/** What a run tells while a superstep is under way; nothing of it is stored, but for the reports of graphs within nodes. */
export type LiveEvent = { readonly namespace: Namespace } & (
  | { readonly kind: "custom"; readonly value: unknown }
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
  let events: readonly LiveEvent[] = [];
  let wake = Promise.withResolvers<undefined>();
  return {
    emit: (event) => {
      events = [...events, event];
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
