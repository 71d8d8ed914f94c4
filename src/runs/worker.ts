// Takes a thread as far as it can go: one worker at a time, everything read from the records, so that any job may come twice, late or in any order.
import type { Approval } from "../approvals/approval.ts";
import { auditOf } from "./audit.ts";
import { createNotebook } from "./allowances.ts";
import type { AuditTrail, NotedEntries } from "./audit-ports.ts";
import { type Advanced, advanceRun, type TurnTime } from "./advance.ts";
import { cutThread } from "./cut-thread.ts";
import type { AdvanceDeps, Advancing } from "./turn.ts";
import { withHistory } from "./history.ts";
import { FOLD_AFTER_SECONDS, noteReplay } from "./note-click.ts";
import { outdateHomes, type OutdateDeps } from "./homes-mark.ts";
import { type LookDeps, nextLook } from "./next-look.ts";
import type { Held, Hold, Queue, ThreadJob } from "./ports.ts";
import { drawableAt, drawCards, markedCards, untilBroken } from "./redraw.ts";
import { withoutOldDetails } from "./removed.ts";
import { hasEnded } from "./retention.ts";
import { later } from "../approvals/later.ts";
import type { Run, ThreadKey } from "./run.ts";
import {
  CLAIM_MS,
  type Given,
  giveBack,
  knownCards,
  letGo,
  readAgain,
  showDecisions,
  type ShowDeps,
  shownOf,
  showThread,
  type Stands,
} from "./show.ts";
import { wake } from "./wake.ts";
import type { Shown } from "./wanted-cards.ts";

/** A card that Slack would not take is tried once more this soon; after that it is the sweeper's. */
const REDRAW_AFTER_SECONDS = 5;
/** SQS's own limit. */
const MAX_DELAY_SECONDS = 900;
/** Each time, somebody else wrote or asked meanwhile; what is still to do then is another invocation's. */
const MAX_TURNS = 5;

export interface WorkDeps extends AdvanceDeps, ShowDeps, OutdateDeps, LookDeps {
  readonly queue: Queue;
  readonly trail: AuditTrail;
  readonly noted: NotedEntries;
}

/** How long one invocation may work. */
export interface WorkTime extends TurnTime {
  /** Until when this worker can possibly be alive: the end of its invocation, with a margin for clocks. */
  readonly until: string;
}

/** @throws StorageUnavailable and QueueUnavailable, so that the queue delivers the job again */
export async function work(given: WorkDeps, job: ThreadJob, time: WorkTime): Promise<void> {
  if (job.kind === "redraw") return redraw(given, job);
  const deps = { ...given, messenger: untilBroken(given) };
  const key = { team: job.team, thread: job.thread };
  const now = deps.clock.now();
  const wanted = { lease: time.until, claim: later(now, CLAIM_MS) };
  const held = await deps.threads.take(key, wanted, { by: deps.newId(), now });
  if (held === undefined) return withoutRun(deps, key);
  // Before the slow half, for whoever woke us has changed something; and once more behind it, should nobody look at homes after it.
  const seenUntil = await outdateHomes(deps, job.team);
  try {
    await workWith(deps, job, { held, time });
    if (deps.clock.now() > seenUntil) await outdateHomes(deps, job.team);
  } catch (error) {
    // Held no longer than needed: the redelivered job should not wait until the holds run out.
    await letGo(deps, held);
    throw error;
  }
}

/** Its record may have been deleted before its questions, and a click on one of these is noted behind it: in no history, and for good. */
async function withoutRun({ records, noted: entries, log }: WorkDeps, key: ThreadKey): Promise<void> {
  log.warn("A job names a thread that has no run.", { thread: key.thread });
  const { run, noted } = await records.thread(key);
  if (run === undefined && noted.length > 0) await entries.forget(key, noted);
}

/** Only draws, so that it is in nobody's way and costs little. What Slack does not take is left to a job that sees to everything. */
async function redraw(deps: WorkDeps, { team, thread }: ThreadJob): Promise<void> {
  const seen = await showThread(deps, { team, thread });
  if (seen === undefined) deps.log.warn("A job names a thread that has no run.", { thread });
  if (seen === undefined || seen.left === "nothing") return;
  const now = deps.clock.now();
  const isPutOff = seen.left === "later";
  const seconds = isPutOff ? secondsTo(drawableAt(seen, now) ?? now, now) : REDRAW_AFTER_SECONDS;
  await deps.queue.send({ kind: isPutOff ? "redraw" : "sweep", team, thread }, seconds);
}

