// A rejection that stops the run: nothing more of it happens, its other questions are closed, and a crash at any call changes nothing about that.
import * as z from "zod";
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { askApproval } from "../../src/approvals/ask.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { Annotation, END, interrupt, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import type { Fault } from "./faults.ts";
import { struck } from "./struck.ts";
import { ANA, type Bench, bench, dueSoon } from "./support.ts";

const STOP = { kind: "reject", reason: "Unsafe: no rollback", stop: true } as const;

/** Asks two people at once; `done` hears of everything that is answered. */
function both(done: string[], again = false): Workflow {
  const State = Annotation.Root({ version: Annotation<string>() });
  const asks = (title: string) => () => {
    const decision = askApproval({ title, action: { name: title, args: {} }, again });
    done.push(`${title} ${decision.kind}`);
    if (decision.kind === "rejected" && decision.stop === true) done.push("told to stop");
    return {};
  };
  return defineWorkflow({
    ...{ name: "both", description: "Asks two at once", example: "version=v1", version: "1" },
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph: () =>
      new StateGraph(State)
        .addNode("left", asks("left"))
        .addNode("right", asks("right"))
        .addEdge(START, "left")
        .addEdge(START, "right")
        .addEdge("left", END)
        .addEdge("right", END),
    outcome: () => ({ good: true, text: "both" }),
  });
}

async function asked(workflow: Workflow): Promise<{ run: Bench; left: Approval; right: Approval }> {
  const run = await bench(workflow);
  await run.work();
  const approvals = await run.approvals();
  const named = (name: string) => approvals.find(({ request }) => request.action.name === name);
  const [left, right] = [named("left"), named("right")];
  if (left === undefined || right === undefined) throw new Error("Both should have asked.");
  return { run, left, right };
}

async function history(run: Bench): Promise<readonly unknown[]> {
  const audit = (await run.stored())?.audit;
  if (audit === undefined) return [];
  expect(verifyChain(audit.entries, { key: run.run, end: audit })).toMatchObject({ kind: "whole" });
  return audit.entries.map(entryOf);
}

test("nothing is answered, the run is cancelled by that person, its other question is closed, and history says all of it", async () => {
  const done: string[] = [];
  const { run, left, right } = await asked(both(done));
  run.advanceClock(5);
  const at = run.deps.clock.now();
  expect(await run.decide(left, STOP)).toBe("recorded");
  run.advanceClock(5);
  await run.work();
  expect(done).toEqual([]);
  expect((await run.stored())?.status).toEqual({ kind: "cancelled", by: ANA.id, at });
  const after = await run.approvals();
  const stateOf = ({ interrupt }: Approval) => after.find((one) => one.interrupt === interrupt)?.state;
  expect(stateOf(left)).toMatchObject({ kind: "decided", decision: { kind: "rejected", stop: true } });
  expect(stateOf(right)).toEqual({ kind: "cancelled", by: ANA.id, at });
  expect(await history(run)).toMatchObject([
    { kind: "asked" },
    { kind: "asked" },
    { kind: "decided", by: ANA.id, answer: { kind: "rejected", reason: "Unsafe: no rollback", stop: true } },
    { kind: "cancelled", by: ANA.id, at },
  ]);
  // Drawn again when the run had ended, so that it says so.
  const cards = run.drawings.filter((one) => one.kind === "ask" && one.approval.interrupt === left.interrupt);
  expect(cards.at(-1)?.run.status.kind).toBe("cancelled");
  expect(run.shown().at(-1)).toBe("cancelled");
  expect(await dueSoon(run)).toEqual([]);
  // Whoever comes now comes too late.
  expect(await run.decide(right, { kind: "approve" })).toBe("cancelled");
  await run.work();
  expect(done).toEqual([]);
});

test("an approval of the other question at the same moment is not carried out any more, and its card says so", async () => {
  const done: string[] = [];
  const { run, left, right } = await asked(both(done));
  await run.decide(right, { kind: "approve" });
  await run.decide(left, STOP);
  await run.work();
  expect(done).toEqual([]);
  expect((await run.stored())?.status.kind).toBe("cancelled");
  const cards = run.drawings.filter(
    (one) => one.kind === "ask" && one.approval.interrupt === right.interrupt,
  );
  expect(cards.at(-1)?.run.status.kind).toBe("cancelled");
  expect(await dueSoon(run)).toEqual([]);
});

