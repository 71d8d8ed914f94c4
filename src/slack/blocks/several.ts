// Several actions on one card: each with its arguments while it waits, and with what was decided of it afterwards.
import type { ActionsBlock, KnownBlock } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import type { Decision } from "../../approvals/decision.ts";
import type { ReviewRequest } from "../../approvals/request.ts";
import { type ItemDecision, mayApproveAll } from "../../approvals/review.ts";
import { ACTION, encodeRequestRef } from "../action-id.ts";
import { clip, LIMITS, type Room } from "../limits.ts";
import { escaped, visible } from "../text.ts";
import { actionsOf } from "./actions.ts";
import { answerNames, outcomeOf } from "./answers.ts";
import { argLines, cardArgs } from "./args.ts";
import { button, context, heading, preformatted, section } from "./parts.ts";
import { quoted } from "./quote.ts";

/** With more, a card is no longer read. */
const MOST_ITEMS = 10;
const LONGEST_DESCRIPTION = 500;

/** `clipped`: of what stands above them something had to be left out. */
export function itemBlocks(
  approval: Approval,
  request: ReviewRequest,
  { room, clipped: hasClipped }: { readonly room: Room; readonly clipped: boolean },
): KnownBlock[] {
  const shown = request.items.slice(0, MOST_ITEMS);
  // What one action may take of the card, so that all of them are on it.
  const share: Room = (max) => Math.floor(room(max) / Math.max(1, shown.length / 2));
  let isWhole = shown.length === request.items.length && !hasClipped;
  const blocks = shown.flatMap(({ name, args, description }, index): KnownBlock[] => {
    const { text, clipped } = cardArgs(args, share);
    isWhole &&= !clipped;
    const said = clip(visible(description), share(LONGEST_DESCRIPTION));
    return [
      section(`*${index + 1}. ${heading(name)}*`),
      ...(said.trim() === "" ? [] : [quoted(said)]),
      preformatted(text),
    ];
  });
  const left = request.items.length - shown.length;
  const more = left === 0 ? "Not everything fits here." : `… and ${left} more actions.`;
  return [
    ...blocks,
    ...(isWhole ? [] : [context(`${more} *Decide each…* shows all of it.`)]),
    buttons(approval, request, isWhole),
  ];
}

/** Nobody approves at a click what does not stand on the card. */
function buttons(approval: Approval, request: ReviewRequest, isWhole: boolean): ActionsBlock {
  const value = encodeRequestRef(approval);
  const all = button({
    text: `${answerNames(request).approve} all`,
    ...{ action: ACTION.approve, value, style: "primary" },
  });
  const each = button({ text: "Decide each…", action: ACTION.each, value });
  return actionsOf(approval, isWhole && mayApproveAll(request.items) ? [all, each] : [each]);
}

type Reviewed = Extract<Decision, { kind: "reviewed" }>;

/** A line for each action, and the arguments that they go with. */
export function decidedItems(request: ReviewRequest, { items }: Reviewed, room: Room): KnownBlock[] {
  const lines = request.items.map(({ name }, index) => {
    const item = items[index];
    return item === undefined ? "" : itemLine(request, `${index + 1}. ${heading(name)}`, item);
  });
  const args = request.items.map((item, index) => {
    const decision = items[index];
    const after = decision?.kind === "edited" ? decision.args : item.args;
    return `${index + 1}. ${item.name}\n${argLines(after).replaceAll(/^/gm, "  ")}`;
  });
  return [
    section(clip(lines.join("\n"), room(LIMITS.sectionText))),
    preformatted(clip(args.join("\n"), room(LIMITS.cardArgs))),
  ];
}

function itemLine(request: ReviewRequest, name: string, item: ItemDecision): string {
  const { mark, word } = outcomeOf(request, item);
  const said = saidOf(item);
  return `${mark} *${name}* ${word.toLowerCase()}${said === "" ? "" : `: “${said}”`}`;
}

function saidOf(item: ItemDecision): string {
  switch (item.kind) {
    case "approved":
    case "edited":
      return "";
    case "rejected":
      return brief(item.reason);
    case "responded":
      return brief(item.text);
  }
}

/** Cut before it is escaped, too: there may be many long ones. */
function brief(text: string): string {
  return clip(escaped(clip(text, LIMITS.optionLine).replaceAll(/\s+/g, " ")), LIMITS.optionLine);
}
