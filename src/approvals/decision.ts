// What a human answered, and what the waiting node is resumed with.
import * as z from "zod";
import { type Json, JsonObject } from "./json.ts";
import type { ChooseRequest, Request } from "./request.ts";

/** Somebody's click, before it counts. */
export const Vote = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approve") }),
  z.object({ kind: z.literal("edit"), args: JsonObject }),
  /** `stop` asks the node not to try again; only requests with `again` offer it. */
  z.object({ kind: z.literal("reject"), reason: z.string().max(1_200), stop: z.boolean().exactOptional() }),
  /** `option` is an id. */
  z.object({ kind: z.literal("choose"), option: z.string() }),
]);
export type Vote = z.infer<typeof Vote>;

const who = { by: z.string(), at: z.iso.datetime() };

/** Of a request to approve. */
export const ApprovalDecision = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approved"), ...who }),
  /** `before` are the arguments as they were asked. */
  z.object({ kind: z.literal("edited"), ...who, args: JsonObject, before: JsonObject }),
  /** `stop` is true when the human wants no further try. */
  z.object({ kind: z.literal("rejected"), ...who, reason: z.string(), stop: z.boolean().exactOptional() }),
]);
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

export const Decision = z.discriminatedUnion("kind", [
  ApprovalDecision,
  /** `option` is an id. */
  z.object({ kind: z.literal("chosen"), ...who, option: z.string() }),
]);
export type Decision = z.infer<typeof Decision>;

export function decisionOf(vote: Vote, request: Request, by: string, at: string): Decision {
  switch (vote.kind) {
    case "approve":
      return { kind: "approved", by, at };
    case "edit":
      return { kind: "edited", by, at, args: vote.args, before: request.action.args };
    case "reject":
      return {
        kind: "rejected",
        by,
        at,
        reason: vote.reason,
        ...(request.kind === "approve" && request.again && { stop: vote.stop === true }),
      };
    case "choose":
      return { kind: "chosen", by, at, option: vote.option };
  }
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

/** The value `interrupt()` returns in the node. */
export function answerOf(request: Request, decision: Decision): Json {
  if (request.kind === "choose")
    return decision.kind === "chosen" ? chosenOption(request, decision).value : decision;
  if (request.answers === undefined) return decision;
  return decision.kind === "rejected" ? request.answers.reject : request.answers.approve;
}
