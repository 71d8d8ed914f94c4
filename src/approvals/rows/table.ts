// From whatever a node interrupts with to the request a human reads: the first row that knows it wins.
import * as z from "zod";
import { Answers } from "../reply.ts";
import type { Request } from "../request.ts";
import { action } from "./action.ts";
import { agentInbox } from "./agent-inbox.ts";
import { anyValue } from "./any.ts";
import { choice, outcome } from "./choice.ts";
import { draft } from "./draft.ts";
import { middleware } from "./middleware.ts";
import { own } from "./own.ts";
import { question } from "./question.ts";
import type { AskedValue, Row } from "./row.ts";
import { typedQuestion } from "./typed-question.ts";

/** What a node declared, or the runtime asks in words of its own. */
const DECLARED: readonly Row[] = [own, outcome];
const GUESSED: readonly Row[] = [agentInbox, middleware, choice, typedQuestion, question, draft, action];

interface Stated extends Pick<AskedValue, "responseSchema"> {
  /** What the call of `interrupt` states. */
  readonly answers?: unknown;
}

/**
 * The request a human reads for an interrupt.
 *
 * @throws when a question has more options than can be shown, or states answers that are none; the message says what is wrong.
 */
export function requestOf(value: unknown, node: string, stated: Stated = {}): Request {
  const answers = statedAnswers(stated.answers, `The question of the step "${node}"`);
  const asked: AskedValue = { value, node, answers, responseSchema: stated.responseSchema };
  const declared = firstOf(DECLARED, asked);
  if (declared !== undefined) return declared;
  return { ...(firstOf(GUESSED, asked) ?? anyValue(asked)), guessed: true };
}

function firstOf(rows: readonly Row[], asked: AskedValue): Request | undefined {
  for (const row of rows) {
    const request = row(asked);
    if (request !== undefined) return request;
  }
  return undefined;
}

/** @throws when they are none; `whose` begins the sentence. */
export function statedAnswers(answers: unknown, whose: string): Answers {
  const parsed = Answers.safeParse(answers ?? {});
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `${whose} states answers that are none: ${z.prettifyError(parsed.error).replaceAll(/\s+/g, " ")}. ` +
      'State any JSON for "approve" and "reject", "text" or "args" for "edit", and true for "respond".',
  );
}
