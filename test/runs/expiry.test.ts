// A question that waits only so long: the sweeper finds it when its time is over, and again when that of its next revision is.
import { expect, test } from "vitest";
import type { Person } from "../../src/approvals/policy.ts";
import { askAgain } from "../../src/runs/ask-again.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { work } from "../../src/runs/worker.ts";
import { askingWorkflow } from "./asking.ts";
import { faulty } from "./faults.ts";
import { type Bench, bench, dueSoon, workTime } from "./support.ts";

const HOUR_SECONDS = 3_600;
const RITA: Person = { kind: "member", id: "URITA", groups: [] };
const expiring = {
  ...askingWorkflow,
  policy: { ...askingWorkflow.policy, expiresAfterMs: HOUR_SECONDS * 1_000 },
};

async function sweptAndWorked(run: Bench): Promise<number> {
  const woken = await sweep(run.deps, run.run.team);
  if (woken > 0) await run.work();
  return woken;
}

async function stateOf(run: Bench): Promise<string | undefined> {
  return (await run.approvals())[0]?.state.kind;
}

test("a question that nobody decides is found once its time is over, expires, and is due no more until it is asked again", async () => {
  const run = await bench(expiring);
  await run.work();
  run.advanceClock(HOUR_SECONDS - 60);
  expect(await sweptAndWorked(run)).toBe(0);
  expect(await stateOf(run)).toBe("pending");
  run.advanceClock(120);
  expect(await sweptAndWorked(run)).toBe(1);
  expect(await stateOf(run)).toBe("expired");
  expect((await run.stored())?.status.kind).toBe("waiting");
  run.advanceClock(HOUR_SECONDS);
  expect(await sweptAndWorked(run)).toBe(0);

  const directory = { person: () => Promise.resolve(RITA) };
  const [expired] = await run.approvals();
  const key = { ...run.run, interrupt: expired?.interrupt ?? "" };
  expect(await askAgain({ ...run.deps, directory, catalog: [] }, key, RITA.id)).toMatchObject({
    kind: "asked",
  });
  await run.work();
  expect(await stateOf(run)).toBe("pending");
  expect(await dueSoon(run)).toEqual([]);
  run.advanceClock(HOUR_SECONDS + 60);
  expect(await sweptAndWorked(run)).toBe(1);
  expect(await run.approvals()).toMatchObject([{ revision: 2, state: { kind: "expired" } }]);
});

test("what time has decided is on the sweeper's list by itself, as a vote is, until the run has gone on with it", async () => {
  const run = await bench({ ...expiring, policy: { ...expiring.policy, onExpiry: "reject" } });
  await run.work();
  run.advanceClock(HOUR_SECONDS + 60);
  const dying = faulty(run.deps, ({ name }) => name === "saveApproval", "dies after");
  const { team, thread } = run.run;
  const worked = work(dying.deps, { kind: "sweep", team, thread }, workTime(run.deps.clock.now()));
  expect(await Promise.race([worked, dying.died])).toBe("died");
  expect(await run.approvals()).toMatchObject([{ state: { kind: "decided", resumed: false } }]);
  // Its run is no longer listed for the one who died.
  const stored = await run.stored();
  expect(stored && (await run.deps.records.reschedule(stored, undefined))).toBe(true);

  run.advanceClock(60);
  expect(await sweptAndWorked(run)).toBe(1);
  expect(await run.approvals()).toMatchObject([
    { state: { resumed: true, decision: { kind: "rejected", by: "system" } } },
  ]);
  expect((await run.stored())?.status).toMatchObject({ kind: "done", outcome: { text: "rejected" } });
  expect(await dueSoon(run)).toEqual([]);
});
