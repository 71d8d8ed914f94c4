// The worker, turn by turn: questions in order and side by side, failures, and every place where it may die between two writes.
import * as z from "zod";
import { expect, test } from "vitest";
import { askApproval } from "../../src/approvals/ask.ts";
import { Annotation, END, interrupt, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import { MessengerUnavailable } from "../../src/runs/errors.ts";
import type { Records, Threads } from "../../src/runs/ports.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { work, type WorkDeps } from "../../src/runs/worker.ts";
import { askingWorkflow as asking } from "./asking.ts";
import { later } from "../../src/approvals/later.ts";
import { EARLY } from "../contract/fixtures.ts";
import { type Bench, bench, workTime } from "./support.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  answers: Annotation<readonly unknown[], readonly unknown[]>({
    reducer: (old, more) => [...old, ...more],
    default: () => [],
  }),
});
type State = typeof State.State;
type Answers = Pick<State, "answers">;

const approve = { kind: "approve" } as const;

function workflowOf(name: string, graph: () => { compile: ReturnType<typeof oneNode>["compile"] }): Workflow {
  return defineWorkflow({
    name,
    description: name,
    example: "version=v1",
    version: "1",
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph,
    outcome: (state: State) => ({ good: true, text: JSON.stringify(state.answers) }),
  });
}

function oneNode(node: (state: State, config: NodeConfig) => Answers | Promise<Answers>) {
  return new StateGraph(State).addNode("ask", node).addEdge(START, "ask").addEdge("ask", END);
}

function ask(title: string): string {
  return askApproval({
    kind: "approve",
    title,
    action: { name: title, args: {} },
    allowed: ["approve", "reject"],
  }).kind;
}

async function only(test: Bench): Promise<Awaited<ReturnType<Bench["approvals"]>>[number]> {
  const open = (await test.approvals()).filter(({ state }) => state.kind === "pending");
  if (open.length !== 1 || open[0] === undefined)
    throw new Error(`Expected one open question, not ${open.length}.`);
  return open[0];
}

/** A worker that is killed at the nth save of an approval: it neither goes on nor cleans up. */
function killedAtSaving(test: Bench, nth: number): Promise<void> {
  return new Promise((killed) => {
    let saves = 0;
    const records: Records = {
      ...test.deps.records,
      saveApproval: (approval, due) => {
        saves += 1;
        if (saves !== nth) return test.deps.records.saveApproval(approval, due);
        killed();
        return new Promise(() => undefined);
      },
    };
    void turnOf(test, { records });
  });
}

function turnOf(test: Bench, change: Partial<Bench["deps"]>): Promise<void> {
  const { team, thread } = test.run;
  return work({ ...test.deps, ...change }, { kind: "resume", team, thread }, workTime(EARLY));
}

test("a question is recorded and drawn, an answer continues the run, and the run tells its outcome", async () => {
  const run = await bench(asking);
  await run.work();
  expect((await run.stored())?.status).toEqual({ kind: "waiting" });
  expect(await run.decide(await only(run), approve)).toBe("recorded");
  await run.work();
  expect((await run.stored())?.status).toEqual({
    kind: "done",
    outcome: { good: true, text: "approved" },
  });
  expect((await run.approvals())[0]?.state).toMatchObject({ kind: "decided", resumed: true });
  expect(run.shown().at(0)).toBe("queued");
  expect(run.shown().at(-1)).toBe("done");
  expect(run.drawings.filter(({ kind }) => kind === "outcome")).toHaveLength(1);
});

test("a run at rest is off the sweeper's list, and one whose cards are behind is on it", async () => {
  const run = await bench(asking);
  const due = () => run.deps.records.due(run.run.team, "2026-04-01T00:00:00.000Z");
  expect(await due()).toHaveLength(1);
  await run.work();
  expect(await due()).toEqual([]);
  run.advanceClock(60);
  await run.decide(await only(run), approve);
  run.slackIsAway = true;
  await run.work();
  expect((await run.stored())?.status.kind).toBe("done");
  expect(await due()).toHaveLength(1);
  expect(run.jobs.at(-1)?.kind).toBe("redraw");
  run.slackIsAway = false;
  await run.work();
  expect(run.shown().at(-1)).toBe("done");
  // Once more, when nobody can still be clicking.
  expect(await run.deps.records.due(run.run.team, later(run.deps.clock.now(), 3_000_000))).toEqual([]);
  expect(await due()).toHaveLength(1);
  run.advanceClock(3_601);
  await run.work();
  expect(await due()).toEqual([]);
});

