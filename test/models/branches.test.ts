// Threads that fork: what is loaded is what the thread's own branch wrote, and nothing of what its siblings did, whatever was stored in between.
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import {
  CheckpointConflict,
  type Checkpointer,
  type Memo,
  MemorySaver,
  type Slot,
} from "../../src/graph/index.ts";
import { type Thread, threadFromLog, threadsFromLog } from "../../src/graph/thread.ts";
import { byTask, checkpoint, set } from "../contract/slots.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";
import {
  branchOf,
  CHANNELS_AT_START,
  markedIn,
  markOf,
  memosFor,
  slotOf,
  standAt,
  type Step,
  steps,
} from "./branches.ts";

const RUNS = Number(process.env["COUNTERSIGN_RUNS"] ?? 12);

/** One store, as somebody who goes on with what they know of it, and as somebody who has never seen it. */
interface Store {
  readonly known: Checkpointer;
  fresh(): Checkpointer;
}

interface Held {
  readonly slots: Slot[];
  memos: readonly Memo[];
}

function expectStand(thread: Thread, slots: readonly Slot[], number: number): void {
  const stand = standAt(slots, number);
  const branch = new Set(branchOf(slots, number).map((slot) => slot.number));
  expect([...markedIn([thread.values, thread.results])].filter((slot) => !branch.has(slot))).toEqual([]);
  expect({ values: thread.values, results: thread.results }).toEqual(stand);
}

async function expectLoaded(saver: Checkpointer, id: string, { slots, memos }: Held): Promise<void> {
  const log = await saver.load(id);
  expectStand(threadFromLog(id, CHANNELS_AT_START, log), slots, slots.length - 1);
  expect([...log.memos].sort(byTask)).toEqual(memos);
}

/** Whoever looks back sees each branch as it was. */
async function expectHistory(saver: Checkpointer, id: string, { slots }: Held): Promise<void> {
  const log = await saver.history(id);
  expect(log.slots).toEqual(slots);
  for (const thread of threadsFromLog(id, CHANNELS_AT_START, log))
    expectStand(thread, slots, thread.slot - 1);
}

async function play(store: Store, id: string, step: Step, held: Held): Promise<void> {
  const number = held.slots.length;
  switch (step.kind) {
    case "slot": {
      const slot = slotOf(step, number);
      await store.known.append(id, slot);
      held.slots.push(slot);
      // Of a superstep that came to its end; those of a rival's, which did not, are void.
      held.memos = [];
      return;
    }
    case "memos": {
      const memos = memosFor(number, step.count);
      for (const one of memos) await store.known.saveTask(id, one);
      if (memos.length > held.memos.length) held.memos = memos;
      return;
    }
    case "rival": {
      if (number === 0) return;
      const taken = Math.max(0, number - 1 - step.back);
      const theirs = checkpoint(taken, { log: set([markOf(10_000, 0)]) }, "rival");
      const rival = store.fresh();
      for (const one of memosFor(taken, 2)) await rival.saveTask(id, { ...one, task: "rival's" });
      await expect(rival.append(id, theirs)).rejects.toThrow(CheckpointConflict);
      return;
    }
    case "load":
      return expectLoaded(step.isFresh ? store.fresh() : store.known, id, held);
  }
}

async function expectBranches(store: Store, all: readonly Step[]): Promise<void> {
  const id = `T1#${randomUUID()}`;
  const held: Held = { slots: [], memos: [] };
  for (const step of all) await play(store, id, step, held);
  for (const saver of [store.known, store.fresh()]) {
    await expectLoaded(saver, id, held);
    await expectHistory(saver, id, held);
  }
}

/** Small ones, so that there are snapshots, chunks of chunks and large texts behind few slots. */
const snapshots = fc.record({
  items: fc.integer({ min: 1, max: 12 }),
  bytes: fc.integer({ min: 50, max: 2_000 }),
  chunkBytes: fc.integer({ min: 20, max: 400 }),
  lastChunkBytes: fc.integer({ min: 10, max: 200 }),
  valueBytes: fc.integer({ min: 20, max: 300 }),
  fanOut: fc.integer({ min: 2, max: 4 }),
});

test(
  "in memory a branch is what it wrote itself and what was before it forked",
  { timeout: Math.max(20_000, RUNS * 100) },
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, (all) => {
        const saver = new MemorySaver();
        return expectBranches({ known: saver, fresh: () => saver }, all);
      }),
      { seed: 20_260_303, numRuns: RUNS * 4 },
    );
  },
);

test.each(dynamoServers)(
  "on $name a branch is what it wrote itself and what was before it forked, with snapshots, chunks and large values in between",
  { timeout: Math.max(60_000, RUNS * 400) },
  async ({ url }) => {
    const { dynamo, table } = await freshDynamo(url);
    await fc.assert(
      fc.asyncProperty(steps, snapshots, fc.integer({ min: 1, max: 20 }), (all, policy, page) => {
        const fresh = (): Checkpointer =>
          createCheckpointLog(dynamo, table, {
            ...{ snapshots: policy, page },
            onSnapshotFailed: (error) => {
              throw error;
            },
          });
        return expectBranches({ known: fresh(), fresh }, all);
      }),
      { seed: 20_260_303, numRuns: RUNS },
    );
  },
);
