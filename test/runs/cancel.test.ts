// Cancelling: nothing of a cancelled run is committed or begun any more, whoever is at it, and its questions are closed.
import { expect, test } from "vitest";
import * as z from "zod";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import type { Person } from "../../src/approvals/policy.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import type { Approval } from "../../src/approvals/approval.ts";
import { type Cancelled, cancelRun } from "../../src/runs/cancel.ts";
import type { ChangeDeps } from "../../src/runs/change.ts";
import { QueueUnavailable, StorageUnavailable } from "../../src/runs/errors.ts";
import type { Messenger, Records } from "../../src/runs/ports.ts";
import { logOf } from "../../src/runs/run.ts";
import { createTarget } from "../../src/runs/target.ts";
import { defineWorkflow, type Services, type Workflow } from "../../src/runs/workflow.ts";
import { work } from "../../src/runs/worker.ts";
import { askingWorkflow } from "./asking.ts";
import { ANA, type Bench, bench, workTime } from "./support.ts";

const RITA: Person = { kind: "member", id: "URITA", groups: [] };
const OTTO: Person = { kind: "member", id: "UOTTO", groups: ["SOPERATORS"] };
const EVE: Person = { kind: "member", id: "UEVE", groups: [] };

function cancel({ deps, run }: Bench, person: Person, change: Partial<ChangeDeps> = {}): Promise<Cancelled> {
  const directory = { person: () => Promise.resolve(person) };
  return cancelRun({ ...deps, directory, catalog: [], ...change }, run, { by: person.id });
}

async function onlyApproval(state: Bench): Promise<Approval> {
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  return approval;
}

async function history(test: Bench): Promise<readonly (string | undefined)[]> {
  const audit = (await test.stored())?.audit;
  if (audit === undefined) return [];
  expect(verifyChain(audit.entries, { key: test.run, end: audit })).toMatchObject({ kind: "whole" });
  return audit.entries.map((entry) => entryOf(entry)?.kind);
}

test("a waiting run that is cancelled closes its question, tells who did it, and does nothing more", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  expect(await cancel(state, OTTO)).toEqual({ kind: "cancelled", woken: true });
  await state.work();
  const [approval] = await state.approvals();
  expect(approval?.state).toMatchObject({ kind: "cancelled", by: "UOTTO" });
  expect((await state.stored())?.status).toMatchObject({ kind: "cancelled", by: "UOTTO" });
  expect(state.shown().at(-1)).toBe("cancelled");
  expect(state.drawings.filter(({ kind }) => kind === "outcome")).toHaveLength(1);
  if (approval !== undefined) expect(await state.decide(approval, { kind: "approve" })).toBe("cancelled");
  await state.work();
  expect((await state.stored())?.status.kind).toBe("cancelled");
  // Behind it there is a click that came too late.
  expect(await history(state)).toEqual(["asked", "cancelled", "refused"]);
});

test("the reason for cancelling is kept in the run and in its history, without the secrets in it", async () => {
  const state = await bench(askingWorkflow);
  const directory = { person: () => Promise.resolve(RITA) };
  const reason = "Freeze; password=abcdefghijklmnop123 is burnt";
  await cancelRun({ ...state.deps, directory, catalog: [] }, state.run, { by: "URITA", reason });
  const { status, audit } = (await state.stored()) ?? {};
  const entry = audit?.entries.map(entryOf).find((one) => one?.kind === "cancelled");
  for (const kept of [status, entry]) {
    expect(kept).toMatchObject({ reason: expect.stringMatching(/^Freeze; password=/) as unknown });
    expect(JSON.stringify(kept)).not.toContain("abcdefghijklmnop123");
  }
  expect(await history(state)).toContain("cancelled");
});

test("a run that was never begun can be cancelled, and then never begins", async () => {
  const state = await bench(askingWorkflow);
  await cancel(state, RITA);
  await state.work();
  expect(await state.approvals()).toEqual([]);
  expect((await state.stored())?.status.kind).toBe("cancelled");
});

test.each([
  ["the requester", RITA, "cancelled"],
  ["an operator", OTTO, "cancelled"],
  ["an approver of its question", ANA, "cancelled"],
  ["anybody else", EVE, "not-allowed"],
  ["a guest", { kind: "guest", id: "URITA" } as const, "not-allowed"],
])("%s who cancels: %#", async (_, person, kind) => {
  const state = await bench(askingWorkflow);
  await state.work();
  expect((await cancel(state, person)).kind).toBe(kind);
});

test("cancelled once is cancelled, and a run that is done cannot be", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  await state.decide(approval, { kind: "approve" });
  await state.work();
  expect((await cancel(state, OTTO)).kind).toBe("over");
  const other = await bench(askingWorkflow);
  const both = await Promise.all([cancel(other, OTTO), cancel(other, RITA)]);
  expect(both.map(({ kind }) => kind).sort()).toEqual(["cancelled", "over"]);
});

