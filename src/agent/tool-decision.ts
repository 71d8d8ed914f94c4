// Asks a human about one call of a tool, and says what their answer means for it.
import * as z from "zod";
import { RequestChanged } from "../approvals/ask.ts";
import {
  ApprovalDecision,
  basisOf,
  ExpiredDecision,
  RespondedDecision,
  SYSTEM,
} from "../approvals/decision.ts";
import { digestOf, type Json, type JsonObject } from "../approvals/json.ts";
import { Declared, Shown } from "../approvals/request.ts";
import { AnswerRefused, interrupt, task } from "../graph/index.ts";
import type { BoundCall, Tool } from "./tool.ts";
import { ASKED_BECAUSE, lookedAt } from "./tool-approval.ts";
import type { ToolContext } from "./tool-context.ts";
import type { ToolAnswer } from "./tool-answer.ts";
import { orTold } from "./tool-trouble.ts";

/** What is answered to a question about a tool. */
const ToolDecision = z.union([ApprovalDecision, ExpiredDecision, RespondedDecision]);

export type Ruling<Services> =
  | {
      readonly kind: "go";
      readonly call: BoundCall<Services>;
      readonly note?: string;
      /** When the tool has looked again. */
      readonly seen: Json | undefined;
    }
  /** In place of the tool. */
  | { readonly kind: "answered"; readonly answer: ToolAnswer };

/**
 * @throws AnswerRefused when what somebody made of the arguments does not fit the tool, and RequestChanged when what was agreed to is
 * not so any more: the question is then asked again.
 */
export async function askedHuman<Services>(
  question: JsonObject,
  {
    tool,
    call,
    context,
  }: { tool: Tool<Services>; call: BoundCall<Services>; context: ToolContext<Services> },
): Promise<Ruling<Services>> {
  const decision = ToolDecision.parse(interrupt(question));
  switch (decision.kind) {
    case "rejected":
      return answered(rejectedText(decision), "error");
    case "expired":
      return answered(
        "Nobody decided in time, so this call was not carried out. That is no rejection.",
        "error",
      );
    case "responded":
      return answered(
        `A human answered in place of the tool, which was not carried out: ${decision.text}`,
        "success",
      );
    case "approved":
      return { kind: "go", call, seen: await seenStillSo(question, { tool, call, context, decision }) };
    case "edited": {
      const edited = tool.bind(decision.args);
      if (edited.kind === "refused")
        throw new AnswerRefused(
          edited.problems.map(({ path, message }) => ({ path: path.map(String).join("."), message })),
        );
      const seen = await seenStillSo(question, { tool, call: edited.call, context, decision });
      const note = `A human changed the arguments before it was carried out; they are ${JSON.stringify(decision.args)}.`;
      return { kind: "go", call: edited.call, note, seen };
    }
  }
}

function rejectedText({ by, reason }: { readonly by: string; readonly reason: string }): string {
  if (by === SYSTEM)
    return "Nobody decided in time, which counts as a rejection: this call was not carried out.";
  return `A human rejected this call, and it was not carried out${reason === "" ? "." : `: ${reason}`}`;
}

function answered(
  content: string,
  status: ToolAnswer["status"],
): Extract<Ruling<never>, { kind: "answered" }> {
  return { kind: "answered", answer: { content, status } };
}

interface Agreed<Services> {
  readonly tool: Tool<Services>;
  readonly call: BoundCall<Services>;
  readonly context: ToolContext<Services>;
  /** Its `basis` is of what was shown when they agreed. */
  readonly decision: Extract<ApprovalDecision, { readonly kind: "approved" | "edited" }>;
}

/**
 * What has held once for an answer is kept: when a worker dies after the call has acted, the next one finds what the call itself has
 * changed, and people would be asked again for what is done, under another key.
 *
 * @throws RequestChanged
 */
async function seenStillSo<Services>(
  question: JsonObject,
  { tool, call, context, decision }: Agreed<Services>,
): Promise<Json | undefined> {
  const rule = typeof call.rule === "object" ? call.rule : {};
  const { revalidate } = rule;
  if (revalidate === undefined) return undefined;
  const { request } = Declared.parse(question);
  // Asked before the tool looked again at all.
  if (request.kind !== "approve" || request.revalidated !== true) return undefined;
  const doing = {
    tool: tool.declaration.name,
    what: "revalidate what was agreed to",
    signal: context.signal,
  };
  // Another answer, to the same question even, is looked at anew.
  return task(`still so ${digestOf(decision).slice(0, 16)}`, async () => {
    const looked = await lookedAt(rule, { tool, call, context });
    const shown = await orTold(doing, async () => {
      const now = await revalidate(call.given, looked);
      const because = request.facts.filter(({ label }) => label === ASKED_BECAUSE);
      const facts = now.facts === undefined ? request.facts : [...now.facts, ...because];
      return Shown.parse({ ...request, ...now, facts });
    });
    if (basisOf(shown) !== decision.basis) throw new RequestChanged(shown);
    return looked.seen;
  })();
}
