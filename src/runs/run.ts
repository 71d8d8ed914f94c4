// The stored record of one execution of a workflow.
import { createHash } from "node:crypto";
import * as z from "zod";
import { EMPTY_AUDIT, OpenAudit } from "../approvals/audit-log.ts";
import { firstFormat } from "../approvals/format.ts";
import { JsonObject } from "../approvals/json.ts";
import { Progress } from "./progress.ts";
import { ModelUsage } from "./usage.ts";

/** Where a thread's state lives. The team is part of every key, so that two workspaces can never meet. */
export interface ThreadKey {
  readonly team: string;
  readonly thread: string;
}

/** What a finished run has to say to people. */
export const Outcome = z.object({
  good: z.boolean(),
  text: z.string(),
  /** A model wrote the text: it is shown as what the agent says, and leads nowhere. */
  isProse: z.literal(true).exactOptional(),
  /** Who has ended it, by rejecting what it was about to do; `text` then says why. */
  stoppedBy: z.string().exactOptional(),
});
export type Outcome = z.infer<typeof Outcome>;

const Status = z.discriminatedUnion("kind", [
  /** To be begun, or begun and not yet at a question. */
  z.object({ kind: z.literal("queued") }),
  z.object({ kind: z.literal("waiting") }),
  z.object({ kind: z.literal("done"), outcome: Outcome }),
  /** The workflow threw. Decisions stand; Retry runs the failed step again with the same answers. */
  z.object({ kind: z.literal("failed"), error: z.string() }),
  /** By somebody, for good. What has been done stays done. */
  z.object({
    kind: z.literal("cancelled"),
    by: z.string(),
    at: z.iso.datetime(),
    reason: z.string().exactOptional(),
  }),
]);

/** The run that this one does again. */
const ReplayOf = z.object({
  thread: z.string(),
  /** The step with which it begins, where that is not the first one. */
  step: z.string().exactOptional(),
  /** The slot of that run's log from which the step ran. */
  slot: z.int().nonnegative().exactOptional(),
});

/** What its record still has is what its history needs, or of a purged one that it was there. */
const Removed = z.discriminatedUnion("kind", [
  /** It had ended for as long as details are kept. `historyUntil` is how long the rest is; without it, for good. */
  z.object({
    kind: z.literal("expired"),
    at: z.iso.datetime(),
    historyUntil: z.iso.datetime().exactOptional(),
  }),
  /** By an operator, at once; its history is gone as well, and `audit` says how long it was and where it ended. */
  z.object({ kind: z.literal("purged"), at: z.iso.datetime(), by: z.string(), reason: z.string() }),
]);
export type Removed = z.infer<typeof Removed>;

export const Run = z.object({
  ...firstFormat,
  team: z.string(),
  thread: z.string(),
  workflow: z.string(),
  /** The workflow's as it is declared, when it was last run. */
  workflowVersion: z.string(),
  /** Of the graph that ran it last. */
  graphVersion: z.string().exactOptional(),
  input: JsonObject,
  /** A Slack user's id, or what it was that started it; see `webhookRequester`. */
  requester: z.string(),
  /** Of the requester's API keys, the one by which it was started. */
  key: z.string().exactOptional(),
  channel: z.string(),
  /** It was not asked for in that channel, so its requester is told the outcome in person. */
  isRemote: z.literal(true).exactOptional(),
  createdAt: z.iso.datetime(),
  /** Since when the alert that started it has been over; what it asks waits all the same. */
  alertResolvedAt: z.iso.datetime().exactOptional(),
  replayOf: ReplayOf.exactOptional(),
  status: Status,
  /** Of a run that has begun: how far it was when it was last written. */
  progress: Progress.exactOptional(),
  /** Of a run that has asked a model. */
  usage: ModelUsage.exactOptional(),
  /** What happened to it, in order; the last part of it. */
  audit: OpenAudit.default(EMPTY_AUDIT),
  /** Its details are not kept any more. */
  removed: Removed.exactOptional(),
  /** Number of this write; the next writer must name it. */
  version: z.int().positive(),
});
export type Run = z.infer<typeof Run>;

/** A delivery that arrives twice makes the same thread, so the second one changes nothing. */
export function threadOf(team: string, delivery: string): string {
  return createHash("sha256").update(`${team}\n${delivery}`).digest("hex").slice(0, 32);
}

/** The name of the thread's checkpoint log: the team is part of it, as of every key. */
export function logOf({ team, thread }: ThreadKey): string {
  return `${team}#${thread}`;
}

/** How people name a run. */
export function runName(thread: string): string {
  return `r-${thread.slice(0, 6)}`;
}
