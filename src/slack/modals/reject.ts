// The form for saying no: a reason in one tap, and a note for whoever asked. Built and read on one screen.
import type { View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import type { FieldErrors } from "../../approvals/schema.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { heading, plain, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";

const REASON = "reason";
const NOTE = "note";
const NOTE_MAX = 1_000;
const REASONS = ["Not now", "Wrong target", "Needs more information", "Unsafe", "Other"] as const;

export function rejectModal(approval: Approval): View {
  return {
    type: "modal",
    callback_id: VIEW.reject,
    private_metadata: encodeRequestRef(approval),
    title: plain("Reject request", LIMITS.modalTitle),
    submit: plain("Reject", LIMITS.modalTitle),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(`*${heading(approval.request.title)}*`),
      {
        type: "input",
        block_id: REASON,
        label: plain("Reason", LIMITS.label),
        element: {
          type: "radio_buttons",
          action_id: REASON,
          options: REASONS.map((reason) => ({ text: plain(reason, LIMITS.optionText), value: reason })),
        },
      },
      {
        type: "input",
        block_id: NOTE,
        optional: true,
        label: plain("Note", LIMITS.label),
        hint: plain(`Goes to the requester and into the run. Needed for “Other”.`, LIMITS.label),
        element: { type: "plain_text_input", action_id: NOTE, multiline: true, max_length: NOTE_MAX },
      },
    ],
  };
}

const Values = z.object({
  [REASON]: z.object({
    [REASON]: z.object({ selected_option: z.object({ value: z.enum(REASONS) }).nullable() }),
  }),
  [NOTE]: z.object({ [NOTE]: z.object({ value: z.string().nullish() }) }),
});

export type Rejection =
  | { readonly kind: "reason"; readonly reason: string }
  | { readonly kind: "incomplete"; readonly errors: FieldErrors };

/** Errors are keyed by block, as Slack wants them. */
export function rejectionOf(values: unknown): Rejection {
  const parsed = Values.safeParse(values);
  const reason = parsed.data?.[REASON][REASON].selected_option?.value;
  if (reason === undefined) return { kind: "incomplete", errors: { [REASON]: "Please choose a reason." } };
  const note = (parsed.data?.[NOTE][NOTE].value ?? "").trim().slice(0, NOTE_MAX);
  if (reason === "Other" && note === "") return { kind: "incomplete", errors: { [NOTE]: "Please say why." } };
  return {
    kind: "reason",
    reason: reason === "Other" ? note : [reason, ...(note === "" ? [] : [note])].join(": "),
  };
}
