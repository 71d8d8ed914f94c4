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
  /** A list of responses, one for each HumanInterrupt. */
  z.object({ kind: z.literal("agent-inbox") }),
  z.object({ kind: z.literal("middleware"), spelling: z.enum(["javascript", "python"]) }),
  z.object({ kind: z.literal("action") }),
]);
export type Reply = z.infer<typeof Reply>;

/** Sent where nothing is known of a node. */
export const GUESSES = { approve: "approve", reject: "reject" } as const;
