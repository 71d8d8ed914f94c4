// The form for answering in words: the whole question, and a box below it. Built and read on one screen.
import type { KnownBlock, View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import { maskedApproval } from "../../approvals/masked-approval.ts";
import type { Request } from "../../approvals/request.ts";
import type { FieldErrors } from "../../approvals/schema.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { context, plain, preformatted } from "../blocks/parts.ts";
import { wholeSummary } from "../blocks/summary.ts";
import { LIMITS } from "../limits.ts";
import { drawnPieces, fullTextOf } from "../pieces.ts";
import { visible } from "../text.ts";

const ANSWER = "answer";
/** Of the question, and of what was said beside it: together they stay within what a view holds. */
const MOST_PIECES = 12;

export function askModal(asking: Approval): View {
  const { value: approval } = maskedApproval(asking);
  const { request } = approval;
  return {
    type: "modal",
    callback_id: VIEW.answer,
    private_metadata: encodeRequestRef(approval),
    title: plain(request.kind === "approve" ? "Respond" : "Answer", LIMITS.modalTitle),
    submit: plain("Send", LIMITS.modalTitle),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      ...asked(request),
      {
        type: "input",
        block_id: ANSWER,
        label: plain("Your answer", LIMITS.label),
        element: {
          type: "plain_text_input",
          action_id: ANSWER,
          multiline: true,
          max_length: LIMITS.inputText,
        },
      },
    ],
  };
}

function asked(request: Request): KnownBlock[] {
  const question = drawnPieces(visible(request.title), MOST_PIECES, (piece) => ({
    type: "section",
    text: plain(piece, LIMITS.sectionText),
  }));
  const said = wholeSummary(request);
  const beside = drawnPieces(fullTextOf(request), MOST_PIECES, preformatted);
  const isWhole = question.isWhole && said.length <= MOST_PIECES && beside.isWhole;
  return [
    ...question.blocks,
    ...said.slice(0, MOST_PIECES),
    ...beside.blocks,
    ...(isWhole ? [] : [context("This question is longer than Slack can show; the rest is left out.")]),
  ];
}

const Values = z.object({ [ANSWER]: z.object({ [ANSWER]: z.object({ value: z.string().nullish() }) }) });

export type Answered =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "incomplete"; readonly errors: FieldErrors };

/** Errors are keyed by block, as Slack wants them. */
export function answerIn(values: unknown): Answered {
  const text = (Values.safeParse(values).data?.[ANSWER][ANSWER].value ?? "").slice(0, LIMITS.inputText);
  return text.trim() === ""
    ? { kind: "incomplete", errors: { [ANSWER]: "Please write an answer." } }
    : { kind: "text", text: text.toWellFormed() };
}

/** There is one field for all that does not fit. */
export function answerErrors(errors: FieldErrors): FieldErrors {
  return { [ANSWER]: Object.values(errors).join(" ") };
}
