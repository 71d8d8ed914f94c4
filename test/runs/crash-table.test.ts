// What becomes of a crash after each step, one test for each row of the table of failure windows, titled by the row: what is on disk, who repairs it, and how it ends.
// Not here: the loss of a region, which is the operator's to restore (infra/table.yml turns point-in-time recovery on). test/faults/ strikes at every single call instead of at chosen ones.
// The same rows through the front door or on real servers:
//   before the write, queue or database away      journeys/trouble.test.ts
//   a delivery that comes again                   journeys/races.test.ts
//   kill -9 between effect and commit             journeys/survival.test.ts
//   an answer to a commit that is lost            aws/checkpoint-log.test.ts
//   a nudge, a lease that lies                    contract/threads.ts, contract/checkpointer.ts
//   an index that lags                            sweep.test.ts
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { expect, test } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import { QueueUnavailable, StorageUnavailable } from "../../src/runs/errors.ts";
import type { HoldChange, Messenger, Queue, ThreadJob } from "../../src/runs/ports.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { work, type WorkDeps } from "../../src/runs/worker.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { post, slashCommand } from "../support/deliver.ts";
import { pendingCard, startSystem } from "../support/system.ts";
import { type Call, type Effect, type Fault, faulty, planned, rememberingMessenger } from "./faults.ts";
import { type Bench, bench, dueSoon, workTime } from "./support.ts";

const START_COMMAND = "run deploy service=checkout version=v2.4.1 env=prod";
const YEAR_END = "2026-12-31T00:00:00.000Z";

interface World extends Omit<Bench, "work" | "drawings" | "shown"> {
  readonly effects: readonly Effect[];
  readonly posts: readonly string[];
  /** Hands a worker one job. */
  worked(change?: Partial<WorkDeps>, kind?: ThreadJob["kind"]): Promise<void>;
  /** Hands a worker one job and returns when it has died, or sleeps, at the call that is meant. What it had left is not given again. */
  struck(
    isMeant: (call: Call) => boolean,
    fault?: Fault,
  ): Promise<{ thaw(): void; readonly ended: Promise<void> }>;
  /** The only repair there is: a minute passes, the sweeper wakes who is to be woken, and they work. */
  aMinutePasses(): Promise<void>;
  approve(): Promise<string>;
}

async function world(workflow?: Workflow): Promise<World> {
  const effects: Effect[] = [];
  const { messenger, posts } = rememberingMessenger();
  const base = await bench(workflow ?? planned(effects));
  const { run, jobs } = base;
  const deps = { ...base.deps, messenger };
  const worked: World["worked"] = (change = {}, kind = "resume") =>
    work({ ...deps, ...change }, { kind, team: run.team, thread: run.thread }, workTime(deps.clock.now()));
  return {
    ...base,
    ...{ deps, effects, posts, worked },
    async struck(isMeant, fault = "dies before") {
      const worker = faulty(deps, isMeant, fault);
      const ended = worked(worker.deps);
      expect(await Promise.race([ended, worker.died])).toBe("died");
      jobs.length = 0;
      return { thaw: worker.thaw, ended };
    },
    async aMinutePasses(): Promise<void> {
      base.advanceClock(61);
      await sweep(deps, run.team);
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await worked({}, job.kind);
    },
    async approve(): Promise<string> {
      const [approval] = await base.approvals();
      return approval === undefined ? "nothing asked" : base.decide(approval, { kind: "approve" });
    },
  };
}

/** A run that waits for its answer. */
async function asked(): Promise<World> {
  const run = await world();
  await run.worked({}, "start");
  return run;
}

/** A run whose answer is recorded, and nobody was woken for it. */
async function decided(): Promise<World> {
  const run = await asked();
  expect(await run.approve()).toBe("recorded");
  run.jobs.length = 0;
  return run;
}

const named =
  (name: string) =>
  (call: Call): boolean =>
    call.name === name;

function asksAt({ name, args: [drawing] }: Call): boolean {
  return name === "draw" && (drawing as { kind: string }).kind === "ask";
}

/** Asked once, decided once, acted on once with one key, shown once, and nothing left to do. */
async function expectOneOfEach(run: World): Promise<void> {
  const [approval, ...others] = await run.approvals();
  expect(others).toEqual([]);
  expect(approval?.state).toMatchObject({ kind: "decided", resumed: true });
  const plan = z.string().parse(approval?.request.action.args["plan"]);
  expect((await run.stored())?.status).toEqual({
    kind: "done",
    outcome: { good: true, text: `did ${plan}` },
  });
  expect(new Set(run.effects.map((effect) => `${effect.key} ${effect.plan}`)).size).toBe(1);
  expect(run.effects[0]?.plan).toBe(plan);
  expect([...run.posts].sort()).toEqual([`ask:${approval?.interrupt ?? ""}`, "outcome", "run"]);
  expect(await dueSoon(run)).toEqual([]);
}

