// The card of one request, in every state of its life: a pure function of the stored records.
import type { ActionsBlock, Button, ConfirmationDialog, KnownBlock } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import type { Decision } from "../../approvals/decision.ts";
import { sameJson } from "../../approvals/json.ts";
import { maskedApproval } from "../../approvals/masked-approval.ts";
import type { ApproveRequest, Request } from "../../approvals/request.ts";
import { hasEnded } from "../../runs/retention.ts";
import { type Run, runName } from "../../runs/run.ts";
import { goesNoFurther } from "../../runs/wanted-cards.ts";
import { ACTION, encodeRequestRef, encodeRunRef } from "../action-id.ts";
import { clip, fitting, LIMITS, type Room } from "../limits.ts";
import { duration, mention, moment, oneLine, visible } from "../text.ts";
import { decidersOf, peopleIn, requesterOf } from "../words.ts";
import { actionsOf } from "./actions.ts";
import { allowedText, stopBlocks } from "./allowed.ts";
import { answerNames, guessNote, isForm, isIgnorable, outcomeOf } from "./answers.ts";
import { cardArgs } from "./args.ts";
import { changesText } from "./changes.ts";
import { choiceBlocks, chosenLabel } from "./choice.ts";
import { detailBlocks } from "./details.ts";
import { hasAllFacts, longFacts, shortFacts } from "./facts.ts";
import { neededText, pendingNotes } from "./pending-notes.ts";
import { decidedItems, itemBlocks } from "./several.ts";
import {
  button,
  context,
  type DrawnMessage,
  fields,
  heading,
  inLine,
  plain,
  preformatted,
  section,
  withMaskedNote,
} from "./parts.ts";
import { quoted } from "./quote.ts";
import {
  besideBlocks,
  isLongProse,
  isWholeSummary,
  questionBlocks,
  saidText,
  summaryBlocks,
} from "./summary.ts";
import { type DecidedState, left, whatFollows } from "./what-follows.ts";

export function requestCard(asked: Approval, run: Run): DrawnMessage {
  const { value: approval, count } = maskedApproval(asked);
  return withMaskedNote(stateCard(approval, run), count);
}

/** Where it stands outside of its run's thread, it says where that is. */
export function requestCopy(approval: Approval, run: Run): DrawnMessage {
  const { text, blocks } = requestCard(approval, run);
  return {
    text,
    blocks: [...blocks, context(`Also in <#${run.channel}>, in the thread of ${runName(run.thread)}.`)],
  };
}

function stateCard(approval: Approval, run: Run): DrawnMessage {
  switch (approval.state.kind) {
    case "pending":
      return pendingCard(approval, run);
    case "decided":
      return decidedCard(approval, run, approval.state);
    case "superseded":
      return hasEnded(run.status)
        ? closedCard(approval, run, { mark: "🚫", word: "No longer asked", why: "The run has ended." })
        : closedCard(approval, run, { mark: "↪️", word: "Replaced by a newer question" });
    case "expired":
      return expiredCard(approval, run, approval.state.at);
    case "cancelled": {
      const { by, at } = approval.state;
      const why = `by ${mention.user(by)} · ${moment(at)} · the run was stopped before a decision.`;
      return closedCard(approval, run, {
        mark: "🚫",
        word: "Cancelled",
        who: ` by ${mention.user(by)}`,
        why,
      });
    }
  }
}

function pendingCard(approval: Approval, run: Run): DrawnMessage {
  const { request } = approval;
  const who = `Requested by ${requesterOf(run)}. Can decide: ${decidersOf(approval)}.`;
  return {
    text: clip(
      `${neededAgain(approval)}: ${sentence(request.title)}${saidText(request)} ${who}${untilText(approval)}`,
      LIMITS.fallbackText,
    ),
    blocks: fitting(LIMITS.messageBytes, (room) => pendingBlocks(approval, run, room)),
  };
}

const NEEDED: Readonly<Record<Request["kind"], string>> = {
  approve: "Approval needed",
  choose: "Answer needed",
  ask: "Answer needed",
  review: "Approval needed",
};

