// What is recorded of a run for good: one entry for each transition, for each click that did not count, and for who opened what.
import * as z from "zod";
import type { Attention, Ping } from "./attention.ts";
import type { CountedVote, Decision } from "./decision.ts";
import { clippedNotes, clippedText } from "./clipped.ts";
import { digestOf, JsonObject } from "./json.ts";
import { AllowedAction, Checked, common, OpenedForm, RefusedClick, Replayed } from "./noted.ts";
import { Approvers } from "./policy.ts";
import type { Origin, State } from "./state.ts";
import { maskedChange, maskedText } from "./redaction.ts";
import type { ItemDecision } from "./review.ts";

/** Which question, and exactly which wording of it. */
const question = { interrupt: z.string(), revision: z.int().positive(), digest: z.string() };

const Change = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("values"),
    before: JsonObject,
    after: JsonObject,
    /** Of the values as they were, where some are masked. */
    digests: z.object({ before: z.string(), after: z.string() }).exactOptional(),
  }),
  /** Arguments too large to be kept twice; the approval's own record has them. */
  z.object({ kind: z.literal("digests"), before: z.string(), after: z.string() }),
]);

/** It was also allowed for the rest of the run. */
const forRun = z.literal(true).exactOptional();

const Answer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approved"), comment: z.string().exactOptional(), forRun }),
  z.object({ kind: z.literal("edited"), change: Change, forRun }),
  z.object({ kind: z.literal("rejected"), reason: z.string(), stop: z.boolean().exactOptional() }),
  /** The id of an option; the approval's own record says what it was. */
  z.object({ kind: z.literal("chosen"), option: z.string() }),
  z.object({ kind: z.literal("responded"), text: z.string() }),
  /** What was said of each action, in order; of changed arguments their digest, the approval's own record has them. */
  z.object({
    kind: z.literal("reviewed"),
    items: z.array(z.object({ kind: z.string(), said: z.string() })),
  }),
  /** Nobody decided in time, and the run went on all the same. */
  z.object({ kind: z.literal("expired") }),
]);

/**
 * One line of a run's history. `by` is there where somebody did it.
 *
 * What was tried and why it did not count are texts, not today's unions: an entry must be readable for as long as it is kept.
 */
export const AuditEntry = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("started"),
    ...common,
    by: z.string(),
    workflow: z.string(),
    workflowVersion: z.string(),
    /** Digest of what it was started with. */
    input: z.string(),
    replayOf: z.object({ thread: z.string(), step: z.string().exactOptional() }).exactOptional(),
  }),
  z.object({ kind: z.literal("asked"), ...common, ...question }),
  /** A vote that counted, while others had still to agree. */
  z.object({ kind: z.literal("voted"), ...common, by: z.string(), ...question, vote: z.string(), forRun }),
  /** Other arguments were proposed, for the others to agree to. */
  z.object({ kind: z.literal("edited"), ...common, by: z.string(), ...question, change: Change }),
  z.object({ kind: z.literal("decided"), ...common, by: z.string(), ...question, answer: Answer }),
  /** What had been allowed with it for the rest of the run was taken back. */
  z.object({ kind: z.literal("revoked"), ...common, by: z.string(), ...question }),
  RefusedClick,
  OpenedForm,
  Replayed,
  Checked,
  AllowedAction,
  /** The graph has consumed the answer. */
  z.object({ kind: z.literal("resumed"), ...common, ...question }),
  z.object({ kind: z.literal("superseded"), ...common, ...question }),
  /** Asked again after a decision that the graph did not take. */
  z.object({
    kind: z.literal("reopened"),
    ...{ ...common, ...question },
    by: z.string().exactOptional(),
    because: z.string().exactOptional(),
    notes: z.array(z.string()).exactOptional(),
  }),
  z.object({ kind: z.literal("expired"), ...common, ...question }),
  /** `by` is there where somebody nudged; else its time had come. */
  z.object({
    kind: z.literal("reminded"),
    ...common,
    ...question,
    by: z.string().exactOptional(),
    to: Approvers,
  }),
  /** Nobody had decided, so it went on to these people, who may decide it from then on, or was shown in that channel, too. */
  z.object({
    kind: z.literal("escalated"),
    ...{ ...common, ...question },
    to: Approvers,
    channel: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal("handed-over"), ...common, ...question, by: z.string(), to: Approvers }),
  /** They want no reminders of it until then. */
  z.object({ kind: z.literal("snoozed"), ...common, ...question, by: z.string(), until: z.iso.datetime() }),
  /** The run is of another version of its workflow from here on: migrated, or people were asked. */
  z.object({
    kind: z.literal("workflow-changed"),
    ...{ ...common, from: z.string(), to: z.string() },
    migrated: z.literal(true).exactOptional(),
  }),
  /** The alert that started the run was over by itself. */
  z.object({ kind: z.literal("alert-resolved"), ...common }),
  z.object({ kind: z.literal("failed"), ...common, error: z.string() }),
  z.object({ kind: z.literal("retried"), ...common, by: z.string().exactOptional() }),
  z.object({
    kind: z.literal("cancelled"),
    ...common,
    by: z.string().exactOptional(),
    reason: z.string().exactOptional(),
  }),
  /** `by` is who stopped it, where somebody did. */
  z.object({
    kind: z.literal("ended"),
    ...common,
    by: z.string().exactOptional(),
    good: z.boolean(),
    text: z.string(),
  }),
]);
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Edited arguments up to this size, before and after together, are kept as they are. */
const LONGEST_CHANGE = 8_192;
/** The part of an approval that its history is told from. */
interface Told {
  readonly interrupt: string;
  readonly revision: number;
  readonly digest: string;
  readonly askedAt: string;
  readonly request: {
    readonly action: { readonly args: JsonObject };
    readonly schema?: JsonObject | undefined;
  };
  readonly origin?: Origin;
  readonly attention?: Attention;
  readonly state: z.infer<typeof State>;
  readonly revoked?: { readonly by: string; readonly at: string };
  readonly past?: readonly AuditEntry[];
}

