// Whether a human is asked before a tool acts, and how the question reads: declared by the tool, never by the model.
import * as z from "zod";
import type { DeclaredPolicy } from "../approvals/declared-policy.ts";
import { isJsonObject, Json, JsonObject } from "../approvals/json.ts";
import { reasonOf } from "../approvals/reason.ts";
import { isMasked } from "../approvals/redaction.ts";
import { type ApproveRequest, interruptValueOf } from "../approvals/request.ts";
import type { ApprovalRule, AskedWith } from "./approval-rule.ts";
import type { BoundCall, Tool } from "./tool.ts";
import type { ToolContext } from "./tool-context.ts";
import { orTold } from "./tool-trouble.ts";

/** The rule as one shape; undefined for a tool that never asks. */
export function askedWith<Services>(
  rule: ApprovalRule<never, Services>,
): AskedWith<never, Services> | undefined {
  if (rule === "never") return undefined;
  if (rule === "always") return {};
  return typeof rule === "function" ? { when: rule } : rule;
}

/** The context, with how things are now. */
export async function lookedAt<Services>(
  { look }: AskedWith<never, Services>,
  { tool, call, context }: Pick<Asking<Services>, "tool" | "call" | "context">,
): Promise<ToolContext<Services>> {
  if (look === undefined) return context;
  const doing = { tool: tool.declaration.name, what: "look at what it acts on", signal: context.signal };
  return { ...context, seen: await orTold(doing, async () => Json.parse(await look(call.given, context))) };
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
export async function questionFor<Services>(asking: Asking<Services>): Promise<JsonObject> {
  const { tool, call, rule, context, said, trouble } = asking;
  const { name } = tool.declaration;
  const { forRun, schema, policy } = rule;
  const facts = (await toldBy(asking, "facts", () => rule.facts?.(call.given, context))) ?? [];
  const request: z.input<typeof ApproveRequest> = {
    ...(await textsFor(asking)),
    facts: trouble === undefined ? [...facts] : [...facts, troubleFact(trouble)],
    action: { name, args: call.args },
    schema: schema === undefined ? tool.schema : editableSchema(tool, schema, call),
    allowed: [...(rule.allowed ?? (["approve", "edit", "reject"] as const))],
    ...(said.trim() !== "" && { said: said.trim() }),
    ...(mayAllow(rule, call) && forRun && { forRun: [...forRun] }),
    ...(rule.revalidate && { revalidated: true }),
  };
  const decidedBy = await toldBy(asking, "policy", () => saidOf(policy, call));
  const what = "make a question of what its rule says";
  return orTold({ tool: name, what, signal: context.signal }, () => interruptValueOf(request, decidedBy));
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
  const secrets = Object.entries(all).filter(([name]) => isMasked(name, args, tool.schema));
  return { ...editable, properties: { ...own, ...Object.fromEntries(secrets) } };
}

async function textsFor<Services>(
  asking: Asking<Services>,
): Promise<Pick<z.input<typeof ApproveRequest>, "title" | "summary" | "target" | "risk">> {
  const { tool, call, rule } = asking;
  const { title, summary, target } = rule;
  const said = (await toldBy(asking, "title", () => saidOf(title, call))) ?? "";
  return {
    title: said.trim() || inWords(tool.declaration.name),
    summary: (await toldBy(asking, "summary", () => saidOf(summary, call))) ?? "",
    target: (await toldBy(asking, "target", () => saidOf(target, call))) ?? "",
    risk: await toldBy(asking, "risk", () => riskOf(rule, call)),
  };
}

/** What one function of the rule says. */
function toldBy<Services, Value>(
  { tool, context: { signal } }: Asking<Services>,
  part: keyof AskedWith<never, Services>,
  say: () => Value | Promise<Value>,
): Promise<Value> {
  return orTold({ tool: tool.declaration.name, what: `say its ${part}`, signal }, say);
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
