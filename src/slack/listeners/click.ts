// Clicks on a request's buttons: Approve decides at once, the others open a form while the click's trigger lives.
import { unknownSentence } from "../removed-words.ts";
import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from "@slack/bolt";
import type { View } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import type { Vote } from "../../approvals/decision.ts";
import { type Decided, decideRequest, openRequest } from "../../runs/decide.ts";
import { type Form, noteOpened } from "../../runs/note-click.ts";
import { decodeRequestRef, type RequestRef } from "../action-id.ts";
import { askModal } from "../modals/ask.ts";
import { chooseModal } from "../modals/choose.ts";
import { eachModal } from "../modals/decide-each.ts";
import { editModal } from "../modals/edit.ts";
import { rejectModal } from "../modals/reject.ts";
import { detailsModal } from "../modals/details.ts";
import { refusalSentence, TROUBLE } from "../words.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";

export type ClickListener = Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>>;

export function onApprove(slack: SlackContext): ClickListener {
  return onVote(slack, { kind: "approve" });
}

/** Whoever ignores gives no reason. */
export function onIgnore(slack: SlackContext): ClickListener {
  return onVote(slack, { kind: "reject", reason: "Ignored" });
}

/** A button that decides at once. */
function onVote(slack: SlackContext, vote: Vote): ClickListener {
  return async ({ ack, action, body, respond }) => {
    await ack();
    const answer = await decideAtOnce(slack, { value: action.value, by: body.user.id, vote });
    if (answer !== undefined) await tell(slack, respond, answer);
  };
}

/** What the clicker is told; nothing when the card itself will show it in a moment. */
async function decideAtOnce(
  slack: SlackContext,
  { value, by, vote }: { readonly value: string | undefined; readonly by: string; readonly vote: Vote },
): Promise<string | undefined> {
  const ref = decodeRequestRef(value);
  if (ref === undefined) return TROUBLE.oldCard;
  try {
    const decided = await decideRequest(slack.deps, { ...ref, team: slack.team, by, vote });
    return decidedAnswer(slack, decided, by);
  } catch (error) {
    return troubleSentence(slack, error);
  }
}

export function decidedAnswer({ deps }: SlackContext, decided: Decided, by: string): string | undefined {
  switch (decided.kind) {
    case "recorded":
      return decided.woken ? undefined : TROUBLE.willContinue;
    case "counted":
      return decided.woken ? undefined : TROUBLE.voteWillShow;
    case "refused":
      return refusalSentence(decided.because, decided.approval, { by, now: deps.clock.now() });
    case "unknown":
      return unknownSentence(decided);
  }
}

export const FORMS: Readonly<
  Record<Form, { readonly offer: Vote["kind"]; readonly modal: (approval: Approval) => View }>
> = {
  reject: { offer: "reject", modal: rejectModal },
  edit: { offer: "edit", modal: editModal },
  review: {
    offer: "approve",
    modal: (approval) => detailsModal(approval, { page: 0, refused: undefined }),
  },
  choose: { offer: "choose", modal: (approval) => chooseModal(approval) },
  answer: { offer: "respond", modal: askModal },
  each: { offer: "review", modal: eachModal },
  allow: {
    offer: "approve",
    modal: (approval) => detailsModal(approval, { page: 0, refused: undefined, isForRun: true }),
  },
};

export function onOpenForm(slack: SlackContext, form: Form): ClickListener {
  return async ({ ack, action, body, client, respond }) => {
    await ack();
    const ref = decodeRequestRef(action.value);
    if (ref === undefined) return tell(slack, respond, TROUBLE.oldCard);
    try {
      const open = (view: View): Promise<unknown> => client.views.open({ trigger_id: body.trigger_id, view });
      const answer = await openForm(slack, { ref, by: body.user.id, form, open });
      if (answer !== undefined) await tell(slack, respond, answer);
    } catch (error) {
      await tell(slack, respond, troubleSentence(slack, error));
    }
  };
}

interface Opening {
  readonly ref: RequestRef;
  readonly by: string;
  readonly form: Form;
  readonly open: (view: View) => Promise<unknown>;
}

/** What the clicker is told; nothing when the form is open. */
export async function openForm(
  slack: SlackContext,
  { ref, by, form, open }: Opening,
): Promise<string | undefined> {
  const { offer, modal } = FORMS[form];
  const opened = await openRequest(slack.deps, { ...ref, team: slack.team, by }, offer);
  if (opened.kind !== "open") return decidedAnswer(slack, opened, by) ?? TROUBLE.unexpected;
  await open(modal(opened.approval));
  await noteOpened(slack.deps, opened.approval, { by, form });
  return undefined;
}
