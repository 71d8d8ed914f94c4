// One fault at each single call a worker makes to the world, whatever the call: the run ends right all the same, and nothing happens twice.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { expect, test } from "vitest";
import { askApproval } from "../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import { EMPTY_AUDIT, wholeChain } from "../../src/approvals/audit-log.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { MessengerUnavailable, StorageUnavailable } from "../../src/runs/errors.ts";
import type { Messenger } from "../../src/runs/ports.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { work, type WorkDeps } from "../../src/runs/worker.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";
import { type Bench, bench, workTime } from "./support.ts";

/** What happens at the call: the process dies, or only the call fails; before it was carried out, or after. */
type Fault = "dies before" | "dies after" | "fails" | "loses the answer";

interface Effect {
  readonly key: string;
  readonly plan: string;
}

function planned(effects: Effect[]) {
  const State = Annotation.Root({
    version: Annotation<string>(),
    plan: Annotation<string>(),
    outcome: Annotation<string>(),
  });
  // As a model would: another plan each time it is asked.
  const plan = () => ({ plan: randomUUID() });
  const ask = ({ plan: args }: typeof State.State) => {
    const action = { name: "go", args: { plan: args } };
    const decision = askApproval({ kind: "approve", title: "Go?", action, allowed: ["approve", "reject"] });
    return { outcome: decision.kind };
  };
  const act = (state: typeof State.State, { idempotencyKey }: NodeConfig) => {
    effects.push({ key: idempotencyKey(), plan: state.plan });
    return { outcome: `did ${state.plan}` };
  };
  return defineWorkflow({
    name: "planned",
    description: "Plans, asks, acts",
    example: "version=v1",
    version: "1",
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false },
    graph: () =>
      new StateGraph(State)
        .addNode("draw up", plan)
        .addNode("ask", ask)
        .addNode("act", act)
        .addEdge(START, "draw up")
        .addEdge("draw up", "ask")
        .addEdge("ask", "act")
        .addEdge("act", END),
    outcome: (state: typeof State.State) => ({ good: true, text: state.outcome }),
  });
}

/** Remembers its messages as Slack does, so that a second post of one card is seen. */
function rememberingMessenger() {
  const posts: string[] = [];
  const shown = new Map<string, number>();
  const messenger: Messenger = {
    draw: (drawing, { card, channel, ts, mayExist }) => {
      const isThere = ts !== undefined || (mayExist && shown.has(card));
      if (!isThere) posts.push(card);
      shown.set(card, drawing.kind === "ask" ? drawing.approval.version : drawing.run.version);
      return Promise.resolve({ channel, ts: `${card}.ts` });
    },
  };
  return { messenger, posts, shown };
}

interface Faulty {
  readonly deps: WorkDeps;
  /** Resolves when the process has died. */
  readonly died: Promise<"died">;
  hasStruck(): boolean;
}

/** The same dependencies; at the nth call to any of them the fault strikes, once. */
function faulty(deps: WorkDeps, nth: number, fault: Fault): Faulty {
  let calls = 0;
  let isDead = false;
  let die = (): void => undefined;
  const died = new Promise<"died">((resolve) => {
    die = () => {
      isDead = true;
      resolve("died");
    };
  });
  const forever = new Promise<never>(() => undefined);
  const hasDied = (): boolean => isDead;

  async function strike(what: string, call: () => Promise<unknown>): Promise<unknown> {
    if (fault === "dies after" || fault === "loses the answer") await call();
    if (fault === "fails" || fault === "loses the answer") {
      const options = { uncertain: fault !== "fails", cause: undefined };
      throw what === "draw"
        ? new MessengerUnavailable(what, { refused: false, cause: undefined })
        : new StorageUnavailable(what, options);
    }
    die();
    return forever;
  }

  function mortal<T extends object>(target: T): T {
    return new Proxy(target, {
      get(object, name) {
        const method: unknown = Reflect.get(object, name);
        if (typeof method !== "function") return method;
        return async (...args: unknown[]): Promise<unknown> => {
          if (hasDied()) return forever;
          const call = (): Promise<unknown> => Reflect.apply(method, object, args) as Promise<unknown>;
          calls += 1;
          const result = await (calls === nth ? strike(String(name), call) : call());
          return hasDied() ? forever : result;
        };
      },
    });
  }

  const { records, rows, threads, checkpointer, messenger, trail, noted, retention } = deps;
  return {
    died,
    hasStruck: () => calls >= nth,
    deps: {
      ...deps,
      records: mortal(records),
      rows: mortal(rows),
      threads: mortal(threads),
      trail: mortal(trail),
      noted: mortal(noted),
      retention: mortal(retention),
      checkpointer: mortal(checkpointer),
      messenger: mortal(messenger),
    },
  };
}