function neededAgain({ request, origin }: Approval): string {
  return `${neededIn(request)}${origin?.kind === "again" ? " again" : ""}`;
}

function untilText({ expiresAt }: Approval): string {
  return expiresAt === undefined ? "" : ` Expires ${moment(expiresAt)}.`;
}

function neededIn(request: Request): string {
  return isForm(request) ? NEEDED.ask : NEEDED[request.kind];
}

function pendingBlocks(approval: Approval, run: Run, room: Room): KnownBlock[] {
  const { request } = approval;
  return [
    section(`🟠 *${neededAgain(approval)} · ${heading(request.title)}*`, viewDetails(approval)),
    ...pendingNotes(approval, run, room),
    ...summaryBlocks(request, room),
    fields([
      ["Requested by", requesterOf(run)],
      ["Can decide", `${decidersOf(approval)}${neededText(approval)}`],
      ["Risk", RISK[request.risk]],
      ["Expires", approval.expiresAt === undefined ? "" : moment(approval.expiresAt)],
      ...shortFacts(request, room),
    ]),
    ...longFacts(request, room),
    ...askedBlocks(approval, room),
    footer(approval, run),
  ];
}

/** On every card, for whoever sees it. */
function viewDetails(approval: Approval): Button {
  return button({ text: "View details", action: ACTION.details, value: encodeRequestRef(approval) });
}

function askedBlocks(approval: Approval, room: Room): KnownBlock[] {
  const { request } = approval;
  const details = detailBlocks(request, room);
  const guessed = guessNote(request);
  const note = guessed === undefined ? [] : [context(guessed)];
  switch (request.kind) {
    case "approve": {
      const args = cardArgs(request.action.args, room);
      const isClipped = args.clipped || details.clipped;
      const clipped = context(
        "Not everything fits here. *Approve…* opens the full request and decides there.",
      );
      return [
        ...details.blocks,
        ...(args.text === "" ? [] : [preformatted(args.text)]),
        ...besideBlocks(request, room),
        ...(isClipped ? [clipped] : []),
        ...note,
        buttons(approval, request, isClipped),
      ];
    }
    case "choose": {
      const isWhole = !details.clipped && isWholeAbove(approval, room);
      return [...details.blocks, ...choiceBlocks(approval, request, { room, isWhole })];
    }
    case "ask":
      return [...details.blocks, ...note, answerButton(approval, details.clipped)];
    case "review":
      return [...details.blocks, ...itemBlocks(approval, request, { room, clipped: details.clipped })];
  }
}

/** Title, summary and facts. */
function isWholeAbove({ request, expiresAt }: Approval, room: Room): boolean {
  const beside = expiresAt === undefined ? 3 : 4;
  const isWholeTitle = request.title.length <= LIMITS.title;
  return isWholeTitle && isWholeSummary(request, room) && hasAllFacts(request, beside, room);
}

/** Whether one click on its card would approve it: everything of it stands there, and nothing is asked first. */
export function hasPlainApprove(approval: Approval, run: Run): boolean {
  // What it takes to draw the others is saved.
  const { blocks } = approval.state.kind === "pending" ? requestCard(approval, run) : { blocks: [] };
  return blocks.some((block) => block.type === "actions" && block.elements.some(isPlainApprove));
}

function isPlainApprove(element: ActionsBlock["elements"][number]): boolean {
  return element.type === "button" && element.action_id === ACTION.approve && element.confirm === undefined;
}

export const RISK: Readonly<Record<Request["risk"], string>> = {
  low: "Low",
  medium: "Medium",
  high: "High · changes production",
  destructive: "Destructive · cannot be undone",
};

/** The form has the whole question, however long it is. */
function answerButton(approval: Approval, clipped: boolean): ActionsBlock {
  const { request } = approval;
  const isClipped = clipped || request.title.length > LIMITS.title || isLongProse(request);
  const text = isClipped ? "Read all and answer…" : "Answer…";
  const value = encodeRequestRef(approval);
  const open = button({ text, action: ACTION.answer, value, style: "primary" });
  return actionsOf(approval, [open]);
}

