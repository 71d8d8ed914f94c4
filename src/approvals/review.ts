// Several actions in one question: what may be decided of each, and whether what was decided fits.
import * as z from "zod";
import { JsonObject } from "./json.ts";
import { checkEdit, type FieldErrors } from "./schema.ts";

export const Allowed = z.enum(["approve", "edit", "reject", "respond"]);
export type Allowed = z.infer<typeof Allowed>;

export const Item = z.object({
  name: z.string().min(1),
  args: JsonObject,
  description: z.string(),
  allowed: z.array(Allowed).nonempty(),
  /** JSON Schema of `args`; without it no edit is allowed. */
  schema: JsonObject.exactOptional(),
});
export type Item = z.infer<typeof Item>;

const text = z.string().max(3_000);

/** Of one action. */
export const ItemVote = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approve") }),
  z.object({ kind: z.literal("edit"), args: JsonObject }),
  z.object({ kind: z.literal("reject"), reason: text }),
  z.object({ kind: z.literal("respond"), text }),
]);
export type ItemVote = z.infer<typeof ItemVote>;

export const ItemDecision = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approved") }),
  z.object({ kind: z.literal("edited"), args: JsonObject }),
  z.object({ kind: z.literal("rejected"), reason: z.string() }),
  z.object({ kind: z.literal("responded"), text: z.string() }),
]);
export type ItemDecision = z.infer<typeof ItemDecision>;

/** One vote for all of them is possible only where each may be approved. */
export function mayApproveAll(items: readonly Item[]): boolean {
  return items.every(({ allowed }) => allowed.includes("approve"));
}

export function allApproved(items: readonly Item[]): ItemVote[] {
  return items.map(() => ({ kind: "approve" }));
}

export type CheckedItems =
  | { readonly kind: "fits"; readonly items: ItemVote[] }
  /** By the number of the item, from 0. */
  | { readonly kind: "refused"; readonly errors: FieldErrors };

/** One answer for each action, of the kinds that are allowed, with arguments that fit. */
export function checkItems(asked: readonly Item[], votes: readonly ItemVote[]): CheckedItems {
  if (asked.length !== votes.length)
    return {
      kind: "refused",
      errors: { "": `${asked.length} actions are asked about, and ${votes.length} were decided.` },
    };
  const errors: Record<string, string> = {};
  const items: ItemVote[] = [];
  for (const [index, item] of asked.entries()) {
    const checked = checkItem(item, votes[index]);
    if (typeof checked === "string") errors[String(index)] = checked;
    else items.push(checked);
  }
  return Object.keys(errors).length > 0 ? { kind: "refused", errors } : { kind: "fits", items };
}

/** The answer, or a sentence on why it does not fit. */
function checkItem({ name, args, allowed, schema }: Item, vote: ItemVote | undefined): ItemVote | string {
  if (vote === undefined || !allowed.includes(vote.kind))
    return `“${name}” does not offer this. Choose one of: ${allowed.join(", ")}.`;
  if (vote.kind === "respond" && vote.text === "") return "Please write the answer.";
  if (vote.kind !== "edit") return vote;
  if (schema === undefined) return "These arguments cannot be edited.";
  const checked = checkEdit(schema, args, vote.args);
  if (checked.kind === "fits") return { kind: "edit", args: checked.args };
  return Object.entries(checked.errors)
    .map(([field, error]) => (field === "" ? error : `${field}: ${error}`))
    .join(" ");
}

export function itemDecisionOf(vote: ItemVote): ItemDecision {
  switch (vote.kind) {
    case "approve":
      return { kind: "approved" };
    case "edit":
      return { kind: "edited", args: vote.args };
    case "reject":
      return { kind: "rejected", reason: vote.reason };
    case "respond":
      return { kind: "responded", text: vote.text };
  }
}
