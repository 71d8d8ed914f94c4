// What the body of a decision makes of a request: the vote it is, or why it is none.
import * as z from "zod";
import type { Approval } from "../approvals/approval.ts";
import type { Vote } from "../approvals/decision.ts";
import type { JsonObject } from "../approvals/json.ts";
import type { Request } from "../approvals/request.ts";
import type { ItemVote } from "../approvals/review.ts";
import type { FieldErrors } from "../approvals/schema.ts";
import { editedArgs } from "./edited.ts";
import { problem, type Reply } from "./problem.ts";
import { GivenObject } from "./schemas.ts";

const comment = z.string().max(1_000).exactOptional().describe("stands on the card, for everybody to read");
const words = z.string().min(1).max(3_000);

const Item = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("approve") }),
  z.strictObject({ kind: z.literal("edit"), args: GivenObject, remove: z.array(z.string()).exactOptional() }),
  z.strictObject({ kind: z.literal("reject"), reason: words }),
  z.strictObject({ kind: z.literal("respond"), text: words }),
]);

type Cast =
  { readonly kind: "vote"; readonly vote: Vote } | { readonly kind: "reply"; readonly reply: Reply };

/** What was sent, and what it makes of a request. */
export interface Sent {
  readonly body: unknown;
  readonly on: (approval: Approval) => Cast;
}

const voting = (vote: Vote): Cast => ({ kind: "vote", vote });

const unfit = (errors: FieldErrors): Cast => ({
  kind: "reply",
  reply: problem("does-not-fit", "Nothing was decided: what was sent does not fit.", { errors }),
});

export const ApproveBody = z
  .strictObject({
    comment,
    forRun: z.literal(true).exactOptional().describe("also allows such actions for the rest of the run"),
  })
  .default({})
  .transform((said): Sent => ({ body: said, on: () => voting({ kind: "approve", ...said }) }));

export const EditBody = z
  .strictObject({
    args: GivenObject.default({}).describe("what is to be other arguments; those that are left out stay"),
    remove: z.array(z.string()).exactOptional().describe("names of arguments to be taken away"),
    comment,
  })
  .transform((body): Sent => {
    const { args, remove, ...said } = body;
    return {
      body,
      on: (approval) => {
        const { request } = approval;
        const schema = request.kind === "approve" ? request.schema : undefined;
        const edited = editedArgs(request.action.args, schema, { args, remove });
        if (edited.kind === "refused") return unfit(edited.errors);
        return isTooLarge(approval, edited.args)
          ? unfit({ "": "is too large to be edited: approve or reject it as it is" })
          : voting({ kind: "edit", args: edited.args, ...said });
      },
    };
  });

/** Below what DynamoDB keeps of one record. */
const MOST_RECORD_BYTES = 380_000;

/** The record of an edit keeps the arguments as they were asked, as they were before, and as they were decided. */
function isTooLarge(approval: Approval, edited: JsonObject): boolean {
  const before = approval.request.action.args;
  const kept = [approval, before, before, edited, edited].map((part) => JSON.stringify(part));
  return kept.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > MOST_RECORD_BYTES;
}

export const RejectBody = z
  .strictObject({
    reason: z.string().min(1).max(1_200),
    stop: z.boolean().exactOptional().describe("ends the run, in place of another try"),
  })
  .transform((said): Sent => ({ body: said, on: () => voting({ kind: "reject", ...said }) }));

export const RespondBody = z
  .union(
    [
      z.strictObject({ text: words }),
      z.strictObject({ option: z.string().min(1).max(75).describe("the id of an option") }),
      z.strictObject({ items: z.array(Item).min(1).max(100).describe("one for each action, in order") }),
    ],
    'must have either "text", or "option", or "items"',
  )
  .transform((body): Sent => ({ body, on: ({ request }) => answering(request, body) }));

type Answered =
  | { readonly text: string }
  | { readonly option: string }
  | { readonly items: readonly z.infer<typeof Item>[] };

function answering(request: Request, body: Answered): Cast {
  if ("text" in body) return voting({ kind: "respond", text: body.text });
  if ("option" in body) return voting({ kind: "choose", option: body.option });
  return reviewing(request, body.items);
}

function reviewing(request: Request, given: readonly z.infer<typeof Item>[]): Cast {
  const errors = new Map<string, string>();
  const items = given.map((item, index): ItemVote => {
    if (item.kind !== "edit") return item;
    const asked = request.kind === "review" ? request.items[index] : undefined;
    const edited = editedArgs(asked?.args ?? {}, asked?.schema, item);
    if (edited.kind === "args") return { kind: "edit", args: edited.args };
    for (const [name, error] of Object.entries(edited.errors)) errors.set(`items.${index}.${name}`, error);
    return { kind: "approve" };
  });
  return errors.size > 0 ? unfit(Object.fromEntries(errors)) : voting({ kind: "review", items });
}