test("cards that Slack refuses for good are tried more and more seldom, and do not keep a run that is over for ever", async () => {
  const run = await bench(asking);
  const { team, thread } = run.run;
  const draw = () =>
    Promise.reject(new MessengerUnavailable("account_inactive", { refused: true, cause: undefined }));
  await run.work();
  await run.decide(await only(run), approve);
  let times = 0;
  let hasExpired = false;
  const retention: WorkDeps["retention"] = {
    ...run.deps.retention,
    expire: (...told) => {
      hasExpired = true;
      return run.deps.retention.expire(...told);
    },
  };
  for (let minutes = 0; minutes < 24 * 60; minutes += 5) {
    const now = run.deps.clock.now();
    if ((await run.deps.records.due(team, now)).length > 0 || minutes === 0) {
      times += 1;
      const deps = { ...run.deps, messenger: { draw }, retention };
      await work(deps, { kind: "sweep", team, thread }, workTime(now));
    }
    run.advanceClock(300);
  }
  expect((await run.stored())?.status.kind).toBe("done");
  // Of 288 sweeps.
  expect(times).toBeGreaterThan(50);
  expect(times).toBeLessThan(110);
  // When Slack takes them again, they are drawn.
  await run.work();
  expect(run.shown().at(-1)).toBe("done");
  expect(await run.deps.records.due(team, "2026-05-01T00:00:00.000Z")).toEqual([]);
  expect(hasExpired).toBe(false);
  run.advanceClock(90 * 24 * 3_600);
  await work(
    { ...run.deps, messenger: { draw }, retention },
    { kind: "sweep", team, thread },
    workTime(run.deps.clock.now()),
  );
  expect(hasExpired).toBe(true);
  expect(await run.deps.records.due(team, "2028-12-01T00:00:00.000Z")).toEqual([]);
});

test("nothing is drawn again when nothing has changed", async () => {
  const run = await bench(asking);
  await run.work();
  const drawn = run.drawings.length;
  await run.work();
  await run.work();
  expect(run.drawings).toHaveLength(drawn);
});

test("two questions of one node are asked one after the other, and each answer reaches its own", async () => {
  const run = await bench(
    workflowOf("sequence", () => oneNode(() => ({ answers: [ask("first"), ask("second")] }))),
  );
  await run.work();
  expect((await only(run)).request.title).toBe("first");
  await run.decide(await only(run), approve);
  await run.work();
  expect((await only(run)).request.title).toBe("second");
  await run.decide(await only(run), { kind: "reject", reason: "no" });
  await run.work();
  expect((await run.stored())?.status).toMatchObject({ outcome: { text: '["approved","rejected"]' } });
});

test("two questions side by side are asked together and answered in any order, and no node runs more often than its answers need", async () => {
  const runs: string[] = [];
  const node = (title: string) => (): Answers => {
    runs.push(title);
    return { answers: [`${title} ${ask(title)}`] };
  };
  const graph = () =>
    new StateGraph(State)
      .addNode("legal", node("legal"))
      .addNode("money", node("money"))
      .addEdge(START, "legal")
      .addEdge(START, "money")
      .addEdge("legal", END)
      .addEdge("money", END);
  const run = await bench(workflowOf("parallel", graph));
  await run.work();
  const [legal, money] = [...(await run.approvals())].sort((a, b) =>
    a.request.title.localeCompare(b.request.title),
  );
  if (legal === undefined || money === undefined) throw new Error("Both questions should have been asked.");
  await run.decide(money, { kind: "reject", reason: "no" });
  await run.work();
  expect((await run.stored())?.status).toEqual({ kind: "waiting" });
  await run.decide(legal, approve);
  await run.work();
  expect((await run.stored())?.status).toMatchObject({
    outcome: { text: '["legal approved","money rejected"]' },
  });
  expect(runs.sort()).toEqual(["legal", "legal", "money", "money"]);
});

test("a decision that comes while the worker is in another step is applied by that worker, before it lets go", async () => {
  const begun = Promise.withResolvers<undefined>();
  const gone = Promise.withResolvers<undefined>();
  const legal = async (): Promise<Answers> => {
    const answer = ask("legal");
    begun.resolve(undefined);
    await gone.promise;
    return { answers: [answer] };
  };
  const graph = () =>
    new StateGraph(State)
      .addNode("legal", legal)
      .addNode("money", () => ({ answers: [ask("money")] }))
      .addEdge(START, "legal")
      .addEdge(START, "money")
      .addEdge("legal", END)
      .addEdge("money", END);
  const run = await bench(workflowOf("busy", graph));
  await run.work();
  const open = await run.approvals();
  const [first, second] = ["legal", "money"].map((title) =>
    open.find(({ request }) => request.title === title),
  );
  if (first === undefined || second === undefined) throw new Error("Both questions should have been asked.");
  await run.decide(first, approve);
  const running = run.work();
  await begun.promise;
  await run.decide(second, approve);
  await run.work();
  gone.resolve(undefined);
  await running;
  expect((await run.stored())?.status).toMatchObject({ outcome: { text: '["approved","approved"]' } });
  const cards = run.drawings.filter((drawing) => drawing.kind === "ask");
  const shown = cards.filter(({ approval }) => approval.interrupt === second.interrupt);
  // Pending, decided, resumed; what the worker knew before the decision is not drawn over it.
  expect(shown.map(({ approval }) => approval.version)).toEqual([1, 2, 3]);
});

