// The rule of versions: a run whose workflow has changed while it was paused or under way is migrated, or people are asked; nothing of it is replayed blindly.
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { retryRun } from "../../src/runs/retry.ts";
import type { Migrated, Migrating, Workflow } from "../../src/runs/workflow.ts";
import { work } from "../../src/runs/worker.ts";
import { type Acted, changing } from "./changing.ts";
import type { Fault } from "./faults.ts";
import { struck } from "./struck.ts";
import { ANA, type Bench, bench, dueSoon, workTime } from "./support.ts";

const APPROVE = { kind: "approve" } as const;

async function open(run: Bench): Promise<Approval> {
  const waiting = (await run.approvals()).filter(({ state }) => state.kind === "pending");
  const [only] = waiting;
  if (only === undefined || waiting.length > 1) throw new Error(`${waiting.length} questions wait.`);
  return only;
}

/** At its first question. */
async function asked(workflow: Workflow): Promise<Bench & { readonly first: Approval }> {
  const run = await bench(workflow);
  await run.work();
  return { ...run, first: await open(run) };
}

async function retried(run: Bench): Promise<void> {
  const directory = {
    person: () => Promise.resolve({ kind: "member" as const, id: "URITA", groups: [] }),
  };
  const { kind } = await retryRun({ ...run.deps, directory, catalog: [] }, run.run, "URITA");
  expect(kind).toBe("retrying");
  await run.work();
}

async function history(run: Bench): Promise<readonly { readonly kind: string }[]> {
  const audit = (await run.stored())?.audit;
  if (audit === undefined) return [];
  expect(verifyChain(audit.entries, { key: run.run, end: audit })).toMatchObject({ kind: "whole" });
  return audit.entries.flatMap((entry) => entryOf(entry) ?? []);
}

const names = (done: readonly Acted[]) => done.map(({ what }) => what);

test("with other code and the same steps the answer is taken as it was given", async () => {
  const done: Acted[] = [];
  const run = await asked(changing(done));
  await run.decide(run.first, APPROVE);
  run.deploy(changing(done, { act: () => done.push({ what: "new code", key: "" }) }));
  await run.work();
  expect((await run.stored())?.status).toMatchObject({ kind: "done" });
  expect(names(done)).toEqual(["plan", "new code", "act in prod"]);
  expect((await history(run)).map(({ kind }) => kind)).not.toContain("workflow-changed");
});

test("a question that waits is asked again with the reason, as the workflow asks it now, and votes from before do not count", async () => {
  const done: Acted[] = [];
  const run = await asked(changing(done, { policy: { quorum: 2 } }));
  expect(await run.decide(run.first, APPROVE)).toBe("counted");
  run.deploy(
    changing(done, {
      version: "2",
      hasCheck: true,
      policy: { expiresAfterMs: 3_600_000, approvers: ["operators"] },
    }),
  );
  await run.work();
  const again = await open(run);
  expect(again).toMatchObject({
    ...{ interrupt: run.first.interrupt, revision: 2, workflowVersion: "2", state: { kind: "pending" } },
    origin: { kind: "again", because: "workflow", by: "system", notes: ["version 1 → 2"] },
    policy: { approvers: { groups: ["SOPERATORS"] } },
    expiresAt: expect.any(String) as string,
  });
  expect(again.policy.quorum).toBeUndefined();
  expect(await run.decide(run.first, APPROVE)).toBe("not-an-approver");
  // Nothing has changed since, so it stands.
  await run.work();
  expect(await open(run)).toEqual(again);
  expect(await run.stored()).toMatchObject({ status: { kind: "waiting" }, workflowVersion: "2" });
  expect(await history(run)).toMatchObject([
    { kind: "asked" },
    { kind: "workflow-changed", from: "1", to: "2" },
    { kind: "voted" },
    { kind: "reopened", because: "workflow", notes: ["version 1 → 2"] },
    { kind: "refused", because: "not-an-approver" },
  ]);
});