/** False when the queue did not take it. */
function redrawAt(deps: WorkDeps, { team, thread }: ThreadJob, at: string): Promise<boolean> {
  return wake(deps, { kind: "redraw", team, thread }, secondsTo(at, deps.clock.now()));
}

function secondsTo(at: string, now: string): number {
  const seconds = Math.ceil((Date.parse(at) - Date.parse(now)) / 1_000);
  return Math.min(Math.max(seconds, 1), MAX_DELAY_SECONDS);
}

async function workWith(
  deps: WorkDeps,
  job: ThreadJob,
  { held, time }: { readonly held: Held; readonly time: WorkTime },
): Promise<void> {
  // The click that woke us shows on its card before the slow half starts, and even while another worker holds the thread.
  const stands = await shownMeanwhile(deps, job, await readThread(deps, held));
  if (stands.held.holds.lease === undefined) {
    deps.log.info("Another worker has the thread and was nudged.", { thread: job.thread });
    // Whoever holds it must not get any further.
    const { run } = stands.held;
    // One that is let go of has no log to be closed, or only some of it.
    if (run.status.kind === "cancelled" && run.removed === undefined) await cutThread(deps, run);
    return lookAgain(deps, job, time.until);
  }
  let from: Turn = { stands, stepsBefore: 0 };
  // A turn that only ends to say how far the run is has done its part, and is none of them.
  for (let turns = 0; turns < MAX_TURNS; turns += from.stepsBefore === 0 ? 1 : 0) {
    // The first turn is always taken: however short an invocation is, the run gets on.
    const isFirst = turns === 0 && from.stepsBefore === 0;
    if (!isFirst && deps.clock.now() >= time.beginUntil) break;
    const next = await takeTurn(deps, job, { ...from, time });
    if (next === undefined) return;
    from = next;
  }
  await letGo(deps, held);
  await wake(deps, { kind: "resume", team: job.team, thread: job.thread });
}

/** Shows what is known, by a job of its own where that is too early: what is run then may take a while. */
async function shownMeanwhile(deps: WorkDeps, job: ThreadJob, from: Stands): Promise<Stands> {
  const { stands, left } = await showDecisions(deps, from);
  const now = deps.clock.now();
  const isUntold = left === "later" || from.held.holds.claim === undefined;
  const at = isUntold ? drawableAt(shownOf(stands), now) : undefined;
  if (at !== undefined && at > now) await redrawAt(deps, job, at);
  return stands;
}

/** Where a turn begins. */
interface Turn {
  readonly stands: Stands;
  /** Supersteps that this worker has run since somebody last wrote or asked. */
  readonly stepsBefore: number;
}

async function readThread(deps: WorkDeps, held: Held): Promise<Stands> {
  if (held.holds.lease?.epoch === 1) return { held, approvals: [], noted: [], isNew: true };
  return readAgain(deps, held);
}

/** Undefined when the thread was given back, or belongs to somebody else. */
async function takeTurn(
  deps: WorkDeps,
  job: ThreadJob,
  { stands, stepsBefore, time }: Turn & { readonly time: WorkTime },
): Promise<Turn | undefined> {
  const { held, approvals } = stands;
  const isNew = stands.isNew && held.run.version === 1;
  await noteReplay(deps, held.run);
  const notebook = createNotebook(deps, held, stands.noted);
  const advanced = await stepped(deps, { run: held.run, approvals, notebook, isNew, stepsBefore }, time);
  const noted = notebook.all();
  // A rival owns the next slot. Whatever this turn found out is discarded with it, but for what it has noted.
  if (advanced === undefined) {
    if (noted.length > 0)
      await wake(deps, { kind: "sweep", team: job.team, thread: job.thread }, FOLD_AFTER_SECONDS);
    return anew(await nextTurn(deps, held, await giveBack(deps, held, { give: ["lease"] })));
  }
  const saved = await saveTurn(deps, { held, noted }, advanced);
  if (saved.kind === "changed") return anew(await readAgain(deps, saved.held));
  if (saved.kind !== "saved") return anew(await nextTurn(deps, held, saved));
  const { run } = saved.held;
  if (noted.length > 0) await deps.noted.forget(run, noted);
  logUsage(deps, held.run, run);
  const { head, length } = run.audit;
  if (run.version !== held.run.version && hasEnded(run.status))
    deps.log.info("A run is over.", { thread: run.thread, head, length });
  if (advanced.isUnfinished && deps.clock.now() < time.beginUntil) {
    const between = { held: saved.held, approvals: advanced.approvals, noted: [], isNew: false };
    return { stands: await shownMeanwhile(deps, job, between), stepsBefore: advanced.steps };
  }
  return anew(await drawAndGive(deps, job, { advanced: { ...advanced, run }, saved }));
}