test("without the box, and where the run would try again, the node is told as before", async () => {
  const done: string[] = [];
  const plain = await asked(both(done));
  await plain.run.decide(plain.left, { ...STOP, stop: false });
  await plain.run.work();
  expect(done).toEqual(["left rejected"]);
  done.length = 0;
  const again = await asked(both(done, true));
  await again.run.decide(again.left, STOP);
  await again.run.work();
  expect(done).toEqual(["left rejected", "told to stop"]);
  expect((await again.run.stored())?.status.kind).toBe("waiting");
});

test.each([
  [true, { kind: "cancelled", by: ANA.id }],
  [false, { kind: "done", outcome: { text: "reject" } }],
])(
  "of a node that asked in words of its own the reason is kept, stopped (%s) or told",
  async (stop, status) => {
    const State = Annotation.Root({ version: Annotation<string>(), said: Annotation<string>() });
    const run = await bench(
      defineWorkflow({
        ...{ name: "own-words", description: "Asks", example: "version=v1", version: "1" },
        input: z.object({ version: z.string() }),
        policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
        graph: () =>
          new StateGraph(State)
            .addNode("ask", () => ({ said: interrupt<unknown, string>({ draft: "Hello" }) }))
            .addEdge(START, "ask"),
        outcome: ({ said }: typeof State.State) => ({ good: true, text: said }),
      }),
    );
    await run.work();
    const [asked] = await run.approvals();
    if (asked === undefined) throw new Error("It should have asked.");
    await run.decide(asked, { ...STOP, stop });
    await run.work();
    expect((await run.stored())?.status).toMatchObject(status);
    expect((await history(run))[1]).toMatchObject({ answer: { reason: "Unsafe: no rollback" } });
    expect((await run.approvals())[0]?.state).toMatchObject({ decision: { reason: "Unsafe: no rollback" } });
  },
);

test("a failed run is stopped by it, too", async () => {
  const State = Annotation.Root({ version: Annotation<string>() });
  let isBroken = true;
  const run = await bench(
    defineWorkflow({
      ...{ name: "breaking", description: "Asks and breaks", example: "version=v1", version: "1" },
      input: z.object({ version: z.string() }),
      policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
      graph: () =>
        new StateGraph(State)
          .addNode("ask", () => {
            askApproval({ title: "Go?", action: { name: "go", args: {} } });
            return {};
          })
          .addNode("break", () => {
            askApproval({ title: "Once more?", action: { name: "more", args: {} } });
            if (isBroken) throw new Error("broken");
            return {};
          })
          .addEdge(START, "ask")
          .addEdge(START, "break"),
      outcome: () => ({ good: true, text: "" }),
    }),
  );
  await run.work();
  const [ask, more] = await run.approvals();
  const breaking = [ask, more].find((one) => one?.request.action.name === "more");
  const open = [ask, more].find((one) => one?.request.action.name === "go");
  if (breaking === undefined || open === undefined) throw new Error("Both should have asked.");
  await run.decide(breaking, { kind: "approve" });
  await run.work();
  expect((await run.stored())?.status.kind).toBe("failed");
  isBroken = false;
  expect(await run.decide(open, STOP)).toBe("recorded");
  await run.work();
  expect((await run.stored())?.status).toMatchObject({ kind: "cancelled", by: ANA.id });
});

/** False when the run was over before the fault could strike. */
async function survives(nth: number, fault: Fault): Promise<boolean> {
  const done: string[] = [];
  const { run, left, right } = await asked(both(done));
  await run.decide(left, STOP);
  const hasStruck = await struck(run, { nth, fault, minutes: 8 });
  const states = (await run.approvals()).map(({ interrupt, state }) => [interrupt, state.kind] as const);
  expect({ nth, fault, done, status: (await run.stored())?.status, states: new Map(states) }).toMatchObject({
    ...{ nth, fault, done: [], status: { kind: "cancelled", by: ANA.id } },
    states: new Map([
      [left.interrupt, "decided"],
      [right.interrupt, "cancelled"],
    ]),
  });
  expect(await history(run)).toMatchObject([{}, {}, { kind: "decided" }, { kind: "cancelled" }]);
  expect(await dueSoon(run)).toEqual([]);
  return hasStruck;
}

/** At every second call: who dies after one dies before the next, and who fails at one has the answer to the next lost. */
test.each<readonly [Fault, first: number]>([
  ["dies before", 1],
  ["dies after", 1],
  ["fails", 1],
  ["loses the answer", 2],
])(
  "the run is stopped all the same, and nothing is answered, when at any one call the worker %s",
  async (fault, first) => {
    let nth = first;
    while (await survives(nth, fault)) nth += 2;
    expect(nth).toBeGreaterThan(8);
  },
  60_000,
);
