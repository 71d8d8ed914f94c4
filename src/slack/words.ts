// What people are told in private: each answer says what happened, to which thing, and what to do next.
import { actorText } from "../approvals/actor.ts";
import type { Approval, Refusal } from "../approvals/approval.ts";
import { type Standing, standingPolicy } from "../approvals/attention.ts";
import type { Approvers } from "../approvals/policy.ts";
import type { Decision } from "../approvals/decision.ts";
import { maskedText } from "../approvals/redaction.ts";
import type { Request } from "../approvals/request.ts";
import type { Run } from "../runs/run.ts";
import { chosenLabel } from "./blocks/choice.ts";
import { duration, escaped, mention, moment, oneLine } from "./text.ts";

const DID: Readonly<Record<Exclude<Decision["kind"], "chosen">, string>> = {
  approved: "approved this",
  edited: "approved this with changes",
  rejected: "rejected this",
  responded: "answered this",
  reviewed: "decided this",
  expired: "went on, as nobody had decided this in time",
};

function whatWasDone(request: Request, decision: Decision): string {
  if (decision.kind !== "chosen") return DID[decision.kind];
  return request.kind === "choose"
    ? `answered this with “${chosenLabel(request, decision)}”`
    : "answered this";
}

export function refusalSentence(
  because: Refusal,
  approval: Approval,
  viewer: { readonly by: string; readonly now: string },
): string {
  if (isSaidOfAny(because)) return NOT_COUNTED[because];
  const deciders = decidersOf(approval);
  switch (because) {
    case "own-request":
      return `You started this run, so someone else from ${deciders} has to decide it. Your click was not counted.`;
    case "not-an-approver":
      return `You can't decide this one: it needs ${deciders}. Your click was not counted. Ask them in this thread.`;
    case "guest":
      return `Guests can't decide requests: this one needs ${deciders}. Your click was not counted.`;
    case "external":
      return `People of other workspaces can't decide requests here: this one needs ${deciders}. Your click was not counted.`;
    case "deactivated":
    case "unknown":
      return `I don't know you as a member of this workspace, so your click was not counted. This one needs ${deciders}.`;
    case "decided":
      return decidedSentence(approval, viewer);
    case "expired":
      return expiredSentence(approval, viewer.now);
    case "voted":
      return `You have voted already, and it counts; somebody else from ${deciders} has to agree. Nothing more to do.`;
  }
}

function expiredSentence({ expiresAt, state }: Approval, now: string): string {
  const at = state.kind === "expired" ? state.at : (expiresAt ?? now);
  return `This request expired ${duration(at, now)} ago (${moment(at)}), and nothing was run. Your click was not counted; to go on with it, use *Ask again* on its card.`;
}

/** Of words that somebody has written in place of a click. */
export function ofAnswer(sentence: string): string {
  return sentence
    .replaceAll("Your decision is", "Your answer is")
    .replaceAll("Your click was", "Your answer was")
    .replaceAll("your click was", "your answer was");
}

/** Why the full request has no Approve for this person. */
export function readOnlySentence(because: Refusal, approval: Approval): string {
  if (because === "decided") return doneSentence(approval);
  const deciders = decidersOf(approval);
  if (because === "own-request")
    return `You started this run, so someone else from ${deciders} has to decide it.`;
  return isReadOnlyForAll(because) ? READ_ONLY[because] : `You can read this; it is decided by ${deciders}.`;
}

const READ_ONLY = {
  superseded: "This question was replaced by a newer one. Nothing to decide any more.",
  cancelled: "The run was cancelled before a decision. Nothing to decide any more.",
  expired: "This request has expired, and nothing was run. Ask again on its card opens it once more.",
  "not-offered": "It is answered on its card.",
  voted: "You have voted, and it counts; others have to agree. To vote anew, use its card.",
} as const;

function isReadOnlyForAll(because: Refusal): because is keyof typeof READ_ONLY {
  return Object.hasOwn(READ_ONLY, because);
}

function doneSentence({ request, state }: Approval): string {
  if (state.kind !== "decided") return "This request is closed.";
  const { decision } = state;
  return `${mention.user(decision.by)} ${whatWasDone(request, decision)}, ${moment(decision.at)}.`;
}

const NOT_COUNTED = {
  superseded:
    "This question was replaced by a newer one in this thread. Your click was not counted; please answer the newer one.",
  cancelled: "This run was cancelled before a decision. Your click was not counted; nothing more to do.",
  changed:
    "This request has changed since you saw it. Your click was not counted; the card in this thread shows the current version.",
  "not-offered":
    "This request does not offer that answer. Your click was not counted; use one of the buttons on its card.",
  "does-not-fit": "These arguments don't fit. Your change was not counted; please correct them.",
} as const;

/** What is said depends on neither the request nor the person. */
function isSaidOfAny(because: Refusal): because is keyof typeof NOT_COUNTED {
  return Object.hasOwn(NOT_COUNTED, because);
}

