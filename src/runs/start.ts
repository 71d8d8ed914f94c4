// Starts a run: checks who asks and what for, records it once for each delivery, and wakes the worker.
import { closest } from "fastest-levenshtein";
import { webhookOf } from "../approvals/actor.ts";
import { appended, EMPTY_AUDIT } from "../approvals/audit-log.ts";
import type { JsonObject } from "../approvals/json.ts";
import { type Approvers, isPerson, mayStart, type Permission } from "../approvals/policy.ts";
import { argsFromWords, checkArgs, type FieldErrors } from "../approvals/schema.ts";
import { auditOf } from "./audit.ts";
import { type Catalog, startersOf } from "./catalog.ts";
import type { Clock, Directory, Log, Queue, Records } from "./ports.ts";
import { later } from "../approvals/later.ts";
import { type Run, threadOf } from "./run.ts";
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

/** Who starts what, and where. */
export interface Starting {
  readonly team: string;
  /** Names the delivery: the same delivery again is the same run. */
  readonly delivery: string;
  readonly workflow: string;
  /** A Slack user's id, or that of a webhook: whether the workflow can be started by one is its own to say. */
  readonly requester: string;
  /** The API key of theirs by which they do. */
  readonly key?: string;
  /** Where it was asked for; it is shown in the workflow's own, when it was in none. */
  readonly channel?: string;
}

export interface StartRequest extends Starting {
  readonly words: Readonly<Record<string, string>>;
}

interface Unknown {
  readonly kind: "unknown-workflow";
  readonly nearest: Listing | undefined;
}

interface NotAllowed {
  readonly kind: "not-allowed";
  readonly because: Exclude<Permission, { allowed: true }>["because"];
  /** Where the workflow names who may start it. */
  readonly starters: Approvers | undefined;
}

export type Started =
  /** `woken` is false when the queue did not take the job: the sweeper will start the run. */
  | { readonly kind: "started"; readonly run: Run; readonly woken: boolean }
  | Unknown
  | { readonly kind: "bad-input"; readonly workflow: Listing; readonly errors: FieldErrors }
  | NotAllowed;

/** @throws StorageUnavailable, DirectoryUnavailable */
export function startRun(deps: StartDeps, { words, ...starting }: StartRequest): Promise<Started> {
  return begin(deps, starting, ({ inputSchema }) => argsFromWords(inputSchema, words));
}

/**
 * With arguments as a form has them.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export function startRunWith(deps: StartDeps, starting: Starting, args: JsonObject): Promise<Started> {
  return begin(deps, starting, () => args);
}

/**
 * Whether somebody may start it, before they are asked for more: nothing is recorded, and it is checked again when they do.
 *
 * @throws DirectoryUnavailable
 */
export async function openStart(
  deps: StartDeps,
  { workflow: name, requester }: Pick<Starting, "workflow" | "requester">,
): Promise<{ readonly kind: "open"; readonly workflow: Listing } | Unknown | NotAllowed> {
  const workflow = deps.catalog.find((listing) => listing.name === name);
  if (workflow === undefined) return { kind: "unknown-workflow", nearest: nearestTo(name, deps.catalog) };
  return (await refusedStart(deps, workflow, requester)) ?? { kind: "open", workflow };
}

async function refusedStart(
  deps: StartDeps,
  workflow: Listing,
  requester: string,
): Promise<NotAllowed | undefined> {
  const starters = startersOf(deps, workflow);
  const webhook = webhookOf(requester);
  if (webhook !== undefined)
    return workflow.webhooks?.includes(webhook) === true
      ? undefined
      : { kind: "not-allowed", because: "not-an-approver", starters };
  const person = await deps.directory.person(requester, starters?.groups ?? []);
  const permission = mayStart(person, starters);
  return permission.allowed ? undefined : { kind: "not-allowed", because: permission.because, starters };
}

async function begin(
  deps: StartDeps,
  request: Starting,
  argsFor: (workflow: Listing) => JsonObject,
): Promise<Started> {
  const checked = await check(deps, request, argsFor);
  return checked.kind === "fits" ? recordRun(deps, checked.run) : checked;
}

export type NotStarted = Exclude<Started, { kind: "started" }>;
type Checked = { readonly kind: "fits"; readonly run: Run } | NotStarted;

/**
 * The run as `recordRun` records it, where it may be started: nothing is recorded yet.
 *
 * @throws DirectoryUnavailable
 */
export function checkStart(deps: StartDeps, starting: Starting, args: JsonObject): Promise<Checked> {
  return check(deps, starting, () => args);
}

async function check(
  deps: StartDeps,
  request: Starting,
  argsFor: (workflow: Listing) => JsonObject,
): Promise<Checked> {
  const workflow = deps.catalog.find((listing) => listing.name === request.workflow);
  if (workflow === undefined)
    return { kind: "unknown-workflow", nearest: nearestTo(request.workflow, deps.catalog) };
  const checked = checkArgs(workflow.inputSchema, argsFor(workflow));
  if (checked.kind === "refused") return { kind: "bad-input", workflow, errors: checked.errors };
  const refused = await refusedStart(deps, workflow, request.requester);
  if (refused !== undefined) return refused;
  const now = deps.clock.now();
  return { kind: "fits", run: newRun({ deps, request, workflow, now }, checked.args) };
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

interface Begun {
  readonly deps: StartDeps;
  readonly request: Starting;
  readonly workflow: Listing;
  readonly now: string;
}

function newRun({ deps, request, workflow, now }: Begun, input: Run["input"]): Run {
  const run = {
    team: request.team,
    thread: threadOf(request.team, request.delivery),
    workflow: workflow.name,
    workflowVersion: workflow.version,
    input,
    requester: request.requester,
    ...(request.key !== undefined && { key: request.key }),
    channel: request.channel ?? workflow.channel ?? deps.defaultChannel,
    ...(isRemote(request) && { isRemote: true as const }),
    createdAt: now,
    status: { kind: "queued" as const },
    audit: EMPTY_AUDIT,
    version: 1,
  };
  return begunRun(run);
}

/** By hand, and elsewhere: callers and webhooks are nobody who waits for a message. */
function isRemote({ requester, key, channel }: Starting): boolean {
  return channel === undefined && key === undefined && isPerson(requester);
}

/** With its beginning in its history. */
export function begunRun(run: Run): Run {
  const entries = auditOf({ run: undefined, approvals: [] }, { run, approvals: [] }, { now: run.createdAt });
  return { ...run, audit: appended(EMPTY_AUDIT, entries, { key: run }).open };
}

function nearestTo(name: string, catalog: readonly Listing[]): Listing | undefined {
  if (catalog.length === 0) return undefined;
  // All of them are in small letters.
  const nearest = closest(
    name.toLowerCase(),
    catalog.map((listing) => listing.name),
  );
  return catalog.find((listing) => listing.name === nearest);
}