async function expectAskedOnce(run: World): Promise<void> {
  const approvals = await run.approvals();
  expect(approvals).toMatchObject([{ state: { kind: "pending" } }]);
  expect([...run.posts].sort()).toEqual([`ask:${approvals[0]?.interrupt ?? ""}`, "run"]);
  expect(await dueSoon(run)).toEqual([]);
}

test("signature check, before write: nothing is on disk, the requester is told so, and the same command again starts one run", async () => {
  const { appUrl, rita, relays } = await startSystem();
  const command = slashCommand(START_COMMAND);
  relays.dynamo.cut();
  expect((await post(appUrl, command)).text).toMatch(/I couldn't (start|confirm)/);
  relays.dynamo.restore();
  expect((await rita.snapshot()).messages).toEqual([]);
  await post(appUrl, command);
  await pendingCard(rita);
});

test("run recorded, before SQS send / 200: the same delivery again finds the run, and it is started once", async () => {
  const { appUrl, rita, relays, sweepAfter } = await startSystem();
  const command = slashCommand(START_COMMAND);
  relays.sqs.cut();
  const first = await post(appUrl, command);
  relays.sqs.restore();
  const again = await post(appUrl, command);
  expect(/r-\w+/.exec(first.text)?.[0]).toBe(/r-\w+/.exec(again.text)?.[0]);
  await pendingCard(rita);
  await sweepAfter(60);
  const texts = (await rita.snapshot()).messages.map(({ text }) => text);
  expect(texts.filter((text) => text.startsWith("Approval needed"))).toHaveLength(1);
});

test("acquire: the lease runs out, the sweeper wakes another worker, and it runs again from the log", async () => {
  const run = await world();
  await run.struck(named("take"), "dies after");
  await run.aMinutePasses();
  await expectAskedOnce(run);
});

test("node effect, before commit: the node runs again with the same idempotency key", async () => {
  const run = await decided();
  await run.struck(({ name }) => name === "append" && run.effects.length === 1);
  await run.aMinutePasses();
  expect(run.effects).toHaveLength(2);
  await expectOneOfEach(run);
});

test("commit sent, reply lost: the next attempt finds the slot and the node does not run again", async () => {
  const run = await decided();
  const worker = faulty(
    run.deps,
    ({ name }) => name === "append" && run.effects.length === 1,
    "loses the answer",
  );
  await expect(run.worked(worker.deps)).rejects.toBeInstanceOf(StorageUnavailable);
  await run.aMinutePasses();
  expect(run.effects).toHaveLength(1);
  await expectOneOfEach(run);
});

test("some parallel tasks done: those are not run again, and the others get the same key", async () => {
  const ran: string[] = [];
  const run = await world(sideBySide(ran));
  await run.struck(named("saveTask"), "dies after");
  await run.aMinutePasses();
  expect((await run.stored())?.status.kind).toBe("done");
  expect(ran.filter((entry) => entry.startsWith("quick"))).toHaveLength(1);
  expect(new Set(ran.filter((entry) => entry.startsWith("slow"))).size).toBe(1);
});

function sideBySide(ran: string[]): Workflow {
  const State = Annotation.Root({ version: Annotation<string>() });
  const node =
    (name: string, ms: number) =>
    async (_: typeof State.State, { idempotencyKey }: NodeConfig): Promise<object> => {
      await pause(ms);
      ran.push(`${name} ${idempotencyKey()}`);
      return {};
    };
  return defineWorkflow({
    ...{ name: "side-by-side", description: "Two at once", example: "version=v1", version: "1" },
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph: () =>
      new StateGraph(State)
        .addNode("quick", node("quick", 0))
        .addNode("slow", node("slow", 50))
        .addEdge(START, "quick")
        .addEdge(START, "slow")
        .addEdge("quick", END)
        .addEdge("slow", END),
    outcome: () => ({ good: true, text: "Both." }),
  });
}

test("pause in the log, before the question is recorded: the next worker records it, and it is asked once", async () => {
  const run = await world();
  await run.struck(named("saveApproval"));
  expect(await run.approvals()).toEqual([]);
  await run.aMinutePasses();
  await expectAskedOnce(run);
});

test("question recorded, before the Slack post: the next worker looks for the message, finds none, and posts it once", async () => {
  const run = await world();
  await run.struck(asksAt);
  expect(run.posts).toEqual(["run"]);
  await run.aMinutePasses();
  await expectAskedOnce(run);
});

test("Slack post, before its place is recorded: the next worker finds the message, and it is not doubled", async () => {
  const run = await world();
  await run.struck(asksAt, "dies after");
  expect(run.posts).toHaveLength(2);
  await run.aMinutePasses();
  await expectAskedOnce(run);
});

test("decision recorded, before SQS / 200: clicking again says so, the sweeper wakes a worker within a minute, and it is applied once", async () => {
  const run = await decided();
  expect(await run.approve()).toBe("decided");
  await run.aMinutePasses();
  await expectOneOfEach(run);
});

test("answer in the log, before the question is settled: the next worker settles it and nothing runs again", async () => {
  const run = await decided();
  await run.struck(named("saveApproval"));
  expect((await run.approvals())[0]?.state).toMatchObject({ resumed: false });
  await run.aMinutePasses();
  expect(run.effects).toHaveLength(1);
  await expectOneOfEach(run);
});

test("all done, before release: the sweeper's worker finds nothing to do and gives the thread back", async () => {
  const run = await decided();
  const givesBack = ({ name, args }: Call): boolean =>
    name === "write" && run.effects.length === 1 && (args[1] as HoldChange).give?.includes("lease") === true;
  await run.struck(givesBack);
  expect((await run.stored())?.status.kind).toBe("done");
  expect(await run.deps.records.due(run.run.team, YEAR_END)).toHaveLength(1);
  await run.aMinutePasses();
  expect(run.effects).toHaveLength(1);
  await expectOneOfEach(run);
});

test("wake-up while leased: the holder is nudged, looks again before it lets go, and no wake-up is lost", async () => {
  const run = await world();
  const messenger: Messenger = {
    draw: async (drawing, place) => {
      const placed = await run.deps.messenger.draw(drawing, place);
      // Decided while the worker that asked is still at its cards; the second worker finds the thread taken.
      if (drawing.kind === "ask" && drawing.approval.state.kind === "pending") {
        expect(await run.approve()).toBe("recorded");
        await run.worked();
      }
      return placed;
    },
  };
  await run.worked({ messenger }, "start");
  await expectOneOfEach(run);
});

test("snapshot half written: its chunks are named by nothing, the next one is whole, and the run ends as without", async () => {
  const run = await world();
  const { dynamoUrl, table } = run.storage;
  const log = (isMeant: (sk: string) => boolean) => {
    const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 1 });
    const written: string[] = [];
    dynamo.middlewareStack.add(
      (next) => (args) => {
        const sk = (args.input as { readonly Item?: { readonly sk?: { readonly S: string } } }).Item?.sk?.S;
        if (sk !== undefined && isMeant(sk)) return Promise.reject(new Error("The process is gone."));
        if (sk !== undefined) written.push(sk);
        return next(args);
      },
      { step: "initialize" },
    );
    // So small that each slot is worth a snapshot, and each value a chunk of its own.
    const snapshots = { items: 1, bytes: 1, chunkBytes: 1, lastChunkBytes: 1, valueBytes: 1 };
    return { written, checkpointer: createCheckpointLog(dynamo, table, { snapshots }) };
  };
  const dying = log((sk) => sk.endsWith("#z"));
  await run.worked({ checkpointer: dying.checkpointer }, "start");
  expect(dying.written.filter((sk) => sk.startsWith("V#")).length).toBeGreaterThan(0);
  expect(await run.approve()).toBe("recorded");
  const next = log(() => false);
  await run.worked({ checkpointer: next.checkpointer });
  expect(next.written.filter((sk) => sk.endsWith("#z")).length).toBeGreaterThan(0);
  await expectOneOfEach(run);
});

