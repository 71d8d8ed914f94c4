// What a human answered, and what the waiting node is resumed with.
import * as z from "zod";
import { type Json, JsonObject } from "./json.ts";
import type { Request } from "./request.ts";

/** Somebody's click, before it counts. */
export const Vote = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approve") }),
  z.object({ kind: z.literal("edit"), args: JsonObject }),
  /** `stop` asks the node not to try again; only requests with `again` offer it. */
  z.object({ kind: z.literal("reject"), reason: z.string().max(1_200), stop: z.boolean().exactOptional() }),
]);
export type Vote = z.infer<typeof Vote>;

const who = { by: z.string(), at: z.iso.datetime() };

export const Decision = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approved"), ...who }),
  /** `before` are the arguments as they were asked. */
  z.object({ kind: z.literal("edited"), ...who, args: JsonObject, before: JsonObject }),
  /** `stop` is true when the human wants no further try. */
  z.object({ kind: z.literal("rejected"), ...who, reason: z.string(), stop: z.boolean().exactOptional() }),
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
        ...(request.again && { stop: vote.stop === true }),
      };
  }
}

/** The value `interrupt()` returns in the node. */
export function answerOf(request: Request, decision: Decision): Json {
  if (request.answers === undefined) return decision;
  return decision.kind === "rejected" ? request.answers.reject : request.answers.approve;
}
