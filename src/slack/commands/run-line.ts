// How a run stands, in one line.
import type { Approval } from "../../approvals/approval.ts";
import type { SeenRun } from "../../runs/find.ts";
import { lastChangeOf } from "../../runs/history.ts";
import { runName } from "../../runs/run.ts";
import { heading } from "../blocks/parts.ts";
import { statusOf } from "../blocks/run-card.ts";
import { clip, LIMITS } from "../limits.ts";
import { removedSentence } from "../removed-words.ts";
import { moment, placeOf } from "../text.ts";
import { decidersOf } from "../words.ts";

/** More are counted. */
const MOST_QUESTIONS = 3;

/** Without what it waits for. */
export function standingLine({ run, approvals }: SeenRun): string {
  const { mark, text } = statusOf(run, approvals);
  return [
    `${mark} *${run.workflow}* ${runName(run.thread)}`,
    clip(text.replace(/\.$/, ""), LIMITS.note),
    `since ${moment(lastChangeOf(run))}`,
    placeOf(run.channel),
  ].join(" · ");
}

/** How a run stands whose details are not kept any more, and that they are not; undefined for the others. */
export function removedLines(seen: SeenRun): string | undefined {
  const removed = removedSentence(seen.run);
  return removed && `${standingLine(seen)}\n${removed}`;
}

export function runLine(seen: SeenRun): string {
  const waiting = pendingOf(seen.approvals);
  const left = waiting.length - MOST_QUESTIONS;
  return [
    standingLine(seen),
    ...waiting
      .slice(0, MOST_QUESTIONS)
      .map((approval) => `${titleOf(approval)} needs ${decidersOf(approval)}`),
    ...(left > 0 ? [`and ${left} more`] : []),
  ].join(" · ");
}

export function pendingOf(approvals: readonly Approval[]): readonly Approval[] {
  return approvals.filter(({ state }) => state.kind === "pending");
}

export function titleOf({ request }: Approval): string {
  return `*${clip(heading(request.title), LIMITS.note / 2)}*`;
}
