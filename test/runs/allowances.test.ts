// What people have allowed for a run, as its nodes see it: within the same turn, until it is taken back, and once in the history whatever dies.
import { expect, test } from "vitest";
import type { AuditEntry } from "../../src/approvals/audit.ts";
import { revokedAllowance } from "../../src/approvals/allowance.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import type { Person } from "../../src/approvals/policy.ts";
import { entryOf } from "../../src/approvals/chain.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { wholeHistory } from "../../src/runs/history.ts";
import { revokeAllowance, type Revoked } from "../../src/runs/revoke.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { type Restarts, restartingWorkflow } from "./restarting.ts";
import { type Bench, bench, dueSoon } from "./support.ts";

const ALLOW: Vote = { kind: "approve", forRun: true };

async function started(
  environments: string,
  restarts: Restarts,
  ways?: Parameters<typeof restartingWorkflow>[1],
): Promise<Bench> {
  const state = await bench(restartingWorkflow(restarts, ways), { environments });
  await state.work();
  return state;
}

async function decideNewest(state: Bench, vote: Vote): Promise<void> {
  const approval = (await state.approvals()).at(-1);
  if (approval === undefined) throw new Error("Nothing was asked.");
  expect(await state.decide(approval, vote)).toBe("recorded");
}

async function historyOf({ deps, stored }: Bench): Promise<readonly AuditEntry[]> {
  const run = await stored();
  if (run === undefined) throw new Error("There is no such run.");
  return (await wholeHistory(deps.trail, run)).flatMap((link) => entryOf(link) ?? []);
}

async function kindsOf(state: Bench): Promise<readonly string[]> {
  return (await historyOf(state)).map(({ kind }) => kind);
}

async function revoke(state: Bench, by: Person, index = 0): Promise<Revoked["kind"]> {
  const approval = (await state.approvals())[index];
  const directory = { person: () => Promise.resolve(by) };
  const key = { ...state.run, interrupt: approval?.interrupt ?? "", by: by.id };
  return (await revokeAllowance({ ...state.deps, directory, catalog: [] }, key)).kind;
}

const RITA: Person = { kind: "member", id: "URITA", groups: [] };
const OTTO: Person = { kind: "member", id: "UOTTO", groups: [] };

test("what is allowed for the run is not asked about again, in the same turn already, and the history tells each in its order", async () => {
  const restarts: Restarts = [];
  const state: Bench = await started("staging,staging,staging", restarts, {
    before: () => state.advanceClock(0.1),
  });
  await decideNewest(state, ALLOW);
  await state.work();
  expect(restarts).toEqual([
    "staging: approved by UANA",
    "staging: allowed by UANA",
    "staging: allowed by UANA",
  ]);
  expect((await state.approvals()).length).toBe(1);
  expect((await state.stored())?.status.kind).toBe("done");
  expect(await kindsOf(state)).toEqual(["asked", "decided", "allowed", "allowed", "resumed", "ended"]);
  expect((await state.deps.records.thread(state.run)).noted).toEqual([]);
});

test("other values are asked about, and an approval that allows nothing more leaves each to be asked", async () => {
  const restarts: Restarts = [];
  const state = await started("staging,prod,prod", restarts);
  await decideNewest(state, ALLOW);
  await state.work();
  expect(restarts).toEqual(["staging: approved by UANA"]);
  await decideNewest(state, { kind: "approve" });
  await state.work();
  expect((await state.approvals()).length).toBe(3);
});

test.each([
  ["the requester", RITA],
  ["whoever may decide it", { kind: "member", id: "UBO", groups: ["SAPPROVERS"] }],
  ["an operator", { kind: "member", id: "UOPS", groups: ["SOPERATORS"] }],
] satisfies readonly (readonly [string, Person])[])(
  "what %s takes back is asked about again; it is told once, and the sweeper has nothing more to do",
  async (_, person) => {
    const restarts: Restarts = [];
    const state = await started("staging,prod,staging", restarts);
    await decideNewest(state, ALLOW);
    await state.work();
    expect(await revoke(state, person)).toBe("revoked");
    expect(await revoke(state, person)).toBe("not-standing");
    await decideNewest(state, { kind: "approve" });
    await state.work();
    expect((await state.approvals()).length).toBe(3);
    expect((await kindsOf(state)).filter((kind) => kind === "revoked")).toHaveLength(1);
    expect(await dueSoon(state)).toEqual([]);
  },
);

