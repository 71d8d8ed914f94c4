// A request: the interrupt as a human reads it. Declared by a node, or made from whatever value a node interrupted with.
import * as z from "zod";
import { Options } from "./choose.ts";
import { assertForRun } from "./declared-for-run.ts";
import { DeclaredPolicy } from "./declared-policy.ts";
import { JsonObject } from "./json.ts";
import { Answers, Reply } from "./reply.ts";
import { Allowed, Item } from "./review.ts";
import { assertCheckable } from "./schema.ts";

/** How much harm the action can do. A destructive one asks to confirm and is drawn in red. */
export const Risk = z.enum(["low", "medium", "high", "destructive"]);

const Fact = z.object({ label: z.string().min(1), value: z.string() });

const common = {
  title: z.string().min(1),
  summary: z.string().default(""),
  target: z.string().default(""),
  facts: z.array(Fact).default([]),
  /** Longer texts to read before deciding, such as a draft. */
  details: z.array(Fact).exactOptional(),
  risk: Risk.default("medium"),
  /** What the agent says of it: marked as such, and never the reason why anything else is shown. */
  said: z.string().exactOptional(),
  /** Made from a value that nobody declared as a request: its summary is what the agent says. */
  guessed: z.literal(true).exactOptional(),
};

/** What a request shows beside its arguments. */
export const Shown = z.object(common);

/** The decision itself where neither says otherwise; what is stated in `answers` comes first. */
const replies = { answers: Answers.optional(), reply: Reply.exactOptional() };

/**
 * An action with its arguments, waiting for a yes.
 *
 * `target` names what is acted on, for example "checkout in prod". `schema` is the JSON Schema of `args`: with it, and with "edit" allowed, the arguments
 * can be changed in Slack, and a property with `writeOnly: true` or `format: "password"` is masked. `again` says that the node tries again after a rejection, with its reason; the one who rejects can then also stop it for good.
 */
export const ApproveRequest = z.object({
  kind: z.literal("approve").default("approve"),
  ...common,
  action: z.object({ name: z.string().min(1), args: JsonObject }),
  schema: JsonObject.optional(),
  allowed: z.array(Allowed).nonempty().default(["approve", "reject"]),
  again: z.boolean().default(false),
  /** The node holds what was approved against how things are then, and asks again when they have changed. */
  revalidated: z.literal(true).exactOptional(),
  /**
   * Names of arguments: whoever approves may also allow every later such action of this run in which these have the same values, and
   * with none named whatever its arguments.
   */
  forRun: z.array(z.string()).exactOptional(),
  ...replies,
});
export type ApproveRequest = z.infer<typeof ApproveRequest>;

const noArgs = z.object({ name: z.string().min(1), args: z.record(z.string(), z.never()) });

/** A question with options: the node is resumed with the value of the one that is chosen. What matters to it are facts; its action has no arguments. */
export const ChooseRequest = z.object({
  kind: z.literal("choose"),
  ...common,
  action: noArgs,
  options: Options,
  /** It may be answered in other words as well. */
  inWords: z.literal(true).exactOptional(),
});
export type ChooseRequest = z.infer<typeof ChooseRequest>;

/** A question that is answered in words. */
export const AskRequest = z.object({
  kind: z.literal("ask"),
  ...common,
  action: noArgs,
  ...replies,
});
export type AskRequest = z.infer<typeof AskRequest>;

/** Several actions, each of which is decided by itself, all in one vote. */
export const ReviewRequest = z.object({
  kind: z.literal("review"),
  ...common,
  action: noArgs,
  items: z.array(Item).nonempty(),
  ...replies,
});
export type ReviewRequest = z.infer<typeof ReviewRequest>;

export const Request = z.union([ChooseRequest, AskRequest, ReviewRequest, ApproveRequest]);
export type Request = z.infer<typeof Request>;

/** Marks an interrupt value as a request of ours; the number is the format's version. */
const FORMAT = "countersign.request/1";
export const Declared = z.object({
  format: z.literal(FORMAT),
  request: Request,
  policy: DeclaredPolicy.exactOptional(),
});

const OfAnyVersion = z.object({ format: z.string().regex(/^countersign\.request\/\d+$/) });

/** A request of ours, as only a newer version writes them: what it asks is not to be guessed. */
export function isOfNewer(value: unknown): boolean {
  const format = OfAnyVersion.safeParse(value).data?.format;
  return format !== undefined && format !== FORMAT;
}

/** The policy that a node declared with its request. */
export function policyIn(value: unknown): DeclaredPolicy | undefined {
  return Declared.safeParse(value).data?.policy;
}

/**
 * The value to interrupt with so that exactly this request is shown.
 *
 * @throws when the request is not well formed; the message names the field.
 * @example
 * interrupt(interruptValueOf({ title: "Restart web", action: { name: "restart", args }, forRun: ["environment"] }));
 */
export function interruptValueOf(
  request: z.input<typeof ApproveRequest>,
  policy?: DeclaredPolicy,
): JsonObject {
  const parsed = ApproveRequest.parse(request);
  // Told to the author now, not to whoever submits the first edit.
  if (parsed.schema !== undefined && parsed.allowed.includes("edit")) assertCheckable(parsed.schema);
  assertForRun(parsed);
  return declaredValue(parsed, policy);
}

/** Of a question that somebody answers, and nobody approves. */
export function questionValueOf(
  request: z.input<typeof AskRequest> | z.input<typeof ChooseRequest>,
  policy: DeclaredPolicy,
): JsonObject {
  return declaredValue(z.union([ChooseRequest, AskRequest]).parse(request), policy);
}

function declaredValue(request: Request, policy?: DeclaredPolicy): JsonObject {
  const declared = policy === undefined ? {} : { policy: DeclaredPolicy.parse(policy) };
  return {
    format: FORMAT,
    ...JsonObject.parse(JSON.parse(JSON.stringify({ request, ...declared }))),
  };
}
