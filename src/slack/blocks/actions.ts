// The row of buttons on a request's card, with the menu of everything that is no answer at its end.
import type { ActionsBlock, Overflow } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { forRunOf } from "../../approvals/for-run.ts";
import { ACTION, encodeRequestRef, MORE } from "../action-id.ts";
import { LIMITS } from "../limits.ts";
import { plain } from "./parts.ts";

/** The block's id says which request it is, since an option's value is too short for that; it changes with each revision, so that Slack never carries a click's state over to another question. */
export function actionsOf(approval: Approval, answers: ActionsBlock["elements"]): ActionsBlock {
  return {
    type: "actions",
    block_id: encodeRequestRef(approval),
    elements: [...answers, moreMenu(approval)],
  };
}

const LABELS: Readonly<Record<(typeof MORE)[number], string>> = {
  "allow-for-run": "Allow for this run…",
  "hand-over": "Hand over…",
  "snooze-30-min": "Remind me in 30 min",
  "snooze-4-h": "Remind me in 4 h",
};

function moreMenu({ request }: Approval): Overflow {
  const offered = MORE.filter((what) => what !== "allow-for-run" || forRunOf(request) !== undefined);
  return {
    type: "overflow",
    action_id: ACTION.more,
    options: offered.map((value) => ({ text: plain(LABELS[value], LIMITS.optionText), value })),
  };
}
