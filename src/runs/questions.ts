// The records of a run's questions: asked as the graph asks, closed as it goes on. Every write is repeatable.
import { type Approval, askedApproval } from "../approvals/approval.ts";
import { stalledApproval, supersededApproval } from "../approvals/course.ts";
import { isOutcomeUnknown } from "../approvals/choose.ts";
import { type DeclaredPolicy, type Groups, policyFor } from "../approvals/declared-policy.ts";
import { groupsToName, nextTimeOf, tendedApproval } from "../approvals/tend.ts";
import { calledApproval, schedulesIn } from "../approvals/told.ts";
import { JsonObject } from "../approvals/json.ts";
import { isOfNewer, policyIn, type Request } from "../approvals/request.ts";
import { later } from "../approvals/later.ts";
import { requestOf } from "../approvals/rows/table.ts";
import { UnknownForm } from "./errors.ts";
import type { ListRows } from "./lists.ts";
import { type MembersDeps, membersOf } from "./members.ts";
import type { Clock, Records } from "./ports.ts";
import type { Run } from "./run.ts";
import { requestOfStop } from "./stops.ts";
import { SWEEP_AFTER_MS } from "./wake.ts";
import type { GraphConfig, PendingInterrupt, RunnableGraph, Workflow } from "./workflow.ts";

export interface QuestionDeps extends MembersDeps {
  readonly records: Records;
  readonly rows: ListRows;
  readonly groups: Groups;
  readonly clock: Clock;
}

export interface Asking {
  readonly deps: QuestionDeps;
  readonly workflow: Workflow;
  readonly run: Run;
  readonly graph: RunnableGraph;
  readonly config: GraphConfig;
}

/** Listed first: a question that is recorded is then on every list, whatever crashes. */
export async function asked(deps: QuestionDeps, approval: Approval): Promise<Approval> {
  const called = calledApproval(approval, await membersOf(deps, schedulesIn(approval)));
  await deps.rows.put(approval);
  return saved(deps, called);
}

export async function settled(deps: QuestionDeps, approval: Approval, before: Approval): Promise<Approval> {
  if (approval === before) return before;
  const stored = await saved(deps, approval);
  await deps.rows.drop(approval);
  return stored;
}

/** Lost to another writer, what that one wrote stands. */
export async function saved({ records, clock }: QuestionDeps, approval: Approval): Promise<Approval> {
  // What time has decided: this turn answers the graph with it, and is not the only one that can.
  const due = isToBeAnswered(approval) ? later(clock.now(), SWEEP_AFTER_MS) : nextTimeOf(approval);
  if (await records.saveApproval(approval, due)) return approval;
  return (await records.approval(approval, approval.interrupt)) ?? approval;
}

function isToBeAnswered({ state }: Approval): boolean {
  return state.kind === "decided" && !state.resumed && !state.stalled;
}

async function closed(deps: QuestionDeps, before: Approval, after: Approval): Promise<Approval> {
  return after === before ? before : saved(deps, after);
}

/** With what was due at this moment: nobody has decided in time, or somebody else is asked, too. */
export async function tended(
  deps: QuestionDeps,
  approvals: readonly Approval[],
): Promise<readonly Approval[]> {
  const now = deps.clock.now();
  const looked: Approval[] = [];
  for (const before of approvals) {
    const after = tendedApproval(before, now, await membersOf(deps, groupsToName(before, now)));
    // Listed first for whom it has gone on to, as it was for the others.
    if (before.attention?.steps !== after.attention?.steps) await deps.rows.put(after);
    looked.push(await closed(deps, before, after));
  }
  return looked;
}

/** Somebody who voted, asked again, handed it over or nudged has put it on the sweeper's list, and this turn is what it was for. */
export function isLookedAt({ state, revision, attention }: Approval): boolean {
  const wasWritten = revision > 1 || attention !== undefined;
  return state.kind === "pending" && (wasWritten || state.votes !== undefined);
}

