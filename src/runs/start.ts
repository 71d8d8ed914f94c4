// Starts a run: checks who asks and what for, records it once for each delivery, and wakes the worker.
import { closest } from "fastest-levenshtein";
import { appended, EMPTY_AUDIT } from "../approvals/audit-log.ts";
import { type Approvers, mayStart, type Permission } from "../approvals/policy.ts";
import { argsFromWords, checkArgs, type FieldErrors } from "../approvals/schema.ts";
import { auditOf } from "./audit.ts";
import { type Catalog, startersOf } from "./catalog.ts";
import type { Clock, Directory, Log, Queue, Records } from "./ports.ts";
import { later, type Run, threadOf } from "./run.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";
import type { Listing } from "./workflow.ts";

export interface StartDeps extends Catalog {
  readonly defaultChannel: string;
  readonly records: Records;
  readonly queue: Queue;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StartRequest {
  readonly team: string;
  /** Names the delivery: the same delivery again is the same run. */
  readonly delivery: string;
  readonly workflow: string;
  readonly words: Readonly<Record<string, string>>;
  readonly requester: string;
  /** Where it was asked for; it is shown in the workflow's own, when it was in none. */
  readonly channel?: string;
}

export type Started =
  /** `woken` is false when the queue did not take the job: the sweeper will start the run. */
  | { readonly kind: "started"; readonly run: Run; readonly woken: boolean }
  | { readonly kind: "unknown-workflow"; readonly nearest: Listing | undefined }
  | { readonly kind: "bad-input"; readonly workflow: Listing; readonly errors: FieldErrors }
  | {
      readonly kind: "not-allowed";
      readonly because: Exclude<Permission, { allowed: true }>["because"];
      /** Where the workflow names who may start it. */
      readonly starters: Approvers | undefined;
    };

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function startRun(deps: StartDeps, request: StartRequest): Promise<Started> {
  const workflow = deps.catalog.find((listing) => listing.name === request.workflow);
  if (workflow === undefined)
    return { kind: "unknown-workflow", nearest: nearestTo(request.workflow, deps.catalog) };
  const checked = checkArgs(workflow.inputSchema, argsFromWords(workflow.inputSchema, request.words));
  if (checked.kind === "refused") return { kind: "bad-input", workflow, errors: checked.errors };
  const starters = startersOf(deps, workflow);
  const person = await deps.directory.person(request.requester, starters?.groups ?? []);
  const permission = mayStart(person, starters);
  if (!permission.allowed) return { kind: "not-allowed", because: permission.because, starters };
  const now = deps.clock.now();
  return recordRun(deps, newRun({ deps, request, workflow, now }, checked.args));
}

/**
 * Once for each thread, however often it is asked for.
 *
 * @throws StorageUnavailable
 */
export async function recordRun(
  deps: Pick<StartDeps, "records" | "queue" | "log">,
  run: Run,
): Promise<Extract<Started, { kind: "started" }>> {
  const created = await deps.records.saveRun(run, later(run.createdAt, SWEEP_AFTER_MS));
  deps.log.info(created ? "A run was recorded." : "A delivery came again; its run exists.", {
    thread: run.thread,
    workflow: run.workflow,
  });
  return {
    kind: "started",
    run,
    woken: await wake(deps, { kind: "start", team: run.team, thread: run.thread }),
  };
}

interface Starting {
  readonly deps: StartDeps;
  readonly request: StartRequest;
  readonly workflow: Listing;
  readonly now: string;
}

function newRun({ deps, request, workflow, now }: Starting, input: Run["input"]): Run {
  const run = {
    team: request.team,
    thread: threadOf(request.team, request.delivery),
    workflow: workflow.name,
    workflowVersion: workflow.version,
    input,
    requester: request.requester,
    channel: request.channel ?? workflow.channel ?? deps.defaultChannel,
    ...(request.channel === undefined && { isRemote: true as const }),
    createdAt: now,
    status: { kind: "queued" as const },
    audit: EMPTY_AUDIT,
    version: 1,
  };
  return begunRun(run);
}

/** With its beginning in its history. */
export function begunRun(run: Run): Run {
  const entries = auditOf({ run: undefined, approvals: [] }, { run, approvals: [] }, { now: run.createdAt });
  return { ...run, audit: appended(EMPTY_AUDIT, entries, { key: run }).open };
}

function nearestTo(name: string, catalog: readonly Listing[]): Listing | undefined {
  if (catalog.length === 0) return undefined;
  const nearest = closest(
    name,
    catalog.map((listing) => listing.name),
  );
  return catalog.find((listing) => listing.name === nearest);
}
