// Starting: what is refused and why, and that a delivery is one run however often it comes.
import { expect, test } from "vitest";
import type { Person } from "../../src/approvals/policy.ts";
import { QueueUnavailable } from "../../src/runs/errors.ts";
import { type Run, threadOf } from "../../src/runs/run.ts";
import { type StartDeps, type StartRequest, startRun } from "../../src/runs/start.ts";
import { startedSentence } from "../../src/slack/commands/start-words.ts";
import { askingWorkflow } from "./asking.ts";
import { bench } from "./support.ts";

const RITA: Person = { kind: "member", id: "URITA", groups: [] };
const request: StartRequest = {
  team: "T1",
  delivery: "trigger-1",
  workflow: "asking",
  words: { version: "v1" },
  requester: "URITA",
  channel: "C1",
};

async function starter(person: Person = RITA) {
  const { deps, jobs } = await bench(askingWorkflow);
  const catalog = [askingWorkflow.listing];
  const directory = { person: () => Promise.resolve(person) };
  const start = (change: Partial<StartRequest> = {}, other: Partial<StartDeps> = {}) =>
    startRun(
      { ...deps, catalog, directory, defaultChannel: "C0DEFAULT", ...other },
      { ...request, ...change },
    );
  return { start, jobs, records: deps.records };
}

async function startAs(given: StartRequest, catalog = [askingWorkflow.listing]) {
  const { deps } = await bench(askingWorkflow);
  const directory = { person: () => Promise.resolve(RITA) };
  return startRun({ ...deps, catalog, directory, defaultChannel: "C0DEFAULT" }, given);
}

function runIn(started: Awaited<ReturnType<typeof startRun>>): Run {
  if (started.kind !== "started") throw new Error(`Nothing was started: ${started.kind}.`);
  return started.run;
}

test("a run that was asked for in no channel goes to its workflow's, or else to the default one, and says so", async () => {
  const { start } = await starter();
  const { channel: _, ...remote } = request;
  const nowhere = { ...remote, delivery: "remote" };
  const own = [{ ...askingWorkflow.listing, channel: "C0OWN" }];
  expect(runIn(await start())).not.toHaveProperty("isRemote");
  expect(runIn(await startAs(nowhere))).toMatchObject({ channel: "C0DEFAULT", isRemote: true });
  expect(runIn(await startAs({ ...nowhere, delivery: "own" }, own))).toMatchObject({ channel: "C0OWN" });
});

test("a run is recorded before anybody is woken for it, and the same delivery again is the same run", async () => {
  const { start, jobs, records } = await starter();
  const first = await start();
  const second = await start({ words: { version: "v2" } });
  const { team, thread } = runIn(first);
  expect(first).toMatchObject({
    kind: "started",
    woken: true,
    run: { status: { kind: "queued" }, version: 1 },
  });
  expect(runIn(second).thread).toBe(thread);
  expect(await records.run({ team, thread })).toEqual(runIn(first));
  expect(jobs).toEqual([
    { kind: "start", team, thread },
    { kind: "start", team, thread },
  ]);
  expect(runIn(await start({ delivery: "trigger-2" })).thread).not.toBe(thread);
  expect(runIn(await start({ team: "T2" })).thread).not.toBe(thread);
});

test("with a dead queue the run is recorded and due", async () => {
  const { start, records } = await starter();
  const queue = { send: () => Promise.reject(new QueueUnavailable(new Error("away"))) };
  const started = await start({}, { queue });
  expect(started).toMatchObject({ kind: "started", woken: false });
  const { team, thread } = runIn(started);
  expect(await records.due(team, "2026-03-01T03:01:00.000Z")).toContainEqual(
    expect.objectContaining({ team, thread }),
  );
});

test("a workflow nobody knows gets the nearest name", async () => {
  const { start, jobs } = await starter();
  const nearest = askingWorkflow.listing;
  expect(await start({ workflow: "askign" })).toEqual({ kind: "unknown-workflow", nearest });
  const nothing = await start({ workflow: "askign" }, { catalog: [] });
  expect(nothing).toEqual({ kind: "unknown-workflow", nearest: undefined });
  expect(jobs).toEqual([]);
});

test("input that does not fit is told field by field, and nothing is recorded", async () => {
  const { start, jobs } = await starter();
  const started = await start({ words: { verson: "v1" } });
  expect(started).toMatchObject({ kind: "bad-input" });
  expect(started.kind === "bad-input" ? { ...started.errors } : {}).toEqual({
    verson: 'There is no field "verson".',
    version: "This is required.",
  });
  expect(jobs).toEqual([]);
});

test.each(["guest", "external", "deactivated", "unknown"] as const)(
  "of somebody who is %s nothing is started",
  async (kind) => {
    const { start, jobs } = await starter({ kind, id: "URITA" });
    expect(await start()).toEqual({ kind: "not-allowed", because: kind });
    expect(jobs).toEqual([]);
  },
);

test.each<readonly [string, Person, boolean]>([
  ["who is named", { kind: "member", id: "UNAMED", groups: [] }, true],
  ["a member of the group that is named", { kind: "member", id: "UX", groups: ["SSTARTERS"] }, true],
  ["an approver who is not named", { kind: "member", id: "UANA", groups: ["SAPPROVERS"] }, false],
  ["a guest who is named", { kind: "guest", id: "UNAMED" }, false],
])("of a workflow that names its starters, %s: %s is let in or told who is", async (_, person, isLetIn) => {
  const { start, records } = await starter(person);
  const starters = [{ user: "UNAMED" }, { group: "SSTARTERS" }] as const;
  const catalog = [{ ...askingWorkflow.listing, starters: [...starters] }];
  const started = await start({ requester: person.id }, { catalog });
  expect(started.kind).toBe(isLetIn ? "started" : "not-allowed");
  const thread = { team: request.team, thread: threadOf(request.team, request.delivery) };
  expect((await records.run(thread)) !== undefined).toBe(isLetIn);
  if (person.kind === "member" && !isLetIn)
    expect(startedSentence(started, "/countersign")).toBe(
      "Only <!subteam^SSTARTERS> or <@UNAMED> can start this workflow. Nothing was started.",
    );
});
