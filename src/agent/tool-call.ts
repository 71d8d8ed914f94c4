// One call of a tool, from what the model wrote to what it is told: check, gate, ask, act. Nothing reaches the tool but through here.
import type * as z from "zod";
import { digestOf, type JsonObject } from "../approvals/json.ts";
import {
  AnswerRefused,
  type ChatModel,
  GraphInterrupt,
  GraphValueError,
  NodeInterrupt,
  NotCarriedOut,
  OutcomeUnknownError,
  task,
  nextIdempotencyKey,
} from "../graph/index.ts";
import type { AgentContext, AutomaticNote } from "./agent-context.ts";
import { endsTurn } from "./ends-turn.ts";
import { checked, type Checks, type Guardrail, type Subject } from "./guardrails.ts";
import { type CallRequest, type Middleware, wrappedTool } from "./middleware.ts";
import type { BoundCall, Tool } from "./tool.ts";
import type { ToolContext } from "./tool-context.ts";
import { errorAnswer, reasonOf, resultAnswer, type ToolAnswer } from "./tool-answer.ts";
import { askedWith, questionFor, ruled } from "./tool-approval.ts";
import { askedHuman, type Ruling } from "./tool-decision.ts";
import { withinTime } from "./within-time.ts";

/** What every call of one step has in common. */
export interface Calling<Services> {
  readonly tools: readonly Tool<Services>[];
  readonly guardrails: readonly Guardrail[];
  readonly middleware: readonly Middleware[];
  readonly run: AgentContext;
  /** What the model wrote beside its calls. */
  readonly said: string;
  readonly model: ChatModel;
  readonly contextOf: (callId: string) => ToolContext<Services>;
}

/** To be called within a task of the call's own, whose result this is. */
export async function calledTool<Services>(
  calling: Calling<Services>,
  request: CallRequest,
): Promise<ToolAnswer> {
  return wrappedTool(calling.middleware, (asked) => checkedCall(calling, asked))(request);
}

async function checkedCall<Services>(
  calling: Calling<Services>,
  { id, name, args }: CallRequest,
): Promise<ToolAnswer> {
  const { tools } = calling;
  const tool = tools.find(({ declaration }) => declaration.name === name);
  if (tool === undefined) return errorAnswer(unknownTool(name, tools));
  if (args === undefined)
    return errorAnswer(`The arguments of "${name}" are not a JSON object. Send them again as one.`);
  const bound = tool.bind(args);
  if (bound.kind === "refused") return errorAnswer(misfit(name, bound.problems));
  const context = calling.contextOf(id);
  const one = { calling, tool, context };
  const stopped = await gated(one, { kind: "call", tool: name, args: bound.call.args });
  if (stopped !== undefined) return stopped;
  const ruling = await ruledOn(one, bound.call);
  if (ruling.kind === "answered") return ruling.answer;
  // What people made of the arguments has passed no gate yet.
  const again =
    ruling.call === bound.call
      ? undefined
      : await gated(one, { kind: "call", tool: name, args: ruling.call.args });
  if (again !== undefined) return again;
  const answer = await carriedOut(one, ruling.call);
  const withheld = await gated(one, {
    kind: "result",
    tool: name,
    args: ruling.call.args,
    text: answer.content,
  });
  if (withheld !== undefined) return withheld;
  return ruling.note === undefined ? answer : { ...answer, content: `${ruling.note}\n${answer.content}` };
}

interface One<Services> {
  readonly calling: Calling<Services>;
  readonly tool: Tool<Services>;
  readonly context: ToolContext<Services>;
}

function unknownTool(name: string, tools: readonly Tool<never>[]): string {
  const known = tools.map(({ declaration }) => declaration.name);
  const choice = known.length === 0 ? "There are no tools." : `Use one of: ${known.join(", ")}.`;
  return `There is no tool "${name.slice(0, 64)}". ${choice}`;
}