test("without a queue the run is cancelled all the same, and the sweeper finds it", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  const queue = { send: () => Promise.reject(new QueueUnavailable(undefined)) };
  expect(await cancel(state, OTTO, { queue })).toEqual({ kind: "cancelled", woken: false });
  state.advanceClock(31);
  expect(await state.deps.records.due(state.run.team, state.deps.clock.now())).toHaveLength(1);
});

test("cancelled while the worker that asked is drawing, the run is closed by that worker, even without a queue", async () => {
  const state = await bench(askingWorkflow);
  const queue = { send: () => Promise.reject(new QueueUnavailable(undefined)) };
  let kind: string | undefined;
  const messenger: Messenger = {
    draw: async (drawing, place) => {
      if (drawing.kind === "ask") kind ??= (await cancel(state, OTTO, { queue })).kind;
      return state.deps.messenger.draw(drawing, place);
    },
  };
  const { team, thread } = state.run;
  await work({ ...state.deps, messenger }, { kind: "start", team, thread }, workTime(state.deps.clock.now()));
  expect(kind).toBe("cancelled");
  await state.settle();
  expect((await state.approvals())[0]?.state.kind).toBe("cancelled");
  expect(state.shown().at(-1)).toBe("cancelled");
});

test("from the moment a run is cancelled, before any worker has come by, a click on its question is refused", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  const shown = await onlyApproval(state);
  await cancel(state, OTTO);
  expect(await state.decide(shown, { kind: "approve" })).toBe("cancelled");
  expect((await onlyApproval(state)).state).toMatchObject({ kind: "cancelled", by: "UOTTO" });
});

test("a question that was closed with its run is still taken off the lists, and drawn, by the worker that is woken", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  await cancel(state, OTTO);
  const closed = await onlyApproval(state);
  const dropped: string[] = [];
  const { deps, run } = state;
  const rows = {
    ...deps.rows,
    drop: ({ interrupt }: Approval) => Promise.resolve(void dropped.push(interrupt)),
  };
  const job = { kind: "resume", team: run.team, thread: run.thread } as const;
  await work({ ...deps, rows }, job, workTime(deps.clock.now()));
  expect(dropped).toEqual([closed.interrupt]);
  expect(await onlyApproval(state)).toEqual(closed);
  expect(state.drawings).toContainEqual(expect.objectContaining({ kind: "ask", approval: closed }));
});

test("when a question cannot be closed at once, the run is cancelled all the same, and the worker closes it", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  const away = new StorageUnavailable("saving", { uncertain: true, cause: undefined });
  const records = { ...state.deps.records, saveApproval: () => Promise.reject(away) };
  expect(await cancel(state, OTTO, { records })).toEqual({ kind: "cancelled", woken: true });
  expect((await onlyApproval(state)).state.kind).toBe("pending");
  await state.work();
  expect((await onlyApproval(state)).state.kind).toBe("cancelled");
});

test("a decision that came first stands, and its card is drawn once more, with the run that does not continue", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  const asked = await onlyApproval(state);
  let decided: string | undefined;
  const { records } = state.deps;
  const racing: Records = {
    ...records,
    saveRun: async (run, due) => {
      decided ??= await state.decide(asked, { kind: "approve" });
      return records.saveRun(run, due);
    },
  };
  expect((await cancel(state, OTTO, { records: racing })).kind).toBe("cancelled");
  expect(decided).toBe("recorded");
  expect((await onlyApproval(state)).state).toMatchObject({ kind: "decided", resumed: false });
  await state.work();
  const shown = state.drawings.filter((drawing) => drawing.kind === "ask").at(-1);
  expect(shown?.approval.state).toMatchObject({ kind: "decided", resumed: false });
  expect(shown?.run.status.kind).toBe("cancelled");
  const drawn = state.drawings.length;
  await state.work();
  expect(state.drawings).toHaveLength(drawn);
});

test("a card that said the run is about to continue is drawn again when the run is cancelled before it does", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  await state.decide(await onlyApproval(state), { kind: "approve" });
  const { team, thread } = state.run;
  const held = await state.deps.threads.take(
    state.run,
    { lease: "2026-03-01T03:00:10.000Z" },
    { by: "busy", now: state.deps.clock.now() },
  );
  expect(held?.holds.lease).toBeDefined();
  // The one who has the thread does not get on; the decision is drawn meanwhile.
  await work(state.deps, { kind: "redraw", team, thread }, workTime(state.deps.clock.now()));
  const said = () => state.drawings.filter((drawing) => drawing.kind === "ask").at(-1)?.run.status.kind;
  expect(said()).toBe("waiting");
  await cancel(state, OTTO);
  state.advanceClock(11);
  await state.work();
  expect(said()).toBe("cancelled");
});

const FAR = "2026-05-01T00:00:00.000Z";

