// One worker's turn on a thread: answer what was decided, run the graph until it asks or ends, and record where it stands.
import { type Approval, askedApproval, resumedApproval, supersededApproval } from "../approvals/approval.ts";
import { answerOf } from "../approvals/decision.ts";
import { requestOf } from "../approvals/request.ts";
import { type Checkpointer, CheckpointConflict, Command } from "../graph/index.ts";
import { StorageUnavailable } from "./errors.ts";
import type { Clock, Log, Records } from "./ports.ts";
import { later, logOf, type Run, type ThreadKey } from "./run.ts";
import { SWEEP_AFTER_MS } from "./wake.ts";
import {
  type GraphConfig,
  type GraphState,
  type Groups,
  type PendingInterrupt,
  policyFor,
  type RunnableGraph,
  type Services,
  type Workflow,
} from "./workflow.ts";

export interface AdvanceDeps {
  readonly records: Records;
  readonly checkpointer: Checkpointer;
  readonly workflows: ReadonlyMap<string, Workflow>;
  readonly services: Services;
  readonly groups: Groups;
  readonly clock: Clock;
  readonly log: Log;
}

/** Somebody else wrote the run's record during this turn. */
class RunChanged extends Error {
  override readonly name = "RunChanged";
}

/** What a turn works on. */
interface Turn {
  readonly deps: AdvanceDeps;
  readonly workflow: Workflow;
  readonly graph: RunnableGraph;
  readonly config: GraphConfig;
}

/** Each time, somebody else wrote the run's record; more often than this is not a race. */
const MAX_TURNS = 5;

/** @throws StorageUnavailable */
export async function advanceRun(
  deps: AdvanceDeps,
  key: ThreadKey,
  { until }: { readonly until: string },
): Promise<void> {
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    if (await takeTurn(deps, key, until)) return;
  }
  deps.log.warn("A run was written by others again and again; the sweeper will look at it.", {
    thread: key.thread,
  });
}

/** False when somebody else wrote the run's record meanwhile, so that everything has to be read again. */
async function takeTurn(deps: AdvanceDeps, key: ThreadKey, until: string): Promise<boolean> {
  let run = await deps.records.run(key);
  if (run === undefined) deps.log.warn("A job names a thread that has no run.", { thread: key.thread });
  if (run === undefined || run.status.kind === "done" || run.status.kind === "failed") return true;
  try {
    const turn = turnOf(deps, run);
    let state = await turn.graph.getState(turn.config);
    const input = await inputFor(turn, run, state);
    if (input !== undefined) {
      run = await saveStatus(deps, run, { kind: "running" }, later(until, SWEEP_AFTER_MS));
      await turn.graph.invoke(input.value, turn.config);
      state = await turn.graph.getState(turn.config);
    }
    await record(turn, run, state);
    return true;
  } catch (error) {
    return afterError(deps, run, error);
  }
}

/** What the workflow threw fails the run; what storage threw is the queue's to repeat; what a rival did is the rival's. */
async function afterError(deps: AdvanceDeps, run: Run, error: unknown): Promise<boolean> {
  if (error instanceof StorageUnavailable) throw error;
  if (error instanceof RunChanged) return false;
  if (error instanceof CheckpointConflict) {
    // Invariant 3: a rival owns the next slot. Whatever this turn found out is discarded with it.
    deps.log.warn("Another worker continued this thread; this one stops.", { thread: run.thread });
    return true;
  }
  deps.log.warn("A run failed.", { thread: run.thread, workflow: run.workflow });
  try {
    await saveStatus(deps, run, {
      kind: "failed",
      error: error instanceof Error ? error.message : String(error),
    });
    return true;
  } catch (lost) {
    if (lost instanceof RunChanged) return false;
    throw lost;
  }
}

function turnOf(deps: AdvanceDeps, run: Run): Turn {
  const workflow = deps.workflows.get(run.workflow);
  if (workflow === undefined) throw new Error(`There is no workflow "${run.workflow}" any more.`);
  const config = {
    configurable: { thread_id: logOf(run) },
    context: { requester: run.requester },
    onPaused: "refuse" as const,
  };
  return { deps, workflow, graph: workflow.compile(deps.services, deps.checkpointer), config };
}

/** What to invoke the graph with; undefined when it waits for people or has ended. `null` goes on where a crash left it. */
async function inputFor(
  { deps }: Turn,
  run: Run,
  state: GraphState,
): Promise<{ value: unknown } | undefined> {
  if (state.status === "empty") return { value: run.input };
  const { approvals } = await deps.records.thread(run);
  const resume = answersTo(state.interrupts, approvals);
  if (Object.keys(resume).length > 0) return { value: new Command({ resume }) };
  return state.interrupts.length === 0 && state.next.length > 0 ? { value: null } : undefined;
}

function answersTo(
  pending: readonly PendingInterrupt[],
  approvals: readonly Approval[],
): Readonly<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const { interrupt, request, state } of approvals) {
    const isPending = pending.some(({ id }) => id === interrupt);
    if (isPending && state.kind === "decided") answers[interrupt] = answerOf(request, state.decision);
  }
  return answers;
}

/** Brings the records in line with the graph. Every write is repeatable, so a crash in the middle is mended by the next turn. */
async function record(turn: Turn, run: Run, state: GraphState): Promise<void> {
  const { approvals } = await turn.deps.records.thread(run);
  for (const pending of state.interrupts) {
    const isRecorded = approvals.some(({ interrupt }) => interrupt === pending.id);
    if (!isRecorded) await turn.deps.records.saveApproval(askedBy(turn, run, pending));
  }
  for (const approval of approvals) {
    const isPending = state.interrupts.some(({ id }) => id === approval.interrupt);
    if (!isPending) await close(turn.deps, approval);
  }
  if (state.interrupts.length > 0) await saveStatus(turn.deps, run, { kind: "waiting" });
  else if (state.next.length === 0)
    await saveStatus(turn.deps, run, { kind: "done", outcome: turn.workflow.outcome(state.values) });
}

/** A pure function of the pause in the log: whichever worker records it, it is the same record. */
function askedBy({ deps, workflow }: Turn, run: Run, pending: PendingInterrupt): Approval {
  return askedApproval({
    team: run.team,
    thread: run.thread,
    interrupt: pending.id,
    slot: pending.slot,
    workflow: run.workflow,
    workflowVersion: run.workflowVersion,
    request: requestOf(pending.value, pending.node),
    policy: policyFor(workflow.policy, deps.groups),
    requester: run.requester,
    askedAt: pending.at,
  });
}

/** The graph asks this no more: its answer was consumed, or it was replaced by another question. */
async function close({ records, clock }: AdvanceDeps, approval: Approval): Promise<void> {
  const closed = supersededApproval(resumedApproval(approval), clock.now());
  // Lost to another writer, it is closed by that writer or by the next turn.
  if (closed !== approval) await records.saveApproval(closed);
}

async function saveStatus(deps: AdvanceDeps, run: Run, status: Run["status"], due?: string): Promise<Run> {
  if (run.status.kind === status.kind && due === undefined) return run;
  const next = { ...run, status, version: run.version + 1 };
  // Until the cards are drawn the sweeper must be able to find the run; the worker takes that back when nothing is left to do.
  if (await deps.records.saveRun(next, due ?? later(deps.clock.now(), SWEEP_AFTER_MS))) return next;
  throw new RunChanged(`The run ${run.thread} was written by somebody else.`);
}
