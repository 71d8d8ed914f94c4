// What a human answered, and what the waiting node is resumed with.
import * as z from "zod";
import { digestOf, Json, JsonObject } from "./json.ts";
import type { ChooseRequest, Request } from "./request.ts";
import { itemDecisionOf, ItemDecision, ItemVote } from "./review.ts";

const comment = z.string().max(1_000).exactOptional();
const forRun = z.literal(true).exactOptional();

/** Somebody's click, before it counts. */
export const Vote = z.discriminatedUnion("kind", [
  /** `forRun` also allows what the request says, for the rest of the run. */
  z.object({ kind: z.literal("approve"), comment, forRun }),
  /** `comment` says why. */
  z.object({ kind: z.literal("edit"), args: JsonObject, comment }),
  /** `stop` asks for the end of it: of a request with `again` the node is told not to try again, any other run ends here. */
  z.object({ kind: z.literal("reject"), reason: z.string().max(1_200), stop: z.boolean().exactOptional() }),
  /** `option` is an id. */
  z.object({ kind: z.literal("choose"), option: z.string() }),
  z.object({ kind: z.literal("respond"), text: z.string().min(1).max(3_000) }),
  /** One for each action of a review, in order. */
  z.object({ kind: z.literal("review"), items: z.array(ItemVote) }),
]);
export type Vote = z.infer<typeof Vote>;

const moment = { by: z.string(), at: z.iso.datetime() };

/** A vote that counts, on the revision it was cast on. */
export const CountedVote = z.object({ ...moment, vote: Vote });
export type CountedVote = z.infer<typeof CountedVote>;

/** `by` is whose vote decided; `votes` are those of the others who had agreed before, oldest first. */
const who = { ...moment, votes: z.array(z.object({ ...moment, comment, forRun })).exactOptional() };

/** Hash of what was shown beside the arguments when it was decided. */
const basis = z.string().exactOptional();

/** Of a request to approve. */
export const ApprovalDecision = z.discriminatedUnion("kind", [
  /** `forRun` when everybody whose vote counts has allowed it for the rest of the run. */
  z.object({ kind: z.literal("approved"), ...who, comment, basis, forRun }),
  /** `before` are the arguments as they were asked. */
  z.object({
    kind: z.literal("edited"),
    ...{ ...who, comment, basis, forRun },
    args: JsonObject,
    before: JsonObject,
  }),
  /** `stop` is true when the human wants the end of it; a node is only told when it would try again otherwise. */
  z.object({ kind: z.literal("rejected"), ...who, reason: z.string(), stop: z.boolean().exactOptional() }),
]);
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

/** Stands for Countersign itself, where nobody did it. */
export const SYSTEM = "system";

/** Nobody decided in time, and the policy says to go on all the same. */
export const ExpiredDecision = z.object({ kind: z.literal("expired"), ...who });
export type ExpiredDecision = z.infer<typeof ExpiredDecision>;

/** In words. */
export const RespondedDecision = z.object({ kind: z.literal("responded"), ...who, text: z.string() });

export const Decision = z.discriminatedUnion("kind", [
  ApprovalDecision,
  ExpiredDecision,
  /** `option` is an id. */
  z.object({ kind: z.literal("chosen"), ...who, option: z.string() }),
  RespondedDecision,
  z.object({ kind: z.literal("reviewed"), ...who, items: z.array(ItemDecision) }),
]);
export type Decision = z.infer<typeof Decision>;

/** What the deciding vote makes of a request; `askedArgs` are the arguments before people changed them, if they have. */
export function decisionOf(
  { by, at, vote }: CountedVote,
  { request, askedArgs }: { readonly request: Request; readonly askedArgs?: JsonObject },
  earlier: readonly CountedVote[],
): Decision {
  const votes = earlier.map(votedFor);
  const common = { by, at, ...(votes.length > 0 && { votes }) };
  switch (vote.kind) {
    case "approve":
    case "edit": {
      const isForRun = [vote, ...earlier.map((one) => one.vote)].every(isVoteForRun);
      const said = { ...common, ...commentOf(vote), ...(isForRun && { forRun: true as const }) };
      return askedArgs === undefined
        ? { kind: "approved", ...said }
        : { kind: "edited", ...said, args: request.action.args, before: askedArgs };
    }
    case "reject": {
      const isStop = vote.stop === true;
      const stop = tellsStop(request) ? { stop: isStop } : isStop && { stop: true };
      return { kind: "rejected", ...common, reason: vote.reason, ...stop };
    }
    case "choose":
      return { kind: "chosen", ...common, option: vote.option };
    case "respond":
      return { kind: "responded", ...common, text: vote.text };
    case "review":
      return { kind: "reviewed", ...common, items: vote.items.map(itemDecisionOf) };
  }
}

function votedFor({ by, at, vote }: CountedVote): NonNullable<Decision["votes"]>[number] {
  return { by, at, ...commentOf(vote), ...(isVoteForRun(vote) && { forRun: true as const }) };
}

/** It also allows what the request says, for the rest of the run. */
export function isVoteForRun(vote: Vote): boolean {
  return vote.kind === "approve" && vote.forRun === true;
}

function commentOf(vote: Vote): { readonly comment?: string } {
  return "comment" in vote ? { comment: vote.comment } : {};
}

/** Whether stopping is the node's business: it would try again otherwise. */
function tellsStop(request: Request): boolean {
  return request.kind === "approve" && request.again;
}

/** Whether the run ends with this decision, and the node hears nothing of it. */
export function endsRun(request: Request, decision: Decision): boolean {
  return decision.kind === "rejected" && decision.stop === true && !tellsStop(request);
}

/** @throws when there is no such option; a decision that was recorded has one. */
export function chosenOption(
  { options }: ChooseRequest,
  { option: id }: Extract<Decision, { kind: "chosen" }>,
): ChooseRequest["options"][number] {
  const option = options.find((one) => one.id === id);
  if (option === undefined) throw new TypeError(`There is no option "${id}".`);
  return option;
}

/** Hash of what was known when it was asked, which the node holds against how things are when it goes on. */
export function basisOf({ facts, risk }: Pick<ShownParts, "facts" | "risk">): string {
  return digestOf(Json.parse({ facts, risk }));
}

/** What a request shows beside its arguments. */
export type ShownParts = Pick<Request, "title" | "summary" | "target" | "facts" | "risk">;
