// Time: a worker stops before its invocation ends and goes on in another, and one step cannot take longer than a step may.
import { expect, test } from "vitest";
import * as z from "zod";
import { Annotation, END, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { work, type WorkTime } from "../../src/runs/worker.ts";
import { bench, workTime } from "./support.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  steps: Annotation<number, number>({ reducer: (sum, more) => sum + more, default: () => 0 }),
});
type State = typeof State.State;

function workflowOf(graph: () => { compile: ReturnType<typeof threeSteps>["compile"] }): Workflow {
  return defineWorkflow({
    name: "steps",
    description: "Three steps",
    example: "version=v1",
    version: "1",
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph,
    outcome: ({ steps }: State) => ({ good: true, text: `${steps} steps` }),
  });
}

function threeSteps(ran: string[], each: (name: string) => Promise<void> | void = () => undefined) {
  const node = (name: string) => async () => {
    ran.push(name);
    await each(name);
    return { steps: 1 };
  };
  return new StateGraph(State)
    .addNode("one", node("one"))
    .addNode("two", node("two"))
    .addNode("three", node("three"))
    .addEdge(START, "one")
    .addEdge("one", "two")
    .addEdge("two", "three")
    .addEdge("three", END);
}

test("when no time is left for another step, the worker lets go and wakes another, which goes on where it stopped", async () => {
  const ran: string[] = [];
  const { deps, run, jobs, ...state } = await bench(workflowOf(() => threeSteps(ran)));
  const { team, thread } = run;
  // There is never time for more than the one step that is always taken.
  const noTime = (): WorkTime => ({ ...workTime(deps.clock.now()), beginUntil: deps.clock.now() });
  const perJob: number[] = [];
  jobs.push({ kind: "start", team, thread });
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    const before = ran.length;
    await work(deps, job, noTime());
    perJob.push(ran.length - before);
    // The thread is free, and should the wake-up be lost, the sweeper finds it.
    const isDone = (await state.stored())?.status.kind === "done";
    if (!isDone) expect(await deps.records.due(team, "2026-03-01T03:05:00.000Z")).toHaveLength(1);
  }
  expect(ran).toEqual(["one", "two", "three"]);
  expect(perJob).toEqual([1, 1, 1]);
  expect((await state.stored())?.status).toMatchObject({ kind: "done", outcome: { text: "3 steps" } });
});

test("a step that takes longer than one may fails the run, which names the step and the limit; Retry goes on from there", async () => {
  const ran: string[] = [];
  let hangs = true;
  const graph = () =>
    threeSteps(ran, (name) => (name === "two" && hangs ? new Promise<void>(() => undefined) : undefined));
  const { deps, run, ...state } = await bench(workflowOf(graph));
  const job = { kind: "start", team: run.team, thread: run.thread } as const;
  const time = { ...workTime(deps.clock.now()), nodeLimitMs: 30 };
  await work(deps, job, time);
  expect((await state.stored())?.status).toEqual({
    kind: "failed",
    error:
      'The step "two" took longer than the 0.03 s that one step may take. Split it into several, or make what it waits for faster.',
  });
  const failed = await state.stored();
  hangs = false;
  if (failed !== undefined)
    await deps.records.saveRun({ ...failed, status: { kind: "queued" }, version: failed.version + 1 });
  await work(deps, job, workTime(deps.clock.now()));
  expect((await state.stored())?.status.kind).toBe("done");
  expect(ran).toEqual(["one", "two", "two", "three"]);
});
