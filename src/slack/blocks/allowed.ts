// What is allowed for the rest of a run, in words, and the button that takes it back.
import type { Button, KnownBlock } from "@slack/web-api";
import { type Allowance, allowanceOf, isForRun } from "../../approvals/allowance.ts";
import type { Approval } from "../../approvals/approval.ts";
import type { Decision } from "../../approvals/decision.ts";
import { forRunOf } from "../../approvals/for-run.ts";
import type { Json, JsonObject } from "../../approvals/json.ts";
import { maskedText } from "../../approvals/redaction.ts";
import type { Request } from "../../approvals/request.ts";
import { hasEnded } from "../../runs/retention.ts";
import type { Run } from "../../runs/run.ts";
import { ACTION, encodeRequestRef } from "../action-id.ts";
import { clip, LIMITS } from "../limits.ts";
import { mention, moment } from "../text.ts";
import { listed } from "../words.ts";
import { button, context, inLine, section } from "./parts.ts";

/** With more, a run's message is no longer read; each can be stopped on the card of its own question, too. */
const MOST_LINES = 5;

/** Code, so that a name is told from the words around it. */
export function actionText(name: string): string {
  return `\`${inLine(maskedText(name), LIMITS.factLabel)}\``;
}

/** "while environment is staging". */
function whileText(same: JsonObject): string {
  const parts = Object.entries(same).map(
    ([name, value]) => `${inLine(name, LIMITS.factLabel)} is ${valueText(value)}`,
  );
  return parts.length === 0 ? "whatever its arguments" : clip(`while ${listed(parts)}`, LIMITS.factValue);
}

/** What would be no word of a sentence stands as JSON. */
function valueText(value: Json): string {
  const isWord = typeof value === "string" && value.trim() === value && value !== "";
  return inLine(isWord ? value : JSON.stringify(value), LIMITS.factLabel);
}

/** What an approval would allow as well; undefined where the request does not offer it. */
export function allowSentence(request: Request): string | undefined {
  const same = forRunOf(request);
  if (same === undefined) return undefined;
  const others = Object.keys(same).length === 0 ? "" : " Others are still asked about.";
  return `Approve this, and from then on ${actionText(request.action.name)} without asking in this run, ${whileText(same)}.${others} It can be taken back on the run's card.`;
}

/** Of a decided request, behind who decided it; empty where it allowed nothing more. */
export function allowedText({ request, revoked }: Approval, decision: Decision): string {
  const same = forRunOf(request);
  if (same === undefined || !isForRun(decision)) return "";
  const until =
    revoked === undefined ? "" : `, until ${mention.user(revoked.by)} stopped it (${moment(revoked.at)})`;
  return ` · allowed for this run ${whileText(same)}${until}`;
}

/** "🔓 Without asking in this run: `restart_service` while environment is staging · allowed by @ana". */
export function allowanceText({ action, same, by }: Allowance): string {
  return `🔓 Without asking in this run: ${actionText(action)} ${whileText(same)} · allowed by ${listed(by.map(mention.user))}`;
}

interface Standing {
  readonly approval: Approval;
  readonly allowance: Allowance;
}

/** Of a run that has ended nothing is allowed any more. */
export function standingIn(run: Run, approvals: readonly Approval[]): readonly Standing[] {
  if (hasEnded(run.status)) return [];
  return approvals.flatMap((approval) => {
    const allowance = allowanceOf(approval);
    return allowance === undefined ? [] : [{ approval, allowance }];
  });
}

export function allowanceBlocks(run: Run, approvals: readonly Approval[]): readonly KnownBlock[] {
  const standing = standingIn(run, approvals);
  const left = standing.length - MOST_LINES;
  return [
    ...standing
      .slice(0, MOST_LINES)
      .map(({ approval, allowance }) => section(allowanceText(allowance), stopAllowing(approval))),
    ...(left > 0 ? [context(`… and ${left} more, each of which is stopped on its own card.`)] : []),
  ];
}

/** On the card of the question itself. */
export function stopBlocks(approval: Approval, run: Run): readonly KnownBlock[] {
  if (standingIn(run, [approval]).length === 0) return [];
  const block_id = `allowed:${approval.interrupt}:${approval.version}`;
  return [{ type: "actions", block_id, elements: [stopAllowing(approval)] }];
}

function stopAllowing(approval: Approval): Button {
  return button({ text: "Stop allowing", action: ACTION.stopAllowing, value: encodeRequestRef(approval) });
}
