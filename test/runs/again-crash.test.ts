// What was approved has changed by the time the run goes on, and the worker meets a fault at each single call: it is asked again once, and acted on once.
import * as z from "zod";
import { expect, test } from "vitest";
import { askApproval } from "../../src/approvals/ask.ts";
import { EMPTY_AUDIT, wholeChain } from "../../src/approvals/audit-log.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { Annotation, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { type Effect, type Fault, faulty, rememberingMessenger } from "./faults.ts";
import { live } from "./living.ts";
import { type Bench, bench } from "./support.ts";

const State = Annotation.Root({ version: Annotation<string>(), said: Annotation<string>() });

/** When it was planned v1 ran, and v2 does ever since. */
function moving(effects: Effect[]): Workflow {
  const facts = (value: string) => [{ label: "Running now", value }];
  const ask = async () => {
    const asked = { title: "Go?", facts: facts("v1"), action: { name: "go", args: {} } };
    const { kind } = await askApproval(asked, { revalidate: () => Promise.resolve({ facts: facts("v2") }) });
    return { said: kind };
  };
  const act = ({ said }: typeof State.State, { idempotencyKey }: NodeConfig) => {
    effects.push({ key: idempotencyKey(), plan: said });
    return { said };
  };
  return defineWorkflow<z.ZodObject<{ version: z.ZodString }>, typeof State.State>({
    name: "moving",
    description: "Asks about what has changed meanwhile",
    example: "version=v1",
    version: "1",
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false },
    graph: () =>
      new StateGraph(State)
        .addNode("ask", ask)
        .addNode("act", act)
        .addEdge(START, "ask")
        .addEdge("ask", "act"),
    outcome: ({ said }) => ({ good: true, text: said }),
  });
}

/** False when the run was over before the fault could strike. */
async function survives(nth: number, fault: Fault): Promise<boolean> {
  const effects: Effect[] = [];
  const { messenger, posts, shown } = rememberingMessenger();
  const base = await bench(moving(effects));
  const test: Bench = { ...base, deps: { ...base.deps, messenger } };
  const first = faulty(test.deps, (call) => call.nth === nth, fault);
  await live(test, shown, first);

  const [run, approvals] = [await test.stored(), await test.approvals()];
  const [approval] = approvals;
  const ask = `ask:${approval?.interrupt ?? ""}`;
  expect({ nth, fault, status: run?.status }).toEqual({
    ...{ nth, fault },
    status: { kind: "done", outcome: { good: true, text: "approved" } },
  });
  expect(approvals).toMatchObject([{ revision: 2, state: { kind: "decided", resumed: true } }]);
  expect(posts.filter((card) => card === ask)).toHaveLength(1);
  expect(new Set(posts).size, "nothing is posted twice").toBe(posts.length);
  expect(new Set(effects.map(({ key }) => key)).size).toBe(1);
  expect(shown.get(ask)).toBe(approval?.version);
  const history = wholeChain(run?.audit ?? EMPTY_AUDIT, []);
  expect(verifyChain(history, { key: test.run, end: run?.audit ?? EMPTY_AUDIT })).toMatchObject({
    kind: "whole",
  });
  expect(history.map((entry) => entryOf(entry)?.kind)).toEqual([
    ...["asked", "decided", "reopened", "decided", "resumed", "ended"],
  ]);
  expect(await test.deps.records.due(test.run.team, "2026-04-01T00:00:00.000Z")).toEqual([]);
  return first.hasStruck();
}

test.each<Fault>(["loses the answer"])(
  "a question whose facts have changed is asked again once and acted on once, when at any one call the worker %s",
  async (fault) => {
    let nth = 1;
    while (await survives(nth, fault)) nth += 1;
    expect(nth).toBeGreaterThan(20);
  },
  90_000,
);
