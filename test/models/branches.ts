// Random threads that fork, and where each of them stands, reckoned from its own branch alone: slot by slot back to the beginning.
import fc from "fast-check";
import type { Change, Slot, TaskResult } from "../../src/graph/index.ts";
import { checkpoint, incompressible, memo, pause } from "../contract/slots.ts";

/** Every text that is written names the slot that wrote it, so that it is known wherever it turns up. */
export function markOf(slot: number, nth: number): string {
  return `<${slot}.${nth}>`;
}

/** The slots whose marks are in a value. */
export function markedIn(value: unknown): ReadonlySet<number> {
  const marks = JSON.stringify(value).matchAll(/<(\d+)\.\d+>/g);
  return new Set(Array.from(marks, ([, slot]) => Number(slot)));
}

const CHANNELS = ["log", "plan", "constructor"] as const;

/** What the channels begin with, which no slot has. */
export const CHANNELS_AT_START = { log: { initial: (): readonly string[] => ["start"] } };

interface Write {
  readonly channel: (typeof CHANNELS)[number];
  readonly kind: "set" | "append" | "put";
  readonly size: "small" | "medium" | "large";
}

export type Step =
  | {
      readonly kind: "slot";
      readonly isPause: boolean;
      readonly writes: readonly Write[];
      /** How far before the last slot a fork goes on. */
      readonly back: number | undefined;
    }
  | { readonly kind: "memos"; readonly count: number }
  /** Somebody else wants a slot that is taken. */
  | { readonly kind: "rival"; readonly back: number }
  | { readonly kind: "load"; readonly isFresh: boolean };

const write: fc.Arbitrary<Write> = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  kind: fc.constantFrom("append", "append", "set", "put"),
  size: fc.oneof(
    { weight: 60, arbitrary: fc.constant("small" as const) },
    { weight: 10, arbitrary: fc.constant("medium" as const) },
    { weight: 1, arbitrary: fc.constant("large" as const) },
  ),
});

const back = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.nat({ max: 4 }) },
  { weight: 1, arbitrary: fc.nat({ max: 60 }) },
);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant("slot" as const),
        isPause: fc.nat({ max: 3 }).map((one) => one === 0),
        writes: fc.array(write, { maxLength: 2 }),
        back,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("memos" as const), count: fc.integer({ min: 1, max: 4 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("rival" as const), back: fc.nat({ max: 5 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("load" as const), isFresh: fc.boolean() }) },
  ),
  { minLength: 5, maxLength: 60 },
);

const LARGE = incompressible(320_000);
const FILL = { small: "", medium: "word ".repeat(60), large: LARGE };

function changesOf(writes: readonly Write[], number: number): Readonly<Record<string, Change>> {
  const made = writes.map(({ channel, kind, size }, nth): readonly [string, Change] => {
    const text = markOf(number, nth) + FILL[size];
    if (kind === "put") return [channel, { kind: "set", value: { text } }];
    return [channel, kind === "set" ? { kind, value: [text, text] } : { kind, items: [text] }];
  });
  return Object.fromEntries(made);
}

/** A pause never begins a thread and never forks. */
export function slotOf(
  { isPause, writes, back: far }: Extract<Step, { kind: "slot" }>,
  number: number,
): Slot {
  const changes = changesOf(writes, number);
  if (isPause && number > 0) {
    const { answers, ...slot } = pause(number);
    const result: TaskResult = { updates: [{ log: [markOf(number, 0)] }], goto: [] };
    return { ...slot, changes, answers, results: { [`task-${number}`]: result } };
  }
  if (far === undefined || number === 0) return checkpoint(number, changes);
  return { ...checkpoint(number, changes), source: "fork", base: Math.max(number - 1 - far, -1) };
}

export const memosFor = (slot: number, count: number) =>
  Array.from({ length: count }, (_, task) => memo(slot, `t${task}`, markOf(slot, task)));

function baseOf(slot: Slot): number {
  return slot.kind === "checkpoint" ? (slot.base ?? slot.number - 1) : slot.number - 1;
}

/** The slots of its branch, from the first one on. */
export function branchOf(slots: readonly Slot[], number: number): readonly Slot[] {
  const slot = slots[number];
  return slot === undefined ? [] : [...branchOf(slots, baseOf(slot)), slot];
}

export interface Stand {
  readonly values: Readonly<Record<string, unknown>>;
  /** Of pauses since the last checkpoint. */
  readonly results: Readonly<Record<string, unknown>>;
}

export function standAt(slots: readonly Slot[], number: number): Stand {
  const values = new Map<string, unknown>([["log", ["start"]]]);
  let results: Readonly<Record<string, unknown>> = {};
  for (const slot of branchOf(slots, number)) {
    for (const [channel, change] of Object.entries(slot.changes)) {
      const before = values.get(channel);
      const items: readonly unknown[] = Array.isArray(before) ? before : [];
      values.set(channel, change.kind === "set" ? change.value : [...items, ...change.items]);
    }
    results = slot.kind === "pause" ? { ...results, ...slot.results } : {};
  }
  return { values: Object.fromEntries(values), results };
}
