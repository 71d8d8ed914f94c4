// Whatever is appended to a log, by whomever and with whatever snapshots in between: it loads as the fold of all its slots.
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import type { Change, Checkpointer, CheckpointSlot, Memo, Slot } from "../../src/graph/index.ts";
import { checkpoint, memo, pause } from "../contract/slots.ts";
import { standing } from "../contract/standing.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";

const RUNS = Number(process.env["COUNTERSIGN_RUNS"] ?? 30);

const channel = fc.constantFrom("log", "plan", "constructor");
const value = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.array(fc.nat(), { maxLength: 5 }),
  fc.constant(undefined),
  fc.date({ noInvalidDate: true }),
  fc.nat({ max: 400 }).map((length) => ["long", "x".repeat(length)]),
);
const change = fc.oneof(
  { weight: 1, arbitrary: value.map((one): Change => ({ kind: "set", value: one })) },
  {
    weight: 3,
    arbitrary: fc
      .array(value, { minLength: 1, maxLength: 3 })
      .map((items): Change => ({ kind: "append", items })),
  },
);
const changes = fc
  .array(fc.tuple(channel, change), { maxLength: 3 })
  .map((entries): Readonly<Record<string, Change>> => Object.fromEntries(entries));

/** `log` is the thread's own or that of a graph within it; `back` is how far before the last slot a fork goes on. */
const step = fc.record({
  log: fc.constantFrom("", "", "", "|node|graph:0@c1"),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("checkpoint" as const), changes }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("fork" as const), changes, back: fc.nat({ max: 30 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "pause" as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("memos" as const), count: fc.integer({ min: 1, max: 6 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "load" as const }) },
  ),
  /** Who does it: one that goes on with what it knows, or one that has never seen the thread. */
  isFresh: fc.nat({ max: 5 }).map((n) => n === 0),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

const policy = fc.record({
  items: fc.integer({ min: 1, max: 12 }),
  bytes: fc.integer({ min: 100, max: 3_000 }),
  chunkBytes: fc.integer({ min: 20, max: 600 }),
  lastChunkBytes: fc.integer({ min: 10, max: 300 }),
  valueBytes: fc.integer({ min: 20, max: 300 }),
  fanOut: fc.integer({ min: 2, max: 4 }),
});

/** What each log has to hold. */
interface Held {
  readonly slots: Slot[];
  memos: Memo[];
}

function slotFor({ what }: Step, number: number): Slot | undefined {
  if (what.kind === "pause") return number === 0 ? undefined : pause(number);
  if (what.kind === "checkpoint") return checkpoint(number, what.changes);
  if (what.kind !== "fork") return undefined;
  const fork: CheckpointSlot = { ...checkpoint(number, what.changes), source: "fork" };
  return { ...fork, base: Math.max(number - 1 - what.back, -1) };
}

async function play(saver: Checkpointer, id: string, one: Step, held: Held): Promise<void> {
  const number = held.slots.length;
  const slot = slotFor(one, number);
  if (slot !== undefined) {
    await saver.append(id, slot);
    held.slots.push(slot);
    held.memos = [];
  } else if (one.what.kind === "memos") {
    const saved = Array.from({ length: one.what.count }, (_, task) =>
      memo(number, `t${task}`, "m".repeat(task * 50)),
    );
    for (const each of saved) await saver.saveTask(id, each);
    if (held.memos.length < saved.length) held.memos = saved;
  } else await saver.load(id);
}

test.each(dynamoServers)(
  "on $name every log loads as the fold of its slots, and has them all",
  { timeout: Math.max(60_000, RUNS * 200) },
  async ({ url }) => {
    const { dynamo, table } = await freshDynamo(url);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60 }),
        policy,
        fc.integer({ min: 1, max: 20 }),
        async (steps, snapshots, page) => {
          const thread = `T1#${randomUUID()}`;
          const open = () =>
            createCheckpointLog(dynamo, table, {
              ...{ snapshots, page },
              onSnapshotFailed: (error) => {
                throw error;
              },
            });
          let known = open();
          const logs = new Map<string, Held>();
          for (const one of steps) {
            if (one.isFresh) known = open();
            const held = logs.get(one.log) ?? { slots: [], memos: [] };
            logs.set(one.log, held);
            await play(known, thread + one.log, one, held);
          }
          for (const [log, held] of logs)
            for (const saver of [known, open()]) {
              expect(standing(await saver.load(thread + log))).toEqual(standing(held));
              expect((await saver.history(thread + log)).slots).toEqual(held.slots);
            }
        },
      ),
      { numRuns: RUNS, seed: 20_260_301 },
    );
  },
);