/** Whoever took back what was allowed has put the question on the sweeper's list, and this turn is what it was for. */
export async function revocationSeen({ records }: QuestionDeps, approval: Approval): Promise<void> {
  const isDone = approval.state.kind === "decided" && approval.revoked !== undefined;
  if (isDone) await records.reschedule(approval, nextTimeOf(approval));
}

/** Of a failed run: its questions stay open, and what is answered waits for Retry. The sweeper need not look again. */
export async function resting(
  deps: QuestionDeps,
  approvals: readonly Approval[],
): Promise<readonly Approval[]> {
  const rested: Approval[] = [];
  for (const approval of await tended(deps, approvals)) {
    const stored = await closed(deps, approval, stalledApproval(approval));
    if (isLookedAt(stored)) await deps.records.reschedule(stored, nextTimeOf(stored));
    await revocationSeen(deps, stored);
    rested.push(stored);
  }
  return rested;
}

/** Of a run that came to its end: a vote that was cast at that very moment has kept its question open. */
export async function nothingOpen(
  deps: QuestionDeps,
  approvals: readonly Approval[],
): Promise<readonly Approval[]> {
  const now = deps.clock.now();
  const all: Approval[] = [];
  for (const approval of approvals) {
    const stored = await settled(deps, supersededApproval(approval, now), approval);
    await revocationSeen(deps, stored);
    all.push(stored);
  }
  return all;
}

/** A pure function of the pause in the log: whichever worker records it, it is the same record. */
export async function askedBy(turn: Asking, pending: PendingInterrupt): Promise<Approval> {
  const { deps, workflow, run, graph } = turn;
  if (isOfNewer(pending.value))
    throw new UnknownForm(`What the step "${pending.node}" asks`, new Error("It is of another version."));
  const request =
    (await requestOfStop(turn, pending)) ??
    requestOf(pending.value, pending.node, statedBy(pending, workflow));
  const policy = declaredFor(workflow, pending);
  assertMayExpire(request, policy, pending.node);
  return askedApproval({
    team: run.team,
    thread: run.thread,
    interrupt: pending.id,
    slot: pending.slot,
    workflow: run.workflow,
    workflowVersion: workflow.listing.version,
    graphVersion: graph.version,
    request,
    policy: policyFor(policy, { roles: deps.groups, requester: run.requester, policy: workflow.policy }),
    requester: run.requester,
    channel: run.channel,
    askedAt: pending.at,
    ...(!workflow.broadcast && { isQuiet: true as const }),
  });
}

/** @throws when the node could not make anything of what it is told when nobody has decided in time. */
function assertMayExpire(request: Request, { onExpiry }: DeclaredPolicy, node: string): void {
  const canReject = request.kind === "approve" && request.allowed.includes("reject");
  if (onExpiry === "reject" && !canReject)
    throw new Error(
      `The policy of what "${node}" asks rejects it on expiry, and it cannot be rejected. Leave onExpiry out: then it can be asked again.`,
    );
}

function declaredFor(
  { policy, policies, listing: { operators = ["operators"] } }: Workflow,
  { value, node }: PendingInterrupt,
): DeclaredPolicy {
  // The operators know what became of it: whether a task was carried out is no matter of approval.
  if (isOutcomeUnknown(value)) return { approvers: [...operators], requesterMayApprove: true };
  return policyIn(value) ?? (Object.hasOwn(policies, node) ? policies[node] : undefined) ?? policy;
}

function statedBy(
  { node, answers, response_schema: schema }: PendingInterrupt,
  workflow: Workflow,
): NonNullable<Parameters<typeof requestOf>[2]> {
  const ofNode = workflow.answers && Object.hasOwn(workflow.answers, node) ? workflow.answers[node] : {};
  const { data: responseSchema } = JsonObject.safeParse(schema);
  return { answers: { ...ofNode, ...answers }, responseSchema };
}
