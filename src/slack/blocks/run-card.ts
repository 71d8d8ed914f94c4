// The run's own message: what was asked for, by whom, and how far it is; the questions and the outcome stand in its thread.
import type { Button, ConfirmationDialog, KnownBlock } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { isPerson } from "../../approvals/policy.ts";
import { maskedArgs, maskedText } from "../../approvals/redaction.ts";
import { hasEnded } from "../../runs/retention.ts";
import { type Outcome, type Run, runName } from "../../runs/run.ts";
import { ACTION, encodeRunRef } from "../action-id.ts";
import { clip, fitting, LIMITS, type Room } from "../limits.ts";
import { escaped, isDirect, mention, moment, placeOf, visible } from "../text.ts";
import { requesterOf } from "../words.ts";
import { allowanceBlocks } from "./allowed.ts";
import { cardArgs } from "./args.ts";
import { hasPlainApprove } from "./request-card.ts";
import {
  button,
  context,
  type DrawnMessage,
  inLine,
  plain,
  preformatted,
  section,
  withMaskedNote,
} from "./parts.ts";
import { quoted } from "./quote.ts";
import { agentBlocks } from "./summary.ts";

/** `channel` is where it stands, which is not always where it was asked for. */
export function runCard(run: Run, approvals: readonly Approval[], channel: string): DrawnMessage {
  const status = statusOf(run, approvals);
  const buttons = buttonsOf(run, approvals);
  const progress = progressLine(run, approvals);
  const { value: input, count } = maskedArgs(run.input);
  const drawn: DrawnMessage = {
    text: clip(
      `${run.workflow} ${runName(run.thread)}, requested by ${requesterOf(run)}: ${status.text}`,
      LIMITS.fallbackText,
    ),
    blocks: fitting(LIMITS.messageBytes, (room) => [
      section(`${status.mark} *${run.workflow}* · ${clip(status.text, room(LIMITS.outcome))}`),
      ...saidBlocks(status, room),
      preformatted(cardArgs(input, room).text),
      ...(progress === "" ? [] : [context(clip(progress, room(LIMITS.outcome)))]),
      ...alertBlocks(run),
      ...allowanceBlocks(run, approvals),
      ...(buttons.length > 0
        ? [{ type: "actions" as const, block_id: `run:${run.version}`, elements: buttons }]
        : []),
      ...(channel === run.channel ? [] : [context(elsewhereText(run))]),
      context(
        `Requested by ${requesterOf(run)} · ${moment(run.createdAt)} · ${runName(run.thread)}${replayText(run)}${recordOf(run)}`,
      ),
    ]),
  };
  return withMaskedNote(drawn, count);
}

function elsewhereText({ isRemote, channel }: Run): string {
  const meant = isRemote === true ? "Meant for" : "Asked for in";
  // Into a direct message between others nobody can invite an app.
  const advice = isDirect(channel) ? "" : " Invite me there.";
  return `${meant} ${placeOf(channel)}, where I can't post.${advice}`;
}

function alertBlocks({ alertResolvedAt: at, status }: Run): KnownBlock[] {
  if (at === undefined) return [];
  const goesOn = hasEnded(status) ? "" : " Nothing is approved by that, and the run goes on as it would.";
  return [context(`🔕 The alert stopped firing · ${moment(at)}.${goesOn}`)];
}

/** "✅ plan · ✅ approve · ▶️ deploy": what is done, and where the run is, waits or failed. */
export function progressLine(run: Run, approvals: readonly Approval[]): string {
  if (run.progress === undefined) return "";
  const { done, earlier, next } = run.progress;
  const mark = markOfNext(run, approvals);
  const steps = [
    ...(earlier > 0 ? [`… ${earlier} more`] : []),
    ...inARow(done).map((name) => `✅ ${name}`),
    ...(mark === undefined ? [] : inARow(next).map((name) => `${mark} ${name}`)),
  ];
  return steps.join(" · ");
}

/** Undefined when nothing comes next. */
function markOfNext({ status }: Run, approvals: readonly Approval[]): string | undefined {
  switch (status.kind) {
    case "queued":
      return "▶️";
    case "waiting":
      return approvals.some(({ state }) => state.kind === "pending") || isExpired(approvals) ? "⏸️" : "▶️";
    case "failed":
      return "⚠️";
    case "done":
    case "cancelled":
      return undefined;
  }
}

/** Names of steps as text, each once for as often as it stands there in a row. */
function inARow(names: readonly string[]): readonly string[] {
  const rows: { readonly name: string; times: number }[] = [];
  for (const name of names) {
    const last = rows.at(-1);
    if (last?.name === name) last.times += 1;
    else rows.push({ name, times: 1 });
  }
  return rows.map(({ name, times }) => {
    const text = escaped(clip(name.replace(/\s+/g, " "), LIMITS.factLabel));
    return times === 1 ? text : `${text} ×${times}`;
  });
}

function replayText({ replayOf }: Run): string {
  if (replayOf === undefined) return "";
  const from = replayOf.step === undefined ? "" : ` from ${inLine(replayOf.step, LIMITS.factLabel)}`;
  return ` · replay of ${runName(replayOf.thread)}${from}`;
}

