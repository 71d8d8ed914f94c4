// What is recorded of a run for good: one entry for each transition, for each click that did not count, and for who opened what.
import * as z from "zod";
import type { Attention, Ping } from "./attention.ts";
import type { CountedVote, Decision } from "./decision.ts";
import { digestOf, JsonObject } from "./json.ts";
import { Approvers } from "./policy.ts";
import type { Origin, State } from "./state.ts";
import { maskedChange, maskedText } from "./redaction.ts";
import type { ItemDecision } from "./review.ts";

/** An entry's id says which transition it is, so that a crash between two writes never records one twice. */
const common = { id: z.string().min(1), at: z.iso.datetime() };
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

const Answer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approved"), comment: z.string().exactOptional() }),
  z.object({ kind: z.literal("edited"), change: Change }),
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

/** A click that did not count. `digest` is what the button showed: a claim, which may be the very reason. */
export const RefusedClick = z.object({
  kind: z.literal("refused"),
  ...common,
  by: z.string(),
  tried: z.string(),
  because: z.string(),
  interrupt: z.string(),
  digest: z.string(),
});
export type RefusedClick = z.infer<typeof RefusedClick>;

/** Somebody has read the full request, or begun to answer it. `form` is what they opened, `digest` what it showed them. */
export const OpenedForm = z.object({
  kind: z.literal("opened"),
  ...common,
  by: z.string(),
  form: z.string(),
  interrupt: z.string(),
  digest: z.string(),
});
export type OpenedForm = z.infer<typeof OpenedForm>;

/** Somebody did it again, in a run of its own: `as` is that one's thread. */
const Replayed = z.object({
  kind: z.literal("replayed"),
  ...common,
  by: z.string(),
  as: z.string(),
  /** The step with which that run begins, where that is not the first one. */
  step: z.string().exactOptional(),
});
type Replayed = z.infer<typeof Replayed>;

/** What is noted beside the chain, by whoever does not hold the thread. */
export const Noted = z.discriminatedUnion("kind", [RefusedClick, OpenedForm, Replayed]);
export type Noted = z.infer<typeof Noted>;

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
  z.object({ kind: z.literal("voted"), ...common, by: z.string(), ...question, vote: z.string() }),
  /** Other arguments were proposed, for the others to agree to. */
  z.object({ kind: z.literal("edited"), ...common, by: z.string(), ...question, change: Change }),
  z.object({ kind: z.literal("decided"), ...common, by: z.string(), ...question, answer: Answer }),
  RefusedClick,
  OpenedForm,
  Replayed,
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
const LONGEST_TEXT = 2_000;
/** What a button brings is a claim of any length. */
const LONGEST_CLAIM = 128;

/** Text as it is kept: without secrets, and an error can be as long as a page. */
export function clippedText(text: string, longest: number = LONGEST_TEXT): string {
  const masked = maskedText(text);
  return masked.length <= longest ? masked : `${masked.slice(0, longest)}…`;
}

const MOST_NOTES = 20;

/** What was wrong with an answer, or has changed: a node may say more of it than a record has room for. */
export function clippedNotes(notes: readonly string[]): string[] {
  return notes.slice(0, MOST_NOTES).map((note) => clippedText(note));
}

/** The click that did not count. The same click again has the same id, so that a double click is recorded once. */
export function refusedClick(click: Omit<RefusedClick, "kind" | "id">): RefusedClick {
  const { by, tried, because } = click;
  const [digest, interrupt] = [claimOf(click.digest), claimOf(click.interrupt)];
  const id = `refused:${digestOf({ by, tried, because, interrupt, digest }).slice(0, 32)}`;
  return { kind: "refused", id, at: click.at, by, tried, because, interrupt, digest };
}

/** The form that was opened. The same one again has the same id, so that each person's first look at each revision is recorded. */
export function openedForm({ at, by, form, interrupt, digest }: Omit<OpenedForm, "kind" | "id">): OpenedForm {
  const id = `opened:${digestOf({ by, form, interrupt, digest }).slice(0, 32)}`;
  return { kind: "opened", id, at, by, form, interrupt, digest };
}

/** Said again, it is the same entry. */
export function replayedRun({ at, by, as, step }: Omit<Replayed, "kind" | "id">): Replayed {
  return { kind: "replayed", id: `replayed:${as}`, at, by, as, ...(step !== undefined && { step }) };
}

function claimOf(text: string): string {
  return text.slice(0, LONGEST_CLAIM).toWellFormed();
}

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
  readonly past?: readonly AuditEntry[];
}

/** Everything an approval's record tells, oldest first; `now` is for what happened at no recorded time. */
export function entriesOfApproval(approval: Told, now: string): readonly AuditEntry[] {
  const { past = [] } = approval;
  const known = new Set(past.map(({ id }) => id));
  const beginning = isToldByDecision(approval) ? [] : [beginningOf(approval)];
  const current = [...beginning, ...entriesOfAttention(approval, now), ...entriesOfState(approval, now)];
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
      const voted = votes.map((one) => votedEntry(approval, { ...one, vote: AGREEING[answer.kind] }));
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
    vote: { kind: vote },
  }: {
    readonly by: string;
    readonly at: string;
    readonly vote: Pick<CountedVote["vote"], "kind">;
  },
): AuditEntry {
  const first = `${idOf("voted", approval)}:${by}:${vote}`;
  // Whoever changes their mind may come back to what they said, or choose another option.
  const isLater = (approval.past ?? []).some((entry) => entry.id === first && entry.at !== at);
  const id = isLater ? `${first}:${at}` : first;
  return { kind: "voted", id, at, by, ...onWhich(approval), vote };
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
      };
    case "edited":
      return { kind: "edited", change: changeOf(decision, request.schema) };
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
