// An approval as it may be drawn: without secrets. Its digest is still the one of what is asked.
import type { Approval } from "./approval.ts";
import type { CountedVote, Decision } from "./decision.ts";
import { forRunOf } from "./for-run.ts";
import type { JsonObject } from "./json.ts";
import { maskedArgs, maskedChange, type Masked, maskedRequest, maskedText } from "./redaction.ts";
import type { Request } from "./request.ts";
import type { ItemDecision } from "./review.ts";
import type { Origin } from "./state.ts";

/** For drawing only. */
export function maskedApproval(approval: Approval): Masked<Approval> {
  const { value: shown, count } = maskedRequest(approval.request);
  const request = forRunOf(approval.request) === undefined ? withoutForRun(shown) : shown;
  const schema = approval.request.kind === "approve" ? approval.request.schema : undefined;
  const { origin } = approval;
  const state = maskedState(approval.state, approval.request);
  const { args } = approval.request.action;
  const masked = { ...approval, request, state };
  return {
    value: origin === undefined ? masked : { ...masked, origin: maskedOrigin(origin, args, schema) },
    count,
  };
}

/** Of values that are masked it cannot be seen any more that they are, and nothing is to be offered for them. */
function withoutForRun(request: Request): Request {
  if (request.kind !== "approve" || request.forRun === undefined) return request;
  const { forRun: _, ...others } = request;
  return others;
}

function maskedState(state: Approval["state"], request: Request): Approval["state"] {
  if (state.kind === "decided") return { ...state, decision: maskedDecision(state.decision, request) };
  if (state.kind !== "pending" || state.votes === undefined) return state;
  return { ...state, votes: state.votes.map(maskedVote) };
}

function maskedVote({ vote, ...rest }: CountedVote): CountedVote {
  if (vote.kind === "reject") return { ...rest, vote: { ...vote, reason: maskedText(vote.reason) } };
  return { ...rest, vote: vote.kind === "approve" ? { ...vote, ...maskedComment(vote) } : vote };
}

function maskedOrigin(origin: Origin, args: JsonObject, schema: JsonObject | undefined): Origin {
  return origin.kind === "edit"
    ? { ...origin, before: maskedChange({ before: origin.before, args }, schema).before }
    : { ...origin, notes: origin.notes.map(maskedText) };
}

function maskedDecision(decision: Decision, request: Request): Decision {
  switch (decision.kind) {
    case "edited": {
      const schema = request.kind === "approve" ? request.schema : undefined;
      const { before, args } = maskedChange(decision, schema);
      return { ...decision, ...maskedComment(decision), before, args };
    }
    case "rejected":
      return { ...decision, reason: maskedText(decision.reason) };
    case "approved":
      return { ...decision, ...maskedComment(decision) };
    case "responded":
      return { ...decision, text: maskedText(decision.text) };
    case "reviewed":
      return {
        ...decision,
        items: decision.items.map((item, at) =>
          maskedItem(item, request.kind === "review" ? request.items[at]?.schema : undefined),
        ),
      };
    case "chosen":
    case "expired":
      return decision;
  }
}

function maskedComment({ comment }: { readonly comment?: string }): { readonly comment?: string } {
  return comment === undefined ? {} : { comment: maskedText(comment) };
}

function maskedItem(item: ItemDecision, schema: JsonObject | undefined): ItemDecision {
  switch (item.kind) {
    case "approved":
      return item;
    case "edited":
      return { ...item, args: { ...maskedArgs(item.args, schema).value } };
    case "rejected":
      return { ...item, reason: maskedText(item.reason) };
    case "responded":
      return { ...item, text: maskedText(item.text) };
  }
}