/** The same order on every card: Approve, Reject, Edit, Respond. */
function buttons(approval: Approval, request: ApproveRequest, clipped: boolean): ActionsBlock {
  const value = encodeRequestRef(approval);
  const elements: Button[] = [];
  if (request.allowed.includes("approve")) elements.push(approveButton(request, value, clipped));
  if (request.allowed.includes("reject")) elements.push(rejectButton(request, value));
  const canEdit = request.allowed.includes("edit") && request.schema !== undefined;
  if (canEdit) elements.push(editButton(request, value));
  if (request.allowed.includes("respond"))
    elements.push(button({ text: "Respond…", action: ACTION.answer, value }));
  return actionsOf(approval, elements);
}

function editButton(request: ApproveRequest, value: string): Button {
  const style = isForm(request) ? { style: "primary" as const } : {};
  return button({ text: `${answerNames(request).edit}…`, action: ACTION.edit, value, ...style });
}

function rejectButton(request: ApproveRequest, value: string): Button {
  const { reject } = answerNames(request);
  return isIgnorable(request)
    ? button({ text: reject, action: ACTION.ignore, value })
    : button({ text: `${reject}…`, action: ACTION.reject, value });
}

function approveButton(request: ApproveRequest, value: string, clipped: boolean): Button {
  const { approve } = answerNames(request);
  if (clipped) return button({ text: `${approve}…`, action: ACTION.review, value, style: "primary" });
  if (request.risk !== "destructive")
    return button({ text: approve, action: ACTION.approve, value, style: "primary" });
  return button({
    text: approve,
    action: ACTION.approve,
    value,
    style: "danger",
    confirm: confirmOf(request),
  });
}

function confirmOf(request: Request): ConfirmationDialog {
  const target = request.target === "" ? request.title : request.target;
  return {
    title: plain("This cannot be undone", LIMITS.confirmTitle),
    text: plain(`${oneLine(request.title)}\nActs on: ${oneLine(target)}`, LIMITS.confirmText),
    confirm: plain("Approve", 30),
    deny: plain("Go back", 30),
    style: "danger",
  };
}

function decidedCard(approval: Approval, run: Run, state: DecidedState): DrawnMessage {
  const { request } = approval;
  const { decision } = state;
  const { mark } = outcomeOf(request, decision);
  const word = wordFor(request, decision);
  const title = heading(request.title);
  const by = decision.kind === "expired" ? "" : `by ${peopleIn(decision)} · `;
  const who = `${by}${moment(decision.at)} · after ${duration(approval.askedAt, decision.at)}${allowedText(approval, decision)}`;
  const said = saidIn(decision);
  return {
    text: clip(decidedText(word, request, decision), LIMITS.fallbackText),
    blocks: fitting(LIMITS.messageBytes, (room) => [
      section(`${mark} *${word} · ${title}*\n${who}`, viewDetails(approval)),
      ...questionBlocks(request, room),
      ...(said.trim() === "" ? [] : [quoted(clip(visible(said), room(LIMITS.reason)))]),
      ...(decision.kind === "edited" && !isForm(request)
        ? [section(editText(approval, decision, room))]
        : []),
      ...(decision.kind === "responded"
        ? [quoted(clip(visible(decision.text), room(LIMITS.sectionText)))]
        : []),
      ...(decision.kind === "reviewed" && request.kind === "review"
        ? decidedItems(request, decision, room)
        : []),
      ...(request.kind === "approve" ? [preformatted(cardArgs(request.action.args, room).text)] : []),
      ...stopBlocks(approval, run),
      ...stalledBlocks(state, run),
      footer(
        approval,
        run,
        goesNoFurther(approval, run) ? left(state, request, run) : whatFollows(state, request),
      ),
    ]),
  };
}

