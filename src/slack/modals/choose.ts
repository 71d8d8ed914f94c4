// The form for choosing where a card has no room for the question or its options: all of it, in full, and a menu. Built and read on one screen.
import type { KnownBlock, View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import { maskedRequest } from "../../approvals/redaction.ts";
import type { ChooseRequest } from "../../approvals/request.ts";
import { encodePageRef, VIEW } from "../action-id.ts";
import { menuOptions, optionLines } from "../blocks/choice.ts";
import { heading, plain, section, sectionsOf } from "../blocks/parts.ts";
import { fitting, LIMITS, type Room } from "../limits.ts";
import { noticeModal } from "./notice.ts";
import { pagesOf } from "./pages.ts";
import { questionTexts } from "./request-text.ts";
import { turning } from "./turning.ts";

const OPTION = "option";
const SUBMIT = "Choose";

/** The options stand on the last page, below all that there is to read. One that does not exist is the nearest that does. */
export function chooseModal(approval: Approval, page = 0): View {
  const { value: request } = maskedRequest(approval.request);
  if (request.kind !== "choose") return noticeModal("Not a choice", "This request has no options.");
  const pages = pagesOf(questionTexts(request));
  const last = pages.length - 1;
  const at = Math.min(Math.max(page, 0), last);
  return fitting(LIMITS.viewBytes, (room) => ({
    type: "modal",
    callback_id: VIEW.choose,
    private_metadata: encodePageRef(approval, { page: at, comment: "" }),
    title: plain("Choose", LIMITS.modalTitle),
    ...(at === last && { submit: plain(SUBMIT, LIMITS.modalTitle) }),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(`*${heading(request.title)}*`),
      ...(pages[at] ?? []),
      ...(last > 0 ? turning(at, last, SUBMIT) : []),
      ...(at === last ? choices(request, room) : []),
    ],
  }));
}

function choices(request: ChooseRequest, room: Room): readonly KnownBlock[] {
  return [
    {
      type: "input",
      block_id: OPTION,
      label: plain("Answer", LIMITS.label),
      element: { type: "static_select", action_id: OPTION, options: menuOptions(request) },
    },
    ...sectionsOf(optionLines(request, room)),
  ];
}

const Values = z.object({
  [OPTION]: z.object({
    [OPTION]: z.object({ selected_option: z.object({ value: z.string() }).nullable() }),
  }),
});

export type Picked =
  | { readonly kind: "option"; readonly option: string }
  | { readonly kind: "incomplete"; readonly errors: Readonly<Record<string, string>> };

/** Errors are keyed by block, as Slack wants them. */
export function optionIn(values: unknown): Picked {
  const option = Values.safeParse(values).data?.[OPTION][OPTION].selected_option?.value;
  return option === undefined
    ? { kind: "incomplete", errors: { [OPTION]: "Please choose an answer." } }
    : { kind: "option", option };
}