test("nobody else takes it back, nobody does of a run that is over, and of an unknown question nothing comes", async () => {
  const state = await started("staging,prod", []);
  await decideNewest(state, ALLOW);
  await state.work();
  expect(await revoke(state, OTTO)).toBe("not-allowed");
  expect(await revoke(state, { kind: "guest", id: "URITA" })).toBe("not-allowed");
  expect(await revoke(state, RITA, 7)).toBe("unknown");
  await decideNewest(state, { kind: "approve" });
  await state.work();
  expect(await revoke(state, RITA)).toBe("over");
});

test("what was taken back while the turn ran counts no more: it is looked up right before", async () => {
  const restarts: Restarts = [];
  const isRevoked = { yet: false };
  const state = await started("staging,staging", restarts);
  await decideNewest(state, ALLOW);
  const { records } = state.deps;
  const revoking: typeof records = {
    ...records,
    // The question is read again: somebody has just taken it back.
    approval: async (key, interrupt) => {
      const approval = await records.approval(key, interrupt);
      if (approval === undefined || isRevoked.yet) return approval;
      isRevoked.yet = true;
      await records.saveApproval(
        revokedAllowance(approval, { by: RITA.id, at: state.deps.clock.now() }),
        state.deps.clock.now(),
      );
      return records.approval(key, interrupt);
    },
  };
  Object.assign(state.deps, { records: revoking });
  await state.work();
  expect(restarts).toEqual(["staging: approved by UANA"]);
  expect((await state.approvals()).map(({ state: { kind } }) => kind)).toEqual(["decided", "pending"]);
});

test("a revocation of which no job told is found by the sweeper, told in the history, and due no more", async () => {
  const state = await started("staging,prod", []);
  await decideNewest(state, ALLOW);
  await state.work();
  expect(await revoke(state, RITA)).toBe("revoked");
  state.jobs.length = 0;
  state.advanceClock(600);
  expect(await sweep(state.deps, state.run.team)).toBe(1);
  await state.work();
  expect((await kindsOf(state)).at(-1)).toBe("revoked");
  expect(await dueSoon(state)).toEqual([]);
});

test.each(["noting", "acting"] as const)(
  "a worker that dies before %s: the next one acts, and it is in the history once",
  async (what) => {
    const restarts: Restarts = [];
    let isToDie = true;
    const before = (now: string): void => {
      if (now !== what || !isToDie) return;
      isToDie = false;
      // What this turn knows is gone, and nothing more of it is written.
      throw new StorageUnavailable("the worker died", { uncertain: true, cause: undefined });
    };
    const state = await started("staging,staging", restarts, { before });
    await decideNewest(state, ALLOW);
    await expect(state.work()).rejects.toThrow(StorageUnavailable);
    expect(restarts).toEqual(["staging: approved by UANA"]);
    state.advanceClock(60);
    await state.work();
    expect(restarts).toEqual(["staging: approved by UANA", "staging: allowed by UANA"]);
    expect((await kindsOf(state)).filter((kind) => kind === "allowed")).toHaveLength(1);
    expect((await state.deps.records.thread(state.run)).noted).toEqual([]);
  },
);

test("when the history cannot be told, nothing is done without a question", async () => {
  const restarts: Restarts = [];
  const state = await started("staging,staging", restarts);
  await decideNewest(state, ALLOW);
  const { noted } = state.deps;
  Object.assign(state.deps, { noted: { ...noted, note: () => Promise.reject(new Error("away")) } });
  await state.work();
  expect(restarts).toEqual(["staging: approved by UANA"]);
  expect((await state.stored())?.status).toMatchObject({ kind: "failed" });
});

test("what was approved and no more is asked about again, also when something else has been allowed since", async () => {
  const restarts: Restarts = [];
  const state = await started("prod,staging,prod", restarts);
  await decideNewest(state, { kind: "approve" });
  await state.work();
  await decideNewest(state, ALLOW);
  await state.work();
  await decideNewest(state, ALLOW);
  await state.work();
  expect(restarts).toEqual(["prod: approved by UANA", "staging: approved by UANA", "prod: approved by UANA"]);
  expect(await kindsOf(state)).not.toContain("allowed");
});