/** The decision stands; the run could not go on with it. */
function stalledBlocks({ stalled }: DecidedState, run: Run): KnownBlock[] {
  if (stalled !== true || run.status.kind === "cancelled") return [];
  const retry = button({
    ...{ text: "Retry", action: ACTION.retry, value: encodeRunRef(run.thread) },
    style: "primary",
  });
  const why = run.status.kind === "failed" ? `: ${inLine(run.status.error, LIMITS.note)}` : ".";
  return [
    section(`⚠️ *The run failed before it could go on*${why}\nThe decision stands; Retry goes on with it.`),
    { type: "actions", block_id: `stalled:${run.version}`, elements: [retry] },
  ];
}

/** Who changed it need not be who decided it. */
function editText({ origin }: Approval, decision: Extract<Decision, { kind: "edited" }>, room: Room): string {
  const changes = changesText(decision, room);
  const headed =
    changes === "" ? "Nothing was changed." : `*Changed by* ${editorsOf(origin, decision)}\n${changes}`;
  return clip(headed, room(LIMITS.sectionText));
}

/** One person's name stands there only when all of the changes are theirs. */
function editorsOf(origin: Approval["origin"], decision: Extract<Decision, { kind: "edited" }>): string {
  if (origin?.kind !== "edit") return mention.user(decision.by);
  return sameJson(origin.before, decision.before) ? mention.user(origin.by) : "several people";
}

/** A reason, or a comment. */
function saidIn(decision: Decision): string {
  if (decision.kind === "rejected") return decision.reason;
  return decision.kind === "approved" || decision.kind === "edited" ? (decision.comment ?? "") : "";
}

function decidedText(word: string, { title }: Request, { kind, by }: Decision): string {
  if (kind === "expired") return `${word}: ${sentence(title)}`;
  return kind === "chosen" || kind === "responded"
    ? `${word} by ${mention.user(by)}: ${sentence(title)}`
    : `${word}: ${heading(title)}, by ${mention.user(by)}.`;
}

/** A title that is a question already ends as one. */
function sentence(title: string): string {
  const text = heading(title);
  return /[.?!…]$/.test(text) ? text : `${text}.`;
}

function wordFor(request: Request, decision: Decision): string {
  const { word } = outcomeOf(request, decision);
  const isAnswer = request.kind === "choose" && decision.kind === "chosen";
  return isAnswer ? `${word} “${chosenLabel(request, decision)}”` : word;
}

/** Nothing was decided, so nothing was run: that is no rejection. */
function expiredCard(approval: Approval, run: Run, at: string): DrawnMessage {
  const { request } = approval;
  const value = encodeRequestRef(approval);
  const elements = [
    button({ text: "Ask again", action: ACTION.askAgain, value, style: "primary" }),
    button({ text: "Stop run", action: ACTION.cancel, value: encodeRunRef(run.thread) }),
  ];
  const line = `⌛ *Expired with no decision · ${heading(request.title)}*\n${moment(at)} · nothing was run.`;
  return {
    text: clip(`Expired with no decision: ${sentence(request.title)} Nothing was run.`, LIMITS.fallbackText),
    blocks: [
      section(line, viewDetails(approval)),
      { type: "actions", block_id: `expired:${approval.interrupt}:${approval.revision}`, elements },
      footer(approval, run),
    ],
  };
}

interface Closed {
  readonly mark: string;
  readonly word: string;
  /** Where there is no second line, on a lock screen. */
  readonly who?: string;
  readonly why?: string;
}

function closedCard(approval: Approval, run: Run, { mark, word, who = "", why }: Closed): DrawnMessage {
  const { title } = approval.request;
  const headline = `${mark} *${word} · ${heading(title)}*`;
  return {
    text: clip(`${word}${who}: ${sentence(title)}`, LIMITS.fallbackText),
    blocks: [
      section(why === undefined ? headline : `${headline}\n${why}`, viewDetails(approval)),
      footer(approval, run),
    ],
  };
}

function footer(approval: Approval, run: Run, note?: string): ReturnType<typeof context> {
  const parts = [
    `${run.workflow} ${runName(run.thread)}`,
    `request ${approval.interrupt.slice(0, 4)}`,
    `revision ${approval.revision}`,
  ];
  return context([...parts, ...(note === undefined ? [] : [note])].join(" · "));
}