test("a decision that the graph had not taken yet is not applied to the changed one; approved again it goes on there", async () => {
  const done: Acted[] = [];
  const run = await asked(changing(done));
  expect(await run.decide(run.first, APPROVE)).toBe("recorded");
  run.deploy(changing(done, { hasCheck: true }));
  await run.work();
  expect(names(done)).toEqual(["plan"]);
  const again = await open(run);
  expect(again.origin).toMatchObject({ notes: ["version 1 with other steps, ways or state"] });
  expect(await run.decide(run.first, APPROVE)).toBe("changed");
  expect(await run.decide(again, APPROVE)).toBe("recorded");
  await run.work();
  expect(names(done)).toEqual(["plan", "check", "act in prod"]);
  expect((await run.stored())?.status).toMatchObject({
    outcome: { text: "plan, approved, check, acted" },
  });
});

test("whoever decides at the very moment of the change is not heard either", async () => {
  const done: Acted[] = [];
  const run = await asked(changing(done));
  run.deploy(changing(done, { version: "2" }));
  const { records } = run.deps;
  let hasVoted = false;
  const deps = {
    ...run.deps,
    records: {
      ...records,
      saveApproval: async (...args: Parameters<typeof records.saveApproval>) => {
        if (!hasVoted) expect(await run.decide(run.first, APPROVE)).toBe("recorded");
        hasVoted = true;
        return records.saveApproval(...args);
      },
    },
  };
  await work(
    deps,
    { kind: "resume", team: run.run.team, thread: run.run.thread },
    workTime(run.deps.clock.now()),
  );
  expect(names(done)).toEqual(["plan"]);
  expect(await open(run)).toMatchObject({ revision: 2, state: { kind: "pending" } });
});

/** It has acted in vain, and nobody is asked anything. */
async function broken(done: Acted[]): Promise<Bench> {
  const fail = () => {
    throw new Error("The target is away.");
  };
  const run = await asked(changing(done, { act: fail }));
  await run.decide(run.first, APPROVE);
  await run.work();
  expect((await run.stored())?.status).toEqual({ kind: "failed", error: "The target is away." });
  return run;
}

test("a failed run is retried under the changed workflow once somebody has agreed that it goes on there", async () => {
  const done: Acted[] = [];
  const run = await broken(done);
  run.deploy(changing(done, { version: "2", hasCheck: true }));
  await retried(run);
  expect(names(done)).toEqual(["plan"]);
  const held = await open(run);
  expect(held.request).toMatchObject({
    title: 'Before the step "act"',
    summary:
      "The workflow was changed while this run was under way (version 1 → 2), so it asks before it goes on.",
  });
  expect(await run.stored()).toMatchObject({ status: { kind: "waiting" }, workflowVersion: "2" });
  await run.decide(held, APPROVE);
  await run.work();
  expect(names(done)).toEqual(["plan", "act in prod"]);
  expect((await run.stored())?.status).toMatchObject({ outcome: { text: "plan, approved, acted" } });
  expect(await history(run)).toMatchObject([
    ...[{ kind: "asked" }, { kind: "decided" }, { kind: "failed" }, { kind: "retried" }],
    { kind: "workflow-changed", from: "1", to: "2" },
    ...[{ kind: "resumed" }, { kind: "asked" }, { kind: "decided" }, { kind: "resumed" }, { kind: "ended" }],
  ]);
});

test("rejected, it ends and has done nothing", async () => {
  const done: Acted[] = [];
  const run = await broken(done);
  run.deploy(changing(done, { version: "2" }));
  await retried(run);
  await run.decide(await open(run), { kind: "reject", reason: "Start it anew" });
  await run.work();
  expect(names(done)).toEqual(["plan"]);
  expect((await run.stored())?.status).toMatchObject({
    kind: "done",
    outcome: { good: false, text: "Start it anew", stoppedBy: ANA.id },
  });
});