test("a node that asks with a bare sentence is resumed with what somebody writes", async () => {
  const run = await bench(workflowOf("plain", () => oneNode(() => ({ answers: [interrupt("Really?")] }))));
  await run.work();
  await run.decide(await only(run), { kind: "respond", text: "Really." });
  await run.work();
  expect((await run.stored())?.status).toMatchObject({ outcome: { text: '["Really."]' } });
});

test("a node that throws fails the run; run again, it gets the same answer and the same idempotency key", async () => {
  const keys: string[] = [];
  const node = (_: State, { idempotencyKey }: NodeConfig): Answers => {
    const answer = ask("first");
    keys.push(idempotencyKey());
    if (keys.length === 1) throw new Error("The target is away.");
    return { answers: [answer] };
  };
  const run = await bench(workflowOf("failing", () => oneNode(node)));
  await run.work();
  await run.decide(await only(run), approve);
  await run.work();
  const failed = await run.stored();
  expect(failed?.status).toEqual({ kind: "failed", error: "The target is away." });
  // Whoever sweeps finds nothing to do: the run waits for somebody to retry it.
  expect(await run.deps.records.due(run.run.team, "2026-04-01T00:00:00.000Z")).toEqual([]);
  await run.work();
  expect(keys).toHaveLength(1);
  if (failed !== undefined)
    await run.deps.records.saveRun({ ...failed, status: { kind: "queued" }, version: failed.version + 1 });
  await run.work();
  expect((await run.stored())?.status).toMatchObject({ kind: "done", outcome: { text: '["approved"]' } });
  expect(keys).toEqual([keys[0], keys[0]]);
});

test("a run fails with the beginning of an error that is longer than a record may be, and its step is not run again", async () => {
  let times = 0;
  const node = (): Answers => {
    times += 1;
    throw new Error("x".repeat(500_000));
  };
  const run = await bench(workflowOf("verbose", () => oneNode(node)));
  await run.work();
  expect((await run.stored())?.status).toEqual({ kind: "failed", error: `${"x".repeat(10_000)}…` });
  await run.work();
  expect(times).toBe(1);
});

test("a run that has more to say at its end than a record may have ends with the beginning of it", async () => {
  const run = await bench(workflowOf("long", () => oneNode(() => ({ answers: ["x".repeat(500_000)] }))));
  await run.work();
  expect((await run.stored())?.status).toEqual({
    kind: "done",
    outcome: { good: true, text: `["${"x".repeat(9_998)}…` },
  });
});

test("a run of a workflow that is gone fails and says so", async () => {
  const run = await bench(asking);
  await turnOf(run, { workflows: new Map() });
  expect((await run.stored())?.status).toEqual({
    kind: "failed",
    error: 'There is no workflow "asking" any more.',
  });
});

test("killed after the pause was saved and before the question was recorded, the next worker asks it, once", async () => {
  const run = await bench(asking);
  await killedAtSaving(run, 1);
  expect(await run.approvals()).toEqual([]);
  run.advanceClock(60);
  await run.work();
  expect(await run.approvals()).toHaveLength(1);
  expect(run.drawings.filter(({ kind }) => kind === "ask")).toHaveLength(1);
});

test("killed after the answer was consumed and before that was recorded, the next worker records it and asks nothing again", async () => {
  const run = await bench(asking);
  await run.work();
  await run.decide(await only(run), approve);
  await killedAtSaving(run, 1);
  run.advanceClock(60);
  await run.work();
  expect((await run.stored())?.status).toMatchObject({ kind: "done" });
  expect(await run.approvals()).toHaveLength(1);
  expect((await run.approvals())[0]?.state).toMatchObject({ resumed: true });
});

test("when somebody else writes the run's record in the middle of a turn, the turn is taken again from what stands there", async () => {
  const run = await bench(asking);
  let meddled = false;
  const threads: Threads = {
    ...run.deps.threads,
    write: async (held, change) => {
      if (change.run !== undefined && !meddled) {
        meddled = true;
        await run.deps.records.saveRun({ ...run.run, channel: "C2", version: 2 });
      }
      return run.deps.threads.write(held, change);
    },
  };
  await turnOf(run, { threads });
  expect(await run.stored()).toMatchObject({ channel: "C2", status: { kind: "waiting" } });
});

test("a job for a thread nobody knows is dropped", async () => {
  const run = await bench(asking);
  await work(run.deps, { kind: "start", team: run.run.team, thread: "f".repeat(32) }, workTime(EARLY));
  expect(run.drawings).toEqual([]);
});

test("a worker that finds the thread taken comes back when the holder's time must be over", async () => {
  const run = await bench(asking);
  const { team, thread } = run.run;
  await run.deps.threads.take(
    { team, thread },
    { lease: "2026-03-01T03:00:20.000Z" },
    { by: "dead", now: EARLY },
  );
  await run.work();
  expect(run.jobs).toEqual([{ kind: "sweep", team, thread }]);
  expect((await run.stored())?.status.kind).toBe("queued");
  run.advanceClock(21);
  await run.work();
  expect((await run.stored())?.status.kind).toBe("waiting");
});