/** Everything an approval's record tells, oldest first; `now` is for what happened at no recorded time. */
export function entriesOfApproval(approval: Told, now: string): readonly AuditEntry[] {
  const { past = [] } = approval;
  const known = new Set(past.map(({ id }) => id));
  const beginning = isToldByDecision(approval) ? [] : [beginningOf(approval)];
  const current = [
    ...beginning,
    ...entriesOfAttention(approval, now),
    ...entriesOfState(approval, now),
    ...revocationOf(approval),
  ];
  return [...past, ...current.filter(({ id }) => !known.has(id))];
}

/** An edit that decided in the same write: the decision says all of it. */
function isToldByDecision({ origin, state }: Told): boolean {
  if (origin?.kind !== "edit" || state.kind !== "decided") return false;
  const { decision } = state;
  return decision.kind === "edited" && decision.by === origin.by && decision.votes === undefined;
}

/** How this revision came about. */
function beginningOf(approval: Told): AuditEntry {
  const { origin, askedAt, request } = approval;
  const on = onWhich(approval);
  const id = idOf("asked", approval);
  switch (origin?.kind) {
    case undefined:
      return { kind: "asked", id, at: askedAt, ...on };
    case "edit": {
      const { by, at, before } = origin;
      const change = changeOf({ before, args: request.action.args }, request.schema);
      return { kind: "edited", id, at, by, ...on, change };
    }
    case "again": {
      const { by, at, because, notes } = origin;
      return { kind: "reopened", id, at, by, ...on, because, notes: clippedNotes(notes) };
    }
  }
}

/** Those of earlier revisions are told already. */
function entriesOfAttention(approval: Told, now: string): readonly AuditEntry[] {
  const { interrupt, revision, attention } = approval;
  if (attention === undefined) return [];
  const on = onWhich(approval);
  const snoozed = Object.entries(attention.snoozed).map(([by, until]) => ({
    ...{ kind: "snoozed" as const, id: `snoozed:${interrupt}:${by}:${until}`, at: now, ...on, by, until },
  }));
  const pings = attention.pings.filter((ping) => ping.revision === revision);
  return [...pings.map((ping) => pingEntry(ping, on)), ...snoozed];
}

function pingEntry(
  { number, at, to, why }: Ping,
  on: Pick<Told, "interrupt" | "revision" | "digest">,
): AuditEntry {
  const told = { id: `ping:${on.interrupt}:${number}`, at, ...on, to };
  switch (why.kind) {
    case "waiting":
    case "snoozed":
      return { kind: "reminded", ...told };
    case "nudged":
      return { kind: "reminded", ...told, by: why.by };
    case "handed-over":
      return { kind: "handed-over", ...told, by: why.by };
    case "escalated":
      return { kind: "escalated", ...told, ...(why.channel !== undefined && { channel: why.channel }) };
  }
}

