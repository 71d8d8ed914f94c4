// What people answer when the run goes no further by it: because it has failed, has just ended, or did not take another answer.
import * as z from "zod";
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { askApproval } from "../../src/approvals/ask.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import { AnswerRefused, Annotation, NodeInterrupt, START, StateGraph } from "../../src/graph/index.ts";
import type { Records } from "../../src/runs/ports.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { type Bench, bench, dueSoon } from "./support.ts";

const approve = { kind: "approve" } as const;
const reject = { kind: "reject", reason: "Not now" } as const;

/** Two steps at once. */
function both(left: () => object, right: () => object, quorum = 1): Workflow {
  return defineWorkflow({
    ...{ name: "both", description: "Asks two at once", example: "version=v1", version: "1" },
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, quorum, remindAfterMs: [] },
    graph: () =>
      new StateGraph(Annotation.Root({ version: Annotation<string>() }))
        .addNode("left", left)
        .addNode("right", right)
        .addEdge(START, "left")
        .addEdge(START, "right"),
    outcome: () => ({ good: true, text: "both" }),
  });
}

function asks(name: string, then: () => void = () => undefined): () => object {
  return () => {
    askApproval({ title: name, action: { name, args: {} } });
    then();
    return {};
  };
}

function fails(): void {
  throw new Error("The service is away");
}

function refuses(): void {
  throw new AnswerRefused([{ path: "", message: "does not fit" }]);
}

function stops(): never {
  throw new NodeInterrupt("Stopped");
}

async function started(workflow: Workflow): Promise<Bench> {
  const run = await bench(workflow);
  await run.work();
  return run;
}

async function named(run: Bench, name: string): Promise<Approval> {
  const found = (await run.approvals()).find(({ request }) => request.action.name === name);
  if (found === undefined) throw new Error(`Nothing was asked by "${name}".`);
  return found;
}

test("a vote on another question of a failed run counts, and leaves nothing for the sweeper to come back to", async () => {
  const run = await started(both(asks("left", fails), asks("right"), 2));
  await run.decide(await named(run, "left"), reject);
  await run.work();
  expect((await run.stored())?.status.kind).toBe("failed");
  expect(await run.decide(await named(run, "right"), approve)).toBe("counted");
  await run.work();
  run.advanceClock(120);
  expect(await dueSoon(run)).toEqual([]);
});

test("a decision on another question of a failed run waits for Retry, and its card says so", async () => {
  const run = await started(both(asks("left", fails), asks("right")));
  await run.decide(await named(run, "left"), approve);
  await run.work();
  expect((await run.stored())?.status.kind).toBe("failed");
  expect(await run.decide(await named(run, "right"), approve)).toBe("recorded");
  await run.work();
  const stored = await named(run, "right");
  expect(stored.state).toMatchObject({ kind: "decided", resumed: false, stalled: true });
  expect(run.drawings.findLast((one) => one.kind === "ask")).toMatchObject({ approval: stored });
  expect(await dueSoon(run)).toEqual([]);
});

test("of two answers that are refused together both questions are open again at once", async () => {
  const run = await started(both(asks("left", refuses), asks("right", refuses)));
  await run.decide(await named(run, "left"), approve);
  await run.decide(await named(run, "right"), approve);
  await run.work();
  const after = await run.approvals();
  expect(after.map(({ state, revision }) => [state.kind, revision])).toEqual([
    ["pending", 2],
    ["pending", 2],
  ]);
  expect((await run.stored())?.status.kind).toBe("waiting");
  expect(await dueSoon(run)).toEqual([]);
});

test("an answer that is refused with more words than a record holds is asked again all the same, with the first of them", async () => {
  const quotes = (): never => {
    const issues = Array.from({ length: 1_000 }, (_, index) => ({
      path: `${index}`,
      message: "x".repeat(1_000),
    }));
    throw new AnswerRefused(issues);
  };
  const run = await started(both(asks("left", quotes), asks("right")));
  await run.decide(await named(run, "left"), approve);
  await run.work();
  const left = await named(run, "left");
  expect(left).toMatchObject({ revision: 2, state: { kind: "pending" }, origin: { because: "refused" } });
  expect(JSON.stringify(left).length).toBeLessThan(100_000);
});

/** The run ends by a rejection on the left; what is voted on the right comes at the very moment at which that question is closed. */
async function endedDuring(vote: Vote, quorum: number): Promise<{ run: Bench; said: string | undefined }> {
  const run = await started(both(stops, asks("right"), quorum));
  const right = await named(run, "right");
  await run.decide(await named(run, "left"), reject);
  const { records } = run.deps;
  let said: string | undefined;
  const racing: Records = {
    ...records,
    saveApproval: async (approval, due) => {
      if (approval.state.kind === "superseded") said ??= await run.decide(right, vote);
      return records.saveApproval(approval, due);
    },
  };
  Object.assign(run.deps, { records: racing });
  await run.work();
  await run.work();
  expect((await run.stored())?.status.kind).toBe("done");
  return { run, said };
}

test("a vote that comes just as its run ends keeps nothing open: the question is closed, and so is its card", async () => {
  const { run, said } = await endedDuring(approve, 2);
  expect(said).toBe("counted");
  expect((await named(run, "right")).state.kind).toBe("superseded");
  const cards = run.drawings.filter((one) => one.kind === "ask" && one.approval.request.title === "right");
  expect(cards.at(-1)).toMatchObject({ approval: { state: { kind: "superseded" } } });
  expect(await dueSoon(run)).toEqual([]);
});

test("a decision that comes just as its run ends stands, and its card is drawn with the run's end", async () => {
  const { run, said } = await endedDuring(approve, 1);
  expect(said).toBe("recorded");
  const cards = run.drawings.filter((one) => one.kind === "ask" && one.approval.request.title === "right");
  expect(cards.at(-1)).toMatchObject({
    approval: { state: { kind: "decided" } },
    run: { status: { kind: "done" } },
  });
  expect(await dueSoon(run)).toEqual([]);
});
