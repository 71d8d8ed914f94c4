// Retry and sweep: who may run a failed run again, and that what was left behind is found.
import { expect, test } from "vitest";
import type { Person } from "../../src/approvals/policy.ts";
import { DirectoryUnavailable, QueueUnavailable } from "../../src/runs/errors.ts";
import type { Directory, Job, Queue } from "../../src/runs/ports.ts";
import { type Retried, retryRun } from "../../src/runs/retry.ts";
import type { Run } from "../../src/runs/run.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { askingWorkflow } from "./asking.ts";
import { type Bench, bench } from "./support.ts";

const FAR = "2026-04-01T00:00:00.000Z";
const deadQueue: Queue = { send: () => Promise.reject(new QueueUnavailable(new Error("away"))) };

function knows(person: Person): Directory {
  return { person: () => Promise.resolve(person) };
}

async function failedRun(): Promise<Bench & { retry(person: Person, queue?: Queue): Promise<Retried> }> {
  const test = await bench(askingWorkflow);
  const failed: Run = { ...test.run, status: { kind: "failed", error: "away" }, version: 2 };
  await test.deps.records.saveRun(failed);
  const retry = (person: Person, queue = test.deps.queue) =>
    retryRun({ ...test.deps, queue, directory: knows(person), catalog: [] }, keyOf(test), person.id);
  return { ...test, retry };
}

function keyOf({ run: { team, thread } }: Bench): Pick<Run, "team" | "thread"> {
  return { team, thread };
}

test.each<readonly [string, Person, Retried["kind"]]>([
  ["the requester", { kind: "member", id: "URITA", groups: [] }, "retrying"],
  ["an operator", { kind: "member", id: "UOTTO", groups: ["SOPERATORS"] }, "retrying"],
  ["an approver who is no operator", { kind: "member", id: "UANA", groups: ["SAPPROVERS"] }, "not-allowed"],
  ["somebody else", { kind: "member", id: "UX", groups: [] }, "not-allowed"],
  ["the requester, now a guest", { kind: "guest", id: "URITA" }, "not-allowed"],
  ["the requester, whose account is closed", { kind: "deactivated", id: "URITA" }, "not-allowed"],
  ["somebody of another workspace", { kind: "external", id: "UOTTO" }, "not-allowed"],
  ["somebody nobody knows", { kind: "unknown", id: "URITA" }, "not-allowed"],
])(
  "asked by %s to retry a failed run, the answer is right and is what was done",
  async (_who, person, kind) => {
    const test = await failedRun();
    expect((await test.retry(person)).kind).toBe(kind);
    const retried = kind === "retrying";
    expect(await test.stored()).toMatchObject(
      retried ? { status: { kind: "queued" }, version: 3 } : { status: { kind: "failed" }, version: 2 },
    );
    expect(test.jobs).toEqual(retried ? [{ kind: "start", ...keyOf(test) }] : []);
    expect(await test.deps.records.due(test.run.team, FAR)).toHaveLength(retried ? 1 : 0);
  },
);

test("only a failed run is retried, and of two who retry at once one is told that it goes on already", async () => {
  const rita: Person = { kind: "member", id: "URITA", groups: [] };
  const test = await failedRun();
  const both = await Promise.all([test.retry(rita), test.retry(rita)]);
  expect(both.map(({ kind }) => kind).sort()).toEqual(["not-failed", "retrying"]);
  expect(await test.retry(rita)).toMatchObject({ kind: "not-failed", run: { status: { kind: "queued" } } });
  const nobody = { team: "T1", thread: "f".repeat(32) };
  const deps = { ...test.deps, directory: knows(rita), catalog: [] };
  expect(await retryRun(deps, nobody, "URITA")).toEqual({ kind: "not-failed", run: undefined });
});

test("with a dead queue a retry is recorded, and the sweeper wakes the worker for it", async () => {
  const test = await failedRun();
  const person: Person = { kind: "member", id: "URITA", groups: [] };
  expect(await test.retry(person, deadQueue)).toEqual({ kind: "retrying", woken: false });
  expect(await sweep(test.deps, test.run.team)).toBe(0);
  test.advanceClock(60);
  expect(await sweep(test.deps, test.run.team)).toBe(1);
  expect(test.jobs).toEqual([{ kind: "sweep", ...keyOf(test) }]);
});

test("nobody retries on a guess: without the directory nothing is changed", async () => {
  const test = await failedRun();
  const directory: Directory = {
    person: () => Promise.reject(new DirectoryUnavailable("users.info", new Error("away"))),
  };
  const call = retryRun({ ...test.deps, directory, catalog: [] }, keyOf(test), "URITA");
  await expect(call).rejects.toBeInstanceOf(DirectoryUnavailable);
  expect((await test.stored())?.version).toBe(2);
});

test("the sweeper finds a run whose wake-up was lost, again and again until somebody has worked on it", async () => {
  const test = await bench(askingWorkflow);
  expect(await sweep(test.deps, test.run.team)).toBe(0);
  test.advanceClock(31);
  expect(await sweep(test.deps, "T2")).toBe(0);
  expect(await sweep(test.deps, test.run.team)).toBe(1);
  expect(await sweep({ ...test.deps, queue: deadQueue }, test.run.team)).toBe(0);
  expect(await sweep(test.deps, test.run.team)).toBe(1);
  expect(test.jobs.map(({ kind }) => kind)).toEqual(["sweep", "sweep"] satisfies Job["kind"][]);
  await test.work();
  test.advanceClock(3_600);
  expect(await sweep(test.deps, test.run.team)).toBe(0);
});

test("the sweeper finds a decision whose wake-up was lost, and the run goes on", async () => {
  const test = await bench(askingWorkflow);
  await test.work();
  const [approval] = await test.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  await test.decide(approval, { kind: "approve" });
  test.advanceClock(31);
  expect(await sweep(test.deps, test.run.team)).toBe(1);
  await test.work();
  expect((await test.stored())?.status.kind).toBe("done");
  test.advanceClock(3_500);
  expect(await sweep(test.deps, test.run.team)).toBe(0);
});

test.each<readonly [string, Person, Retried["kind"]]>([
  ["its own operator", { kind: "member", id: "UOWN", groups: [] }, "retrying"],
  [
    "an operator of the configuration",
    { kind: "member", id: "UOTTO", groups: ["SOPERATORS"] },
    "not-allowed",
  ],
])("a workflow that names its operators is retried by %s or not", async (_who, person, kind) => {
  const test = await failedRun();
  const catalog = [{ ...askingWorkflow.listing, operators: [{ user: "UOWN" }] }];
  const deps = { ...test.deps, directory: knows(person), catalog };
  expect((await retryRun(deps, keyOf(test), person.id)).kind).toBe(kind);
});
