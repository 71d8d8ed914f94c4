// Automatic gates: rules first, a model only behind them, and what could not be checked does not pass. People come after them.
import type { ChatModel } from "../graph/index.ts";
import type { JsonObject } from "../approvals/json.ts";
import { reasonOf } from "../approvals/reason.ts";

/** What is looked at: what the agent was asked for, or a call before it is carried out, or what came of it. */
export type Subject =
  | { readonly kind: "task"; readonly text: string }
  | { readonly kind: "call"; readonly tool: string; readonly args: JsonObject }
  | { readonly kind: "result"; readonly tool: string; readonly args: JsonObject; readonly text: string };

/** `reason` is a sentence for people and for the model. */
export type GuardrailVerdict = {
  /** A model's words, which do not pass for ours. */
  readonly isProse?: true;
  /** It could not be judged, which may be otherwise the next time. */
  readonly isTrouble?: true;
} & (
  { readonly passes: true; readonly reason?: string } | { readonly passes: false; readonly reason: string }
);

export interface GuardrailContext {
  readonly requester: string;
  readonly model: ChatModel;
  readonly signal: AbortSignal;
}

/**
 * One gate.
 *
 * `on` says what it looks at. Rules are functions of what they are given, are asked first and all of them are cheap; classifiers ask
 * a model, and only where every rule has let it pass. One that throws stops what it was asked about.
 */
export interface Guardrail {
  readonly name: string;
  readonly on: readonly Subject["kind"][];
  readonly kind: "rule" | "classifier";
  check(subject: Subject, context: GuardrailContext): GuardrailVerdict | Promise<GuardrailVerdict>;
}

/** The verdict of one gate, for the run's history. */
export interface Checked {
  readonly guardrail: string;
  readonly passed: boolean;
  readonly reason: string;
  readonly isProse?: true;
  readonly isTrouble?: true;
}

export interface Checks {
  readonly passes: boolean;
  /** In the order in which they were asked; those behind the first that stopped it were not. */
  readonly checked: readonly Checked[];
}

/** Asks one after the other until one stops it. */
export async function checked(
  guardrails: readonly Guardrail[],
  subject: Subject,
  context: GuardrailContext,
): Promise<Checks> {
  const asked = guardrails.filter(({ on }) => on.includes(subject.kind));
  const inOrder = [
    ...asked.filter(({ kind }) => kind === "rule"),
    ...asked.filter(({ kind }) => kind === "classifier"),
  ];
  const verdicts: Checked[] = [];
  for (const guardrail of inOrder) {
    const verdict = await verdictOf(guardrail, subject, context);
    verdicts.push(verdict);
    if (!verdict.passed) return { passes: false, checked: verdicts };
  }
  return { passes: true, checked: verdicts };
}

async function verdictOf(
  guardrail: Guardrail,
  subject: Subject,
  context: GuardrailContext,
): Promise<Checked> {
  const { name } = guardrail;
  try {
    const { passes, reason = "", isProse, isTrouble } = await guardrail.check(subject, context);
    // Nothing but a clear yes lets it pass.
    const said: unknown = passes;
    const how = { ...(isProse && { isProse }), ...(isTrouble && { isTrouble }) };
    return { guardrail: name, passed: said === true, reason, ...how };
  } catch (error) {
    // The run was stopped: that is nobody's verdict.
    context.signal.throwIfAborted();
    return {
      ...{ guardrail: name, passed: false },
      reason: `It could not be checked, so it does not pass: ${reasonOf(error)}`,
      isTrouble: true,
    };
  }
}
