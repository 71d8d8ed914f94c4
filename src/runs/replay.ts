// Replays a run: a run of its own with the same input, on which every question is asked again, from the beginning or from a step before which nothing had been asked.
import { type Approval } from "../approvals/approval.ts";
import { EMPTY_AUDIT } from "../approvals/audit-log.ts";
import { type Approvers, isAmong, type Person } from "../approvals/policy.ts";
import { operatorsOf } from "./catalog.ts";
import type { SeenRun } from "./find.ts";
import { type Run, threadOf } from "./run.ts";
import { begunRun, recordRun, type StartDeps } from "./start.ts";

export interface ReplayRequest {
  /** Names the delivery: the same delivery again is the same run. */
  readonly delivery: string;
  /** As they are known now, with all groups they are in. */
  readonly by: Person;
  /** The name of a node; the beginning, when it is not said. */
  readonly step?: string;
}

type ReplayDeps = Omit<StartDeps, "directory" | "defaultChannel">;

export type Replayed =
  /** `woken` is false when the queue did not take the job: the sweeper will start the run. */
  | { readonly kind: "started"; readonly run: Run; readonly woken: boolean }
  | { readonly kind: "not-allowed"; readonly operators: Approvers }
  | { readonly kind: "gone" }
  /** Its input is not kept any more. */
  | { readonly kind: "removed" }
  /** `version` is the workflow's as it is now. */
  | { readonly kind: "changed"; readonly version: string }
  /** `steps` are those that the run did. */
  | { readonly kind: "unknown-step"; readonly steps: readonly string[] }
  /** `approval` was asked before that step; `steps` are those with which a replay may begin. */
  | { readonly kind: "asked-before"; readonly approval: Approval; readonly steps: readonly string[] };

/** @throws StorageUnavailable */
export async function replayRun(
  deps: ReplayDeps,
  { run, approvals }: SeenRun,
  request: ReplayRequest,
): Promise<Replayed> {
  const operators = operatorsOf(deps, run.workflow);
  if (!isAmong(request.by, operators)) return { kind: "not-allowed", operators };
  if (run.removed !== undefined) return { kind: "removed" };
  const listing = deps.catalog.find(({ name }) => name === run.workflow);
  if (listing === undefined) return { kind: "gone" };
  if (listing.version !== run.workflowVersion) return { kind: "changed", version: listing.version };
  const from = beginningAt({ run, approvals }, request.step);
  if (from.kind !== "from") return from;
  return recordRun(deps, replayOf(run, from, { ...request, now: deps.clock.now() }));
}

interface From {
  readonly kind: "from";
  readonly step?: string;
  readonly slot?: number;
}

function beginningAt(
  seen: SeenRun,
  step: string | undefined,
): From | Extract<Replayed, { kind: "unknown-step" | "asked-before" }> {
  if (step === undefined) return { kind: "from" };
  const nodes = Object.entries(seen.run.progress?.nodes ?? {});
  const slot = nodes.find(([name]) => name === step)?.[1].from;
  if (slot === undefined) return { kind: "unknown-step", steps: nodes.map(([name]) => name) };
  const approval = askedBefore(seen, slot);
  if (approval !== undefined) {
    const open = nodes.filter(([, { from }]) => askedBefore(seen, from) === undefined);
    return { kind: "asked-before", approval, steps: open.map(([name]) => name) };
  }
  // Its first steps ran together with the input: before them there is no checkpoint, and nothing to take over.
  return slot < 0 ? { kind: "from", step } : { kind: "from", step, slot };
}

/** Invariant 12: whoever got past a question had an answer to it. It is stored behind the checkpoint whose superstep asks it. */
function askedBefore({ approvals }: SeenRun, slot: number): Approval | undefined {
  return approvals.find((approval) => approval.slot <= slot);
}

function replayOf(
  { team, thread, workflow, workflowVersion, input, channel, isRemote }: Run,
  { step, slot }: From,
  { delivery, by, now }: ReplayRequest & { readonly now: string },
): Run {
  return begunRun({
    ...{ team, thread: threadOf(team, delivery), workflow, workflowVersion, input, channel },
    ...(isRemote && { isRemote }),
    requester: by.id,
    createdAt: now,
    replayOf: { thread, ...(step !== undefined && { step }), ...(slot !== undefined && { slot }) },
    status: { kind: "queued" },
    audit: EMPTY_AUDIT,
    version: 1,
  });
}
