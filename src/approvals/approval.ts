// The stored record of one question: what is asked, who may decide, and how far it got. Deciding is a pure function over it.
import * as z from "zod";
import { actorText, personIn } from "./actor.ts";
import { Attention, standingPolicy } from "./attention.ts";
import { AuditEntry, entriesOfApproval } from "./audit.ts";
import { type CountedVote, type Decision, decisionOf, isVoteForRun, type Vote } from "./decision.ts";
import { forRunOf } from "./for-run.ts";
import { firstFormat } from "./format.ts";
import { digestOf, JsonObject, sameJson } from "./json.ts";
import { later } from "./later.ts";
import { agreementsLeft, mayDecide, type Permission, type Person, Policy } from "./policy.ts";
import { type AskRequest, Request } from "./request.ts";
import { allApproved, checkItems, type ItemVote, mayApproveAll } from "./review.ts";
import { checkEdit, type Checked, type FieldErrors } from "./schema.ts";
import { Origin, State } from "./state.ts";

export const Approval = z.object({
  ...firstFormat,
  team: z.string(),
  thread: z.string(),
  interrupt: z.string(),
  /** The log slot that made the interrupt durable. */
  slot: z.int().nonnegative(),
  workflow: z.string(),
  workflowVersion: z.string(),
  /** Of the graph that asks it: an answer is for this one alone. */
  graphVersion: z.string().exactOptional(),
  /** Raised whenever what is asked changes; a vote belongs to one revision. */
  revision: z.int().positive(),
  origin: Origin.exactOptional(),
  /** The arguments as the graph asked for them, once people have changed them. */
  askedArgs: JsonObject.exactOptional(),
  digest: z.string(),
  request: Request,
  policy: Policy,
  requester: z.string(),
  /** Where the run was asked for. */
  channel: z.string(),
  askedAt: z.iso.datetime(),
  /** It stands in the run's thread alone, and not in the channel too. */
  isQuiet: z.literal(true).exactOptional(),
  /** From then on no vote counts. */
  expiresAt: z.iso.datetime().exactOptional(),
  /** Once anything was done so that somebody decides. */
  attention: Attention.exactOptional(),
  state: State,
  /** What it had allowed for the rest of the run was taken back. */
  revoked: z.object({ by: z.string(), at: z.iso.datetime() }).exactOptional(),
  /** What happened to it that the rest of the record no longer tells, for the run's history; oldest first. */
  past: z.array(AuditEntry).exactOptional(),
  /** Number of this write; the next writer must name it. */
  version: z.int().positive(),
});
export type Approval = z.infer<typeof Approval>;

type Asked = Omit<
  Approval,
  | "digest"
  | "state"
  | "version"
  | "revision"
  | "expiresAt"
  | "attention"
  | "origin"
  | "askedArgs"
  | "revoked"
  | "past"
>;

/** A new question, as the pause in the log has it. */
export function askedApproval(asked: Asked): Approval {
  const state = { kind: "pending" as const };
  const pending = {
    ...asked,
    ...deadline(asked.policy, asked.askedAt),
    revision: 1,
    digest: "",
    state,
    version: 1,
  };
  return { ...pending, digest: approvalDigest(pending) };
}

/** When it expires, counted from here. */
export function deadline({ expiresAfterMs }: Policy, from: string): { readonly expiresAt?: string } {
  return expiresAfterMs === undefined ? {} : { expiresAt: later(from, expiresAfterMs) };
}

/** Hash of exactly what a click agrees to: everything the action, its limits and its deciders depend on. */
export function approvalDigest(approval: Omit<Approval, "digest" | "state" | "version">): string {
  const { workflow, workflowVersion, thread, interrupt, revision, request, policy } = approval;
  return digestOf({
    workflow,
    workflowVersion,
    thread,
    interrupt,
    revision,
    ...askedIn(request),
    policy,
  });
}

function askedIn(request: Request): JsonObject {
  const { action, title, facts } = request;
  switch (request.kind) {
    case "approve":
      return {
        ...{ action: action.name, args: action.args },
        ...{ schema: request.schema ?? null, allowed: request.allowed },
        ...(request.forRun && { forRun: request.forRun }),
        ...detailsOf(request),
      };
    case "choose":
      // What a node asks in its own words can have half a character in it.
      return JsonObject.parse({
        ...{ kind: "choose", action: action.name, title, facts, ...wordsOf(request) },
        ...{ options: request.options, ...(request.inWords && { inWords: true }) },
      });
    case "ask":
      return JsonObject.parse({ kind: "ask", action: action.name, title, facts, ...wordsOf(request) });
    case "review":
      return JsonObject.parse({
        ...{ kind: "review", action: action.name, title, facts, ...detailsOf(request) },
        items: request.items,
      });
  }
}

function detailsOf({ details = [] }: Request): { readonly details?: NonNullable<Request["details"]> } {
  return details.length === 0 ? {} : { details };
}

/** What an agent says is all that its question asks. */
function wordsOf(request: Request): JsonObject {
  const { said } = request;
  return { ...detailsOf(request), ...(said !== undefined && { said }) };
}

