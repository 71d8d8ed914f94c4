// Everything of one request, in full: on as many pages as it takes, with Approve on the last one for whoever may.
import type { InputBlock, KnownBlock, View } from "@slack/web-api";
import * as z from "zod";
import type { Approval, Refusal } from "../../approvals/approval.ts";
import { maskedApproval } from "../../approvals/masked-approval.ts";
import type { Request } from "../../approvals/request.ts";
import { encodePageRef, VIEW } from "../action-id.ts";
import { allowSentence } from "../blocks/allowed.ts";
import { argLines, pairLines } from "../blocks/args.ts";
import { context, fields, heading, maskedCount, plain, section } from "../blocks/parts.ts";
import { wholeSummary } from "../blocks/summary.ts";
import { RISK } from "../blocks/request-card.ts";
import { LIMITS } from "../limits.ts";
import { mention, moment, visible } from "../text.ts";
import { decidersOf, readOnlySentence } from "../words.ts";
import { pagesOf } from "./pages.ts";
import { detailTexts, textBlocks, titleIfCut } from "./request-text.ts";
import { turning } from "./turning.ts";

const COMMENT = "comment";
const CONFIRM = "confirm";
/** As long as a vote's may be. */
const LONGEST_COMMENT = 1_000;

export interface DetailsShown {
  /** From 0; one that does not exist is the nearest that does. */
  readonly page: number;
  /** Why whoever looks cannot approve it; undefined when they can. */
  readonly refused: Refusal | undefined;
  /** What was typed before another page was turned to. */
  readonly comment?: string;
  /** To approve it and more such actions of its run. */
  readonly isForRun?: boolean;
}

export function detailsModal(
  asked: Approval,
  { page, refused, comment = "", isForRun = false }: DetailsShown,
): View {
  const { value: approval, count } = maskedApproval(asked);
  const pages = pagesOf(contentOf(approval, count));
  const last = pages.length - 1;
  const at = Math.min(Math.max(page, 0), last);
  const { callback, title, submit } = isForRun ? ALLOWING : APPROVING;
  const canApprove = refused === undefined && at === last;
  return {
    type: "modal",
    callback_id: callback,
    private_metadata: encodePageRef(approval, { page: at, comment }),
    title: plain(title, LIMITS.modalTitle),
    ...(canApprove && { submit: plain(submit, LIMITS.modalTitle) }),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(`*${heading(approval.request.title)}*`),
      ...(isForRun ? allowBlocks(approval.request) : []),
      ...(pages[at] ?? []),
      ...(last > 0 ? turning(at, last, refused === undefined ? submit : undefined) : []),
      ...(canApprove ? inputs(approval.request, { comment, isForRun }) : []),
      ...(refused === undefined ? [] : [context(readOnlySentence(refused, approval))]),
    ],
  };
}

/** Nothing where it is not offered any more: then the vote does not count either. */
function allowBlocks(request: Request): readonly KnownBlock[] {
  const text = allowSentence(request);
  return text === undefined ? [] : [section(text)];
}

const APPROVING = { callback: VIEW.details, title: "Full request", submit: "Approve" } as const;
const ALLOWING = { callback: VIEW.allow, title: "Allow for this run", submit: "Approve and allow" } as const;

function contentOf(approval: Approval, masked: number): readonly KnownBlock[] {
  const { request, requester, askedAt } = approval;
  return [
    fields([
      ["Requested by", mention.user(requester)],
      ["Can decide", decidersOf(approval)],
      ["Risk", RISK[request.risk]],
      ["Asked", moment(askedAt)],
    ]),
    ...wholeSummary(request),
    ...textBlocks("Facts", pairLines(factsOf(request))),
    ...askedBlocks(request),
    ...(masked > 0
      ? [context(`${maskedCount(masked)}. What is masked is shown to nobody, and stays as it is.`)]
      : []),
  ];
}

function factsOf(request: Request): readonly (readonly [string, string])[] {
  const { target, facts, action } = request;
  return [
    ...titleIfCut(request),
    ["Action", action.name],
    ...(target === "" ? [] : [["Acts on", target] as const]),
    ...facts.map(({ label, value }) => [label, value] as const),
  ];
}

function askedBlocks(request: Request): readonly KnownBlock[] {
  return [...detailTexts(request), ...answerBlocks(request)];
}

function answerBlocks(request: Request): readonly KnownBlock[] {
  switch (request.kind) {
    case "ask":
      return [];
    case "review":
      return request.items.flatMap(({ name, description, args }) =>
        textBlocks(name, [visible(description), argLines(args)].filter((text) => text !== "").join("\n")),
      );
    case "approve":
      return textBlocks("Arguments", argLines(request.action.args));
    case "choose":
      return textBlocks(
        "Answers",
        request.options
          .map(({ label, value, effect }) =>
            argLines({ Answer: label, sends: value, ...(effect !== "" && { "leads to": effect }) }),
          )
          .join("\n\n"),
      );
  }
}

function commentInput(comment: string): InputBlock {
  return {
    type: "input",
    block_id: COMMENT,
    optional: true,
    label: plain("Comment", LIMITS.label),
    hint: plain("Stands on the card and goes into the run.", LIMITS.label),
    element: {
      type: "plain_text_input",
      action_id: COMMENT,
      max_length: LONGEST_COMMENT,
      // What there is to read stands above it.
      focus_on_load: false,
      ...(comment !== "" && { initial_value: comment }),
    },
  };
}

function inputs(
  { risk }: Request,
  { comment, isForRun }: Required<Pick<DetailsShown, "comment" | "isForRun">>,
): readonly InputBlock[] {
  const isAskedTwice = isForRun && risk === "destructive";
  return [commentInput(comment), ...(isAskedTwice ? [confirmInput()] : [])];
}

/** On a card, the button asks whether it is really meant; a form has no such button. */
function confirmInput(): InputBlock {
  const option = { text: plain("I know that this cannot be undone", LIMITS.optionText), value: CONFIRM };
  return {
    type: "input",
    block_id: CONFIRM,
    label: plain("This cannot be undone, and neither can what runs later without asking", LIMITS.label),
    element: { type: "checkboxes", action_id: CONFIRM, options: [option] },
  };
}

const Confirmed = z.object({
  [CONFIRM]: z.object({ [CONFIRM]: z.object({ selected_options: z.array(z.unknown()).nonempty() }) }),
});

/** What is still to be said at a field; undefined when the form may be sent. */
export function unconfirmed(view: {
  readonly blocks: readonly { readonly block_id?: string }[];
  readonly state: { readonly values: unknown };
}): Readonly<Record<string, string>> | undefined {
  const isAsked = view.blocks.some(({ block_id }) => block_id === CONFIRM);
  if (!isAsked || Confirmed.safeParse(view.state.values).success) return undefined;
  return { [CONFIRM]: "Please say that you know, or go back." };
}

const Values = z.object({ [COMMENT]: z.object({ [COMMENT]: z.object({ value: z.string().nullish() }) }) });

/** What is typed in the form now; undefined on a page without the input. */
export function commentIn(values: unknown): string | undefined {
  const value = Values.safeParse(values).data?.[COMMENT][COMMENT];
  return value && (value.value ?? "").trim().slice(0, LONGEST_COMMENT);
}