/** Of a run that is over: whose history ends in another hash has lost its end. */
function recordOf({ status, audit }: Run): string {
  return hasEnded(status) && audit.length > 0 ? ` · record ${audit.head.slice(0, 12)}` : "";
}

function buttonsOf(run: Run, approvals: readonly Approval[]): Button[] {
  const { status, thread } = run;
  const value = encodeRunRef(thread);
  const retry = button({ text: "Retry", action: ACTION.retry, value, style: "primary" });
  const cancel = button({ text: "Cancel run", action: ACTION.cancel, value, confirm: CONFIRM_CANCEL });
  switch (status.kind) {
    case "queued":
      return [cancel];
    case "waiting":
      return [...approveAll(run, approvals), cancel];
    case "failed":
      return [retry, cancel];
    case "done":
    case "cancelled":
      return [];
  }
}

/** From two on: one is approved on its card. */
function approveAll(run: Run, approvals: readonly Approval[]): Button[] {
  const count = approvals.filter((approval) => hasPlainApprove(approval, run)).length;
  if (count < 2) return [];
  const value = encodeRunRef(run.thread);
  return [button({ text: `Approve all ${count}…`, action: ACTION.approveAll, value })];
}

export const CONFIRM_CANCEL: ConfirmationDialog = {
  title: plain("Cancel this run?", LIMITS.confirmTitle),
  text: plain(
    "It does nothing more, and its open questions are closed. What was done stays done.",
    LIMITS.confirmText,
  ),
  confirm: plain("Cancel run", 30),
  deny: plain("Keep it", 30),
  style: "danger",
};

/** The reply that closes the thread, so that the requester hears of it. */
export function outcomeReply(run: Run): DrawnMessage {
  const status = statusOf(run, []);
  const { mark, text } = status;
  const line = `${mark} ${clip(text, LIMITS.outcome)}`;
  const called = isPerson(run.requester) ? ` ${mention.user(run.requester)}` : "";
  return {
    text: clip(`${line}${called}`, LIMITS.fallbackText),
    blocks: fitting(LIMITS.messageBytes, (room) => [
      section(`${line}\nRequested by ${requesterOf(run)}`),
      ...saidBlocks(status, room),
    ]),
  };
}

function saidBlocks({ said, isProse }: Shown, room: Room): readonly KnownBlock[] {
  if (said === undefined) return [];
  return isProse === true ? agentBlocks(said, room) : [quoted(clip(visible(said), room(LIMITS.outcome)))];
}

interface Shown {
  readonly mark: string;
  readonly text: string;
  /** What has several lines, or is a model's, stands below, behind a bar. */
  readonly said?: string;
  readonly isProse?: true;
}

/** How a run stands, in a sentence. */
export function statusOf({ status }: Run, approvals: readonly Approval[]): Shown {
  switch (status.kind) {
    case "queued":
      return { mark: "▶️", text: "Running" };
    case "waiting": {
      const open = approvals.filter(({ state }) => state.kind === "pending").length;
      if (open === 0) return isExpired(approvals) ? EXPIRED : { mark: "▶️", text: "Decided, continuing" };
      return { mark: "🟠", text: open === 1 ? "Waiting for a decision" : `Waiting for ${open} decisions` };
    }
    case "done":
      return {
        mark: status.outcome.good ? "✅" : "⛔",
        ...outcomeIn(status.outcome),
      };
    case "failed":
      return {
        mark: "⚠️",
        ...saidIn(
          status.error,
          (text) =>
            `Failed${text === "" ? "." : `: ${clip(text, 1_000)}`} Decisions stand; Retry runs the failed step again.`,
        ),
      };
    case "cancelled":
      return cancelledText(status);
  }
}

function cancelledText({ by, reason }: Extract<Run["status"], { kind: "cancelled" }>): Shown {
  const why = reason === undefined ? "" : `: “${inLine(maskedText(reason), LIMITS.reason)}”`;
  return { mark: "🚫", text: `Cancelled by ${mention.user(by)}${why}. What was done stays done.` };
}

const EXPIRED: Shown = {
  mark: "⌛",
  text: "Nobody decided in time. Ask again or stop the run on the request's card.",
};

/** Nothing goes on by itself: no answer is on its way, and a question has had none in time. */
function isExpired(approvals: readonly Approval[]): boolean {
  const goesOn = approvals.some(({ state }) => state.kind === "decided" && !state.resumed);
  return !goesOn && approvals.some(({ state }) => state.kind === "expired");
}

function outcomeIn(outcome: Outcome): Omit<Shown, "mark"> {
  const sentence = (text: string): string => outcomeText(outcome, text);
  if (outcome.isProse !== true) return saidIn(outcome.text, sentence);
  return { text: sentence(""), said: maskedText(outcome.text), isProse: true };
}

/** One line stands in the sentence, several stand below it. */
function saidIn(raw: string, sentence: (text: string) => string): Omit<Shown, "mark"> {
  const text = maskedText(raw).trim();
  return text.includes("\n") ? { text: sentence(""), said: text } : { text: sentence(escaped(text)) };
}

function outcomeText({ good, stoppedBy }: Outcome, text: string): string {
  if (stoppedBy === undefined) return text || (good ? "Done" : "Ended");
  return `Stopped by ${mention.user(stoppedBy)}${text === "" ? "" : `: ${text}`}`;
}
