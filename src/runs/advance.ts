// One turn of a run: answer what was decided, run the graph until it asks, ends or must stop for time, and say where it stands.
import type { Approval } from "../approvals/approval.ts";
import { askedAgain, cancelledApproval, resumedApproval, supersededApproval } from "../approvals/course.ts";
import { clippedNotes, clippedText } from "../approvals/clipped.ts";
import { changedFacts, RequestChanged } from "../approvals/ask.ts";
import { reasonOf } from "../approvals/reason.ts";
import { nextTimeOf } from "../approvals/tend.ts";
import { answerOf } from "../approvals/answer.ts";
import {
  AnswerRefused,
  CheckpointConflict,
  Command,
  NodeTimeoutError,
  UndecodableValueError,
} from "../graph/index.ts";
import { stopIn } from "./cancel.ts";
import { takenOver } from "./changed-workflow.ts";
import { cutThread } from "./cut-thread.ts";
import { RunCancelled, StorageUnavailable, UnknownForm } from "./errors.ts";
import { progressed, stepsBehind, stoppedAt } from "./progress.ts";
import {
  asked,
  askedBy,
  isLookedAt,
  nothingOpen,
  resting,
  revocationSeen,
  saved,
  settled,
  tended,
} from "./questions.ts";
import { lastChangeOf } from "./history.ts";
import { msBetween } from "./metrics.ts";
import { nextRun, versionsFor } from "./next-run.ts";
import { copyBeginning } from "./replay-log.ts";
import { later } from "../approvals/later.ts";
import type { Run } from "./run.ts";
import { carryOutStops, stoppedOutcome } from "./stops.ts";
import { type AdvanceDeps, type Advancing, type Turn, turnOf } from "./turn.ts";
import type { GraphConfig, GraphState, PendingInterrupt } from "./workflow.ts";

/** Of what the run's record says of its end: more than any card shows. An error may quote a whole page, and a record that has no room for it could never say that the run has failed. */
const LONGEST_STATUS_TEXT = 10_000;

export interface TurnTime {
  /** After this no further superstep begins; the rest is another invocation's. */
  readonly beginUntil: string;
  /** What one node may take, in milliseconds. */
  readonly nodeLimitMs: number;
}

/** As long as people look at a message that says nothing new; a run of shorter steps stops in between, and says how far it is. */
const SLICE_MS = 2_000;

export interface Advanced {
  /** The same object when it has not changed, else its next version, which is still to be saved. */
  readonly run: Run;
  /** As they are stored now. */
  readonly approvals: readonly Approval[];
  /** There was no time for all of it. */
  readonly isUnfinished: boolean;
  /** With `stepsBefore`. */
  readonly steps: number;
}

/**
 * Undefined when somebody else owns the thread's next slot (invariant 3), or has cancelled the run in the middle: what this turn found out is void.
 *
 * @throws StorageUnavailable
 */
export async function advanceRun(
  deps: AdvanceDeps,
  thread: Advancing,
  time: TurnTime,
): Promise<Advanced | undefined> {
  const { run, approvals, stepsBefore: steps } = thread;
  if (run.status.kind === "done" || run.removed !== undefined)
    return { run, approvals: await nothingOpen(deps, approvals), isUnfinished: false, steps };
  if (run.status.kind === "cancelled") return wrapUp(deps, thread);
  const stop = stopIn(approvals);
  if (stop !== undefined) return wrapUp(deps, { ...thread, run: nextRun(run, { status: stop }) });
  if (run.status.kind === "failed")
    return { run, approvals: await resting(deps, approvals), isUnfinished: false, steps };
  let turn: Turn | undefined;
  try {
    await copyBeginning(deps.checkpointer, run);
    turn = turnOf(deps, { ...thread, approvals: await tended(deps, approvals) });
    const taken = await takenOver(turn, await turn.graph.getState(turn.config));
    turn = { ...turn, approvals: taken.approvals, versions: versionsFor(turn, taken.state) };
    let { state } = taken;
    if (await carryOutStops(turn, state, turn.approvals)) state = await turn.graph.getState(turn.config);
    const begunBehind = turn.log.known().slots.at(-1)?.number ?? -1;
    const input = inputFor(turn, state);
    let refusal: RefusedAnswer | undefined;
    if (input !== undefined) {
      countWaits(turn, state);
      refusal = await invoked(turn, input.value, time);
      state = await turn.graph.getState(turn.config);
    }
    const behind = stepsBehind(turn.log.known().slots, begunBehind);
    const told = await (refusal === undefined
      ? recorded(turn, state)
      : recordedWithout(turn, { state, refusal }));
    return { ...told, steps: steps + behind };
  } catch (error) {
    return afterError(deps, thread, { error, time, turn });
  }
}