export type Refusal =
  | Exclude<Permission, { allowed: true }>["because"]
  | "changed"
  | "decided"
  | "superseded"
  | "cancelled"
  | "expired"
  | "voted"
  | "not-offered"
  | "does-not-fit";

export type Verdict =
  | { readonly kind: "accepted"; readonly approval: Approval; readonly decision: Decision }
  /** It counts, and others must agree. */
  | { readonly kind: "counted"; readonly approval: Approval }
  | { readonly kind: "refused"; readonly because: Refusal; readonly errors?: FieldErrors };

/** A vote as it arrived: whose, on which digest. The digest on the button is a claim; the record decides. */
export interface Cast {
  readonly vote: Vote;
  readonly digest: string;
  readonly person: Person;
  readonly now: string;
  /** Those who have voted on this revision, as the directory knows them now: who may no longer decide no longer counts. */
  readonly voters?: readonly Person[];
}

/** Decides whether a vote counts, and what the record becomes. */
export function decide(approval: Approval, cast: Cast): Verdict {
  const { vote, person, now } = cast;
  const refusal = refusalOf(approval, { ...cast, offer: vote.kind });
  if (refusal !== undefined) return { kind: "refused", because: refusal };
  const isOfferedForRun = !isVoteForRun(vote) || forRunOf(approval.request) !== undefined;
  if (!isOfferedForRun || isUnknownOption(approval.request, vote))
    return { kind: "refused", because: "not-offered" };
  const fitting = fittingVote(approval.request, vote);
  if (fitting.kind === "refused") return { kind: "refused", because: "does-not-fit", errors: fitting.errors };
  const mine = { by: actorOf(person), at: now };
  const { vote: fits } = fitting;
  if (fits.kind !== "edit") return counted(approval, { ...mine, vote: fits }, cast);
  const { args, ...said } = fits;
  const agrees = { ...mine, vote: { ...said, kind: "approve" as const } };
  // Of a form nothing else is offered: whoever sends it as somebody has filled it in agrees with them.
  if (isAgreedTo(approval, args)) return counted(approval, agrees, cast);
  return counted(revised(approval, args, mine), agrees, { ...cast, voters: [] });
}

function actorOf(person: Person): string {
  const key = person.kind === "member" ? person.key : undefined;
  return actorText({ user: person.id, ...(key !== undefined && { key }) });
}

/** These are the arguments that somebody has proposed, and has approved. */
function isAgreedTo(approval: Approval, args: JsonObject): boolean {
  if (approval.askedArgs === undefined || !sameJson(approval.request.action.args, args)) return false;
  return votesOn(approval).some(({ vote }) => vote.kind === "approve");
}

/** Why this person's click on this card does not count; undefined when it would. */
export function refusalOf(
  approval: Approval,
  { offer, digest, person, now }: Offered,
): Exclude<Refusal, "does-not-fit" | "voted"> | undefined {
  const permission = mayDecide(person, approval.requester, standingPolicy(approval));
  if (!permission.allowed) return permission.because;
  const closed = closedBecause(approval, { digest, now });
  if (closed !== undefined) return closed;
  return isOffered(approval.request, offer) ? undefined : "not-offered";
}

/** Why this card's question does not wait any more, or not as it stands there; undefined when it does. */
export function closedBecause(
  approval: Approval,
  { digest, now }: Pick<Cast, "digest" | "now">,
): "decided" | "superseded" | "cancelled" | "expired" | "changed" | undefined {
  if (approval.state.kind !== "pending") return approval.state.kind;
  // The sweeper may not have come by yet.
  if (isOverdue(approval, now)) return "expired";
  return digest === approval.digest ? undefined : "changed";
}

function isOffered(request: Request, offer: Vote["kind"]): boolean {
  switch (request.kind) {
    case "approve":
      return request.allowed.some((allowed) => allowed === offer);
    case "choose":
      return offer === "choose" || (offer === "respond" && request.inWords === true);
    case "ask":
      return offer === "respond";
    case "review":
      return offer === "review" || (offer === "approve" && mayApproveAll(request.items));
  }
}

function isUnknownOption(request: Request, vote: Vote): boolean {
  if (request.kind !== "choose" || vote.kind !== "choose") return false;
  return !request.options.some(({ id }) => id === vote.option);
}

interface Offered extends Pick<Cast, "digest" | "person" | "now"> {
  readonly offer: Vote["kind"];
}

type Fitting =
  { readonly kind: "fits"; readonly vote: Vote } | { readonly kind: "refused"; readonly errors: FieldErrors };

/** The vote with its arguments as the schema has them. */
function fittingVote(request: Request, vote: Vote): Fitting {
  if (vote.kind === "edit") {
    const edited = checkedEdit(request, vote.args);
    return edited.kind === "refused" ? edited : { kind: "fits", vote: { ...vote, args: edited.args } };
  }
  if (vote.kind === "respond" && request.kind === "ask" && !isFittingText(request, vote.text))
    return { kind: "refused", errors: { "": "Please write a number." } };
  if (request.kind !== "review") return { kind: "fits", vote };
  if (vote.kind === "approve")
    return { kind: "fits", vote: { kind: "review", items: allApproved(request.items) } };
  if (vote.kind !== "review") return { kind: "fits", vote };
  const reviewed = checkItems(request.items, vote.items);
  return reviewed.kind === "refused"
    ? reviewed
    : { kind: "fits", vote: { kind: "review", items: reviewed.items } };
}

