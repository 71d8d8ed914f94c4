// Runs that have ended for as long as details are kept, and runs that are purged: through the worker, on real storage.
import fc from "fast-check";
import { expect, test } from "vitest";
import { later } from "../../src/approvals/later.ts";
import { verifyChain } from "../../src/approvals/chain.ts";
import { refusedClick } from "../../src/approvals/noted.ts";
import { cancelRun } from "../../src/runs/cancel.ts";
import { NowhereToShow } from "../../src/runs/errors.ts";
import { wholeHistory } from "../../src/runs/history.ts";
import type { Messenger } from "../../src/runs/ports.ts";
import { keepAnew } from "../../src/runs/keep-anew.ts";
import { purgeRun } from "../../src/runs/purge.ts";
import { keepingOf, keptUntil, withoutOldDetails } from "../../src/runs/removed.ts";
import { logOf, type Run } from "../../src/runs/run.ts";
import { work } from "../../src/runs/worker.ts";
import { approvalOf, EARLY, freshKey, runOf } from "../contract/fixtures.ts";
import { askingWorkflow } from "./asking.ts";
import { ANA, type Bench, bench, workTime } from "./support.ts";

const DAY_SECONDS = 24 * 3_600;
const BY = { by: "rita", reason: "She asked for it." };

async function ended(): Promise<Bench> {
  const state = await bench(askingWorkflow, { version: "for the eyes of few" });
  await state.work();
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("It asks.");
  await state.decide(approval, { kind: "approve" });
  await state.work();
  state.advanceClock(3_601);
  await state.work();
  return state;
}

async function cancelled(): Promise<Bench> {
  const state = await bench(askingWorkflow);
  await state.work();
  const { deps, run } = state;
  const directory = { person: () => Promise.resolve({ ...ANA, groups: ["SOPERATORS"] }) };
  const catalog = [askingWorkflow.listing];
  await cancelRun({ ...deps, catalog, directory }, run, { by: ANA.id });
  await state.work();
  state.advanceClock(3_601);
  await state.work();
  return state;
}

async function isWhole({ deps, run }: Bench): Promise<boolean> {
  const stored = await deps.records.run(run);
  if (stored === undefined) throw new Error("It is there.");
  const chain = await wholeHistory(deps.trail, stored);
  return chain.length > 0 && verifyChain(chain, { key: run, end: stored.audit }).kind === "whole";
}

test.each([
  ["done", ended],
  ["cancelled", cancelled],
])(
  "a %s run keeps its history when its details have had their time, and no card is drawn again",
  async (status, make) => {
    const state = await make();
    const { team } = state.run;
    state.advanceClock(89 * DAY_SECONDS);
    expect(await state.deps.records.due(team, state.deps.clock.now())).toEqual([]);
    state.advanceClock(2 * DAY_SECONDS);
    expect(await state.deps.records.due(team, state.deps.clock.now())).toHaveLength(1);
    const drawn = state.drawings.length;
    await state.work();
    const at = state.deps.clock.now();
    expect(await state.stored()).toMatchObject({
      status: { kind: status },
      input: {},
      removed: { kind: "expired", at },
    });
    expect(state.drawings).toHaveLength(drawn);
    expect(await state.deps.records.due(team, "2099-01-01T00:00:00.000Z")).toEqual([]);
    expect(await isWhole(state)).toBe(true);
    const before = await state.stored();
    await state.work();
    expect(await state.stored()).toEqual(before);
  },
);

test("whatever is deleted first, a worker that is woken leaves the run as it is, and its history stays whole", async () => {
  const state = await cancelled();
  state.advanceClock(91 * DAY_SECONDS);
  await state.work();
  const before = await state.stored();
  await state.deps.checkpointer.delete(`${state.run.team}#${state.run.thread}`);
  await state.work();
  expect(await state.stored()).toEqual(before);
  expect(await state.deps.retention.count(state.run)).toBeLessThan(4);
  expect(await isWhole(state)).toBe(true);
});

test("a run that lost its details since it was listed keeps the time that it was given then, when retention is applied", async () => {
  const state = await ended();
  const { deps, run } = state;
  state.advanceClock(91 * DAY_SECONDS);
  await state.work();
  expect(await keepAnew(deps, run)).toBe("removed");
  const { removed } = (await state.stored()) ?? {};
  if (removed === undefined) throw new Error("It has expired.");
  expect(await deps.retention.expire(run, keptUntil(removed, deps.keeping))).toMatchObject({ items: 0 });
});

