// show: a run with its graph, where it stands and what it waits for, for those who may see it.
import type { KnownBlock } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { maskedArgs } from "../../approvals/redaction.ts";
import type { SeenRun } from "../../runs/find.ts";
import type { ModelUsage } from "../../runs/usage.ts";
import { pathOfRecord } from "../../runs/path-of-record.ts";
import { textDrawing } from "../../runs/text-drawing.ts";
import type { Listing } from "../../runs/workflow.ts";
import { allowanceText, standingIn } from "../blocks/allowed.ts";
import { cardArgs } from "../blocks/args.ts";
import { context, maskedCount, preformatted, section } from "../blocks/parts.ts";
import { quoted } from "../blocks/quote.ts";
import { progressLine, statusOf } from "../blocks/run-card.ts";
import { clip, fitting, LIMITS, type Room } from "../limits.ts";
import type { SlackContext } from "../listeners/context.ts";
import { duration, escaped, moment, visible } from "../text.ts";
import { decidersOf, requesterOf } from "../words.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { namedRun } from "./named-run.ts";
import { pendingOf, removedLines, runLine, standingLine, titleOf } from "./run-line.ts";

export async function show(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  const named = await namedRun(slack, asked, { name: words[0], command: "show" });
  if (named.kind === "answer") return named.answer;
  const removed = removedLines(named);
  if (removed !== undefined) return answered(removed);
  const { deps } = slack;
  const listing = deps.catalog.find(({ name }) => name === named.run.workflow);
  const blocks = fitting(LIMITS.messageBytes, (room) =>
    blocksOf(named, { listing, room, now: deps.clock.now() }),
  );
  return { text: clip(runLine(named), LIMITS.fallbackText), blocks };
}

interface Shown {
  readonly listing: Listing | undefined;
  readonly room: Room;
  readonly now: string;
}

function blocksOf({ run, approvals }: SeenRun, { listing, room, now }: Shown): KnownBlock[] {
  const { said } = statusOf(run, approvals);
  const { value: input, count } = maskedArgs(run.input, listing?.inputSchema);
  const questions = pendingOf(approvals).map((approval) => questionLine(approval, now));
  const allowed = standingIn(run, approvals).map(({ allowance }) => allowanceText(allowance));
  return [
    section(clip(standingLine({ run, approvals }), room(LIMITS.sectionText))),
    ...(said === undefined ? [] : [quoted(clip(visible(said), room(LIMITS.outcome)))]),
    ...drawn({ run, approvals }, listing, room),
    ...(questions.length === 0 ? [] : [section(clip(questions.join("\n"), room(LIMITS.sectionText)))]),
    ...(allowed.length === 0 ? [] : [section(clip(allowed.join("\n"), room(LIMITS.sectionText)))]),
    preformatted(cardArgs(input, room).text),
    ...(run.usage === undefined ? [] : [context(usageText(run.usage))]),
    context(
      `Requested by ${requesterOf(run)} · ${moment(run.createdAt)}${count === 0 ? "" : ` · ${maskedCount(count)}`}`,
    ),
  ];
}

function questionLine(approval: Approval, now: string): string {
  return `⏸️ ${titleOf(approval)}, asked ${duration(approval.askedAt, now)} ago, needs ${decidersOf(approval)}`;
}

/** A service that does not say what its answers cost is not said to be free. */
function usageText({ calls, inputTokens, outputTokens }: ModelUsage): string {
  const asked = `Model: ${calls === 1 ? "1 call" : `${counted(calls)} calls`}`;
  if (inputTokens + outputTokens === 0) return asked;
  return `${asked}, ${counted(inputTokens)} tokens in, ${counted(outputTokens)} out`;
}

function counted(count: number): string {
  return count.toLocaleString("en-US");
}

/** For a phone's width. */
const WIDTH = 44;

function drawn({ run, approvals }: SeenRun, listing: Listing | undefined, room: Room): readonly KnownBlock[] {
  const drawing = listing?.drawing;
  if (listing === undefined || drawing === undefined) {
    const progress = progressLine(run, approvals);
    return progress === "" ? [] : [context(clip(progress, room(LIMITS.outcome)))];
  }
  const path = pathOfRecord(drawing, run, pendingOf(approvals).length > 0);
  const isOther = listing.version !== run.workflowVersion;
  const versions = `This run is of version ${escaped(run.workflowVersion)}; the graph is that of version ${escaped(listing.version)}.`;
  return [
    preformatted(clip(textDrawing(path, { width: WIDTH }), room(LIMITS.sectionText))),
    ...(isOther ? [context(versions)] : []),
  ];
}