function entriesOfState(approval: Told, now: string): readonly AuditEntry[] {
  const { state } = approval;
  const on = onWhich(approval);
  switch (state.kind) {
    case "pending":
      return (state.votes ?? []).map((vote) => votedEntry(approval, vote));
    case "decided": {
      const { by, at, votes = [] } = state.decision;
      const answer = answerOf(state.decision, approval);
      const voted = votes.map((one) =>
        votedEntry(approval, { ...one, vote: { ...AGREEING[answer.kind], ...forRunIn(one) } }),
      );
      const decided = { kind: "decided", id: idOf("decided", approval), at, by, ...on, answer } as const;
      const resumed = { kind: "resumed", id: idOf("resumed", approval), at: now, ...on } as const;
      return [...voted, decided, ...(state.resumed ? [resumed] : [])];
    }
    case "superseded":
    case "expired":
      return [{ kind: state.kind, id: idOf(state.kind, approval), at: state.at, ...on }];
    case "cancelled":
      // Of the run; its entry says by whom.
      return [];
  }
}

function revocationOf(approval: Told): readonly AuditEntry[] {
  const { revoked } = approval;
  if (revoked === undefined) return [];
  return [{ kind: "revoked", id: idOf("revoked", approval), ...revoked, ...onWhich(approval) }];
}

/** What those voted for who agreed to it. */
const AGREEING: Readonly<Record<Decision["kind"], { readonly kind: CountedVote["vote"]["kind"] }>> = {
  approved: { kind: "approve" },
  edited: { kind: "approve" },
  rejected: { kind: "reject" },
  chosen: { kind: "choose" },
  responded: { kind: "respond" },
  reviewed: { kind: "review" },
  // Nobody has.
  expired: { kind: "approve" },
};

function votedEntry(
  approval: Told,
  {
    by,
    at,
    vote,
  }: {
    readonly by: string;
    readonly at: string;
    readonly vote: Voted;
  },
): AuditEntry {
  const first = `${idOf("voted", approval)}:${by}:${vote.kind}`;
  // Whoever changes their mind may come back to what they said, or choose another option.
  const isLater = (approval.past ?? []).some((entry) => entry.id === first && entry.at !== at);
  const id = isLater ? `${first}:${at}` : first;
  return { kind: "voted", id, at, by, ...onWhich(approval), vote: vote.kind, ...forRunIn(vote) };
}

interface Voted {
  readonly kind: CountedVote["vote"]["kind"];
  readonly forRun?: true;
}

function forRunIn({ forRun: isForRun }: { readonly forRun?: true }): { readonly forRun?: true } {
  return isForRun === true ? { forRun: true } : {};
}

function onWhich({ interrupt, revision, digest }: Told): Pick<Told, "interrupt" | "revision" | "digest"> {
  return { interrupt, revision, digest };
}

function idOf(kind: string, { interrupt, revision }: Told): string {
  return `${kind}:${interrupt}:${revision}`;
}

function answerOf(decision: Decision, { request }: Told): z.infer<typeof Answer> {
  switch (decision.kind) {
    case "approved":
      return {
        kind: "approved",
        ...(decision.comment !== undefined && { comment: maskedText(decision.comment) }),
        ...forRunIn(decision),
      };
    case "edited":
      return { kind: "edited", change: changeOf(decision, request.schema), ...forRunIn(decision) };
    case "rejected": {
      const { reason, stop } = decision;
      return { kind: "rejected", reason: maskedText(reason), ...(stop === undefined ? {} : { stop }) };
    }
    case "chosen":
      return { kind: "chosen", option: decision.option };
    case "responded":
      return { kind: "responded", text: clippedText(decision.text) };
    case "reviewed":
      return {
        kind: "reviewed",
        items: decision.items.map((item) => ({ kind: item.kind, said: saidOf(item) })),
      };
    case "expired":
      return { kind: "expired" };
  }
}

const LONGEST_SAID = 200;

function saidOf(item: ItemDecision): string {
  switch (item.kind) {
    case "approved":
      return "";
    case "edited":
      return digestOf({ ...item.args });
    case "rejected":
      return clippedText(item.reason, LONGEST_SAID);
    case "responded":
      return clippedText(item.text, LONGEST_SAID);
  }
}

function changeOf(
  edit: { readonly before: JsonObject; readonly args: JsonObject },
  schema: JsonObject | undefined,
): z.infer<typeof Change> {
  const digests = { before: digestOf(edit.before), after: digestOf(edit.args) };
  const { before, args: after, count } = maskedChange(edit, schema);
  const isSmall = JSON.stringify([before, after]).length <= LONGEST_CHANGE;
  if (!isSmall) return { kind: "digests", ...digests };
  return { kind: "values", before, after, ...(count > 0 && { digests }) };
}