function decidedSentence(
  { request, state }: Approval,
  { by, now }: { readonly by: string; readonly now: string },
): string {
  if (state.kind !== "decided") return "This request is closed. Nothing more to do.";
  const { decision } = state;
  const when = `${duration(decision.at, now)} ago (${moment(decision.at)})`;
  const did = whatWasDone(request, decision);
  if (decision.by === by) return `You already ${did} ${when}. It counted; nothing more to do.`;
  const why = decision.kind === "rejected" ? `: “${escaped(oneLine(maskedText(decision.reason)))}”` : "";
  return `${mention.user(decision.by)} ${did} ${when}${why}. Your click was not counted; nothing more to do.`;
}

const NAMED_DECIDERS = 10;

/** Who can decide, as they are called in Slack. */
export function decidersOf(approval: Standing): string {
  return namesOf(standingPolicy(approval).approvers);
}

/** For whom a run was started, and by which of their API keys. */
export function requesterOf({ requester: user, key }: Pick<Run, "requester" | "key">): string {
  return mention.user(actorText({ user, ...(key !== undefined && { key }) }));
}

/** People and groups as they are called in Slack. */
export function namesOf({ groups, users }: Approvers): string {
  const all = [...groups.map(mention.group), ...users.map(mention.user)];
  const rest = all.length - NAMED_DECIDERS;
  return [...all.slice(0, NAMED_DECIDERS), ...(rest > 0 ? [`${rest} others`] : [])].join(" or ");
}

/** Those whose agreement it took: "@ana and @bo", in the order in which they agreed. */
export function peopleIn({ by, votes = [] }: Pick<Decision, "by" | "votes">): string {
  return listed([...votes.map((vote) => vote.by), by].map(mention.user));
}

/** "a, b and c". */
export function listed(all: readonly string[]): string {
  const last = all.at(-1) ?? "";
  return all.length <= 1 ? last : `${all.slice(0, -1).join(", ")} and ${last}`;
}

/** Of handing over and putting off. */
export const attendSentence = {
  snoozed: ({ attention, expiresAt }: Approval, by: string): string => {
    const until = attention?.snoozed[by];
    const expires = expiresAt === undefined ? "" : ` It expires all the same (${moment(expiresAt)}).`;
    const when = until === undefined ? "later" : `again (${moment(until)})`;
    return `I'll remind you of this ${when}, unless it is decided by then.${expires}`;
  },
  notAllowed: (approval: Approval): string =>
    `Only ${decidersOf(approval)} and the operators can do this. Nothing was changed.`,
  /** At a field of a form, where no mention is drawn. */
  notTheirs: ({ policy: { requesterMayApprove } }: Approval): string =>
    `They can't decide this one${requesterMayApprove ? "" : ", or they have asked for it"}. Please choose somebody of those named below.`,
  willShow: "It is handed over. The queue did not answer, so the card shows it within about two minutes.",
} as const;

export const TROUBLE = {
  nothingRecorded:
    "I couldn't record your decision: the database did not answer. Nothing was recorded and nothing was run. Please click again.",
  needsRepair:
    "I couldn't record your decision: the database is not set up as this app needs it. Nothing was recorded and nothing was run, and clicking again will not help. Please tell whoever runs this app; its log says what to mend.",
  maybeRecorded:
    "I couldn't confirm that your decision was recorded: the database stopped answering. Please click again; deciding twice counts once, and the card will show it.",
  notChecked:
    "I couldn't check who may decide this, because Slack did not answer. Your click was not counted; please try again in about 30 s.",
  willContinue:
    "Your decision is recorded. The queue did not answer, so the run continues within about two minutes. Nothing more to do.",
  voteWillShow:
    "Your vote is recorded; others have to vote, too. The queue did not answer, so the card shows it within about two minutes. Nothing more to do.",
  strangeForm:
    "This form is not the one for this request as it is now. Nothing was changed; please close it and open Edit… again.",
  oldCard:
    "This button is from an older version of this app and does nothing any more. Your click was not counted.",
  newer:
    "This is in a form that only a newer version of this app can read, so your click was not counted and nothing was changed. Please click again in a few minutes; if that does not help, tell whoever runs this app.",
  unexpected:
    "Something went wrong on my side and your click was not counted. Please try again; if it happens again, tell whoever runs this app.",
} as const;

/** Of several requests at once. */
export const SEVERAL = {
  unknownRun: "I don't know this run; it may have been removed. Nothing was approved.",
  nothingWaits: "Nothing of this run waits for a decision any more. Nothing was approved.",
  onOwnCards:
    "What is yours to decide here has to be decided on its own card: it cannot be undone, or does not fit on a list.",
  onOwnCard: "This has to be decided on its own card.",
  agreed: "You have approved all of it that is yours to approve; others have to agree. Nothing more to do.",
  notYours: (deciders: string): string =>
    `Nothing here is yours to approve: this needs ${deciders}. Nothing was approved.`,
  partly: (approved: number, not: number, lines: readonly string[]): string => {
    const counted = not === 0 ? `${approved} approved.` : `${approved} approved, ${not} not:`;
    return [counted, ...lines.map((line) => `• ${line}`)].join("\n");
  },
} as const;
