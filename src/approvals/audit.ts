// What is recorded of a run for good: one entry for each transition, and for each click that did not count.
import * as z from "zod";
import { type Approval, approvalDigest } from "./approval.ts";
import type { Decision } from "./decision.ts";
import { digestOf, JsonObject } from "./json.ts";

/** An entry's id says which transition it is, so that a crash between two writes never records one twice. */
const common = { id: z.string().min(1), at: z.iso.datetime() };
/** Which question, and exactly which wording of it. */
const question = { interrupt: z.string(), revision: z.int().positive(), digest: z.string() };

const Change = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("values"), before: JsonObject, after: JsonObject }),
  /** Arguments too large to be kept twice; the approval's own record has them. */
  z.object({ kind: z.literal("digests"), before: z.string(), after: z.string() }),
]);

const Answer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approved") }),
  z.object({ kind: z.literal("edited"), change: Change }),
  z.object({ kind: z.literal("rejected"), reason: z.string(), stop: z.boolean().exactOptional() }),
  /** The id of an option; the approval's own record says what it was. */
  z.object({ kind: z.literal("chosen"), option: z.string() }),
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
  }),
  z.object({ kind: z.literal("asked"), ...common, ...question }),
  z.object({ kind: z.literal("decided"), ...common, by: z.string(), ...question, answer: Answer }),
  RefusedClick,
  /** The graph has consumed the answer. */
  z.object({ kind: z.literal("resumed"), ...common, ...question }),
  z.object({ kind: z.literal("superseded"), ...common, ...question }),
  /** Asked again after a decision that the graph did not take. */
  z.object({ kind: z.literal("reopened"), ...common, ...question, because: z.string().exactOptional() }),
  z.object({ kind: z.literal("expired"), ...common, ...question }),
  z.object({ kind: z.literal("failed"), ...common, error: z.string() }),
  z.object({ kind: z.literal("retried"), ...common, by: z.string().exactOptional() }),
  z.object({ kind: z.literal("cancelled"), ...common, by: z.string().exactOptional() }),
  z.object({ kind: z.literal("ended"), ...common, good: z.boolean(), text: z.string() }),
]);
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Edited arguments up to this size, before and after together, are kept as they are. */
const LONGEST_CHANGE = 8_192;
const LONGEST_TEXT = 2_000;
/** What a button brings is a claim of any length. */
const LONGEST_CLAIM = 128;

/** Text as an entry keeps it: an error can be as long as a page. */
export function clippedText(text: string, longest: number = LONGEST_TEXT): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

/** The click that did not count. The same click again has the same id, so that a double click is recorded once. */
export function refusedClick(click: Omit<RefusedClick, "kind" | "id">): RefusedClick {
  const { by, tried, because } = click;
  const [digest, interrupt] = [claimOf(click.digest), claimOf(click.interrupt)];
  const id = `refused:${digestOf({ by, tried, because, interrupt, digest }).slice(0, 32)}`;
  return { kind: "refused", id, at: click.at, by, tried, because, interrupt, digest };
}

function claimOf(text: string): string {
  return text.slice(0, LONGEST_CLAIM).toWellFormed();
}

/**
 * Everything an approval's record tells, oldest first; `now` is for what happened at no recorded time.
 *
 * Only the last decision is on the record: who opens the question again must have recorded it before.
 */
export function entriesOfApproval(approval: Approval, now: string): readonly AuditEntry[] {
  const { state, interrupt, revision, digest } = approval;
  const on = { interrupt, revision, digest };
  switch (state.kind) {
    case "pending":
      return [askedEntry(approval, now)];
    case "decided": {
      const { by, at } = state.decision;
      const answer = answerOf(state.decision);
      const decided = { kind: "decided", id: idOf("decided", approval), at, by, ...on, answer } as const;
      const resumed = { kind: "resumed", id: idOf("resumed", approval), at: now, ...on } as const;
      return [askedEntry(approval, at), decided, ...(state.resumed ? [resumed] : [])];
    }
    case "superseded":
      return [
        askedEntry(approval, state.at),
        { kind: "superseded", id: idOf("superseded", approval), at: state.at, ...on },
      ];
    case "cancelled":
      // Of the run; its entry says by whom.
      return [askedEntry(approval, state.at)];
  }
}

/** The same question opened again: it takes the place of "asked", and its id, for this revision. */
export function reopenedEntry(approval: Approval, now: string): AuditEntry {
  const { interrupt, revision, digest } = approval;
  return { kind: "reopened", id: idOf("asked", approval), at: now, interrupt, revision, digest };
}

/** A first revision says when it was asked; of a later one it is known that it was there at `latest`. */
function askedEntry(approval: Approval, latest: string): AuditEntry {
  const asked = asAsked(approval);
  const { interrupt, revision, digest } = asked;
  const at = revision === 1 ? approval.askedAt : latest;
  return { kind: "asked", id: idOf("asked", asked), at, interrupt, revision, digest };
}

/** An edit made the revision it decided; what was asked is the one before. */
function asAsked(approval: Approval): Pick<Approval, "interrupt" | "revision" | "digest"> {
  const { state, request } = approval;
  if (state.kind !== "decided" || state.decision.kind !== "edited" || request.kind !== "approve")
    return approval;
  const action = { ...request.action, args: state.decision.before };
  const asked = { ...approval, revision: approval.revision - 1, request: { ...request, action } };
  return { ...asked, digest: approvalDigest(asked) };
}

function idOf(kind: string, { interrupt, revision }: Pick<Approval, "interrupt" | "revision">): string {
  return `${kind}:${interrupt}:${revision}`;
}

function answerOf(decision: Decision): z.infer<typeof Answer> {
  switch (decision.kind) {
    case "approved":
      return { kind: "approved" };
    case "edited":
      return { kind: "edited", change: changeOf(decision.before, decision.args) };
    case "rejected": {
      const { reason, stop } = decision;
      return { kind: "rejected", reason, ...(stop === undefined ? {} : { stop }) };
    }
    case "chosen":
      return { kind: "chosen", option: decision.option };
  }
}

function changeOf(before: JsonObject, after: JsonObject): z.infer<typeof Change> {
  const isSmall = JSON.stringify([before, after]).length <= LONGEST_CHANGE;
  return isSmall
    ? { kind: "values", before, after }
    : { kind: "digests", before: digestOf(before), after: digestOf(after) };
}