test("a decision that the cancelled run did not take any more leaves nothing for the sweeper", async () => {
  const state = await bench(askingWorkflow);
  await state.work();
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  expect(await state.decide(approval, { kind: "approve" })).toBe("recorded");
  await cancel(state, OTTO);
  await state.work();
  expect((await state.approvals())[0]?.state).toMatchObject({ kind: "decided", resumed: false });
  state.advanceClock(3_601);
  await state.work();
  expect(await state.deps.records.due(state.run.team, FAR)).toEqual([]);
});

test.each([
  ["cannot be read", { load: () => Promise.reject(new Error("Slot 3 is missing.")) }],
  ["cannot be written", { append: () => Promise.reject(new Error("No such slot.")) }],
])("a cancelled run whose log %s is closed all the same", async (_, broken) => {
  const state = await bench(askingWorkflow);
  await state.work();
  await cancel(state, OTTO);
  const errors: unknown[] = [];
  const log = { ...state.deps.log, error: (_: string, fields?: object) => void errors.push(fields) };
  const { team, thread } = state.run;
  await work(
    { ...state.deps, log, checkpointer: { ...state.deps.checkpointer, ...broken } },
    { kind: "resume", team, thread },
    workTime(state.deps.clock.now()),
  );
  expect(errors).toHaveLength(1);
  await state.settle();
  expect((await state.approvals())[0]?.state.kind).toBe("cancelled");
  expect(state.shown().at(-1)).toBe("cancelled");
  state.advanceClock(3_601);
  await state.work();
  expect(await state.deps.records.due(state.run.team, FAR)).toEqual([]);
});

const State = Annotation.Root({ version: Annotation<string>(), did: Annotation<string>() });
type State = typeof State.State;

/** Waits in its first step until it is let go, then acts in the second. */
function slowWorkflow({ acts }: { readonly acts: boolean } = { acts: true }): {
  workflow: Workflow;
  begun: Promise<undefined>;
  go: () => void;
  steps: string[];
} {
  const begun = Promise.withResolvers<undefined>();
  const gone = Promise.withResolvers<undefined>();
  const steps: string[] = [];
  const graph = ({ ops }: Services) =>
    new StateGraph(State)
      .addNode("wait", async (_: State, { idempotencyKey }: NodeConfig) => {
        steps.push("waits");
        begun.resolve(undefined);
        await gone.promise;
        if (acts) await ops.post(["acts"], { body: {}, key: idempotencyKey() });
        steps.push("acted");
        return { did: "acted" };
      })
      .addNode("after", () => {
        steps.push("after");
        return {};
      })
      .addEdge(START, "wait")
      .addEdge("wait", "after")
      .addEdge("after", END);
  const workflow = defineWorkflow({
    name: "slow",
    description: "Waits, then acts",
    example: "version=v1",
    version: "1",
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph,
    outcome: ({ did }: State) => ({ good: true, text: did }),
  });
  return { workflow, begun: begun.promise, go: () => gone.resolve(undefined), steps };
}

test("a step that is running when its run is cancelled does not act any more, and commits nothing", async () => {
  const { workflow, begun, go, steps } = slowWorkflow();
  const state = await bench(workflow);
  const requests: string[] = [];
  const http: typeof fetch = () => {
    requests.push("POST");
    return Promise.resolve(new Response("{}"));
  };
  const ops = createTarget({ baseUrl: "http://ops", http });
  const deps = { ...state.deps, services: { ...state.deps.services, ops } };
  const { team, thread } = state.run;
  const running = work(deps, { kind: "start", team, thread }, workTime(deps.clock.now()));
  await begun;
  await cancel(state, OTTO);
  // The job of the cancellation finds the thread held, and takes its next slot all the same.
  await state.work();
  go();
  await running;
  expect(steps).toEqual(["waits"]);
  expect(requests).toEqual([]);
  expect((await state.stored())?.status.kind).toBe("cancelled");
  expect(state.shown().at(-1)).toBe("cancelled");
  const log = await state.deps.checkpointer.load(logOf(state.run));
  expect(log.slots.at(-1)).toMatchObject({ kind: "checkpoint", source: "update", next: [] });
});

test("a step that only computes is not committed either: the cancelled thread's next slot is taken while it runs", async () => {
  const { workflow, begun, go, steps } = slowWorkflow({ acts: false });
  const state = await bench(workflow);
  const { team, thread } = state.run;
  const running = work(state.deps, { kind: "start", team, thread }, workTime(state.deps.clock.now()));
  await begun;
  await cancel(state, OTTO);
  await state.work();
  const { slots } = await state.deps.checkpointer.load(logOf(state.run));
  expect(slots.at(-1)).toMatchObject({ source: "update", next: [] });
  go();
  await running;
  expect(steps).toEqual(["waits", "acted"]);
  // What it did is no part of the thread, and nothing follows it.
  expect((await state.deps.checkpointer.load(logOf(state.run))).slots).toEqual(slots);
});
