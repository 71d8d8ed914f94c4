// A replay from a step on real storage: what it takes over from the other run, what it does not, and what a crash in the middle of that leaves.
import { expect, test } from "vitest";
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import type { Person } from "../../src/approvals/policy.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import { replayRun } from "../../src/runs/replay.ts";
import { logOf, type Run } from "../../src/runs/run.ts";
import { work, type WorkDeps } from "../../src/runs/worker.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { type Call, type Fault, faulty } from "./faults.ts";
import { type Bench, bench, workTime } from "./support.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  steps: Annotation<string[], string>({ reducer: (all, one) => [...all, one], default: () => [] }),
});
type State = typeof State.State;

interface Stepwise {
  readonly workflow: Workflow;
  /** Names of nodes as they ran, over all runs. */
  readonly ran: string[];
  readonly keys: string[];
}

/** Three steps, a question, and what is done then. */
function stepwise(): Stepwise {
  const ran: string[] = [];
  const keys: string[] = [];
  const step = (name: string) => () => {
    ran.push(name);
    return { steps: name };
  };
  const ask = (): Partial<Record<"steps", string>> => {
    askApproval({ kind: "approve", title: "Go?", action: { name: "go", args: {} }, allowed: ["approve"] });
    return { steps: "ask" };
  };
  const act = (_: State, { idempotencyKey }: NodeConfig) => {
    keys.push(idempotencyKey());
    return { steps: "act" };
  };
  const workflow = defineWorkflow({
    ...{ name: "stepwise", description: "Steps, asks, acts", example: "version=v1", version: "1" },
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph: () =>
      new StateGraph(State)
        .addNode("one", step("one"))
        .addNode("two", step("two"))
        .addNode("three", step("three"))
        .addNode("ask", ask)
        .addNode("act", act)
        .addEdge(START, "one")
        .addEdge("one", "two")
        .addEdge("two", "three")
        .addEdge("three", "ask")
        .addEdge("ask", "act")
        .addEdge("act", END),
    outcome: ({ steps }: State) => ({ good: true, text: steps.join(" ") }),
  });
  return { workflow, ran, keys };
}

const OPERATOR: Person = { kind: "member", id: "UOPS", groups: ["SOPERATORS"] };

interface Replaying extends Stepwise {
  readonly state: Bench;
  replayed(step: string, change?: Partial<Run>): ReturnType<typeof replayRun>;
  works(run: Run, deps?: WorkDeps): Promise<void>;
}

/** A run that is over, to be replayed. */
async function replaying(steps: Stepwise = stepwise()): Promise<Replaying> {
  const state = await bench(steps.workflow);
  await state.work();
  await approveAll(state, state.run);
  await state.work();
  expect((await state.stored())?.status.kind).toBe("done");
  steps.ran.length = 0;
  const { records, queue, clock, log, groups } = state.deps;
  return {
    ...steps,
    state,
    async replayed(step, change = {}) {
      const run = await state.stored();
      if (run === undefined) throw new Error("There is no run.");
      const catalog = [steps.workflow.listing];
      const deps = { records, queue, clock, log, groups, catalog };
      const seen = { run: { ...run, ...change }, approvals: await state.approvals() };
      return replayRun(deps, seen, { delivery: "again", by: OPERATOR, step });
    },
    async works({ team, thread }, deps = state.deps) {
      state.advanceClock(120);
      await work(deps, { kind: "resume", team, thread }, workTime(deps.clock.now()));
    },
  };
}

async function approveAll({ deps, decide }: Bench, run: Run): Promise<void> {
  const { approvals } = await deps.records.thread(run);
  for (const approval of approvals) expect(await decide(approval, { kind: "approve" })).toBe("recorded");
}

async function startedFrom({ replayed }: Replaying, step: string): Promise<Run> {
  const begun = await replayed(step);
  if (begun.kind !== "started") throw new Error(`It was not started: ${begun.kind}.`);
  return begun.run;
}

const END_TEXT = { good: true, text: "one two three ask act" };

test("it begins where the step ran, with the state of then: a new question, and another key for what is done", async () => {
  const all = await replaying();
  const { state, ran, keys, works } = all;
  const run = await startedFrom(all, "three");
  await works(run);
  expect(ran).toEqual(["three"]);
  const [before] = await state.approvals();
  const { approvals } = await state.deps.records.thread(run);
  expect(approvals).toMatchObject([{ state: { kind: "pending" }, requester: OPERATOR.id }]);
  expect(approvals[0]?.interrupt).not.toBe(before?.interrupt);
  expect(keys).toHaveLength(1);
  await approveAll(state, run);
  await works(run);
  expect((await state.deps.records.run(run))?.status).toEqual({ kind: "done", outcome: END_TEXT });
  expect(new Set(keys).size).toBe(2);
  expect((await state.stored())?.status).toEqual({ kind: "done", outcome: END_TEXT });
});

test("it may begin at the question itself, and not behind its answer", async () => {
  const all = await replaying();
  expect(await all.replayed("act")).toMatchObject({
    kind: "asked-before",
    steps: ["one", "two", "three", "ask"],
  });
  await all.works(await startedFrom(all, "ask"));
  expect(all.ran).toEqual([]);
});