function misfit(name: string, problems: readonly z.core.$ZodIssue[]): string {
  const lines = problems.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`,
  );
  return `The arguments of "${name}" do not fit, and nothing was carried out. ${lines.join("; ")}. Send them again, corrected.`;
}

/** What the model is told instead, where a guardrail stops it. Kept: the same call is judged once, however often the step runs. */
async function gated<Services>(
  { calling: { guardrails, run, model }, context }: One<Services>,
  subject: Exclude<Subject, { kind: "task" }>,
): Promise<ToolAnswer | undefined> {
  if (!guardrails.some(({ on }) => on.includes(subject.kind))) return undefined;
  const judge = { requester: run.requester, model, signal: context.signal };
  const verdict = await task(`gate ${subject.kind}`, async () => {
    const checks = await checked(guardrails, subject, judge);
    await noted(run, checks, subject.tool);
    return checks;
  })();
  const stop = verdict.checked.find(({ passed }) => !passed);
  if (stop === undefined) return undefined;
  const what =
    subject.kind === "call" ? "This call was not carried out" : "The result of this call is withheld";
  return errorAnswer(`${what}: the guardrail "${stop.guardrail}" stopped it. ${stop.reason}`);
}

/** Each verdict, before anything follows from it. */
export async function noted(
  run: AgentContext,
  { checked: verdicts }: Checks,
  subject: string,
): Promise<void> {
  if (run.note === undefined) return;
  for (const { guardrail, passed, reason } of verdicts)
    await run.note({ kind: "checked", id: noteId("checked"), guardrail, subject, passed, reason });
}

/** What was found out once, before anybody was asked. */
type Rule = { readonly kind: "free" } | { readonly kind: "asks"; readonly question: JsonObject };

async function ruledOn<Services>(one: One<Services>, call: BoundCall<Services>): Promise<Ruling<Services>> {
  const { tool, context, calling } = one;
  const rule = askedWith(call.rule);
  // An author who gave it full autonomy has said that these need no human.
  if (rule === undefined || calling.run.autonomy === "full") return { kind: "go", call };
  const found = await task("rule", () => foundRule(one, call))();
  return found.kind === "free" ? { kind: "go", call } : askedHuman(found.question, { tool, call, context });
}

/**
 * Kept by `task`: whoever is asked is asked the same, however often the step runs, and a rule is not asked again when its world has
 * changed. What was let go by an allowance stays let go: it may have been carried out already when its worker died.
 */
async function foundRule<Services>(
  { tool, context, calling }: One<Services>,
  call: BoundCall<Services>,
): Promise<Rule> {
  const rule = askedWith(call.rule) ?? {};
  const { asks, trouble } = await ruled(rule, call, context);
  if (!asks) return { kind: "free" };
  if (rule.forRun !== undefined && (await isAllowed(calling.run, tool, call))) return { kind: "free" };
  return {
    kind: "asks",
    question: await questionFor({ tool, call, rule, context, said: calling.said, trouble }),
  };
}

/** By what somebody has answered before in this run. */
async function isAllowed<Services>(
  { allowances, note }: AgentContext,
  { declaration: { name: action } }: Tool<Services>,
  { args }: BoundCall<Services>,
): Promise<boolean> {
  const found = await allowances?.find(action, args);
  if (found === undefined) return false;
  const { interrupt } = found;
  await note?.({ kind: "allowed", id: noteId("allowed"), action, args: digestOf({ ...args }), interrupt });
  return true;
}

/** The same wherever and however often this step runs. */
export function noteId(kind: AutomaticNote["kind"]): string {
  return `${kind}:${nextIdempotencyKey().slice(0, 32)}`;
}

async function carriedOut<Services>(
  { tool, context }: One<Services>,
  call: BoundCall<Services>,
): Promise<ToolAnswer> {
  const { timeoutMs, declaration } = tool;
  const act = (): Promise<unknown> =>
    withinTime({ timeoutMs, signal: context.signal, what: `"${declaration.name}"` }, (signal) =>
      call.run({ ...context, signal }),
    );
  try {
    const once = tool.isAtMostOnce ? task({ name: "once", atMostOnce: true }, act) : act;
    return resultAnswer(await once());
  } catch (error) {
    context.signal.throwIfAborted();
    if (isForTheRuntime(error)) throw error;
    // Nobody knows what it has done: the run fails with it, and Retry asks a human.
    if (tool.isAtMostOnce && !(error instanceof NotCarriedOut)) throw error;
    return errorAnswer(reasonOf(error));
  }
}

/** What stops the run on purpose, or cannot be mended by a model. */
function isForTheRuntime(error: unknown): boolean {
  if (endsTurn(error)) return true;
  return [GraphInterrupt, NodeInterrupt, AnswerRefused, GraphValueError, OutcomeUnknownError].some(
    (kind) => error instanceof kind,
  );
}
