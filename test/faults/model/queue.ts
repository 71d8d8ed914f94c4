// A standard queue in memory: at least once, in no order, with delays, a visibility time-out and dead letters.
import type { Job } from "../../../src/runs/ports.ts";

export interface Message {
  readonly job: Job;
  /** When it may be delivered, or delivered again. */
  visibleMs: number;
  receives: number;
}

export interface QueueModel {
  put(job: Job, delayMs: number): void;
  /** What may be delivered now. */
  deliverable(): readonly Message[];
  /** Hands it out; undefined when it has been tried too often and is with the dead letters now. */
  receive(message: Message): Job | undefined;
  /** It was worked off. */
  remove(message: Message): void;
  /** Those that were tried too often; each is told once. */
  takeDead(): Job | undefined;
  nextMs(): number | undefined;
  isEmpty(): boolean;
}

/** Longer than an invocation may take. */
const VISIBILITY_MS = 60_000;
const MAX_RECEIVES = 5;

export function createQueueModel(nowMs: () => number): QueueModel {
  const messages = new Set<Message>();
  const dead: Job[] = [];
  return {
    put(job, delayMs) {
      messages.add({ job, visibleMs: nowMs() + delayMs, receives: 0 });
    },
    deliverable: () => [...messages].filter(({ visibleMs }) => visibleMs <= nowMs()),
    receive(message) {
      message.visibleMs = nowMs() + VISIBILITY_MS;
      message.receives += 1;
      if (message.receives <= MAX_RECEIVES) return message.job;
      messages.delete(message);
      dead.push(message.job);
      return undefined;
    },
    remove: (message) => messages.delete(message),
    takeDead: () => dead.shift(),
    nextMs() {
      let next: number | undefined;
      for (const { visibleMs } of messages) next = Math.min(next ?? visibleMs, visibleMs);
      return next;
    },
    isEmpty: () => messages.size === 0 && dead.length === 0,
  };
}
