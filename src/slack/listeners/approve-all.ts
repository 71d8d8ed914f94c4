// Approve all… on a run's own message: opens what this person may approve of it, and casts a vote for each request that is ticked.
import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from "@slack/bolt";
import type { View } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { type Attempt, decideSeveral, openRun, type RunOpened } from "../../runs/decide-several.ts";
import { decodeRunRef } from "../action-id.ts";
import { hasPlainApprove } from "../blocks/request-card.ts";
import { heading } from "../blocks/parts.ts";
import { approveAllModal, REQUESTS, type Ticked, tickedIn } from "../modals/approve-all.ts";
import { noticeModal } from "../modals/notice.ts";
import { removedSentence } from "../removed-words.ts";
import { decidersOf, SEVERAL, TROUBLE } from "../words.ts";
import { type ClickListener, decidedAnswer } from "./click.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";

export function onApproveAll(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, client, respond }) => {
    await ack();
    const thread = decodeRunRef(action.value);
    if (thread === undefined) return tell(slack, respond, TROUBLE.oldCard);
    try {
      const opened = await openRun(slack.deps, { team: slack.team, thread }, body.user.id);
      const view = viewOf(opened);
      if (view === undefined) await tell(slack, respond, nothingToApprove(opened));
      else await client.views.open({ trigger_id: body.trigger_id, view });
    } catch (error) {
      await tell(slack, respond, troubleSentence(slack, error));
    }
  };
}

/** Undefined when there is nothing to tick. */
function viewOf(opened: RunOpened): View | undefined {
  const listed = opened.kind === "open" ? listedIn(opened) : [];
  if (opened.kind === "unknown" || listed.length === 0) return undefined;
  const onOwnCard = opened.approvable.length - listed.length;
  return approveAllModal({ run: opened.run, listed, onOwnCard });
}

type Open = Extract<RunOpened, { kind: "open" }>;

function listedIn({ run, approvable }: Open): readonly Approval[] {
  return approvable.filter((approval) => hasPlainApprove(approval, run));
}

function nothingToApprove(opened: RunOpened): string {
  if (opened.kind === "unknown") return SEVERAL.unknownRun;
  const [first] = opened.pending;
  const removed = removedSentence(opened.run);
  if (first === undefined)
    return removed === undefined ? SEVERAL.nothingWaits : `${removed} Nothing was approved.`;
  if (opened.approvable.length > 0) return SEVERAL.onOwnCards;
  return opened.agreed.length > 0 ? SEVERAL.agreed : SEVERAL.notYours(decidersOf(first));
}

export function onSubmitAll(slack: SlackContext): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> {
  return async ({ ack, body, view }) => {
    const thread = decodeRunRef(view.private_metadata);
    const read = tickedIn(view.state.values);
    if (thread === undefined || read.kind === "strange") return ack(noticeOf(TROUBLE.oldCard));
    if (read.kind === "incomplete") return ack(errorOf(read.error));
    try {
      const text = await approve(slack, { thread, ticked: read.ticked, by: body.user.id });
      await (text === undefined ? ack() : ack(noticeOf(text)));
    } catch (error) {
      // At the input, the form stays open and can be submitted again.
      await ack(errorOf(troubleSentence(slack, error)));
    }
  };
}

function noticeOf(text: string): { readonly response_action: "update"; readonly view: View } {
  return { response_action: "update", view: noticeModal("Approve several", text) };
}

function errorOf(text: string): { readonly response_action: "errors"; errors: Record<string, string> } {
  return { response_action: "errors", errors: { [REQUESTS]: text } };
}

interface Approving {
  readonly thread: string;
  readonly ticked: readonly Ticked[];
  readonly by: string;
}

/** What became of them; nothing when the cards will show it in a moment. */
async function approve(slack: SlackContext, { thread, ticked, by }: Approving): Promise<string | undefined> {
  const key = { team: slack.team, thread };
  const opened = await openRun(slack.deps, key, by);
  if (opened.kind === "unknown") return SEVERAL.unknownRun;
  const vote = { kind: "approve" } as const;
  const onOwnCard = opened.pending.filter((one) => !hasPlainApprove(one, opened.run));
  const kept = onOwnCard.filter((one) => ticked.some(({ interrupt }) => interrupt === one.interrupt));
  const voted = ticked.filter((one) => kept.every(({ interrupt }) => interrupt !== one.interrupt));
  const attempts = await decideSeveral(
    slack.deps,
    voted.map((one) => ({ ...key, ...one, by, vote })),
  );
  const lines = [
    ...attempts.map((attempt) => lineOf(slack, attempt, by)),
    ...kept.map((approval) => about(approval, SEVERAL.onOwnCard)),
  ].filter((line) => line !== undefined);
  if (lines.length === 0) return undefined;
  const approved = attempts.filter(wasRecorded).length;
  // What is said of all of them is said once.
  return SEVERAL.partly(approved, ticked.length - approved, [...new Set(lines)]);
}

function wasRecorded(attempt: Attempt): boolean {
  const kind = attempt.kind === "answered" ? attempt.decided.kind : undefined;
  return kind === "recorded" || kind === "counted";
}

/** Why it does not count, or what else there is to know; nothing of one that is as it should be. */
function lineOf(slack: SlackContext, attempt: Attempt, by: string): string | undefined {
  if (attempt.kind === "failed") return troubleSentence(slack, attempt.error);
  const { decided } = attempt;
  const sentence = decidedAnswer(slack, decided, by);
  const isOfOne = decided.kind === "refused" && sentence !== undefined;
  return isOfOne ? about(decided.approval, sentence) : sentence;
}

function about({ request }: Approval, sentence: string): string {
  return `*${heading(request.title)}*: ${sentence}`;
}
