// One fault at each single call a worker makes to the world, whatever the call: the run ends right all the same, and nothing happens twice.
import * as z from "zod";
import { expect, test } from "vitest";
import { EMPTY_AUDIT, wholeChain } from "../../src/approvals/audit-log.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import type { Job } from "../../src/runs/ports.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { work } from "../../src/runs/worker.ts";
import { type Effect, type Fault, type Faulty, faulty, planned, rememberingMessenger } from "./faults.ts";
import { type Bench, bench, workTime } from "./support.ts";

async function approveWhatIsShown(test: Bench, shown: ReadonlyMap<string, number>): Promise<void> {
  for (const approval of await test.approvals()) {
    const isShown = shown.has(`ask:${approval.interrupt}`);
    if (isShown && approval.state.kind === "pending") await test.decide(approval, { kind: "approve" });
  }
}

/** Works off jobs, clicks what is shown, and sweeps each minute, until nothing is due any more. */
async function live(test: Bench, shown: ReadonlyMap<string, number>, first: Faulty): Promise<void> {
  const { run, deps, jobs, putOff } = test;
  // What was put off comes when nothing else is to be done, in its time.
  const nextJob = (): Job | undefined => {
    if (jobs.length === 0 && putOff.length > 0) test.advanceClock(2);
    return jobs.shift() ?? putOff.shift();
  };
  let isFirst = true;
  jobs.push({ kind: "start", team: run.team, thread: run.thread });
  for (let sweeps = 0; sweeps < 12; sweeps++) {
    for (let job = nextJob(); job !== undefined; job = nextJob()) {
      try {
        const worked = work(isFirst ? first.deps : deps, job, workTime(deps.clock.now()));
        // The next one is a new process. The job is not given again: the sweeper alone must find what is left.
        if (isFirst && (await Promise.race([worked, first.died])) === "died") isFirst = false;
        else await worked;
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        jobs.push(job);
      }
      await approveWhatIsShown(test, shown);
    }
    // The last sweep that finds anything comes an hour after the end.
    const isDone = (await test.stored())?.status.kind === "done";
    test.advanceClock(isDone ? 3_601 : 61);
    if ((await sweep(deps, run.team)) === 0 && isDone) return;
  }
}

async function crashBench(isSlow: boolean) {
  const effects: Effect[] = [];
  const { messenger, posts, shown } = rememberingMessenger();
  // So slow that the worker stops to tell how far it is.
  const base: Bench = await bench(planned(effects, () => isSlow && base.advanceClock(3)));
  return { test: { ...base, deps: { ...base.deps, messenger } }, effects, posts, shown };
}

/** False when the run was over before the fault could strike. */
async function survives(nth: number, fault: Fault, isSlow: boolean): Promise<boolean> {
  const { test, effects, posts, shown } = await crashBench(isSlow);
  const first = faulty(test.deps, (call) => call.nth === nth, fault);
  await live(test, shown, first);

  const [run, approvals] = [await test.stored(), await test.approvals()];
  const [approval] = approvals;
  const approved = z.string().parse(approval?.request.action.args["plan"]);
  const story = { nth, fault, status: run?.status, posts: [...posts].sort() };
  const ask = `ask:${approval?.interrupt ?? ""}`;
  expect(story).toEqual({
    nth,
    fault,
    status: { kind: "done", outcome: { good: true, text: `did ${approved}` } },
    posts: [ask, "outcome", "run"],
  });
  expect(approvals).toMatchObject([{ state: { kind: "decided", resumed: true } }]);
  expect(new Set(effects.map(({ key, plan }) => `${key} ${plan}`)).size).toBe(1);
  expect(effects[0]?.plan).toBe(approved);
  expect(shown.get(ask)).toBe(approval?.version);
  expect(shown.get("run")).toBe(run?.version);
  const history = wholeChain(run?.audit ?? EMPTY_AUDIT, []);
  expect(verifyChain(history, { key: test.run, end: run?.audit ?? EMPTY_AUDIT })).toMatchObject({
    kind: "whole",
  });
  expect(history.map((entry) => entryOf(entry)?.kind)).toEqual(["asked", "decided", "resumed", "ended"]);
  expect(await test.deps.records.due(test.run.team, "2026-04-01T00:00:00.000Z")).toEqual([]);
  return first.hasStruck();
}

test.each<Fault>(["dies before", "dies after", "fails", "loses the answer"])(
  "a run ends right, asks once and acts once, when at any one call the worker %s",
  async (fault) => {
    let nth = 1;
    while (await survives(nth, fault, false)) nth += 1;
    expect(nth).toBeGreaterThan(20);
  },
  60_000,
);

test.each<Fault>(["dies before", "dies after"])(
  "so does a run that is slow, and tells in between how far it is, when the worker %s",
  async (fault) => {
    let nth = 1;
    while (await survives(nth, fault, true)) nth += 1;
    expect(nth).toBeGreaterThan(22);
  },
  60_000,
);