test("a purged run is a tombstone: every card that was posted is drawn without anything of it, once", async () => {
  const state = await ended();
  const { deps, run } = state;
  const before = await state.stored();
  const purged = await purgeRun(deps, run, BY);
  const tombstone = { kind: "purged", at: deps.clock.now(), ...BY } as const;
  expect(purged).toMatchObject({ kind: "purged", tombstone });
  expect(await deps.retention.count(run)).toBe(1);
  const stored = await state.stored();
  expect(stored).toMatchObject({
    removed: tombstone,
    audit: { head: before?.audit.head, length: before?.audit.length },
  });
  expect(JSON.stringify(stored)).not.toMatch(/eyes of few|URITA|UANA/);
  expect(await deps.records.due(run.team, later1(deps))).toHaveLength(1);
  const posted = state.drawings.length;
  await state.work();
  const drawn = state.drawings.slice(posted).map(({ kind }) => kind);
  expect(drawn).toEqual(["purged", "purged", "purged"]);
  await state.work();
  expect(state.drawings).toHaveLength(posted + 3);
  const click = { at: EARLY, by: "UEVE", tried: "approve", because: "decided", interrupt: "i", digest: "d" };
  await deps.noted.note(run, refusedClick(click));
  // By a worker that woke up behind the purge.
  await deps.records.saveApproval(approvalOf(run));
  state.advanceClock(3_601);
  expect(await deps.records.due(run.team, deps.clock.now())).toHaveLength(1);
  await state.work();
  expect(await deps.retention.count(run)).toBe(1);
  expect(state.drawings).toHaveLength(posted + 3);
  expect(await deps.records.due(run.team, "2099-01-01T00:00:00.000Z")).toEqual([]);
});

function later1({ clock }: Bench["deps"]): string {
  return new Date(Date.parse(clock.now()) + 1_000).toISOString();
}

test("a card of which nobody knows whether it was posted is looked for twice before it is given up", async () => {
  const state = await ended();
  const { deps, run } = state;
  await purgeRun(deps, run, BY);
  await state.work();
  const now = deps.clock.now();
  const held = await deps.threads.take(run, { claim: later(now, 1_000) }, { by: "me", now });
  if (held?.holds.claim === undefined) throw new Error("The cards are free.");
  const posted = { channel: "UANA", drawn: 0, tried: true };
  await deps.threads.write(held, { cards: { ...held.cards, "copy:i:UANA": posted }, give: ["claim"] });
  let looks = 0;
  const messenger: Messenger = {
    draw: (_, { channel, mayExist }) => {
      looks += mayExist ? 1 : 0;
      return Promise.reject(new NowhereToShow(channel, "not posted"));
    },
  };
  const drawAfter = async (seconds: number): Promise<number> => {
    state.advanceClock(seconds);
    const job = { kind: "redraw", team: run.team, thread: run.thread } as const;
    await work({ ...deps, messenger }, job, workTime(deps.clock.now()));
    return looks;
  };
  expect(await drawAfter(2)).toBe(1);
  expect(await drawAfter(60)).toBe(1);
  expect(await drawAfter(180)).toBe(2);
  expect(await drawAfter(600)).toBe(2);
});

test("purging again erases what was written since, and leaves the tombstone as it is", async () => {
  const state = await ended();
  const { deps, run } = state;
  await purgeRun(deps, run, BY);
  const first = await state.stored();
  const click = { at: EARLY, by: "UEVE", tried: "approve", because: "decided", interrupt: "i", digest: "d" };
  await deps.noted.note(run, refusedClick(click));
  state.advanceClock(60);
  expect(await purgeRun(deps, run, { by: "bo", reason: "Again." })).toMatchObject({
    kind: "purged",
    items: 1,
    tombstone: BY,
  });
  expect(await state.stored()).toEqual(first);
});

test("what is noted of a run whose record was deleted before its questions is forgotten", async () => {
  const state = await ended();
  const { deps, run } = state;
  const click = { at: EARLY, by: "UEVE", tried: "approve", because: "decided", interrupt: "i", digest: "d" };
  const gone = { ...run, ...freshKey(run.team) };
  const [question] = await state.approvals();
  if (question === undefined) throw new Error("It has asked.");
  await deps.records.saveApproval({ ...question, thread: gone.thread, version: 1 });
  await deps.noted.note(gone, refusedClick(click));
  await work(deps, { kind: "sweep", team: gone.team, thread: gone.thread }, workTime(deps.clock.now()));
  expect(await deps.records.thread(gone)).toMatchObject({ run: undefined, noted: [] });
  expect(await deps.retention.count(gone)).toBe(1);
});

test("a replay whose details are not kept any more notes nothing for the run that it has done again", async () => {
  const state = await ended();
  const { deps, run } = state;
  const [other, stored] = [freshKey(run.team), await state.stored()];
  if (stored === undefined) throw new Error("It is there.");
  const replay = { ...stored, replayOf: { thread: other.thread }, version: stored.version + 1 };
  expect(await deps.records.saveRun(replay)).toBe(true);
  state.advanceClock(91 * DAY_SECONDS);
  await state.work();
  expect(await state.stored()).toMatchObject({ removed: { kind: "expired" } });
  await state.work();
  expect(await deps.retention.count(other)).toBe(0);
});