async function approveWhatIsShown(test: Bench, shown: ReadonlyMap<string, number>): Promise<void> {
  for (const approval of await test.approvals()) {
    const isShown = shown.has(`ask:${approval.interrupt}`);
    if (isShown && approval.state.kind === "pending") await test.decide(approval, { kind: "approve" });
  }
}

/** Works off jobs, clicks what is shown, and sweeps each minute, until nothing is due any more. */
async function live(test: Bench, shown: ReadonlyMap<string, number>, first: Faulty): Promise<void> {
  const { run, deps, jobs } = test;
  let isFirst = true;
  jobs.push({ kind: "start", team: run.team, thread: run.thread });
  for (let sweeps = 0; sweeps < 12; sweeps++) {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      try {
        const worked = work(isFirst ? first.deps : deps, job, workTime(deps.clock.now()));
        // The next one is a new process. The job is not given again: the sweeper alone must find what is left.
        if (isFirst && (await Promise.race([worked, first.died])) === "died") isFirst = false;
        else await worked;
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        jobs.push(job);
      }
      await approveWhatIsShown(test, shown);
    }
    // The last sweep that finds anything comes an hour after the end.
    const isDone = (await test.stored())?.status.kind === "done";
    test.advanceClock(isDone ? 3_601 : 61);
    if ((await sweep(deps, run.team)) === 0 && isDone) return;
  }
}

/** False when the run was over before the fault could strike. */
async function survives(nth: number, fault: Fault): Promise<boolean> {
  const effects: Effect[] = [];
  const { messenger, posts, shown } = rememberingMessenger();
  const base = await bench(planned(effects));
  const test: Bench = { ...base, deps: { ...base.deps, messenger } };
  const first = faulty(test.deps, nth, fault);
  await live(test, shown, first);

  const [run, approvals] = [await test.stored(), await test.approvals()];
  const [approval] = approvals;
  const approved = z.string().parse(approval?.request.action.args["plan"]);
  const story = { nth, fault, status: run?.status, posts: [...posts].sort() };
  const ask = `ask:${approval?.interrupt ?? ""}`;
  expect(story).toEqual({
    nth,
    fault,
    status: { kind: "done", outcome: { good: true, text: `did ${approved}` } },
    posts: [ask, "outcome", "run"],
  });
  expect(approvals).toMatchObject([{ state: { kind: "decided", resumed: true } }]);
  expect(new Set(effects.map(({ key, plan }) => `${key} ${plan}`)).size).toBe(1);
  expect(effects[0]?.plan).toBe(approved);
  expect(shown.get(ask)).toBe(approval?.version);
  expect(shown.get("run")).toBe(run?.version);
  const history = wholeChain(run?.audit ?? EMPTY_AUDIT, []);
  expect(verifyChain(history, { key: test.run, end: run?.audit ?? EMPTY_AUDIT })).toMatchObject({
    kind: "whole",
  });
  expect(history.map((entry) => entryOf(entry)?.kind)).toEqual(["asked", "decided", "resumed", "ended"]);
  expect(await test.deps.records.due(test.run.team, "2026-04-01T00:00:00.000Z")).toEqual([]);
  return first.hasStruck();
}

test.each<Fault>(["dies before", "dies after", "fails", "loses the answer"])(
  "a run ends right, asks once and acts once, when at any one call the worker %s",
  async (fault) => {
    let nth = 1;
    while (await survives(nth, fault)) nth += 1;
    expect(nth).toBeGreaterThan(20);
  },
  60_000,
);
