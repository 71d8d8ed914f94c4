// What is counted while runs go on: each number where the thing happens, and none where it does not.
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { logPrefixOf, partitionKey, sortKey } from "../../src/aws/keys.ts";
import { later } from "../../src/approvals/later.ts";
import type { Checkpointer } from "../../src/graph/index.ts";
import { buryJob } from "../../src/runs/dead-letter.ts";
import { METRICS, type MetricName } from "../../src/runs/metrics.ts";
import { retryRun } from "../../src/runs/retry.ts";
import { logOf } from "../../src/runs/run.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { work } from "../../src/runs/worker.ts";
import type { Workflow } from "../../src/runs/workflow.ts";
import { askingWorkflow } from "./asking.ts";
import { ANA, type Bench, bench, workTime } from "./support.ts";

/** Those of which there are any. */
function countedIn({ metrics }: Bench): Readonly<Partial<Record<MetricName, readonly number[]>>> {
  const names = Object.keys(METRICS) as readonly MetricName[];
  const all = names.map((name) => [name, metrics.of(name)] as const);
  return Object.fromEntries(all.filter(([, values]) => values.length > 0));
}

async function asked(): Promise<Bench> {
  const state = await bench(askingWorkflow);
  await state.work();
  return state;
}

async function approve(state: Bench): Promise<void> {
  for (const approval of await state.approvals())
    expect(await state.decide(approval, { kind: "approve" })).toBe("recorded");
}

const keyOf = ({ run: { team, thread } }: Bench) => ({ team, thread });

test("an ordinary run tells how long people took and how long it took to go on, and of no trouble", async () => {
  const state = await asked();
  state.advanceClock(90);
  await approve(state);
  state.advanceClock(3);
  await state.work();
  expect((await state.stored())?.status.kind).toBe("done");
  expect(countedIn(state)).toEqual({ TimeToDecision: [90_000], DecisionToResume: [3_000] });
});

test("a click that is refused is no decision", async () => {
  const state = await asked();
  await approve(state);
  for (const approval of await state.approvals()) await state.decide(approval, { kind: "approve" });
  expect(state.metrics.of("TimeToDecision")).toHaveLength(1);
});

/** Whatever it is given, its step fails. */
const broken: Workflow = {
  ...askingWorkflow,
  compile: (services, log) => {
    const graph = askingWorkflow.compile(services, log);
    return {
      ...graph,
      getState: graph.getState.bind(graph),
      invoke: () => Promise.reject(new Error("away")),
    };
  },
};

test("what Retry gives the graph once more has waited since Retry, and not since it was decided", async () => {
  const state = await asked();
  await approve(state);
  state.deploy(broken);
  await state.work();
  expect((await state.stored())?.status.kind).toBe("failed");
  state.advanceClock(86_400);
  state.deploy(askingWorkflow);
  const directory = { person: () => Promise.resolve({ ...ANA, id: state.run.requester }) };
  expect(
    await retryRun({ ...state.deps, directory, catalog: [] }, keyOf(state), state.run.requester),
  ).toMatchObject({
    kind: "retrying",
  });
  state.advanceClock(2);
  await state.work();
  expect((await state.stored())?.status.kind).toBe("done");
  expect(state.metrics.of("DecisionToResume")).toEqual([0, 2_000]);
});

test("a thread that is taken from a worker whose lease has run out was taken over, and one that was given back was not", async () => {
  const state = await bench(askingWorkflow);
  const now = state.deps.clock.now();
  await state.deps.threads.take(keyOf(state), { lease: later(now, 10_000) }, { by: "dead", now });
  state.advanceClock(11);
  await state.work();
  expect(countedIn(state)).toEqual({ Takeover: [1] });
  await state.work();
  expect(countedIn(state)).toEqual({ Takeover: [1] });
});

test("a commit that comes second to another worker's was lost", async () => {
  const state = await bench(askingWorkflow);
  const { dynamoUrl, table } = state.storage;
  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 3 });
  const rival = createCheckpointLog(dynamo, table);
  const { checkpointer } = state.deps;
  const late: Checkpointer = {
    ...checkpointer,
    async append(threadId, slot) {
      await rival.append(threadId, { ...slot, writer: "rival" });
      await checkpointer.append(threadId, slot);
    },
  };
  const job = { kind: "start", ...keyOf(state) } as const;
  await work({ ...state.deps, checkpointer: late }, job, workTime(state.deps.clock.now()));
  expect(countedIn(state)).toEqual({ CommitLost: [1] });
});

test("a thread that somebody asks for while it is worked on is worked on once more", async () => {
  const state = await bench(askingWorkflow);
  const { messenger } = state.deps;
  let isAsked = false;
  const meanwhile: typeof messenger = {
    async draw(drawing, place) {
      const now = state.deps.clock.now();
      const wanted = { lease: later(now, 1_000), claim: later(now, 1_000) };
      if (!isAsked) await state.deps.threads.take(keyOf(state), wanted, { by: "other", now });
      isAsked = true;
      return messenger.draw(drawing, place);
    },
  };
  const job = { kind: "start", ...keyOf(state) } as const;
  await work({ ...state.deps, messenger: meanwhile }, job, workTime(state.deps.clock.now()));
  const { Nudged, ...others } = countedIn(state);
  expect(Nudged?.length).toBeGreaterThan(0);
  expect(others).toEqual({});
});

test("a run whose jobs failed for good is stuck, once, and one that waits for people is not", async () => {
  const waiting = await asked();
  await buryJob(waiting.deps, { kind: "resume", ...keyOf(waiting) });
  expect(countedIn(waiting)).toEqual({});
  const state = await bench(askingWorkflow);
  for (let times = 0; times < 2; times++) await buryJob(state.deps, { kind: "start", ...keyOf(state) });
  expect(countedIn(state)).toEqual({ Stuck: [1] });
});

test("each sweep tells how much is overdue and for how long anything has been due, also when nothing is", async () => {
  const state = await bench(askingWorkflow);
  const { team } = state.run;
  await sweep(state.deps, team);
  // It is due half a minute after it was recorded.
  state.advanceClock(61);
  await sweep(state.deps, team);
  state.advanceClock(540);
  await sweep(state.deps, team);
  await state.work();
  await sweep(state.deps, team);
  expect(countedIn(state)).toEqual({ Overdue: [0, 0, 1, 0], OldestDue: [0, 31_000, 571_000, 0] });
});

test("a log that lacks a part is told, by whoever reads it", async () => {
  const state = await asked();
  await approve(state);
  const { dynamoUrl, table } = state.storage;
  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 3 });
  const log = logOf(state.run);
  const Key = { pk: { S: partitionKey.ofLog(log) }, sk: { S: logPrefixOf(log) + sortKey.slot(0) } };
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key }));
  await state.work();
  expect((await state.stored())?.status).toMatchObject({
    kind: "failed",
    error: expect.stringMatching(/gap: slot 0 is missing/) as string,
  });
  expect(state.metrics.of("LogGap").length).toBeGreaterThan(0);
});