/** A run that had ended before is taken no further, and may have ended long ago. */
async function stepped(deps: WorkDeps, thread: Advancing, time: TurnTime): Promise<Advanced | undefined> {
  const advanced = await advanceRun(deps, thread, time);
  if (advanced?.run !== thread.run) return advanced;
  return { ...advanced, run: await withoutOldDetails(deps, thread.run, deps.clock.now()) };
}

function logUsage({ log }: WorkDeps, before: Run, { thread, workflow, usage }: Run): void {
  const hasAsked = usage !== undefined && usage.calls !== before.usage?.calls;
  if (hasAsked) log.info("A run has asked its model.", { thread, workflow, ...usage });
}

function anew(stands: Stands | undefined): Turn | undefined {
  return stands && { stands, stepsBefore: 0 };
}

/**
 * Saves where the run stands with all that happened since it was saved last, what was noted beside it included. When that is more than one
 * save has room for, the rest goes before it: a run never says where it stands without its history saying so.
 */
async function saveTurn(
  deps: WorkDeps,
  { held, noted }: Pick<Stands, "held" | "noted">,
  { run, approvals }: Advanced,
): Promise<Saved> {
  const now = deps.clock.now();
  const migrates = deps.workflows.get(run.workflow)?.migrate !== undefined;
  // A purged run has no history that they could go into; its questions may have been read before they were erased.
  const isPurged = run.removed?.kind === "purged";
  const noticed = { now, noted, migrates };
  const entries = isPurged ? [] : auditOf({ run: held.run, approvals: [] }, { run, approvals }, noticed);
  let mine = held;
  for (;;) {
    const before = mine.run;
    const after = afterTurn(before, held.run, run);
    const { run: next, left } = await withHistory(deps.trail, { before, after }, entries);
    if (left.length === 0) return saveAndMark(deps, mine, { run: next, approvals, cards: knownCards(mine) });
    const written = await deps.threads.write(mine, { run: { ...next, status: before.status } });
    if (written.kind === "lost") return written;
    if (written.kind !== "written") return { kind: "changed", held: written.held };
    mine = written.held;
  }
}

/** `run` is what the turn has made of `held`; `before` is what is stored by now. */
function afterTurn(before: Run, held: Run, run: Run): Run {
  if (run === held) return before;
  const version = before.version + 1;
  if (run.removed !== undefined) return { ...run, audit: before.audit, version };
  const { status, progress, usage, workflowVersion, graphVersion } = run;
  const known = {
    ...(progress && { progress }),
    ...(usage && { usage }),
    ...(graphVersion !== undefined && { graphVersion }),
  };
  return { ...before, status, workflowVersion, ...known, version };
}

/** Shows where the run stands now, and gives the thread back. */
async function drawAndGive(
  deps: WorkDeps,
  job: ThreadJob,
  { advanced, saved }: { readonly advanced: Advanced; readonly saved: Extract<Saved, { kind: "saved" }> },
): Promise<Stands | undefined> {
  const { held, fresh } = saved;
  const { claim } = held.holds;
  const shown = { ...advanced, cards: held.cards };
  const drawing =
    claim === undefined
      ? { cards: undefined, left: saved.left, hasDrawn: false }
      : await drawCards(deps, shown, { until: claim.until, fresh });
  const { cards, hasDrawn } = drawing;
  const at = drawableAt({ ...shown, ...(cards && { cards }) }, deps.clock.now());
  // Sent before the thread is given back: should this one die in between, somebody draws all the same.
  const isSeenTo = drawing.left === "later" && at !== undefined && (await redrawAt(deps, job, at));
  const due = await nextLook(deps, advanced, isSeenTo ? { left: "nothing", at } : { left: drawing.left, at });
  const give: readonly Hold[] = claim === undefined ? ["lease"] : ["lease", "claim"];
  const given = await giveBack(deps, held, { ...(cards && { cards }), due: { at: due }, give }, hasDrawn);
  if (given.kind !== "given") return nextTurn(deps, held, given);
  await followUp(deps, job, {
    isUnfinished: advanced.isUnfinished,
    ...(drawing.left === "slack" && { refusedUntil: at }),
  });
  const { status } = advanced.run;
  if (status.kind === "failed" || hasEnded(status)) await restDecisions(deps, advanced.approvals);
  return undefined;
}

