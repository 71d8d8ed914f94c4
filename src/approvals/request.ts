// A request: the interrupt as a human reads it. Declared by a node, or made from whatever value a node interrupted with.
import * as z from "zod";
import { Json, JsonObject } from "./json.ts";
import { assertCheckable } from "./schema.ts";

/** How much harm the action can do. A destructive one asks to confirm and is drawn in red. */
export const Risk = z.enum(["low", "medium", "high", "destructive"]);

export const Allowed = z.enum(["approve", "edit", "reject"]);
export type Allowed = z.infer<typeof Allowed>;

const Fact = z.object({ label: z.string().min(1), value: z.string() });

/**
 * An action with its arguments, waiting for a yes.
 *
 * `target` names what is acted on, for example "checkout in prod". `schema` is the JSON Schema of `args`: with it, and with "edit" allowed, the arguments
 * can be changed in Slack. `again` says that the node tries again after a rejection, with its reason; the one who rejects can then also stop it for good.
 */
export const Request = z.object({
  kind: z.literal("approve").default("approve"),
  title: z.string().min(1),
  summary: z.string().default(""),
  target: z.string().default(""),
  facts: z.array(Fact).default([]),
  risk: Risk.default("medium"),
  action: z.object({ name: z.string().min(1), args: JsonObject }),
  schema: JsonObject.optional(),
  allowed: z.array(Allowed).nonempty().default(["approve", "reject"]),
  again: z.boolean().default(false),
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
  const parsed = Request.parse(request);
  // Told to the author now, not to whoever submits the first edit.
  if (parsed.schema !== undefined && parsed.allowed.includes("edit")) assertCheckable(parsed.schema);
  return { format: FORMAT, request: Json.parse(JSON.parse(JSON.stringify(parsed))) };
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
    again: false,
    answers: { approve: "approve", reject: "reject" },
  };
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
