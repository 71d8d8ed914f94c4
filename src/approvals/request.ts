// A request: the interrupt as a human reads it. Declared by a node, or made from whatever value a node interrupted with.
import * as z from "zod";
import { Options, outcomeChoice, questionChoice } from "./choose.ts";
import { DeclaredPolicy } from "./declared-policy.ts";
import { Json, JsonObject } from "./json.ts";
import { assertCheckable } from "./schema.ts";

/** How much harm the action can do. A destructive one asks to confirm and is drawn in red. */
export const Risk = z.enum(["low", "medium", "high", "destructive"]);

export const Allowed = z.enum(["approve", "edit", "reject"]);
export type Allowed = z.infer<typeof Allowed>;

const Fact = z.object({ label: z.string().min(1), value: z.string() });

const common = {
  title: z.string().min(1),
  summary: z.string().default(""),
  target: z.string().default(""),
  facts: z.array(Fact).default([]),
  risk: Risk.default("medium"),
};

/** What a request shows beside its arguments. */
export const Shown = z.object(common);

/**
 * An action with its arguments, waiting for a yes.
 *
 * `target` names what is acted on, for example "checkout in prod". `schema` is the JSON Schema of `args`: with it, and with "edit" allowed, the arguments
 * can be changed in Slack. `again` says that the node tries again after a rejection, with its reason; the one who rejects can then also stop it for good.
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
  /** What the node is resumed with instead of the decision itself, for nodes that compare with words of their own. */
  answers: z.object({ approve: Json, reject: Json }).optional(),
});
export type ApproveRequest = z.infer<typeof ApproveRequest>;

/** A question with options: the node is resumed with the value of the one that is chosen. What matters to it are facts; its action has no arguments. */
export const ChooseRequest = z.object({
  kind: z.literal("choose"),
  ...common,
  action: z.object({ name: z.string().min(1), args: z.record(z.string(), z.never()) }),
  options: Options,
});
export type ChooseRequest = z.infer<typeof ChooseRequest>;

export const Request = z.union([ChooseRequest, ApproveRequest]);
export type Request = z.infer<typeof Request>;

/** Marks an interrupt value as a request of ours; the number is the format's version. */
const FORMAT = "countersign.request/1";
const Declared = z.object({
  format: z.literal(FORMAT),
  request: Request,
  policy: DeclaredPolicy.exactOptional(),
});

/** The policy that a node declared with its request. */
export function policyIn(value: unknown): DeclaredPolicy | undefined {
  return Declared.safeParse(value).data?.policy;
}

/**
 * The value to interrupt with so that exactly this request is shown.
 *
 * @throws when the request is not well formed; the message names the field.
 */
export function interruptValueOf(
  request: z.input<typeof ApproveRequest>,
  policy?: DeclaredPolicy,
): JsonObject {
  const parsed = ApproveRequest.parse(request);
  // Told to the author now, not to whoever submits the first edit.
  if (parsed.schema !== undefined && parsed.allowed.includes("edit")) assertCheckable(parsed.schema);
  const declared = policy === undefined ? {} : { policy: DeclaredPolicy.parse(policy) };
  return {
    format: FORMAT,
    ...JsonObject.parse(JSON.parse(JSON.stringify({ request: parsed, ...declared }))),
  };
}

/**
 * The request a human reads for an interrupt: the runtime's own question, one with options, or any other value as it is, with Approve and Reject.
 *
 * @throws when a question has more options than can be shown.
 */
export function requestOf(value: unknown, node: string): Request {
  const declared = Declared.safeParse(value);
  if (declared.success) return declared.data.request;
  const choice = outcomeChoice(value) ?? questionChoice(value, factOf);
  if (choice !== undefined)
    return {
      kind: "choose",
      ...choice,
      facts: [...choice.facts],
      target: "",
      action: { name: node, args: {} },
    };
  return {
    kind: "approve",
    title: `The step "${node}" asks to continue`,
    summary: typeof value === "string" ? value : "",
    target: "",
    facts: [],
    risk: "medium",
    action: { name: node, args: argsOf(value) },
    allowed: ["approve", "reject"],
    again: false,
    answers: { approve: "approve", reject: "reject" },
  };
}

function factOf(part: unknown): string {
  const json = jsonOf(part);
  return typeof json === "string" ? json : JSON.stringify(json ?? null);
}

function argsOf(value: unknown): JsonObject {
  // A sentence is the summary already.
  if (typeof value === "string") return {};
  const json = jsonOf(value);
  const object = JsonObject.safeParse(json);
  if (object.success) return object.data;
  return json === undefined ? {} : { value: json };
}

/** A graph may ask about dates, maps and large numbers; nobody should approve a card that left them out. */
function jsonOf(value: unknown): Json | undefined {
  const text = JSON.stringify(value, (_, part: unknown) => readable(part)) as string | undefined;
  return text === undefined ? undefined : Json.parse(JSON.parse(text));
}

function readable(part: unknown): unknown {
  const isNoJsonNumber = typeof part === "bigint" || (typeof part === "number" && !Number.isFinite(part));
  if (isNoJsonNumber) return String(part);
  if (part instanceof Map || part instanceof Set) return [...part];
  if (part instanceof Uint8Array) return Buffer.from(part).toString("base64");
  return part instanceof Error ? part.message : part;
}
