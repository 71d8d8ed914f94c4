// A job that failed for good: which runs it fails, and that nobody is in anybody's way.
import { expect, test } from "vitest";
import { buryJob } from "../../src/runs/dead-letter.ts";
import type { Threads } from "../../src/runs/ports.ts";
import type { Run } from "../../src/runs/run.ts";
import { work } from "../../src/runs/worker.ts";
import { askingWorkflow } from "./asking.ts";
import { type Bench, bench, workTime } from "./support.ts";

const YEAR_END = "2026-12-31T00:00:00.000Z";

function bury({ deps, run: { team, thread } }: Bench): Promise<void> {
  return buryJob(deps, { kind: "resume", team, thread });
}

async function asked(): Promise<Bench> {
  const state = await bench(askingWorkflow);
  await state.work();
  return state;
}

async function decided(state: Bench): Promise<void> {
  for (const approval of await state.approvals()) await state.decide(approval, { kind: "approve" });
}

test("a run that is to go on fails and shows it, and nobody looks at it again until it is retried", async () => {
  const state = await bench(askingWorkflow);
  await bury(state);
  const { team, thread } = state.run;
  expect((await state.stored())?.status).toEqual({
    kind: "failed",
    error: `This run could not go on: it was tried several times, and each time something broke outside of its steps. The worker's log says what, under thread ${thread}. Once that is mended, press Retry.`,
  });
  expect(state.shown()).toEqual(["failed"]);
  expect(await state.deps.records.due(team, YEAR_END)).toEqual([]);
});

test("a run that waits for people stays as it is", async () => {
  const state = await asked();
  const before = await state.stored();
  await bury(state);
  expect(await state.stored()).toEqual(before);
});

test("a decision that nobody could act on fails its run, keeps the decision for Retry, and leaves the sweeper nothing", async () => {
  const state = await asked();
  await decided(state);
  // As long as it takes a job to die.
  state.advanceClock(120);
  await bury(state);
  expect((await state.stored())?.status.kind).toBe("failed");
  expect(await state.approvals()).toMatchObject([
    { state: { kind: "decided", decision: { kind: "approved" }, resumed: false } },
  ]);
  expect(await state.deps.records.due(state.run.team, YEAR_END)).toEqual([]);
});

const OVER: readonly Run["status"][] = [
  { kind: "done", outcome: { good: true, text: "Fine." } },
  { kind: "cancelled", by: "UANA", at: YEAR_END },
  { kind: "failed", error: "The target is away." },
];

test.each(OVER)("a run that is $kind stays as it is", async (status) => {
  const state = await bench(askingWorkflow);
  const over: Run = { ...state.run, status, version: 2 };
  await state.deps.records.saveRun(over);
  await bury(state);
  expect(await state.stored()).toEqual(over);
  expect(state.shown()).toEqual([status.kind]);
});

test("the same dead job twice changes and draws nothing more", async () => {
  const state = await bench(askingWorkflow);
  await bury(state);
  const [before, drawn] = [await state.stored(), state.drawings.length];
  await bury(state);
  expect(await state.stored()).toEqual(before);
  expect(state.drawings).toHaveLength(drawn);
});

test("a worker that has the thread all the same cannot write over it, and its question can be answered after Retry", async () => {
  const state = await bench(askingWorkflow);
  const { deps, run } = state;
  let isBuried = false;
  const threads: Threads = {
    ...deps.threads,
    write: async (held, change) => {
      if (change.run !== undefined && !isBuried) {
        isBuried = true;
        await bury(state);
      }
      return deps.threads.write(held, change);
    },
  };
  const job = { kind: "start", team: run.team, thread: run.thread } as const;
  await work({ ...deps, threads }, job, workTime(deps.clock.now()));
  const failed = await state.stored();
  expect(failed?.status.kind).toBe("failed");
  await decided(state);
  if (failed !== undefined)
    await deps.records.saveRun({ ...failed, status: { kind: "queued" }, version: failed.version + 1 });
  await state.work();
  expect((await state.stored())?.status).toMatchObject({ kind: "done", outcome: { text: "approved" } });
});

test("what Slack does not take now, the sweeper finds", async () => {
  const state = await bench(askingWorkflow);
  state.slackIsAway = true;
  await bury(state);
  expect(state.shown()).toEqual([]);
  expect(await state.deps.records.due(state.run.team, YEAR_END)).toHaveLength(1);
  state.slackIsAway = false;
  state.advanceClock(60);
  await state.work();
  expect(state.shown()).toEqual(["failed"]);
  expect(await state.deps.records.due(state.run.team, YEAR_END)).toEqual([]);
});

test("a job of a run that nobody knows is done with", async () => {
  const { deps, run } = await bench(askingWorkflow);
  await buryJob(deps, { kind: "resume", team: run.team, thread: "f".repeat(32) });
});
