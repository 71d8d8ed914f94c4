// How far a run is, told while it is under way: by the run's own message, about every two seconds, and at no cost to a run that is quick.
import { expect, test } from "vitest";
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import { Annotation, END, START, StateGraph } from "../../src/graph/index.ts";
import type { HoldChange } from "../../src/runs/ports.ts";
import { later } from "../../src/approvals/later.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { work, type WorkDeps } from "../../src/runs/worker.ts";
import { runCard } from "../../src/slack/blocks/run-card.ts";
import { faulty } from "./faults.ts";
import { type Bench, bench } from "./support.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  steps: Annotation<number, number>({ reducer: (sum, more) => sum + more, default: () => 0 }),
});
type State = typeof State.State;
type Step = (name: string) => void;

interface Slow {
  readonly state: Bench;
  readonly ran: readonly string[];
  /** What each step does; at first it takes two and a half seconds. */
  each: Step;
}

/** One step after the other; "ask" asks whether to go on. */
async function slowly(names: readonly string[], loops = false): Promise<Slow> {
  const ran: string[] = [];
  const slow: { each: Step } = { each: () => state.advanceClock(2.5) };
  const node = (name: string) => () => {
    if (name === "ask")
      askApproval({ kind: "approve", title: "Go?", action: { name: "go", args: {} }, allowed: ["approve"] });
    ran.push(name);
    slow.each(name);
    return { steps: 1 };
  };
  const graph = () => {
    const [first = "", ...others] = names;
    const builder = new StateGraph<typeof State, unknown, string>(State);
    for (const name of names) builder.addNode(name, node(name));
    builder.addEdge(START, first);
    [first, ...others].forEach((name, index) => {
      builder.addEdge(name, names[index + 1] ?? (loops ? first : END));
    });
    return builder;
  };
  const state = await bench(workflowOf(graph));
  return Object.assign(slow, { state, ran });
}

function workflowOf(graph: Parameters<typeof defineWorkflow<z.ZodObject, State>>[0]["graph"]): Workflow {
  return defineWorkflow<z.ZodObject, State>({
    ...{ name: "slow", description: "Takes its time", example: "version=v1", version: "1" },
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph,
    outcome: ({ steps }) => ({ good: true, text: `${steps} steps` }),
  });
}

/** One job in an invocation of a minute. */
function started({ state }: Slow, change: Partial<WorkDeps> = {}): Promise<void> {
  const now = state.deps.clock.now();
  const { team, thread } = state.run;
  const time = { until: later(now, 65_000), beginUntil: later(now, 55_000), nodeLimitMs: 40_000 };
  return work({ ...state.deps, ...change }, { kind: "start", team, thread }, time);
}

/** The line of each drawing of the run's own message, as people read it; nothing for one without. */
function linesShown({ drawings }: Bench): readonly string[] {
  return drawings.flatMap((drawing) => {
    if (drawing.kind !== "run") return [];
    const texts = runCard(drawing.run, drawing.approvals, drawing.run.channel).blocks.flatMap((block) =>
      block.type === "context" ? block.elements.map((one) => ("text" in one ? one.text : "")) : [],
    );
    return [texts.find((text) => /[✅▶⏸⚠]/u.test(text)) ?? ""];
  });
}

test("a run of slow steps tells how far it is while it is under way, in one job and however many steps it has", async () => {
  const names = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
  const slow = await slowly(names);
  await started(slow);
  const { state, ran } = slow;
  expect(ran).toEqual(names);
  expect(state.jobs).toEqual([]);
  const done = (many: number): readonly string[] => names.slice(0, many).map((name) => `✅ ${name}`);
  expect(linesShown(state)).toEqual([
    "",
    ...names.slice(1).map((name, index) => [...done(index + 1), `▶️ ${name}`].join(" · ")),
    done(names.length).join(" · "),
  ]);
  expect((await state.stored())?.status).toEqual({
    kind: "done",
    outcome: { good: true, text: "8 steps" },
  });
});

