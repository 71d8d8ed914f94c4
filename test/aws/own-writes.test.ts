// A write whose answer was lost is sent again by the client itself, and found to have been carried out: that is counted, wherever it can happen.
import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, onTestFinished, test } from "vitest";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createStores } from "../../src/aws/stores.ts";
import type { Slot } from "../../src/graph/index.ts";
import type { Metrics } from "../../src/runs/metrics.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { keyOf } from "../contract/api-keys.ts";
import { EARLY, freshKey, NOON, runOf } from "../contract/fixtures.ts";
import { counted } from "../support/counted.ts";
import { freshDynamo } from "../support/dynamo.ts";
import { startRelay } from "../support/relay.ts";

interface Store {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly metrics: Metrics;
}

/** Makes ready what goes before, and returns the write that is meant. */
type Prepare = (store: Store, by: string) => Promise<() => Promise<unknown>>;

const slotBy = (writer: string): Slot => ({
  ...{ kind: "checkpoint", number: 0, writer, id: "id-0", createdAt: EARLY },
  ...{ changes: {}, next: [], source: "input", step: -1, joins: {} },
});
const [thread, log] = [freshKey(), `T1#${randomUUID()}`];

const WRITES: readonly (readonly [string, Prepare])[] = [
  [
    "a run's record",
    ({ dynamo, table, metrics }, by) => {
      const { records } = createStores(dynamo, table, metrics);
      return Promise.resolve(() => records.saveRun({ ...runOf(thread), requester: by }));
    },
  ],
  [
    "an API key",
    ({ dynamo, table, metrics }, by) => {
      const keys = createApiKeys(dynamo, table, metrics);
      return Promise.resolve(() => keys.save(keyOf("ci", { owner: by })));
    },
  ],
  [
    "a slot of a thread's log",
    ({ dynamo, table, metrics }, by) => {
      const checkpointer = createCheckpointLog(dynamo, table, { metrics });
      return Promise.resolve(() => checkpointer.append(log, slotBy(by)));
    },
  ],
  [
    "a claim in a thread's log",
    ({ dynamo, table, metrics }, by) => {
      const checkpointer = createCheckpointLog(dynamo, table, { metrics });
      const memo = { slot: 0, task: "a", result: { updates: [{ by }], goto: [] } };
      return Promise.resolve(
        () => checkpointer.claim?.(log, memo) ?? Promise.reject(new Error("It claims nothing.")),
      );
    },
  ],
  [
    "what the holder of a thread writes",
    async ({ dynamo, table, metrics }, by) => {
      const { records, threads } = createStores(dynamo, table, metrics);
      await records.saveRun(runOf(thread));
      const held = await threads.take(thread, { lease: NOON }, { by, now: EARLY });
      if (held === undefined) throw new Error("There is no such run.");
      return () => threads.write(held, { run: runOf(thread, 2) });
    },
  ],
];

async function behindRelay(dynamoUrl: string) {
  const relay = await startRelay(dynamoUrl);
  const behind = createDynamo({ endpoint: relay.url, timeoutMs: 2_000, maxAttempts: 3 });
  onTestFinished(async () => {
    behind.destroy();
    await relay.close();
  });
  return { relay, behind };
}

async function prepared(prepare: Prepare) {
  const { dynamo, dynamoUrl, table } = await freshDynamo();
  const { relay, behind } = await behindRelay(dynamoUrl);
  const metrics = counted();
  const ours = await prepare({ dynamo: behind, table, metrics }, "ours");
  const theirs = (): Promise<unknown> =>
    prepare({ dynamo, table, metrics: counted() }, "theirs").then((write) => write());
  const found = (): readonly number[] => metrics.of("OwnWriteFound");
  return { relay, ours, theirs, found };
}

test.each(WRITES)("%s is found to be our own when its answer was lost, and then only", async (_, prepare) => {
  const { relay, ours, found } = await prepared(prepare);
  relay.loseAnswers();
  // The first attempt is written and its answer lost; by the second one, answers arrive again.
  relay.onceUsed(() => relay.onceUsed(() => relay.restore()));
  await ours();
  expect(found()).toEqual([1]);
});

test.each(WRITES)("%s that somebody else has written is not taken for our own", async (_, prepare) => {
  const { ours, theirs, found } = await prepared(prepare);
  await theirs();
  await ours().catch(() => undefined);
  expect(found()).toEqual([]);
});

test("a lease that is asked for twice, since the first answer was lost, was taken over from nobody", async () => {
  const run = runOf(freshKey());
  const { dynamo, dynamoUrl, table } = await freshDynamo();
  await createStores(dynamo, table, UNCOUNTED).records.saveRun(run);
  const { relay, behind } = await behindRelay(dynamoUrl);
  const metrics = counted();
  const { threads } = createStores(behind, table, metrics);
  relay.loseAnswers();
  relay.onceUsed(() => relay.onceUsed(() => relay.restore()));
  const held = await threads.take(run, { lease: NOON }, { by: "ours", now: EARLY });
  expect(held).toMatchObject({ holds: { lease: { epoch: 2 } } });
  expect(metrics.of("Takeover")).toEqual([]);
});