test("a workflow of another version is not replayed", async () => {
  const { replayed } = await replaying();
  expect(await replayed("three", { workflowVersion: "0" })).toEqual({ kind: "changed", version: "1" });
});

test("the other run's history says once as what it was replayed, however often that is noted", async () => {
  const all = await replaying();
  const { state, works } = all;
  const run = await startedFrom(all, "two");
  const isNote = ({ name }: Call): boolean => name === "note";
  const dying = faulty(state.deps, isNote, "dies after");
  await Promise.race([works(run, dying.deps), dying.died]);
  await works(run);
  await works(state.run);
  const entries = (await state.stored())?.audit.entries.map(({ entry }) => entry) ?? [];
  expect(entries.filter(({ kind }) => kind === "replayed")).toMatchObject([
    { by: OPERATOR.id, as: run.thread, step: "two" },
  ]);
  expect((await state.deps.records.run(run))?.audit.entries[0]?.entry).toMatchObject({
    kind: "started",
    replayOf: { thread: state.run.thread, step: "two" },
  });
});

const FAULTS: readonly Fault[] = ["dies before", "dies after", "fails", "loses the answer"];
/** Reading both logs, and taking over the four slots before the question. */
const PLACES = [
  ["the first reading of its own log", "load", 1],
  ["reading the other log", "history", 1],
  ["taking over the first slot", "append", 1],
  ["taking over the second slot", "append", 2],
  ["taking over the last slot", "append", 4],
] as const;

test.each(PLACES.flatMap(([where, name, nth]) => FAULTS.map((fault) => [where, fault, name, nth] as const)))(
  "%s: a worker that %s there is followed by one that takes over the rest, and nothing is done twice or left out",
  async (_, fault, name, nth) => {
    const all = await replaying();
    const { state, ran, keys, works } = all;
    const run = await startedFrom(all, "ask");
    let calls = 0;
    const isMeant = (call: Call): boolean => call.name === name && ++calls === nth;
    const worker = faulty(state.deps, isMeant, fault);
    const ended = works(run, worker.deps).catch((error: unknown) => {
      expect(error).toMatchObject({ name: "StorageUnavailable" });
    });
    await Promise.race([ended, worker.died]);
    expect(worker.hasStruck()).toBe(true);
    await works(run);
    await works(run);
    expect(ran).toEqual([]);
    const { slots } = await state.deps.checkpointer.history(logOf(run));
    const before = await state.deps.checkpointer.history(logOf(state.run));
    expect(slots.slice(0, 4)).toEqual(before.slots.slice(0, 4));
    expect(slots.map(({ kind }) => kind)).toEqual([...Array<string>(4).fill("checkpoint"), "pause"]);
    await approveAll(state, run);
    await works(run);
    expect((await state.deps.records.run(run))?.status).toEqual({ kind: "done", outcome: END_TEXT });
    expect(keys).toHaveLength(2);
  },
);

test("a run whose log is gone is not replayed from a step: it fails with a sentence, and nothing is done", async () => {
  const all = await replaying();
  const { state, ran, keys, works } = all;
  const run = await startedFrom(all, "two");
  await state.deps.checkpointer.delete(logOf(state.run));
  await works(run);
  const { status } = (await state.deps.records.run(run)) ?? {};
  expect(status).toMatchObject({
    kind: "failed",
    error: expect.stringContaining("replay it from the beginning") as string,
  });
  expect([ran, keys.length]).toEqual([[], 1]);
});

/** A graph that keeps a state of its own, and one other step, in this order. */
function keeping({ ran }: Stepwise, order: readonly ["within" | "other", "within" | "other"]): Workflow {
  const [first, second] = order;
  const within = new StateGraph(State)
    .addNode("note", () => ({ steps: "noted" }))
    .addEdge(START, "note")
    .compile({ checkpointer: true });
  const other = (): Partial<Record<"steps", string>> => {
    ran.push("other");
    return { steps: "other" };
  };
  return defineWorkflow({
    ...{ name: "stepwise", description: "Keeps a state", example: "version=v1", version: "1" },
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph: () =>
      new StateGraph(State)
        .addNode("within", within)
        .addNode("other", other)
        .addEdge(START, first)
        .addEdge(first, second),
    outcome: ({ steps }: State) => ({ good: true, text: steps.join(" ") }),
  });
}

test("behind a graph within a node that keeps its own state nothing is begun: the run fails with a sentence", async () => {
  const steps = stepwise();
  const all = await replaying({ ...steps, workflow: keeping(steps, ["within", "other"]) });
  const run = await startedFrom(all, "other");
  await all.works(run);
  expect((await all.state.deps.records.run(run))?.status).toMatchObject({
    kind: "failed",
    error: expect.stringContaining("kept a state of its own") as string,
  });
  expect(all.ran).toEqual([]);
});

test("with a graph within a node that keeps its own state something is begun", async () => {
  const steps = stepwise();
  const all = await replaying({ ...steps, workflow: keeping(steps, ["other", "within"]) });
  const run = await startedFrom(all, "within");
  await all.works(run);
  expect((await all.state.deps.records.run(run))?.status).toEqual((await all.state.stored())?.status);
  expect(all.ran).toEqual([]);
});