/** The answer that the graph refused, if it did: then the question is still open, and the graph has not failed. */
async function invoked(
  { graph, config, deps, approvals, stepsBefore }: Turn,
  value: unknown,
  time: TurnTime,
): Promise<RefusedAnswer | undefined> {
  try {
    await graph.invoke(value, { ...config, ...limitsOf(deps, { time, stepsBefore }) });
    return undefined;
  } catch (error) {
    if (!(error instanceof AnswerRefused)) throw error;
    const approval = approvals.find(({ interrupt }) => interrupt === error.question);
    if (approval?.state.kind !== "decided" || approval.state.resumed) throw error;
    return { error, approval, by: approval.state.decision.by };
  }
}

interface RefusedAnswer {
  readonly error: AnswerRefused;
  readonly approval: Approval;
  /** Whose answer it was. */
  readonly by: string;
}

/** Invariant 7: an answer that does not fit leaves the question open, at its next revision. */
async function reopened(
  turn: Turn,
  { error, approval, by }: RefusedAnswer,
): Promise<Pick<Turn, "approvals">> {
  const now = turn.deps.clock.now();
  const again =
    error instanceof RequestChanged
      ? askedAgain(approval, {
          ...{ because: "changed", by, now, shown: error.shown },
          notes: clippedNotes(changedFacts(approval.request, error.shown)),
        })
      : askedAgain(approval, {
          because: "refused",
          by,
          now,
          notes: clippedNotes(error.issues.map(issueLine)),
        });
  turn.deps.log.info("An answer was refused; its question is open again.", {
    ...{ thread: turn.run.thread, interrupt: approval.interrupt },
  });
  const stored = await saved(turn.deps, again);
  return { approvals: turn.approvals.map((one) => (one === approval ? stored : one)) };
}

/** The graph refuses one answer at a time: what it makes of the others is the next turn's. */
async function recordedWithout(
  turn: Turn,
  { state, refusal }: { readonly state: GraphState; readonly refusal: RefusedAnswer },
): Promise<Omit<Advanced, "steps">> {
  const told = await recorded({ ...turn, ...(await reopened(turn, refusal)) }, state);
  return { ...told, isUnfinished: told.isUnfinished || hasAnswers(state, told.approvals) };
}

function issueLine({ path, message }: AnswerRefused["issues"][number]): string {
  return path === "" ? message : `${path}: ${message}`;
}

function limitsOf(
  { clock }: AdvanceDeps,
  { time, stepsBefore }: { readonly time: TurnTime; readonly stepsBefore: number },
): Partial<GraphConfig> {
  const { beginUntil, nodeLimitMs } = time;
  const sliceEnd = later(clock.now(), SLICE_MS);
  const mayGoOn = (): boolean => {
    const now = clock.now();
    return now < beginUntil && now < sliceEnd;
  };
  return { mayGoOn, nodeTimeout: nodeLimitMs, stepsBefore };
}

/** What the workflow threw fails the run; what storage threw is the queue's to repeat; what a rival did is the rival's. */
async function afterError(
  deps: AdvanceDeps,
  { run, stepsBefore }: Advancing,
  {
    error,
    time,
    turn,
  }: { readonly error: unknown; readonly time: TurnTime; readonly turn: Turn | undefined },
): Promise<Advanced | undefined> {
  if (error instanceof StorageUnavailable || isOfNewer(error)) throw error;
  if (error instanceof CheckpointConflict || error instanceof RunCancelled) {
    if (error instanceof CheckpointConflict) deps.metrics.add("CommitLost", 1);
    deps.log.warn("Somebody else continued or cancelled this thread; this turn stops.", {
      thread: run.thread,
    });
    return undefined;
  }
  deps.log.warn("A run failed.", { thread: run.thread, workflow: run.workflow });
  const { approvals } = await deps.records.thread(run);
  const status = {
    kind: "failed" as const,
    error: clippedText(wordsFor(error, time, turn?.meter.trouble()), LONGEST_STATUS_TEXT),
  };
  const log = turn?.log.known() ?? { slots: [], memos: [] };
  const progress =
    log.slots.length === 0 ? run.progress : progressed(run.progress, log.slots, stoppedAt(log));
  return {
    run: nextRun(run, { status, progress, used: turn?.meter.used(), versions: turn?.versions }),
    approvals: await resting(deps, approvals),
    ...{ isUnfinished: false, steps: stepsBefore },
  };
}

