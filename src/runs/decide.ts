// Counts a click: reads the record, asks the pure policy, and makes one conditional write. Redrawing and resuming happen in the worker.
import { type Approval, decide, type Refusal, refusalOf, votesOn } from "../approvals/approval.ts";
import { standingPolicy } from "../approvals/attention.ts";
import type { Decision, Vote } from "../approvals/decision.ts";
import type { Person } from "../approvals/policy.ts";
import type { FieldErrors } from "../approvals/schema.ts";
import { deciderOf, type DeciderDeps } from "./decider.ts";
import { type Metrics, msBetween } from "./metrics.ts";
import { type NoteDeps, noteRefusal } from "./note-click.ts";
import type { Records } from "./ports.ts";
import { later } from "../approvals/later.ts";
import { amongRivals } from "./rivals.ts";
import type { ThreadKey } from "./run.ts";
import { type UnknownRequest, unknownRequest } from "./unknown-request.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

export interface DecideDeps extends NoteDeps, DeciderDeps {
  readonly records: Records;
  readonly metrics: Metrics;
}

export interface DecideRequest extends ThreadKey {
  readonly interrupt: string;
  /** The digest on the button that was clicked. */
  readonly digest: string;
  /** Whose click it was, or by whose key, as an actor is written. */
  readonly by: string;
  readonly vote: Vote;
}

export type Decided =
  /** It counts, and others must agree. */
  | { readonly kind: "counted"; readonly approval: Approval; readonly woken: boolean }
  /** `woken` is false when the queue did not take the job: the sweeper will continue the run. */
  | {
      readonly kind: "recorded";
      readonly approval: Approval;
      readonly decision: Decision;
      readonly woken: boolean;
    }
  | {
      readonly kind: "refused";
      readonly because: Refusal;
      readonly approval: Approval;
      readonly errors: FieldErrors;
    }
  | UnknownRequest;

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function decideRequest(deps: DecideDeps, request: DecideRequest): Promise<Decided> {
  return amongRivals<Decided>(`The approval ${request.interrupt}`, async () => {
    const approval = await deps.records.approval(request, request.interrupt);
    if (approval === undefined) return unknownRequest(deps.records, request);
    const now = deps.clock.now();
    const [person, ...voters] = await peopleOf(deps, approval, request.by);
    const { vote, digest } = request;
    const verdict = decide(approval, { vote, digest, person, now, voters });
    if (verdict.kind === "refused") {
      await noteRefusal(deps, request, { tried: request.vote.kind, because: verdict.because });
      return { kind: "refused", because: verdict.because, approval, errors: verdict.errors ?? {} };
    }
    const first = await deps.records.saveApproval(verdict.approval, later(now, SWEEP_AFTER_MS));
    if (!first) return undefined;
    const woken = await wake(deps, { kind: "resume", team: request.team, thread: request.thread });
    if (verdict.kind === "counted") {
      deps.log.info("A vote was recorded.", { ...named(request), vote: request.vote.kind });
      return { kind: "counted", approval: verdict.approval, woken };
    }
    const { decision } = verdict;
    const { workflow, askedAt } = approval;
    deps.metrics.add("TimeToDecision", msBetween(askedAt, now), { workflow });
    deps.log.info("A decision was recorded.", { ...named(request), decision: decision.kind });
    return { kind: "recorded", approval: verdict.approval, decision, woken };
  });
}

/** Whoever votes now first, then those who have: all as they are known at this moment. */
async function peopleOf(
  deps: DecideDeps,
  approval: Approval,
  by: string,
): Promise<readonly [Person, ...Person[]]> {
  const earlier = votesOn(approval).map((vote) => vote.by);
  const [person, ...voters] = await Promise.all([
    deciderOf(deps, by, asked(approval)),
    ...earlier.map((voter) => deciderOf(deps, voter, asked(approval))),
  ]);
  return [person, ...voters];
}

function asked(approval: Approval): Parameters<typeof deciderOf>[2] {
  return { team: approval.team, groups: standingPolicy(approval).approvers.groups };
}

function named({ thread, interrupt, by }: Omit<DecideRequest, "vote">): Readonly<Record<string, string>> {
  return { thread, interrupt, by };
}

export type Viewed =
  /** `refused` says why this person could not decide it now. */
  | { readonly kind: "viewed"; readonly approval: Approval; readonly refused: Refusal | undefined }
  | UnknownRequest;

/**
 * The request as it is now, for whoever can see its card. Looking is no try to decide, so no refusal is noted.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export async function viewRequest(
  deps: DecideDeps,
  request: Omit<DecideRequest, "vote" | "digest">,
  offer: Vote["kind"],
): Promise<Viewed> {
  const approval = await deps.records.approval(request, request.interrupt);
  if (approval === undefined) return unknownRequest(deps.records, request);
  const person = await deciderOf(deps, request.by, asked(approval));
  return {
    kind: "viewed",
    approval,
    refused: refusalOf(approval, { offer, digest: approval.digest, person, now: deps.clock.now() }),
  };
}

export type Opened =
  { readonly kind: "open"; readonly approval: Approval } | Exclude<Decided, { kind: "recorded" | "counted" }>;

/**
 * Whether this person could decide this now, asked before a form is opened so that nobody fills in what would not count. It promises nothing: the decision
 * itself is checked again.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export async function openRequest(
  deps: DecideDeps,
  request: Omit<DecideRequest, "vote">,
  offer: Vote["kind"],
): Promise<Opened> {
  const approval = await deps.records.approval(request, request.interrupt);
  if (approval === undefined) return unknownRequest(deps.records, request);
  const person = await deciderOf(deps, request.by, asked(approval));
  const now = deps.clock.now();
  const because = refusalOf(approval, { offer, digest: request.digest, person, now });
  if (because === undefined) return { kind: "open", approval };
  await noteRefusal(deps, request, { tried: offer, because });
  return { kind: "refused", because, approval, errors: {} };
}