test("zombie wakes late: its slot is taken, and what it found out is thrown away", async () => {
  const run = await world();
  // The first slot is the input, the second one its plan: the next worker draws up another.
  let appends = 0;
  const zombie = await run.struck(({ name }) => name === "append" && (appends += 1) === 2, "freezes");
  await run.aMinutePasses();
  expect(await run.approve()).toBe("recorded");
  await run.worked();
  const before = await run.stored();
  zombie.thaw();
  await zombie.ended;
  expect(await run.stored()).toEqual(before);
  await expectOneOfEach(run);
});

test("index lag: a thread that is not found yet is found by a later sweep, and one that is found in vain stays as it is", async () => {
  const run = await decided();
  run.advanceClock(61);
  const { records } = run.deps;
  const woken = (due: Awaited<ReturnType<typeof records.due>>): Promise<number> =>
    sweep({ ...run.deps, records: { ...records, due: () => Promise.resolve(due) } }, run.run.team);
  expect(await woken([])).toBe(0);
  const stale = await records.due(run.run.team, run.deps.clock.now());
  await run.aMinutePasses();
  await expectOneOfEach(run);
  const settled = await run.stored();
  expect(await woken(stale)).toBe(1);
  await run.worked();
  expect(await run.stored()).toEqual(settled);
  await expectOneOfEach(run);
});

test("SQS outage: nothing is sent and nothing is lost, the sweeper goes on when it is over", async () => {
  const run = await decided();
  const queue: Queue = { send: () => Promise.reject(new QueueUnavailable(undefined)) };
  run.advanceClock(61);
  expect(await sweep({ ...run.deps, queue }, run.run.team)).toBe(0);
  expect(run.effects).toEqual([]);
  await run.aMinutePasses();
  await expectOneOfEach(run);
});
