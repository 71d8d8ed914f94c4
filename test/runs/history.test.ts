// A run's history on real storage: nothing is left out however much happens at once, and what is in it is not kept a second time.
import { expect, test } from "vitest";
import { refusedClick } from "../../src/approvals/noted.ts";
import { wholeChain } from "../../src/approvals/audit-log.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { later } from "../../src/approvals/later.ts";
import type { KeptUntil } from "../../src/runs/retention.ts";
import { work } from "../../src/runs/worker.ts";
import { askingWorkflow } from "./asking.ts";
import { type Bench, bench, workTime } from "./support.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** Clicks that did not count, each by somebody else. */
async function clicks({ deps, run }: Bench, from: number, to: number): Promise<void> {
  for (let who = from; who < to; who++) {
    const click = { by: `U${who}`, tried: "approve", because: "guest", interrupt: "i", digest: "d" };
    await deps.noted.note(run, refusedClick({ at: deps.clock.now(), ...click }));
  }
}

async function approve(test: Bench): Promise<void> {
  const [approval] = await test.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  expect(await test.decide(approval, { kind: "approve" })).toBe("recorded");
}

async function history(test: Bench): Promise<readonly (string | undefined)[]> {
  const run = await test.stored();
  if (run === undefined) throw new Error("There is no run.");
  const chain = wholeChain(run.audit, await Array.fromAsync(test.deps.trail.sealed(run)));
  expect(verifyChain(chain, { key: run, end: run.audit })).toMatchObject({ kind: "whole" });
  return chain.map((entry) => entryOf(entry)?.kind);
}

test("a run that ends while more happens than one save has room for has its end in its history, behind all of it", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  await clicks(state, 0, 100);
  await approve(state);
  await state.work();
  const kinds = await history(state);
  expect(kinds.filter((kind) => kind === "refused")).toHaveLength(100);
  expect(kinds.slice(-3)).toEqual(["decided", "resumed", "ended"]);
  expect((await state.deps.records.thread(state.run)).noted).toEqual([]);
});

test("a click that is in a sealed part of the history is not kept beside it when it is made again", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  await clicks(state, 0, 41);
  await state.work();
  await clicks(state, 50, 51);
  await state.work();
  state.advanceClock(5);
  await clicks(state, 0, 2);
  await state.work();
  expect((await state.deps.records.thread(state.run)).noted).toEqual([]);
  expect(await history(state)).toHaveLength(43);
});

test("a run is kept for its time after its end, also when clicks that came too late have pushed that out of its record", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  await clicks(state, 0, 36);
  await state.work();
  state.advanceClock(100 * DAY_SECONDS);
  const end = state.deps.clock.now();
  await approve(state);
  await state.work();
  for (const late of [100, 101]) {
    await clicks(state, late, late + 1);
    await state.work();
  }
  expect((await state.stored())?.audit.entries).toHaveLength(2);
  const until: KeptUntil[] = [];
  const retention = {
    ...state.deps.retention,
    expire: (...[key, at]: Parameters<typeof state.deps.retention.expire>) => {
      until.push(at);
      return state.deps.retention.expire(key, at);
    },
  };
  const { team, thread } = state.run;
  state.advanceClock(3_601);
  await state.work();
  const at = later(end, 90 * DAY_SECONDS * 1_000);
  expect(await state.deps.records.due(team, at)).toEqual([]);
  state.advanceClock(90 * DAY_SECONDS);
  const now = state.deps.clock.now();
  await work({ ...state.deps, retention }, { kind: "sweep", team, thread }, workTime(state.deps.clock.now()));
  // It was begun on the first of March, ended a hundred days later, and has its details for ninety more.
  expect(end).toMatch(/^2026-06-09T03:00:/);
  expect(until).toEqual([{ details: now, history: later(end, 400 * DAY_SECONDS * 1_000) }]);
});
