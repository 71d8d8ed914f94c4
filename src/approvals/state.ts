// How far a question got, and how what is asked now came about.
import * as z from "zod";
import { CountedVote, Decision } from "./decision.ts";
import { JsonObject } from "./json.ts";

export const State = z.discriminatedUnion("kind", [
  /** `votes` are on this revision, oldest first. */
  z.object({ kind: z.literal("pending"), votes: z.array(CountedVote).exactOptional() }),
  /**
   * `resumed` once the graph has consumed the answer: until then the sweeper keeps re-driving the thread. `stalled` when the run
   * failed before that.
   */
  z.object({
    kind: z.literal("decided"),
    decision: Decision,
    resumed: z.boolean(),
    stalled: z.literal(true).exactOptional(),
  }),
  /** The graph no longer asks this; an answer would go nowhere. */
  z.object({ kind: z.literal("superseded"), at: z.iso.datetime() }),
  /** Its run was cancelled before anybody decided. */
  z.object({ kind: z.literal("cancelled"), by: z.string(), at: z.iso.datetime() }),
  /** Nobody decided in time, and nothing was run: that is no rejection. */
  z.object({ kind: z.literal("expired"), at: z.iso.datetime() }),
]);

/** How a revision came about; the first one was asked by the graph. */
export const Origin = z.discriminatedUnion("kind", [
  /** Somebody changed the arguments; `before` are those of the revision before. */
  z.object({ kind: z.literal("edit"), by: z.string(), at: z.iso.datetime(), before: JsonObject }),
  /**
   * It was opened again: the graph refused the answer that `by` gave, what was asked about had changed, it had expired and
   * `by` asked again, or the workflow was changed while it waited. `notes` say what was wrong or what has changed.
   */
  z.object({
    kind: z.literal("again"),
    because: z.enum(["refused", "changed", "expired", "workflow"]),
    by: z.string(),
    at: z.iso.datetime(),
    notes: z.array(z.string()),
  }),
]);
export type Origin = z.infer<typeof Origin>;