test("the log of a cancelled run that is let go of is not begun again by whoever finds the thread taken", async () => {
  const state = await cancelled();
  const { deps, run } = state;
  state.advanceClock(91 * DAY_SECONDS);
  await state.work();
  await deps.checkpointer.delete(logOf(run));
  const count = await deps.retention.count(run);
  const now = deps.clock.now();
  await deps.threads.take(run, { lease: later(now, 20_000) }, { by: "another worker", now });
  await state.work();
  expect(await deps.retention.count(run)).toBe(count);
});

test("what is noted of a purged run goes into no history, and is forgotten", async () => {
  const state = await ended();
  const { deps, run } = state;
  await purgeRun(deps, run, BY);
  await state.work();
  const before = await state.stored();
  const click = { at: EARLY, by: "UEVE", tried: "approve", because: "decided", interrupt: "i", digest: "d" };
  await deps.noted.note(run, refusedClick(click));
  await state.work();
  expect(await state.stored()).toEqual(before);
  expect((await deps.records.thread(run)).noted).toEqual([]);
});

test("while a worker has the run it is busy, and nothing of it is touched", async () => {
  const state = await ended();
  const { deps, run } = state;
  const [now, until] = [deps.clock.now(), "2026-12-01T00:00:00.000Z"];
  await deps.threads.take(run, { lease: until }, { by: "another", now });
  const before = await deps.retention.count(run);
  expect(await purgeRun(deps, run, BY)).toEqual({ kind: "busy" });
  expect(await deps.retention.count(run)).toBe(before);
  expect((await state.stored())?.removed).toBeUndefined();
});

test("after a crash between the tombstone and the rest, purging again completes it", async () => {
  const state = await ended();
  const { deps, run } = state;
  const erase = () => Promise.reject(new Error("The power is gone."));
  await expect(purgeRun({ ...deps, retention: { erase } }, run, BY)).rejects.toThrow();
  const tombstone = await state.stored();
  expect(tombstone?.removed).toMatchObject(BY);
  await state.work();
  expect(await state.stored()).toEqual(tombstone);
  expect(await purgeRun(deps, run, BY)).toMatchObject({ kind: "purged" });
  expect(await deps.retention.count(run)).toBe(1);
});

test.each<Run["status"]>([{ kind: "queued" }, { kind: "waiting" }, { kind: "failed", error: "No." }])(
  "a $kind run is not purged, and says what it is",
  async (status) => {
    const { deps } = await bench(askingWorkflow);
    const run = { ...runOf(freshKey()), status };
    await deps.records.saveRun(run);
    expect(await purgeRun(deps, run, BY)).toEqual({ kind: "live", status: status.kind });
    expect(await deps.records.run(run)).toEqual(run);
  },
);

test.each([
  ["was over some days ago", 410, 0],
  // DynamoDB leaves what should have been deleted more than five years ago.
  ["was over years ago", 3_650, 0],
  ["is over in ten days", 390, 10],
])(
  "a history whose time %s when the details go is to be deleted then, and never at an earlier moment",
  async (_is, old, days) => {
    const trail = { sealed: () => (async function* () {})() };
    const run = {
      ...runOf(freshKey()),
      status: { kind: "done", outcome: { good: true, text: "" } },
    } as const;
    const now = later(EARLY, old * DAY_SECONDS * 1_000);
    const { removed } = await withoutOldDetails({ trail, keeping: keepingOf(90, 400) }, run, now);
    expect(removed).toEqual({
      kind: "expired",
      at: now,
      historyUntil: later(now, days * DAY_SECONDS * 1_000),
    });
  },
);

test("whatever its age, a run that has not ended keeps everything", async () => {
  const status = fc.constantFrom<Run["status"]>(
    { kind: "queued" },
    { kind: "waiting" },
    { kind: "failed", error: "No." },
  );
  const days = fc.integer({ min: 1, max: 36_500 });
  const trail = { sealed: () => (async function* () {})() };
  await fc.assert(
    fc.asyncProperty(status, days, days, async (kind, kept, old) => {
      const run = { ...runOf(freshKey()), status: kind };
      const now = new Date(Date.parse(EARLY) + old * DAY_SECONDS * 1_000).toISOString();
      const deps = { trail, keeping: keepingOf(kept, kept) };
      expect(await withoutOldDetails(deps, run, now)).toBe(run);
      const over = { ...run, status: { kind: "done", outcome: { good: true, text: "" } } } as const;
      expect((await withoutOldDetails(deps, over, now)).removed?.kind).toBe(
        old >= kept ? "expired" : undefined,
      );
    }),
  );
});
