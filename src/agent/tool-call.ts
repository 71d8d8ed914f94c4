// One call of a tool, from what the model wrote to what it is told: check, gate, ask, act. Nothing reaches the tool but through here.
import type * as z from "zod";
import { digestOf, type Json, type JsonObject, sameJson } from "../approvals/json.ts";
import { reasonOf } from "../approvals/reason.ts";
import { type ChatModel, isTaskDone, NotCarriedOut, task, nextIdempotencyKey } from "../graph/index.ts";
import type { AgentContext, AutomaticNote } from "./agent-context.ts";
import { isForTheRuntime } from "./ends-turn.ts";
import { checked, type Checks, type Guardrail, type Subject } from "./guardrails.ts";
import { type CallRequest, type Middleware, wrappedTool } from "./middleware.ts";
import type { AskedWith } from "./approval-rule.ts";
import type { BoundCall, Tool } from "./tool.ts";
import type { ToolContext } from "./tool-context.ts";
import { errorAnswer, resultAnswer, type ToolAnswer } from "./tool-answer.ts";
import { askedWith, lookedAt, mayAllow, questionFor, riskOf, ruled } from "./tool-approval.ts";
import { askedHuman } from "./tool-decision.ts";
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
  const seen = { calling, tool, context, call: bound.call };
  const passed = await gatedCall(seen);
  if (passed.kind === "answered") return passed.answer;
  const ruling = await ruledOn(passed.one);
  if (ruling.kind === "answered") return ruling.answer;
  const { one, note } = ruling;
  // What people made of the arguments has passed no gate yet.
  if (note !== undefined) {
    const again = await gatedCall(one);
    if (again.kind === "answered") return again.answer;
  }
  const answer = await keptAnswer(one);
  const withheld = stoppedBy(await gated(one, { ...subjectOf(one), kind: "result", text: answer.content }));
  if (withheld !== undefined) return errorAnswer(`The result of this call is withheld: ${withheld}`);
  return note === undefined ? answer : { ...answer, content: `${note}\n${answer.content}` };
}

interface One<Services> {
  readonly calling: Calling<Services>;
  readonly tool: Tool<Services>;
  readonly context: ToolContext<Services>;
  readonly call: BoundCall<Services>;
}

/** A call that goes on, or what the model is told in place of it. */
type Passed<Services> =
  | { readonly kind: "go"; readonly one: One<Services>; readonly note?: string }
  | { readonly kind: "answered"; readonly answer: ToolAnswer };

interface Named {
  readonly name: string;
  readonly args: JsonObject;
}

function namedIn<Services>({ tool, call }: One<Services>): Named {
  return { name: tool.declaration.name, args: call.args };
}

function subjectOf<Services>(one: One<Services>): { readonly tool: string; readonly args: JsonObject } {
  const { name: tool, args } = namedIn(one);
  return { tool, args };
}

/**
 * What was judged or asked about is what goes on: when the step runs again, a default, a layer of the middleware or a newer version
 * of the tool may make another call of the same words.
 */