type Saved =
  | {
      readonly kind: "saved";
      readonly held: Held;
      /** Of the cards, when the claim was not to be had, or not wanted. */
      readonly left: "nothing" | "later" | "time";
      /** Cards that are marked now and that nobody has tried to post. */
      readonly fresh: ReadonlySet<string>;
    }
  | { readonly kind: "changed"; readonly held: Held }
  | { readonly kind: "lost" };

/** Records where the run stands and takes the claim, both in one write; nothing when nothing has changed and nothing is to be drawn now. */
async function saveAndMark(deps: WorkDeps, held: Held, shown: Shown): Promise<Saved> {
  const now = deps.clock.now();
  const left = leftUndrawn(shown, now);
  const isToDraw = left === "time";
  const hasChanged = shown.run !== held.run;
  if (!isToDraw && !hasChanged) return { kind: "saved", held, left, fresh: new Set() };
  const { cards, fresh } = markedCards(shown);
  const written = await deps.threads.write(held, {
    ...(hasChanged && { run: shown.run }),
    ...(isToDraw && { cards, takeClaim: { now, until: later(now, CLAIM_MS) } }),
  });
  switch (written.kind) {
    case "written":
      // What would be drawn is not what was marked: somebody else has gone on with the run.
      if (written.held.run.version !== shown.run.version) return { kind: "changed", held: written.held };
      if (written.hasCards || written.held.holds.claim === undefined)
        return { kind: "saved", held: written.held, left, fresh };
      return remarked(deps, written.held, shown);
    case "nudged":
    case "changed":
      return { kind: "changed", held: written.held };
    case "lost":
      return { kind: "lost" };
  }
}

function leftUndrawn(shown: Shown, now: string): "nothing" | "later" | "time" {
  const at = drawableAt(shown, now);
  if (at === undefined) return "nothing";
  return at > now ? "later" : "time";
}

/** Somebody has drawn since the cards were read: what is to be posted is marked on top of what they left. */
async function remarked(deps: WorkDeps, held: Held, shown: Shown): Promise<Saved> {
  const { cards, fresh } = markedCards({ ...shown, cards: knownCards(held) });
  const written = await deps.threads.write(held, { cards });
  return written.kind === "written"
    ? { kind: "saved", held: written.held, left: "time", fresh }
    : { kind: "lost" };
}

async function nextTurn(
  deps: WorkDeps,
  held: Held,
  given: Given | { readonly kind: "lost" },
): Promise<Stands | undefined> {
  if (given.kind === "kept") return given.stands;
  if (given.kind === "lost") await stop(deps, held);
  return undefined;
}

/** The claim may still be held, and nobody could draw until it runs out. Who asked for it meanwhile relies on this one, so that is handed on. */
async function stop(deps: WorkDeps, held: Held): Promise<void> {
  const { team, thread } = held;
  deps.log.warn("Another worker has taken this thread over; this one stops.", { thread });
  await letGo(deps, held);
  await wake(deps, { kind: "redraw", team, thread });
}

async function followUp(
  deps: WorkDeps,
  { kind, team, thread }: ThreadJob,
  {
    isUnfinished,
    refusedUntil,
  }: { readonly isUnfinished: boolean; readonly refusedUntil?: string | undefined },
): Promise<void> {
  if (isUnfinished) await wake(deps, { kind: "resume", team, thread });
  const isFirstTry = kind === "start" || kind === "resume";
  if (refusedUntil === undefined || !isFirstTry) return;
  const seconds = Math.max(REDRAW_AFTER_SECONDS, secondsTo(refusedUntil, deps.clock.now()));
  await wake(deps, { kind: "redraw", team, thread }, seconds);
}

/** Takes decisions that the graph does not take off the sweeper's list: a failed run keeps them for Retry, which puts the run itself back on it. */
export async function restDecisions(
  { records }: Pick<ShowDeps, "records">,
  approvals: readonly Approval[],
): Promise<void> {
  for (const approval of approvals) {
    const isOpen = approval.state.kind === "decided" && !approval.state.resumed;
    if (isOpen) await records.reschedule(approval, undefined);
  }
}

/**
 * The holder of the thread may be dead, and a dead one heeds no nudge: comes back when its lease has run out at the latest. Only
 * for what somebody waits for, so that such jobs never multiply.
 */
async function lookAgain(deps: WorkDeps, { kind, team, thread }: ThreadJob, until: string): Promise<void> {
  if (kind !== "start" && kind !== "resume") return;
  const seconds = Math.ceil((Date.parse(until) - Date.parse(deps.clock.now())) / 1_000);
  await wake(deps, { kind: "sweep", team, thread }, Math.min(seconds, MAX_DELAY_SECONDS));
}
