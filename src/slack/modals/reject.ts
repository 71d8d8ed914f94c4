// The form for saying no: a reason in one tap and a note, or, where the run tries again, what to change. Built and read on one screen.
import type { InputBlock, View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import type { FieldErrors } from "../../approvals/schema.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { heading, plain, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";

const REASON = "reason";
const NOTE = "note";
const STOP = "stop";
const NOTE_MAX = 1_000;
const REASONS = ["Not now", "Wrong target", "Needs more information", "Unsafe", "Other"] as const;

export function rejectModal(approval: Approval): View {
  const { request } = approval;
  const again = request.kind === "approve" && request.again;
  return {
    type: "modal",
    callback_id: VIEW.reject,
    private_metadata: encodeRequestRef(approval),
    title: plain("Reject request", LIMITS.modalTitle),
    submit: plain("Reject", LIMITS.modalTitle),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(`*${heading(request.title)}*`),
      ...(again ? [whatToChange(), stopInstead()] : [reasons(), noteForRequester()]),
    ],
  };
}

function reasons(): InputBlock {
  const options = REASONS.map((reason) => ({ text: plain(reason, LIMITS.optionText), value: reason }));
  return {
    type: "input",
    block_id: REASON,
    label: plain("Reason", LIMITS.label),
    element: { type: "radio_buttons", action_id: REASON, options },
  };
}

function noteForRequester(): InputBlock {
  const hint = "Goes to the requester and into the run. Needed for “Other”.";
  return { ...note("Note", hint), optional: true };
}

function whatToChange(): InputBlock {
  return note("What should change?", "Goes into the next try and to the requester.");
}

function note(label: string, hint: string): InputBlock {
  return {
    type: "input",
    block_id: NOTE,
    label: plain(label, LIMITS.label),
    hint: plain(hint, LIMITS.label),
    element: { type: "plain_text_input", action_id: NOTE, multiline: true, max_length: NOTE_MAX },
  };
}

function stopInstead(): InputBlock {
  const text = plain("Stop the run instead of trying again", LIMITS.optionText);
  return {
    type: "input",
    block_id: STOP,
    optional: true,
    label: plain("After this", LIMITS.label),
    element: { type: "checkboxes", action_id: STOP, options: [{ text, value: STOP }] },
  };
}

const Note = z.object({ [NOTE]: z.object({ value: z.string().nullish() }) });
const Reasoned = z.object({
  [REASON]: z.object({
    [REASON]: z.object({ selected_option: z.object({ value: z.enum(REASONS) }).nullable() }),
  }),
  [NOTE]: Note,
});
const Again = z.object({
  [NOTE]: Note,
  [STOP]: z.object({ [STOP]: z.object({ selected_options: z.array(z.object({ value: z.string() })) }) }),
});

export type Rejection =
  | { readonly kind: "reason"; readonly reason: string; readonly stop?: boolean }
  | { readonly kind: "incomplete"; readonly errors: FieldErrors };

/** Errors are keyed by block, as Slack wants them. */
export function rejectionOf(values: unknown): Rejection {
  const again = Again.safeParse(values).data;
  return again === undefined ? reasonOf(Reasoned.safeParse(values).data) : changeOf(again);
}

function reasonOf(values: z.infer<typeof Reasoned> | undefined): Rejection {
  const reason = values?.[REASON][REASON].selected_option?.value;
  if (reason === undefined) return { kind: "incomplete", errors: { [REASON]: "Please choose a reason." } };
  const text = noteIn(values);
  if (reason === "Other" && text === "") return { kind: "incomplete", errors: { [NOTE]: "Please say why." } };
  return {
    kind: "reason",
    reason: reason === "Other" ? text : [reason, ...(text === "" ? [] : [text])].join(": "),
  };
}

function changeOf(values: z.infer<typeof Again>): Rejection {
  const reason = noteIn(values);
  if (reason === "")
    return { kind: "incomplete", errors: { [NOTE]: "Please say what should change, or why not." } };
  return { kind: "reason", reason, stop: values[STOP][STOP].selected_options.length > 0 };
}

function noteIn(values: { readonly [NOTE]: z.infer<typeof Note> } | undefined): string {
  return (values?.[NOTE][NOTE].value ?? "").trim().slice(0, NOTE_MAX);
}
