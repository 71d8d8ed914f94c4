// Whether a human is asked before a tool acts, and how the question reads: declared by the tool, never by the model.
import * as z from "zod";
import type { DeclaredPolicy } from "../approvals/declared-policy.ts";
import { isJsonObject, JsonObject } from "../approvals/json.ts";
import { isMasked } from "../approvals/redaction.ts";
import { type ApproveRequest, interruptValueOf } from "../approvals/request.ts";
import type { ApprovalRule, AskedWith } from "./approval-rule.ts";
import type { BoundCall, Tool } from "./tool.ts";
import { reasonOf } from "./tool-answer.ts";
import type { ToolContext } from "./tool-context.ts";

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

/** A fact that is no tool's. */
export const ASKED_BECAUSE = "Asked because";

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
    schema: schema === undefined ? tool.schema : editableSchema(tool, schema, call),
    allowed: [...(rule.allowed ?? (["approve", "edit", "reject"] as const))],
    ...(said.trim() !== "" && { said: said.trim() }),
    ...(mayAllow(rule, call) && forRun && { forRun: [...forRun] }),
    ...(rule.revalidate && { revalidated: true }),
  };
  return interruptValueOf(request, saidOf(policy, call));
}

export function riskOf<Services>(
  { risk }: Pick<AskedWith<never, Services>, "risk">,
  call: BoundCall<Services>,
): NonNullable<z.input<typeof ApproveRequest>["risk"]> {
  return saidOf(risk, call) ?? "medium";
}

/** Who decides may depend on the arguments: then one call's approval says nothing of another's. */
export function mayAllow<Services>(
  { forRun, policy }: AskedWith<never, Services>,
  { args }: BoundCall<Services>,
): boolean {
  if (forRun === undefined || typeof policy === "function") return false;
  return forRun.every((name) => Object.hasOwn(args, name));
}

/** Secrets of the whole input stay masked, and what is masked cannot be edited. */
function editableSchema<Services>(
  tool: Tool<Services>,
  schema: z.ZodObject,
  { args }: BoundCall<Services>,
): JsonObject {
  const editable = JsonObject.parse(z.toJSONSchema(schema, { io: "input" }));
  const [all, own] = [tool.schema["properties"], editable["properties"]];
  if (!isJsonObject(all) || !isJsonObject(own)) return editable;
  const secrets = Object.entries(all).filter(([name]) => isMasked(name, args[name], tool.schema));
  return { ...editable, properties: { ...own, ...Object.fromEntries(secrets) } };
}

function textsFor<Services>(
  rule: AskedWith<never, Services>,
  call: BoundCall<Services>,
  name: string,
): Pick<z.input<typeof ApproveRequest>, "title" | "summary" | "target" | "risk"> {
  const { title, summary, target } = rule;
  return {
    title: (saidOf(title, call) ?? "").trim() || inWords(name),
    summary: saidOf(summary, call) ?? "",
    target: saidOf(target, call) ?? "",
    risk: riskOf(rule, call),
  };
}

function troubleFact(trouble: string): { readonly label: string; readonly value: string } {
  return { label: ASKED_BECAUSE, value: `the tool's rule could not be evaluated: ${trouble}` };
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