function asFirstSeen<Services>(one: One<Services>, { name, args }: Named): Passed<Services> {
  const now = namedIn(one);
  if (now.name === name && sameJson({ ...now.args }, { ...args })) return { kind: "go", one };
  const tool = one.calling.tools.find(({ declaration }) => declaration.name === name);
  if (tool === undefined)
    return { kind: "answered", answer: errorAnswer(unknownTool(name, one.calling.tools)) };
  const bound = tool.bind(args);
  return bound.kind === "refused"
    ? { kind: "answered", answer: errorAnswer(misfit(name, bound.problems)) }
    : { kind: "go", one: { ...one, tool, call: bound.call } };
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

interface Gated extends Named {
  readonly checks: Checks;
}

/** Undefined where nothing looks at it. Kept: the same call is judged once, however often the step runs. */
async function gated<Services>(
  one: One<Services>,
  subject: Exclude<Subject, { kind: "task" }>,
): Promise<Gated | undefined> {
  const { calling, context } = one;
  const { guardrails, run, model } = calling;
  if (!guardrails.some(({ on }) => on.includes(subject.kind))) return undefined;
  const judge = { requester: run.requester, model, signal: context.signal };
  return task(`gate ${subject.kind}`, async () => {
    const checks = await checked(guardrails, subject, judge);
    await noted(run, checks, subject.tool);
    return { ...namedIn(one), checks };
  })();
}

/** The guardrail that stopped it, in words for the model. */
function stoppedBy(verdict: Gated | undefined): string | undefined {
  const stop = verdict?.checks.checked.find(({ passed }) => !passed);
  return stop && `the guardrail "${stop.guardrail}" stopped it. ${stop.reason}`;
}

async function gatedCall<Services>(one: One<Services>): Promise<Passed<Services>> {
  const verdict = await gated(one, { ...subjectOf(one), kind: "call" });
  const stopped = stoppedBy(verdict);
  if (stopped !== undefined)
    return { kind: "answered", answer: errorAnswer(`This call was not carried out: ${stopped}`) };
  return verdict === undefined ? { kind: "go", one } : asFirstSeen(one, verdict);
}

/** Each verdict, before anything follows from it. */
export async function noted(
  run: AgentContext,
  { checked: verdicts }: Checks,
  subject: string,
): Promise<void> {
  if (run.note === undefined) return;
  for (const { guardrail, passed, reason } of verdicts)
    await run.note({
      kind: "checked",
      id: `${noteId("checked")}:${String(passed)}`,
      guardrail,
      subject,
      passed,
      reason,
    });
}

/** What was found out once, before anybody was asked, and of which call. */
type Rule = Named & { readonly seen?: Json } & (
    { readonly kind: "free" } | { readonly kind: "asks"; readonly question: JsonObject }
  );

async function ruledOn<Services>(one: One<Services>): Promise<Passed<Services>> {
  // An author who gave it full autonomy has said that tools need no human; whoever was asked before that is heard all the same.
  const asksNobody = askedWith(one.call.rule) === undefined || one.calling.run.autonomy === "full";
  if (asksNobody && !isTaskDone("rule")) return { kind: "go", one };
  const found = await task("rule", () => foundRule(one))();
  const first = asFirstSeen(one, found);
  if (first.kind === "answered") return first;
  const seen = { ...first.one, context: withSeen(first.one.context, found.seen) };
  if (found.kind === "free") return { kind: "go", one: seen };
  const ruling = await askedHuman(found.question, seen);
  if (ruling.kind === "answered") return ruling;
  const decided = { ...seen, call: ruling.call, context: withSeen(seen.context, ruling.seen) };
  return { kind: "go", one: decided, ...(ruling.note !== undefined && { note: ruling.note }) };
}

/**
 * Kept by `task`: whoever is asked is asked the same, however often the step runs, and a rule is not asked again when its world has
 * changed. What was let go by an allowance stays let go: it may have been carried out already when its worker died.
 */
async function foundRule<Services>(one: One<Services>): Promise<Rule> {
  const { tool, calling, call } = one;
  const rule = askedWith(call.rule) ?? {};
  const context = await lookedAt(rule, one);
  const { asks, trouble } = await ruled(rule, call, context);
  const isFree = !asks || (mayAllow(rule, call) && (await isAllowed(one, rule)));
  const found = { ...namedIn(one), ...(context.seen !== undefined && { seen: context.seen }) };
  if (isFree) return { ...found, kind: "free" };
  const question = await questionFor({ tool, call, rule, context, said: calling.said, trouble });
  return { ...found, kind: "asks", question };
}

function withSeen<Services>(context: ToolContext<Services>, seen: Json | undefined): ToolContext<Services> {
  return seen === undefined ? context : { ...context, seen };
}

/** By what somebody has answered before in this run. */
async function isAllowed<Services>(one: One<Services>, rule: AskedWith<never, Services>): Promise<boolean> {
  const { allowances, note } = one.calling.run;
  const { name: action, args } = namedIn(one);
  const found = await allowances?.find(action, args);
  // Who allowed a small one has not allowed one that cannot be undone.
  if (found === undefined || found.risk !== riskOf(rule, one.call)) return false;
  const { interrupt } = found;
  await note?.({ kind: "allowed", id: noteId("allowed"), action, args: digestOf({ ...args }), interrupt });
  return true;
}

/** The same wherever and however often this step runs. */
export function noteId(kind: AutomaticNote["kind"]): string {
  return `${kind}:${nextIdempotencyKey().slice(0, 32)}`;
}

/** Where guardrails look at it, it is kept: what they judged is what the model is told. */
async function keptAnswer<Services>(one: One<Services>): Promise<ToolAnswer> {
  const isJudged = one.calling.guardrails.some(({ on }) => on.includes("result"));
  return isJudged ? task("act", () => carriedOut(one))() : carriedOut(one);
}

async function carriedOut<Services>({ tool, context, call }: One<Services>): Promise<ToolAnswer> {
  const { timeoutMs, declaration } = tool;
  const keys: string[] = [];
  const idempotencyKey = (): string => {
    const key = context.idempotencyKey();
    keys.push(key);
    return key;
  };
  const act = (): Promise<unknown> =>
    withinTime({ timeoutMs, signal: context.signal, what: `"${declaration.name}"` }, (signal) =>
      call.run({ ...context, idempotencyKey, signal }),
    );
  try {
    const once = tool.isAtMostOnce ? task({ name: declaration.name, atMostOnce: true }, act) : act;
    return resultAnswer(await once());
  } catch (error) {
    context.signal.throwIfAborted();
    if (isForTheRuntime(error)) throw error;
    // Nobody knows what it has done: the run fails with it, and Retry asks a human.
    if (tool.isAtMostOnce && !(error instanceof NotCarriedOut)) throw error;
    const reason = reasonOf(error);
    return errorAnswer(
      keys.length > 0 && mayHaveActed(error)
        ? `It is not known whether this was carried out: ${reason}`
        : reason,
    );
  }
}

/** An answer that was lost says nothing of what was done: what reads and what acts fail alike. */
function mayHaveActed(error: unknown): boolean {
  return error instanceof Error && "mayHaveActed" in error && error.mayHaveActed === true;
}
