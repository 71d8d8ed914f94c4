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
      ...(again ? [whatToChange()] : [reasons(), noteForRequester()]),
      stopInput(again),
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
  const hint = "Goes to the requester and into the run. Needed for “Unsafe” and “Other”.";
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

function stopInput(again: boolean): InputBlock {
  const [text, about] = again
    ? ["Stop the run instead of letting it try again", ""]
    : ["Stop the run", "Nothing more of it happens, and its other questions are closed."];
  const description = about === "" ? {} : { description: plain(about, LIMITS.optionText) };
  const option = { text: plain(text, LIMITS.optionText), value: STOP, ...description };
  return {
    type: "input",
    block_id: STOP,
    optional: true,
    label: plain("After this", LIMITS.label),
    element: { type: "checkboxes", action_id: STOP, options: [option] },
  };
}

const Note = z.object({ [NOTE]: z.object({ value: z.string().nullish() }) });
const Ticked = z.object({ selected_options: z.array(z.object({ value: z.string() })) });
const Stop = z.object({ [STOP]: z.object({ [STOP]: Ticked }) });
const Reasoned = z.object({
  [REASON]: z.object({
    [REASON]: z.object({ selected_option: z.object({ value: z.enum(REASONS) }).nullable() }),
  }),
  [NOTE]: Note,
});

const AsksForReason = z.object({ [REASON]: z.unknown().refine((block) => block !== undefined) });
const Again = z.object({ [NOTE]: Note });

/** With these a tap alone does not say enough. */
const NEEDS_NOTE: readonly string[] = ["Unsafe", "Other"] satisfies (typeof REASONS)[number][];

export type Rejection =
  | { readonly kind: "reason"; readonly reason: string; readonly stop: boolean }
  | { readonly kind: "incomplete"; readonly errors: FieldErrors };

/** Errors are keyed by block, as Slack wants them. */
export function rejectionOf(values: unknown): Rejection {
  const stop = (Stop.safeParse(values).data?.[STOP][STOP].selected_options ?? []).length > 0;
  const change = AsksForReason.safeParse(values).success ? undefined : Again.safeParse(values).data;
  return change === undefined
    ? reasonOf(Reasoned.safeParse(values).data, stop)
    : changeOf(noteIn(change), stop);
}

function reasonOf(values: z.infer<typeof Reasoned> | undefined, stop: boolean): Rejection {
  const reason = values?.[REASON][REASON].selected_option?.value;
  if (reason === undefined) return { kind: "incomplete", errors: { [REASON]: "Please choose a reason." } };
  const text = noteIn(values);
  if (NEEDS_NOTE.includes(reason) && text === "")
    return { kind: "incomplete", errors: { [NOTE]: "Please say why." } };
  const said = reason === "Other" ? text : [reason, ...(text === "" ? [] : [text])].join(": ");
  return { kind: "reason", reason: said, stop };
}

function changeOf(reason: string, stop: boolean): Rejection {
  return reason === ""
    ? { kind: "incomplete", errors: { [NOTE]: "Please say what should change, or why not." } }
    : { kind: "reason", reason, stop };
}

function noteIn(values: { readonly [NOTE]: z.infer<typeof Note> } | undefined): string {
  return (values?.[NOTE][NOTE].value ?? "").trim().slice(0, NOTE_MAX);
}