/** It is for the version that wrote it, and no failure of the run. */
function isOfNewer(error: unknown): boolean {
  return error instanceof UnknownForm || (error instanceof UndecodableValueError && error.isNewer);
}

/** A step whose model is away spends its time on trying again. */
function wordsFor(error: unknown, { nodeLimitMs }: TurnTime, trouble: string | undefined): string {
  if (error instanceof NodeTimeoutError && error.timeout === nodeLimitMs)
    return `The step "${error.node}" took longer than the ${nodeLimitMs / 1_000} s that one step may take. ${trouble ?? "Split it into several, or make what it waits for faster."}`;
  return reasonOf(error);
}

/** What to invoke the graph with; undefined when it waits for people or has ended. `null` goes on where it stopped. */
function inputFor({ run, approvals }: Turn, state: GraphState): { readonly value: unknown } | undefined {
  if (state.status === "empty") return { value: run.input };
  if (hasAnswers(state, approvals))
    return { value: new Command({ resume: answersTo(state.interrupts, approvals) }) };
  return state.interrupts.length === 0 && state.next.length > 0 ? { value: null } : undefined;
}

/** How long each decision that the graph is given now has lain there; one that Retry gives it again, since Retry. */
function countWaits({ deps, run, approvals }: Turn, { interrupts }: GraphState): void {
  const now = deps.clock.now();
  const retriedAt = run.status.kind === "queued" ? lastChangeOf(run) : "";
  for (const { interrupt, state } of approvals) {
    const isGiven = state.kind === "decided" && interrupts.some(({ id }) => id === interrupt);
    if (!isGiven) continue;
    const { at } = state.decision;
    deps.metrics.add("DecisionToResume", msBetween(at > retriedAt ? at : retriedAt, now));
  }
}

function hasAnswers({ interrupts }: GraphState, approvals: readonly Approval[]): boolean {
  return Object.keys(answersTo(interrupts, approvals)).length > 0;
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
async function recorded(turn: Turn, state: GraphState): Promise<Omit<Advanced, "steps">> {
  const { deps, run, workflow, versions } = turn;
  const approvals: Approval[] = [];
  for (const approval of turn.approvals) {
    const isPending = state.interrupts.some(({ id }) => id === approval.interrupt);
    const closed = supersededApproval(resumedApproval(approval), deps.clock.now());
    const stored = isPending ? approval : await settled(deps, closed, approval);
    approvals.push(stored);
    if (isPending && isLookedAt(approval)) await deps.records.reschedule(approval, nextTimeOf(approval));
    if (stored === closed) await revocationSeen(deps, stored);
  }
  for (const pending of state.interrupts) {
    const isRecorded = approvals.some(({ interrupt }) => interrupt === pending.id);
    if (!isRecorded) approvals.push(await asked(deps, await askedBy(turn, pending)));
  }
  const asking = state.interrupts.map(({ node }) => node);
  const progress = progressed(run.progress, turn.log.known().slots, [...new Set([...asking, ...state.next])]);
  const used = turn.meter.used();
  const now = (status: Run["status"]): Run => nextRun(run, { status, progress, used, versions });
  if (asking.length > 0) return { run: now({ kind: "waiting" }), approvals, isUnfinished: false };
  if (state.next.length > 0) return { run: now(run.status), approvals, isUnfinished: true };
  const stated = stoppedOutcome(state, approvals) ?? workflow.outcome(state.values);
  const outcome = { ...stated, text: clippedText(stated.text, LONGEST_STATUS_TEXT) };
  return { run: now({ kind: "done", outcome }), approvals, isUnfinished: false };
}

/** Of a cancelled run: nothing follows in its thread, and its questions are closed. */
async function wrapUp(deps: AdvanceDeps, { run, approvals, stepsBefore }: Advancing): Promise<Advanced> {
  await cutThread(deps, run);
  const { status } = run;
  const closed: Approval[] = [];
  for (const approval of approvals) {
    const cancelled = status.kind === "cancelled" ? cancelledApproval(approval, status) : approval;
    const stored = cancelled === approval ? approval : await saved(deps, cancelled);
    closed.push(stored);
    // Also when it was closed before, by who cancelled: taking it off the lists is this one's in any case.
    if (!isSettled(stored)) await deps.rows.drop(stored);
    await revocationSeen(deps, stored);
  }
  return { run, approvals: closed, isUnfinished: false, steps: stepsBefore };
}

/** It has been taken off the lists. */
function isSettled({ state }: Approval): boolean {
  return state.kind === "superseded" || (state.kind === "decided" && state.resumed);
}
