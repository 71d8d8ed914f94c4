// What does not go on by itself: why, in words, and what an operator can do about it.
import type { Button, KnownBlock } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { maskedText } from "../../approvals/redaction.ts";
import type { Stall, Stalled } from "../../runs/stalled.ts";
import { encodeRequestRef, encodeRunRef, HOME_ACTION } from "../action-id.ts";
import { button, heading, inLine, section } from "../blocks/parts.ts";
import { CONFIRM_CANCEL } from "../blocks/run-card.ts";
import { LIMITS } from "../limits.ts";
import { duration, moment } from "../text.ts";
import { decidersOf } from "../words.ts";
import { ago, asked } from "./asked.ts";
import { nameOf } from "./runs.ts";

export function stalledRow(stalled: Stalled, at: string): readonly KnownBlock[] {
  const { mark, text } = reasonOf(stalled, at);
  return [
    section(`${mark} *${nameOf(stalled)}* · ${text}\n${asked(stalled)}`),
    { type: "actions", block_id: `home:run:${stalled.thread}`, elements: buttonsOf(stalled) },
  ];
}

function reasonOf({ why, at: since }: Stalled, at: string): { readonly mark: string; readonly text: string } {
  switch (why.kind) {
    case "failed":
      return {
        mark: "⚠️",
        text: `Failed ${ago(since, at)}: ${inLine(maskedText(why.error), LIMITS.note)}\nDecisions stand; Retry runs the failed step again.`,
      };
    case "expired":
      return {
        mark: "⌛",
        text: `Nobody decided in time, ${moment(since)}: ${heading(why.approval.request.title)}\nNothing was run; Ask again opens it once more.`,
      };
    case "overdue":
      return {
        mark: "⏸️",
        text: `Should have gone on by itself; the last that is known of it is from ${ago(since, at)}.`,
      };
    case "undecided":
      return {
        mark: "⏳",
        text: `Waiting ${duration(since, at)} for ${decidersOf(why.approval)}: ${heading(why.approval.request.title)}${limitOf(why.approval)}`,
      };
  }
}

function limitOf({ expiresAt }: Approval): string {
  return expiresAt === undefined ? "" : `\nIt expires ${moment(expiresAt)}.`;
}

/** Cancel is the last of them, away from what goes on. */
function buttonsOf({ thread, why }: Stalled): Button[] {
  const value = encodeRunRef(thread);
  const cancel = { text: "Cancel run", action: HOME_ACTION.cancel, value, confirm: CONFIRM_CANCEL };
  return [goOn(why, value), button(cancel)];
}

function goOn(why: Stall, run: string): Button {
  switch (why.kind) {
    case "failed":
      return button({ text: "Retry", action: HOME_ACTION.retry, value: run });
    case "expired":
      return button({
        text: "Ask again",
        action: HOME_ACTION.askAgain,
        value: encodeRequestRef(why.approval),
      });
    case "overdue":
    case "undecided":
      return button({ text: "Nudge", action: HOME_ACTION.nudge, value: run });
  }
}
