// The form for choosing among more options than a card holds: all of them, in full, and a menu. Built and read on one screen.
import type { SectionBlock, View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import { maskedRequest } from "../../approvals/redaction.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { menuOptions, optionLines } from "../blocks/choice.ts";
import { heading, plain, section } from "../blocks/parts.ts";
import { wholeSummary } from "../blocks/summary.ts";
import { fitting, LIMITS } from "../limits.ts";
import { noticeModal } from "./notice.ts";

const OPTION = "option";
/** Beside the options, of which there may be a hundred. */
const MOST_PIECES = 4;

export function chooseModal(approval: Approval): View {
  const { value: request } = maskedRequest(approval.request);
  if (request.kind !== "choose") return noticeModal("Not a choice", "This request has no options.");
  return fitting(LIMITS.viewBytes, (room) => ({
    type: "modal",
    callback_id: VIEW.choose,
    private_metadata: encodeRequestRef(approval),
    title: plain("Choose", LIMITS.modalTitle),
    submit: plain("Choose", LIMITS.modalTitle),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(`*${heading(request.title)}*`),
      ...wholeSummary(request).slice(0, MOST_PIECES),
      {
        type: "input",
        block_id: OPTION,
        label: plain("Answer", LIMITS.label),
        element: { type: "static_select", action_id: OPTION, options: menuOptions(request) },
      },
      ...sectionsOf(optionLines(request, room)),
    ],
  }));
}

/** As many lines in each as fit; a line is shorter than a section. */
function sectionsOf(lines: readonly string[]): readonly SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    const joined = `${last ?? ""}\n${line}`;
    if (last !== undefined && joined.length <= LIMITS.sectionText) texts[texts.length - 1] = joined;
    else texts.push(line);
  }
  return texts.map((text) => section(text));
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
