// The run's own message: what was asked for, by whom, and how far it is; the questions and the outcome stand in its thread.
import type { Approval } from "../../approvals/approval.ts";
import { type Run, runName } from "../../runs/run.ts";
import { ACTION, encodeRunRef } from "../action-id.ts";
import { clip, fitting, LIMITS } from "../limits.ts";
import { escaped, mention, moment } from "../text.ts";
import { cardArgs } from "./args.ts";
import { button, context, type DrawnMessage, preformatted, section } from "./parts.ts";

/** `channel` is where it stands, which is not always where it was asked for. */
export function runCard(run: Run, approvals: readonly Approval[], channel: string): DrawnMessage {
  const status = statusOf(run, approvals);
  const canRetry = run.status.kind === "failed";
  const retry = button({
    text: "Retry",
    action: ACTION.retry,
    value: encodeRunRef(run.thread),
    style: "primary",
  });
  return {
    text: clip(
      `${run.workflow} ${runName(run.thread)}, requested by ${mention.user(run.requester)}: ${status.text}`,
      LIMITS.fallbackText,
    ),
    blocks: fitting(LIMITS.messageBytes, (room) => [
      section(`${status.mark} *${run.workflow}* · ${clip(status.text, room(LIMITS.outcome))}`),
      preformatted(cardArgs(run.input, room).text),
      ...(canRetry ? [{ type: "actions" as const, block_id: `run:${run.version}`, elements: [retry] }] : []),
      ...(channel === run.channel
        ? []
        : [context(`Asked for in <#${run.channel}>, where I can't post. Invite me there.`)]),
      context(
        `Requested by ${mention.user(run.requester)} · ${moment(run.createdAt)} · ${runName(run.thread)}`,
      ),
    ]),
  };
}

/** The reply that closes the thread, so that the requester hears of it. */
export function outcomeReply(run: Run): DrawnMessage {
  const { mark, text } = statusOf(run, []);
  const line = `${mark} ${clip(text, LIMITS.outcome)}`;
  return {
    text: clip(`${line} ${mention.user(run.requester)}`, LIMITS.fallbackText),
    blocks: [section(`${line}\n${mention.user(run.requester)}`)],
  };
}

function statusOf(
  { status }: Run,
  approvals: readonly Approval[],
): { readonly mark: string; readonly text: string } {
  switch (status.kind) {
    case "queued":
      return { mark: "⏳", text: "Starting" };
    case "running":
      return { mark: "▶️", text: "Running" };
    case "waiting": {
      const open = approvals.filter(({ state }) => state.kind === "pending").length;
      if (open === 0) return { mark: "▶️", text: "Decided, about to continue" };
      return { mark: "🟠", text: open === 1 ? "Waiting for a decision" : `Waiting for ${open} decisions` };
    }
    case "done":
      return { mark: status.outcome.good ? "✅" : "⛔", text: escaped(status.outcome.text) };
    case "failed":
      return {
        mark: "⚠️",
        text: `Failed: ${clip(escaped(status.error), 1_000)} Decisions stand; Retry runs the failed step again.`,
      };
  }
}