function isFittingText({ reply }: AskRequest, text: string): boolean {
  return reply?.kind !== "number" || (text.trim() !== "" && Number.isFinite(Number(text)));
}

function checkedEdit(request: Request, args: JsonObject): Checked {
  return request.kind !== "approve" || request.schema === undefined
    ? { kind: "refused", errors: { "": "These arguments cannot be edited." } }
    : checkEdit(request.schema, request.action.args, args);
}

/** Those on this revision; empty for a question that does not wait any more. */
export function votesOn({ state }: Approval): readonly CountedVote[] {
  return state.kind === "pending" ? (state.votes ?? []) : [];
}

/** On this revision: there is nothing more for them to do. */
export function hasVoted(approval: Approval, person: string): boolean {
  return votesOn(approval).some(({ by }) => personIn(by) === person);
}

/** With the vote among those of the people who may still decide. */
function counted(approval: Approval, mine: CountedVote, { person, voters = [] }: Cast): Verdict {
  const policy = standingPolicy(approval);
  const standing = voters.filter((voter) => mayDecide(voter, approval.requester, policy).allowed);
  const earlier = votesOn(approval).filter(({ by }) => standing.some(({ id }) => id === personIn(by)));
  const own = earlier.find(({ by }) => personIn(by) === person.id);
  const others = earlier.filter((vote) => vote !== own);
  const agreeing = others.filter(({ vote }) => isSameAnswer(vote, mine.vote));
  const people = standing.filter(({ id }) => agreeing.some(({ by }) => personIn(by) === id));
  const isEnough = votesLeft(policy, mine.vote, [...people, person]) <= 0;
  // Whoever joins a group that had nobody yet may have to say it again: then it decides.
  if (own !== undefined && isSameVote(own.vote, mine.vote) && !isEnough)
    return { kind: "refused", because: "voted" };
  const kept = agreeing.length === votesOn(approval).length ? approval : remembering(approval, mine.at);
  if (!isEnough)
    return { kind: "counted", approval: next(kept, { kind: "pending", votes: [...others, mine] }) };
  const decision = decisionOf(mine, approval, agreeing);
  return { kind: "accepted", decision, approval: next(kept, { kind: "decided", decision, resumed: false }) };
}

/** People seldom change a request more than a few times; what is older has long been recorded with the run. */
const MOST_PAST = 60;

/** Before a change after which the record tells less: what it tells so far is kept for the run's history. */
export function remembering(approval: Approval, now: string): Approval {
  const told = entriesOfApproval(approval, now);
  return { ...approval, past: told.slice(-MOST_PAST) };
}

/** Who agrees, and would allow it for the run only now or no more, has changed their mind. */
function isSameVote(a: Vote, b: Vote): boolean {
  return isSameAnswer(a, b) && isVoteForRun(a) === isVoteForRun(b);
}

/** Comments and reasons may differ, and whether it is allowed for the rest of the run. */
function isSameAnswer(a: Vote, b: Vote): boolean {
  if (a.kind === "choose" && b.kind === "choose") return a.option === b.option;
  if (a.kind === "review" && b.kind === "review")
    return sameJson(a.items.map(withoutReason), b.items.map(withoutReason));
  return a.kind === b.kind;
}

function withoutReason(item: ItemVote): ItemVote {
  return item.kind === "reject" ? { ...item, reason: "" } : item;
}

function votesLeft(policy: Policy, vote: Vote, agreeing: readonly Person[]): number {
  switch (vote.kind) {
    case "reject":
      return (policy.rejections ?? 1) - agreeing.length;
    case "respond":
      // Two people hardly ever write the same words.
      return 0;
    case "approve":
    case "edit":
    case "choose":
    case "review":
      return agreementsLeft(policy, agreeing);
  }
}

/** Other arguments are another revision, on which nobody has voted yet. */
function revised(
  approval: Approval,
  args: JsonObject,
  { by, at }: { readonly by: string; readonly at: string },
): Approval {
  const { request, revision } = approval;
  if (request.kind !== "approve") return approval;
  const before = request.action.args;
  return withDigest({
    ...remembering(approval, at),
    revision: revision + 1,
    origin: { kind: "edit", by, at, before },
    askedArgs: approval.askedArgs ?? before,
    request: { ...request, action: { ...request.action, args } },
    state: { kind: "pending" },
  });
}

/** With the hash of what it asks now. */
export function withDigest(approval: Approval): Approval {
  return { ...approval, digest: approvalDigest(approval) };
}

/** Nobody can decide it any more. */
export function isOverdue({ expiresAt }: Approval, now: string): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/** The next version of its record. */
export function next(approval: Approval, state: Approval["state"]): Approval {
  return { ...approval, version: approval.version + 1, state };
}
