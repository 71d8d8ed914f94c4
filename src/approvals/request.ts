// A request: the interrupt as a human reads it. Declared by a node, or made from whatever value a node interrupted with.
import * as z from "zod";
import { Json, JsonObject } from "./json.ts";

/** How much harm the action can do. A destructive one asks to confirm and is drawn in red. */
export const Risk = z.enum(["low", "medium", "high", "destructive"]);

export const Allowed = z.enum(["approve", "edit", "reject"]);
export type Allowed = z.infer<typeof Allowed>;

const Fact = z.object({ label: z.string().min(1), value: z.string() });

/**
 * An action with its arguments, waiting for a yes.
 *
 * `target` names what is acted on, for example "checkout in prod". `schema` is the JSON Schema of `args`: with it, and with "edit" allowed, the arguments
 * can be changed in Slack.
 */
export const Request = z.object({
  kind: z.literal("approve"),
  title: z.string().min(1),
  summary: z.string().default(""),
  target: z.string().default(""),
  facts: z.array(Fact).default([]),
  risk: Risk.default("medium"),
  action: z.object({ name: z.string().min(1), args: JsonObject }),
  schema: JsonObject.optional(),
  allowed: z.array(Allowed).nonempty(),
  /** What the node is resumed with instead of the decision itself, for nodes that compare with words of their own. */
  answers: z.object({ approve: Json, reject: Json }).optional(),
});
export type Request = z.infer<typeof Request>;

/** Marks an interrupt value as a request of ours; the number is the format's version. */
const FORMAT = "countersign.request/1";
const Declared = z.object({ format: z.literal(FORMAT), request: Request });

/**
 * The value to interrupt with so that exactly this request is shown.
 *
 * @throws when the request is not well formed; the message names the field.
 */
export function interruptValueOf(request: z.input<typeof Request>): JsonObject {
  return { format: FORMAT, request: Json.parse(JSON.parse(JSON.stringify(Request.parse(request)))) };
}

/** The request a human reads for an interrupt. Values that are no request of ours are shown as they are, with Approve and Reject. */
export function requestOf(value: unknown, node: string): Request {
  const declared = Declared.safeParse(value);
  if (declared.success) return declared.data.request;
  return {
    kind: "approve",
    title: `The step "${node}" asks to continue`,
    summary: typeof value === "string" ? value : "",
    target: "",
    facts: [],
    risk: "medium",
    action: { name: node, args: argsOf(value) },
    allowed: ["approve", "reject"],
    answers: { approve: "approve", reject: "reject" },
  };
}

function argsOf(value: unknown): JsonObject {
  const object = JsonObject.safeParse(value);
  if (object.success) return object.data;
  const json = Json.safeParse(value);
  return json.success && typeof json.data !== "string" ? { value: json.data } : {};
}
