// Whether a human is asked before a tool acts, and how the question reads: declared by the tool, never by the model.
import * as z from "zod";
import type { DeclaredPolicy } from "../approvals/declared-policy.ts";
import { JsonObject } from "../approvals/json.ts";
import { type ApproveRequest, interruptValueOf, type Risk, type Shown } from "../approvals/request.ts";
import type { Allowed } from "../approvals/review.ts";
import type { BoundCall, Tool, ToolContext } from "./tool.ts";
import { reasonOf } from "./tool-answer.ts";

type When<Args, Services> = (args: Args, context: ToolContext<Services>) => boolean | Promise<boolean>;
type Said<Args, Value> = Value | ((args: Args) => Value);

/** How the question reads, and who decides it. */
export interface AskedWith<Args, Services> {
  /** "always" by default. */
  readonly when?: "always" | When<Args, Services>;
  /** What is about to be done, such as "Restart checkout"; the tool's name in words, when it is not said. */
  readonly title?: Said<Args, string>;
  readonly summary?: Said<Args, string>;
  /** What is acted on, such as "checkout in prod". */
  readonly target?: Said<Args, string>;
  readonly risk?: Said<Args, z.infer<typeof Risk>>;
  readonly facts?: (
    args: Args,
    context: ToolContext<Services>,
  ) =>
    | readonly { readonly label: string; readonly value: string }[]
    | Promise<readonly { readonly label: string; readonly value: string }[]>;
  /** What can be answered: "approve", "edit" and "reject" by default; "respond" answers the model in place of the tool. */
  readonly allowed?: readonly [Allowed, ...Allowed[]];
  /** What can be edited: the tool's own input by default, or a smaller part of it. */
  readonly schema?: z.ZodObject;
  /** Who decides, in place of the workflow's policy. */
  readonly policy?: Said<Args, DeclaredPolicy>;
  /** Looks again once people have agreed; see `askApproval`. */
  readonly revalidate?: (
    args: Args,
    context: ToolContext<Services>,
  ) => Promise<Partial<z.input<typeof Shown>>>;
  /** Lets people allow all later calls of the run whose arguments of these names are the same. */
  readonly forRun?: readonly (keyof Args & string)[];
}

/** "never", "always", when a function of the arguments, the state and the requester says so, or with how the question reads. */
export type ApprovalRule<Args, Services = unknown> =
  "never" | "always" | When<Args, Services> | AskedWith<Args, Services>;

/** The rule as one shape; undefined for a tool that never asks. */
export function askedWith<Services>(
  rule: ApprovalRule<never, Services>,
): AskedWith<never, Services> | undefined {
  if (rule === "never") return undefined;
  if (rule === "always") return {};
  return typeof rule === "function" ? { when: rule } : rule;
}

/** A rule that throws has not said that nobody need be asked. */
export interface Ruled {
  readonly asks: boolean;
  /** Why it could not be evaluated. */
  readonly trouble?: string;
}

export async function ruled<Services>(
  { when = "always" }: AskedWith<never, Services>,
  { given }: BoundCall<Services>,
  context: ToolContext<Services>,
): Promise<Ruled> {
  if (when === "always") return { asks: true };
  try {
    // Nothing but a clear no lets it run without asking.
    const said: unknown = await when(given, context);
    return { asks: said !== false };
  } catch (error) {
    return { asks: true, trouble: reasonOf(error) };
  }
}

interface Asking<Services> {
  readonly tool: Tool<Services>;
  readonly call: BoundCall<Services>;
  readonly rule: AskedWith<never, Services>;
  readonly context: ToolContext<Services>;
  /** What the model wrote beside its calls. */
  readonly said: string;
  readonly trouble: string | undefined;
}

/** The value to interrupt with. */
export async function questionFor<Services>({
  tool,
  call,
  rule,
  context,
  said,
  trouble,
}: Asking<Services>): Promise<JsonObject> {
  const { name } = tool.declaration;
  const { forRun, schema, policy } = rule;
  const facts = (await rule.facts?.(call.given, context)) ?? [];
  const request: z.input<typeof ApproveRequest> = {
    ...textsFor(rule, call, name),
    facts: trouble === undefined ? [...facts] : [...facts, troubleFact(trouble)],
    action: { name, args: call.args },
    schema: schema === undefined ? tool.schema : JsonObject.parse(z.toJSONSchema(schema, { io: "input" })),
    allowed: [...(rule.allowed ?? (["approve", "edit", "reject"] as const))],
    ...(said.trim() !== "" && { said: said.trim() }),
    ...(forRun && { forRun: [...forRun] }),
    ...(rule.revalidate && { revalidated: true }),
  };
  return interruptValueOf(request, saidOf(policy, call));
}

function textsFor<Services>(
  { title, summary, target, risk }: AskedWith<never, Services>,
  call: BoundCall<Services>,
  name: string,
): Pick<z.input<typeof ApproveRequest>, "title" | "summary" | "target" | "risk"> {
  return {
    title: saidOf(title, call) ?? inWords(name),
    summary: saidOf(summary, call) ?? "",
    target: saidOf(target, call) ?? "",
    risk: saidOf(risk, call) ?? "medium",
  };
}

function troubleFact(trouble: string): { readonly label: string; readonly value: string } {
  return { label: "Asked because", value: `the tool's rule could not be evaluated: ${trouble}` };
}

function saidOf<Value extends string | DeclaredPolicy>(
  said: Value | ((args: never) => Value) | undefined,
  { given }: { readonly given: never },
): Value | undefined {
  return typeof said === "function" ? said(given) : said;
}

/** "restart_service" as "Restart service". */
function inWords(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