test("changed once more while it waits for that, it asks again", async () => {
  const done: Acted[] = [];
  const run = await broken(done);
  run.deploy(changing(done, { version: "2" }));
  await retried(run);
  const held = await open(run);
  await run.decide(held, APPROVE);
  run.deploy(changing(done, { version: "3" }));
  await run.work();
  expect(names(done)).toEqual(["plan"]);
  expect(await open(run)).toMatchObject({
    ...{ interrupt: held.interrupt, revision: 2 },
    origin: { because: "workflow", notes: ["version 2 → 3"] },
  });
});

test("the step that asked is gone: the run fails and says what to do, and with the step back the answer stands", async () => {
  const done: Acted[] = [];
  const run = await asked(changing(done));
  await run.decide(run.first, APPROVE);
  run.deploy(changing(done, { version: "2", asks: "confirm" }));
  await run.work();
  expect((await run.stored())?.status).toEqual({
    kind: "failed",
    error:
      'The workflow "changing" was changed (version 1 → 2) and has no step "ask" any more, at which this run stands. Nothing was run. Put the step back, or let the workflow\'s "migrate" say where such runs go on; then press Retry. Or cancel the run and start it anew.',
  });
  run.deploy(changing(done));
  await retried(run);
  expect(names(done)).toEqual(["plan", "act in prod"]);
  expect((await run.stored())?.status.kind).toBe("done");
});

test("a workflow says where such runs go on, with which state; what waited there is replaced", async () => {
  const done: Acted[] = [];
  const run = await asked(changing(done));
  await run.decide(run.first, APPROVE);
  const told: Migrating[] = [];
  const migrate = (from: Migrating) => {
    told.push(from);
    return { values: { env: "staging", notes: ["migrated"] }, next: ["confirm"] };
  };
  run.deploy(changing(done, { version: "2", asks: "confirm", migrate }));
  await run.work();
  expect(told).toMatchObject([
    {
      version: "1",
      values: { version: "v1", notes: ["plan"] },
      next: ["ask"],
      pending: [{ node: "ask", value: { request: { title: "Go to prod?" } } }],
    },
  ]);
  const anew = await open(run);
  expect(anew).toMatchObject({ revision: 1, workflowVersion: "2", request: { title: "Go to staging?" } });
  const before = (await run.approvals()).find(({ interrupt }) => interrupt === run.first.interrupt);
  expect(before?.state.kind).toBe("superseded");
  await run.decide(anew, APPROVE);
  await run.work();
  expect(names(done)).toEqual(["plan", "act in staging"]);
  expect((await run.stored())?.status).toMatchObject({ outcome: { text: "migrated, approved, acted" } });
  expect(told).toHaveLength(1);
  expect(await history(run)).toContainEqual(
    expect.objectContaining({ kind: "workflow-changed", from: "1", to: "2", migrated: true }),
  );
});

test("where it only changes the state, the run goes on where it stands, and what waits there is asked again", async () => {
  const done: Acted[] = [];
  const run = await asked(changing(done));
  const migrate = () => ({ values: { env: "staging" } });
  run.deploy(changing(done, { version: "2", migrate }));
  await run.work();
  const again = await open(run);
  expect(again).toMatchObject({ interrupt: run.first.interrupt, revision: 2 });
  await run.decide(again, APPROVE);
  await run.work();
  // On the migrated state the step asks something else, which nobody has agreed to.
  expect(names(done)).toEqual(["plan"]);
  const anew = await open(run);
  expect(anew.request.title).toBe("Go to staging?");
  await run.decide(anew, APPROVE);
  await run.work();
  expect(names(done)).toEqual(["plan", "act in staging"]);
});

test("a failed run is migrated and goes on by itself: its author has said how", async () => {
  const done: Acted[] = [];
  const run = await broken(done);
  run.deploy(changing(done, { version: "2", migrate: () => ({ values: { env: "staging" } }) }));
  await retried(run);
  expect(names(done)).toEqual(["plan", "act in staging"]);
  expect((await run.stored())?.status.kind).toBe("done");
});

