// One fault at each single call a worker makes to the world, whatever the call: the run ends right all the same, and nothing happens twice.
import * as z from "zod";
import { expect, test } from "vitest";
import { EMPTY_AUDIT, wholeChain } from "../../src/approvals/audit-log.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { type Effect, type Fault, faulty, planned, rememberingMessenger } from "./faults.ts";
import { live } from "./living.ts";
import { type Bench, bench } from "./support.ts";

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

test.each<Fault>(["dies after"])(
  "so does a run that is slow, and tells in between how far it is, when the worker %s",
  async (fault) => {
    let nth = 1;
    while (await survives(nth, fault, true)) nth += 1;
    expect(nth).toBeGreaterThan(22);
  },
  60_000,
);
