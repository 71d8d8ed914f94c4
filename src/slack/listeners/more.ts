// The menu beside a card's answers: allow it for the run, hand the request over, or be reminded of it later.
import { unknownSentence } from "../removed-words.ts";
import type { BlockAction, Middleware, OverflowAction, SlackActionMiddlewareArgs } from "@slack/bolt";
import type { View } from "@slack/web-api";
import { type Attended, handOver, openHandOver, snooze } from "../../runs/attend.ts";
import { decodeMore, type MoreRef } from "../action-id.ts";
import { handOverModal, heirError, heirIn } from "../modals/hand-over.ts";
import { attendSentence, refusalSentence, TROUBLE } from "../words.ts";
import { openForm } from "./click.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";
import { listener, notCounted, type SubmitListener } from "./submit.ts";

type MenuListener = Middleware<SlackActionMiddlewareArgs<BlockAction<OverflowAction>>>;

const SNOOZE_MS = { "snooze-30-min": 30 * 60_000, "snooze-4-h": 4 * 60 * 60_000 } as const;

export function onMore(slack: SlackContext): MenuListener {
  return async ({ ack, action, body, client, respond }) => {
    await ack();
    const ref = decodeMore(action);
    if (ref === undefined) return tell(slack, respond, TROUBLE.oldCard);
    const by = body.user.id;
    try {
      const open = (view: View): Promise<unknown> => client.views.open({ trigger_id: body.trigger_id, view });
      const answer = await answerOf(slack, ref, { by, open });
      if (answer !== undefined) await tell(slack, respond, answer);
    } catch (error) {
      await tell(slack, respond, troubleSentence(slack, error));
    }
  };
}

interface Clicked {
  readonly by: string;
  readonly open: (view: View) => Promise<unknown>;
}

/** Nothing when a form is open. */
async function answerOf(
  slack: SlackContext,
  ref: MoreRef,
  { by, open }: Clicked,
): Promise<string | undefined> {
  switch (ref.what) {
    case "allow-for-run":
      return openForm(slack, { ref, by, form: "allow", open });
    case "snooze-30-min":
    case "snooze-4-h":
      return snoozedSentence(slack, ref, { by, ms: SNOOZE_MS[ref.what] });
    case "hand-over": {
      const opened = await openHandOver(slack.deps, { ...ref, team: slack.team, by });
      if (opened.kind !== "open") return answerTo(slack, opened, by);
      await open(handOverModal(opened.approval));
      return undefined;
    }
  }
}

async function snoozedSentence(
  slack: SlackContext,
  ref: MoreRef,
  { by, ms }: { readonly by: string; readonly ms: number },
): Promise<string> {
  const attended = await snooze(slack.deps, { ...ref, team: slack.team, by }, ms);
  return attended.kind === "done"
    ? attendSentence.snoozed(attended.approval, by)
    : answerTo(slack, attended, by);
}

function answerTo({ deps }: SlackContext, attended: Exclude<Attended, { kind: "done" }>, by: string): string {
  switch (attended.kind) {
    case "refused":
      return refusalSentence(attended.because, attended.approval, { by, now: deps.clock.now() });
    case "not-allowed":
      return attendSentence.notAllowed(attended.approval);
    case "not-theirs":
      return attendSentence.notTheirs(attended.approval);
    case "unknown":
      return unknownSentence(attended);
  }
}

export function onSubmitHandOver(slack: SlackContext): SubmitListener {
  return listener(slack, async (ref, view, by) => {
    const to = heirIn(view.state.values);
    if (to === undefined) return { kind: "errors", errors: heirError("Please choose somebody.") };
    const attended = await handOver(slack.deps, { ...ref, team: slack.team, by }, to);
    if (attended.kind === "not-theirs")
      return { kind: "errors", errors: heirError(attendSentence.notTheirs(attended.approval)) };
    if (attended.kind !== "done") return notCounted(answerTo(slack, attended, by));
    return attended.woken
      ? { kind: "close" }
      : { kind: "notice", title: "Recorded", text: attendSentence.willShow };
  });
}
