// Slots and memos as the checkpointers' tests write them.
import type { Change, CheckpointSlot, Memo, PauseSlot } from "../../src/graph/index.ts";

export const question: PauseSlot["interrupts"][number] = {
  id: "0123456789abcdef0123456789abcdef",
  value: { question: "ok?" },
  task: "ask",
  index: 0,
  generation: 0,
  fingerprint: "f",
};

export function set(value: unknown): Change {
  return { kind: "set", value };
}

export function append(...items: readonly unknown[]): Change {
  return { kind: "append", items };
}

export function checkpoint(
  number: number,
  changes: Readonly<Record<string, Change>> = {},
  writer = "writer",
): CheckpointSlot {
  const createdAt = new Date(1_000 + number).toISOString();
  const next = [{ kind: "send", path: "a:0", node: "a", args: { n: 1 } } as const];
  return {
    kind: "checkpoint",
    number,
    writer,
    createdAt,
    changes,
    next,
    id: `id-${number}`,
    source: "loop",
    step: number,
    joins: { "b+c>d": ["b"] },
  };
}

export function pause(number: number): PauseSlot {
  const createdAt = new Date(1_000 + number).toISOString();
  const answer = { id: "f".repeat(32), generation: 0, fingerprint: "g", digest: "d", value: false };
  return {
    kind: "pause",
    number,
    writer: "writer",
    createdAt,
    changes: {},
    next: [{ kind: "pull", path: "ask", node: "ask" }],
    checkpointId: "id-0",
    interrupts: [question],
    answers: { ask: [answer] },
    results: { done: { updates: [{ log: ["done"] }], goto: [{ kind: "node", node: "x" }] } },
  };
}

export function memo(slot: number, task: string, value: unknown): Memo {
  return { slot, task, result: { updates: [{ value }], goto: [] } };
}

export function byTask(a: Memo, b: Memo): number {
  return a.task < b.task ? -1 : 1;
}

/** Text that no compression makes small, the same in every run. */
export function incompressible(length: number): string {
  let seed = 1;
  const next = (): string => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (seed % 94));
  };
  return Array.from({ length }, next).join("");
}
