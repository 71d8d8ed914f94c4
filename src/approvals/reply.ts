// How a node wants to be answered: what it stated itself, or the format that its question came in.
import * as z from "zod";
import { Json } from "./json.ts";

/** What a node states that each answer resumes it with; see `interrupt`. */
export const Answers = z.strictObject({
  approve: Json.exactOptional(),
  reject: Json.exactOptional(),
  edit: z.enum(["text", "args"]).exactOptional(),
  respond: z.literal(true).exactOptional(),
});
export type Answers = z.infer<typeof Answers>;

/** What a node is resumed with where it has stated nothing. */
export const Reply = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("decision") }),
  /** "approve", "reject", or what was written: nobody said what the node compares with. */
  z.object({ kind: z.literal("guess") }),
  /** What was written, as a number. */
  z.object({ kind: z.literal("number") }),
  /** The fields that were filled in. */
  z.object({ kind: z.literal("form") }),
  /** A list of responses, one for each HumanInterrupt. */
  z.object({ kind: z.literal("agent-inbox") }),
  z.object({ kind: z.literal("middleware"), spelling: z.enum(["javascript", "python"]) }),
  z.object({ kind: z.literal("action") }),
  /**
   * A node has stopped by itself, and runs again. Its handler takes the decision; where it has none, a rejection ends the run.
   */
  z.object({ kind: z.literal("raised"), takesAnswer: z.boolean() }),
  /** The graph stops before or after a node. A rejection answers the calls of tools that wait, or ends the run. */
  z.object({
    ...{ kind: z.literal("breakpoint"), goesOnWith: z.array(z.string()) },
    /** Of the graph that stops; empty at the top. */
    namespace: z.string(),
    ...{ edits: z.enum(["calls", "text"]).exactOptional(), rejects: z.enum(["calls", "run"]) },
  }),
]);
export type Reply = z.infer<typeof Reply>;

/** Sent where nothing is known of a node. */
export const GUESSES = { approve: "approve", reject: "reject" } as const;

/** Whether to reject such a question is to end its run. */
export function rejectingEnds(reply: Reply | undefined): boolean {
  if (reply?.kind === "raised") return !reply.takesAnswer;
  return reply?.kind === "breakpoint" && reply.rejects === "run";
}