test("it may end the run there, with the outcome that the workflow makes of the state", async () => {
  const done: Acted[] = [];
  const run = await asked(changing(done));
  run.deploy(changing(done, { version: "2", migrate: () => ({ values: { notes: ["too old"] }, next: [] }) }));
  await run.work();
  expect(names(done)).toEqual(["plan"]);
  expect((await run.stored())?.status).toEqual({ kind: "done", outcome: { good: true, text: "too old" } });
});

test.each<readonly [string, () => Migrated<object>, string]>([
  [
    "throws",
    () => {
      throw new Error("No environment is known.");
    },
    "No environment is known.",
  ],
  [
    "names a step that is not there",
    () => ({ next: ["nowhere"] }),
    'Invalid node name "nowhere", given by the migration. The nodes are: plan, ask, act.',
  ],
  [
    "writes to what is no part of the state",
    () => ({ values: { enviroment: "prod" } }),
    'The migration wrote to "enviroment", which is no channel of the state. Its channels are: version, env, notes.',
  ],
])("a migration that %s fails the run with its words, and Retry migrates anew", async (_, migrate, error) => {
  const done: Acted[] = [];
  const run = await asked(changing(done));
  run.deploy(changing(done, { version: "2", migrate }));
  await run.work();
  expect((await run.stored())?.status).toEqual({ kind: "failed", error });
  expect(await run.stored()).toMatchObject({ workflowVersion: "1" });
  run.deploy(changing(done, { version: "2", migrate: () => ({ next: ["act"] }) }));
  await retried(run);
  expect(names(done)).toEqual(["plan", "act in prod"]);
  expect((await run.stored())?.status).toMatchObject({ kind: "done" });
});

/** Whatever its state was made of before. */
const migrate = ({ values }: Migrating) => ({
  values: { notes: [`was ${String(values["notes"])}`] },
  next: ["act"],
});

/** False when the run was over before the fault could strike. */
async function survives(nth: number, fault: Fault, change: Parameters<typeof changing>[1]): Promise<boolean> {
  const done: Acted[] = [];
  const run = await asked(changing(done));
  await run.decide(run.first, APPROVE);
  run.deploy(changing(done, change));
  const hasStruck = await struck(run, { nth, fault, minutes: 4 });
  const changes = (await history(run)).filter(({ kind }) => kind === "workflow-changed");
  expect({ nth, fault, changes: changes.length }).toEqual({ nth, fault, changes: 1 });
  if (change?.migrate === undefined) {
    expect({ nth, fault, done: names(done) }).toEqual({ nth, fault, done: ["plan"] });
    expect(await open(run)).toMatchObject({ revision: 2, origin: { because: "workflow" } });
  } else {
    const keys = new Set(done.filter(({ what }) => what === "act in prod").map(({ key }) => key));
    expect({ nth, fault, keys: keys.size }).toEqual({ nth, fault, keys: 1 });
    expect({ nth, fault, status: (await run.stored())?.status }).toMatchObject({
      ...{ nth, fault, status: { kind: "done", outcome: { text: "was plan, acted" } } },
    });
  }
  expect(await dueSoon(run)).toEqual([]);
  return hasStruck;
}

test.each<readonly [Fault, string, Parameters<typeof changing>[1]]>(
  (["dies before", "loses the answer"] as const).flatMap((fault) => [
    [fault, "asked again", { version: "2" }] as const,
    [fault, "migrated", { version: "2", migrate }] as const,
  ]),
)(
  "when at any one call the worker %s, the run is %s once and as it should",
  async (fault, _, change) => {
    // At every second call, and of the two faults at the one where the other is not.
    let nth = fault === "dies before" ? 1 : 2;
    while (await survives(nth, fault, change)) nth += 2;
    expect(nth).toBeGreaterThan(8);
  },
  60_000,
);