test("every node is told with how often it finished and from which checkpoint it first ran, also of a run that goes round", async () => {
  const slow = await slowly(["one", "two"], true);
  slow.each = () => undefined;
  // Until the graph's own limit of steps ends it.
  await started(slow);
  const progress = (await slow.state.stored())?.progress;
  expect(progress?.nodes).toEqual({ one: { times: 13, from: 0 }, two: { times: 12, from: 1 } });
  expect(progress?.done).toHaveLength(12);
});

test("a quick run is told at its ends alone, and nothing more is written for it", async () => {
  const slow = await slowly(["one", "two", "three"]);
  slow.each = () => undefined;
  const writes: HoldChange[] = [];
  const { threads } = slow.state.deps;
  const write: typeof threads.write = (held, change) => {
    writes.push(change);
    return threads.write(held, change);
  };
  await started(slow, { threads: { ...threads, write } });
  expect(linesShown(slow.state)).toEqual(["", "✅ one · ✅ two · ✅ three"]);
  expect(writes.filter(({ run }) => run !== undefined)).toHaveLength(1);
});

test("a run that waits shows where, from the click on that it goes on, and a failed one where it failed", async () => {
  const slow = await slowly(["plan", "ask", "deploy"]);
  const { state } = slow;
  slow.each = (name) => {
    if (name === "deploy") throw new Error("The target is away.");
  };
  await started(slow);
  expect(linesShown(state).at(-1)).toBe("✅ plan · ⏸️ ask");
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  state.advanceClock(60);
  await state.decide(approval, { kind: "approve" });
  await started(slow);
  await state.settle();
  expect(linesShown(state).slice(-2)).toEqual(["✅ plan · ▶️ ask", "✅ plan · ✅ ask · ⚠️ deploy"]);
});

test("a worker that dies after it told how far the run is leaves that to the next one, who names each step once", async () => {
  const slow = await slowly(["one", "two", "three"]);
  const { state } = slow;
  let saves = 0;
  const isSecondSave = (name: string, change: unknown): boolean =>
    name === "write" && (change as HoldChange).run !== undefined && ++saves === 2;
  const dying = faulty(state.deps, ({ name, args }) => isSecondSave(name, args[1]), "dies before");
  void started(slow, dying.deps);
  await dying.died;
  expect(linesShown(state).at(-1)).toBe("✅ one · ▶️ two");
  state.advanceClock(70);
  await started(slow);
  await state.settle();
  expect(linesShown(state).at(-1)).toBe("✅ one · ✅ two · ✅ three");
  expect(slow.ran).toEqual(["one", "two", "three"]);
});

test("telling how far it is does not let a graph that goes in circles go on for ever", async () => {
  const slow = await slowly(["think", "act"], true);
  slow.each = () => slow.state.advanceClock(0.5);
  await started(slow);
  await slow.state.settle();
  expect((await slow.state.stored())?.status).toMatchObject({
    kind: "failed",
    error: expect.stringMatching(/^Recursion limit of 25 reached/) as string,
  });
  expect(slow.ran).toHaveLength(25);
  const [first, ...others] = linesShown(slow.state);
  expect(first).toBe("");
  expect(others.length).toBeGreaterThan(4);
  // Twelve steps, and a count of those before.
  expect(others.at(-1)).toMatch(/^… 13 more · ✅ act · (✅ \w+ · ){11}⚠️ act$/);
});

test("a run that is cancelled while it tells how far it is goes no further", async () => {
  const slow = await slowly(["one", "two", "three"]);
  const { state } = slow;
  const { deps, run } = state;
  const messenger: WorkDeps["messenger"] = {
    draw: async (drawing, place) => {
      const current = await deps.records.run(run);
      const isUnderWay = slow.ran.length === 1 && current?.status.kind === "queued";
      const status = { kind: "cancelled", by: "UOTTO", at: deps.clock.now() } as const;
      if (isUnderWay) await deps.records.saveRun({ ...current, status, version: current.version + 1 });
      return deps.messenger.draw(drawing, place);
    },
  };
  await started(slow, { messenger });
  await state.settle();
  expect(slow.ran.length).toBeLessThan(3);
  expect((await state.stored())?.status.kind).toBe("cancelled");
  expect(state.shown().at(-1)).toBe("cancelled");
  expect(linesShown(state).at(-1)).toBe("✅ one");
});
