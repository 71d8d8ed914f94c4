// Submitted forms: read, decide, and either close, point at the field that does not fit, or say why it no longer counts.
import { unknownSentence } from "../removed-words.ts";
import { unknownRequest } from "../../runs/unknown-request.ts";
import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from "@slack/bolt";
import type { Vote } from "../../approvals/decision.ts";
import type { FieldErrors } from "../../approvals/schema.ts";
import { decideRequest, type Decided, openRequest } from "../../runs/decide.ts";
import { decodeRequestRef, type RequestRef } from "../action-id.ts";
import { optionIn } from "../modals/choose.ts";
import { commentIn, unconfirmed } from "../modals/details.ts";
import { blockErrors, editedOf } from "../modals/edit.ts";
import { isFromHome } from "../home/state.ts";
import { noticeModal } from "../modals/notice.ts";
import { rejectionOf } from "../modals/reject.ts";
import { TROUBLE } from "../words.ts";
import { decidedAnswer } from "./click.ts";
import { type SlackContext, troubleSentence } from "./context.ts";
import { showHomeInTime } from "./home.ts";

export type SubmitListener = Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>>;
type Submitted = ViewSubmitAction["view"];

/** How Slack is answered: close the form, or keep it with a sentence at a field, or replace it with a notice. */
type Reply =
  | { readonly kind: "close" }
  | { readonly kind: "errors"; readonly errors: FieldErrors }
  | { readonly kind: "notice"; readonly text: string; readonly title: "Not counted" | "Recorded" };

/** Reads the form, and answers Slack with what comes of it. */
export function listener(
  slack: SlackContext,
  replyTo: (ref: RequestRef, view: Submitted, by: string) => Promise<Reply>,
): SubmitListener {
  return async ({ ack, body, view }) => {
    const by = body.user.id;
    const begun = Date.parse(slack.deps.clock.now());
    const reply = await safely(slack, view, (ref) => replyTo(ref, view, by));
    if (isFromHome(view.private_metadata) && reply.kind !== "errors") await showHomeInTime(slack, by, begun);
    switch (reply.kind) {
      case "close":
        return ack();
      case "errors":
        return ack({ response_action: "errors", errors: { ...reply.errors } });
      case "notice":
        return ack({ response_action: "update", view: noticeModal(reply.title, reply.text) });
    }
  };
}

async function safely(
  slack: SlackContext,
  view: Submitted,
  replyTo: (ref: RequestRef) => Promise<Reply>,
): Promise<Reply> {
  const ref = decodeRequestRef(view.private_metadata);
  if (ref === undefined) return notCounted(TROUBLE.oldCard);
  try {
    return await replyTo(ref);
  } catch (error) {
    const text = troubleSentence(slack, error);
    // At a field, the form stays open and nothing that was typed is lost.
    const input = view.blocks.find((block) => block.type === "input");
    return input?.block_id === undefined
      ? notCounted(text)
      : { kind: "errors", errors: { [input.block_id]: text } };
  }
}

export function replyOf(slack: SlackContext, decided: Decided, by: string): Reply {
  const text = decidedAnswer(slack, decided, by);
  if (text === undefined) return { kind: "close" };
  const isRecorded = decided.kind === "recorded" || decided.kind === "counted";
  return isRecorded ? { kind: "notice", title: "Recorded", text } : notCounted(text);
}

export function notCounted(text: string): Reply {
  return { kind: "notice", title: "Not counted", text };
}

export function onSubmitReject(slack: SlackContext): SubmitListener {
  return listener(slack, async (ref, view, by) => {
    const rejection = rejectionOf(view.state.values);
    if (rejection.kind === "incomplete") return { kind: "errors", errors: rejection.errors };
    const { reason, stop } = rejection;
    const vote: Vote = { kind: "reject", reason, stop };
    return replyOf(slack, await decideRequest(slack.deps, { ...ref, team: slack.team, by, vote }), by);
  });
}

export function onSubmitDetails(slack: SlackContext): SubmitListener {
  return listener(slack, async (ref, view, by) => {
    const comment = commentIn(view.state.values) ?? "";
    const vote: Vote = { kind: "approve", ...(comment !== "" && { comment }) };
    return replyOf(slack, await decideRequest(slack.deps, { ...ref, team: slack.team, by, vote }), by);
  });
}

/** Also allows such actions for the rest of the run; a vote like every other one. */
export function onSubmitAllow(slack: SlackContext): SubmitListener {
  return listener(slack, async (ref, view, by) => {
    const errors = unconfirmed(view);
    if (errors !== undefined) return { kind: "errors", errors };
    const comment = commentIn(view.state.values) ?? "";
    const vote: Vote = { kind: "approve", forRun: true, ...(comment !== "" && { comment }) };
    return replyOf(slack, await decideRequest(slack.deps, { ...ref, team: slack.team, by, vote }), by);
  });
}

export function onSubmitChoice(slack: SlackContext): SubmitListener {
  return listener(slack, async (ref, view, by) => {
    const picked = optionIn(view.state.values);
    if (picked.kind === "incomplete") return { kind: "errors", errors: picked.errors };
    const vote: Vote = { kind: "choose", option: picked.option };
    return replyOf(slack, await decideRequest(slack.deps, { ...ref, team: slack.team, by, vote }), by);
  });
}

export function onSubmitEdit(slack: SlackContext): SubmitListener {
  return listener(slack, async (ref, view, by) => {
    const request = { ...ref, team: slack.team, by };
    const approval = await slack.deps.records.approval(request, ref.interrupt);
    if (approval === undefined)
      return notCounted(unknownSentence(await unknownRequest(slack.deps.records, request)));
    const edited = editedOf(approval, view.state.values);
    if (edited.kind !== "args") {
      // Nobody is asked to mend what would not count.
      const opened = await openRequest(slack.deps, request, "edit");
      if (opened.kind !== "open") return replyOf(slack, opened, by);
      if (edited.kind === "strange") return notCounted(TROUBLE.strangeForm);
      return { kind: "errors", errors: edited.errors };
    }
    const { args, comment } = edited;
    const vote: Vote = { kind: "edit", args, ...(comment !== "" && { comment }) };
    const decided = await decideRequest(slack.deps, { ...request, vote });
    const doesNotFit = decided.kind === "refused" && decided.because === "does-not-fit";
    return doesNotFit
      ? { kind: "errors", errors: blockErrors(approval, decided.errors) }
      : replyOf(slack, decided, by);
  });
}
