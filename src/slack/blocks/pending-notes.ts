// What has happened to a question that still waits: why it is asked again, what somebody changed, and who has agreed.
import type { KnownBlock } from "@slack/web-api";
import { type Approval, votesOn } from "../../approvals/approval.ts";
import { type CountedVote, isVoteForRun } from "../../approvals/decision.ts";
import type { Run } from "../../runs/run.ts";
import { clip, LIMITS, type Room } from "../limits.ts";
import { mention, moment } from "../text.ts";
import { decidersOf } from "../words.ts";
import { changesText } from "./changes.ts";
import { inLine, section } from "./parts.ts";

export function pendingNotes(approval: Approval, run: Run, room: Room): KnownBlock[] {
  const notes = [
    ...[originText(approval, room), votesText(approval), whoseText(approval)],
    alertText(run),
  ].filter((text) => text !== "");
  return notes.map((text) => section(clip(text, room(LIMITS.sectionText))));
}

/** That an alert is over is no approval, and may be a reason to reject. */
function alertText({ alertResolvedAt: at }: Run): string {
  return at === undefined
    ? ""
    : `🔕 The alert stopped firing · ${moment(at)}. This still waits for a decision.`;
}

/** Of those who may decide it, and may still all of them. */
function whoseText({ attention }: Approval): string {
  const { handedTo } = attention ?? {};
  if (handedTo === undefined) return "";
  const { user, by, at } = handedTo;
  return by === user
    ? `🤝 ${mention.user(user)} has taken this · ${moment(at)}`
    : `🤝 Handed over to ${mention.user(user)} by ${mention.user(by)} · ${moment(at)}`;
}

function originText({ origin, request }: Approval, room: Room): string {
  switch (origin?.kind) {
    case undefined:
      return "";
    case "edit": {
      const changes = changesText({ before: origin.before, args: request.action.args }, room);
      return `✏️ ${mention.user(origin.by)} changed what will run. Earlier votes no longer count.\n${changes}`;
    }
    case "again":
      return [AGAIN[origin.because](mention.user(origin.by)), ...origin.notes.map(noteLine)].join("\n");
  }
}

function noteLine(note: string): string {
  return `• ${inLine(note, LIMITS.note)}`;
}

type Again = Extract<NonNullable<Approval["origin"]>, { kind: "again" }>;

const AGAIN: Readonly<Record<Again["because"], (who: string) => string>> = {
  refused: (who) => `🔁 *Asked again:* the answer of ${who} did not fit.`,
  changed: (who) => `🔁 *Asked again:* this has changed since ${who} decided, and nothing was run.`,
  expired: (who) => `🔁 *Asked again* by ${who}, since nobody had decided in time.`,
  workflow: () =>
    "🔁 *Asked again:* the workflow was changed while this waited. Earlier answers do not count.",
};

/** Who has voted, and how many votes are still missing. */
function votesText(approval: Approval): string {
  const votes = votesOn(approval);
  if (votes.length === 0) return "";
  return [...votes.map(voteLine), missingText(approval, votes)].join("\n");
}

/** "1 of 2", where all votes so far are for the same. */
function missingText(approval: Approval, votes: readonly CountedVote[]): string {
  const from = decidersOf(approval);
  const needed = neededFor(approval, votes);
  if (needed === undefined) return `Waiting for more from ${from}${neededText(approval)}.`;
  return `*${votes.length} of ${needed}* · waiting for ${needed - votes.length} more from ${from}.`;
}

function neededFor({ policy }: Approval, votes: readonly CountedVote[]): number | undefined {
  const { quorum = 1, rejections = 1, everyGroup = false } = policy;
  const rejecting = votes.filter(({ vote }) => vote.kind === "reject").length;
  const approving = votes.filter(({ vote }) => vote.kind === "approve" || vote.kind === "edit").length;
  const needed = rejecting > 0 ? rejections : quorum;
  const isOneCount = rejecting === votes.length || (approving === votes.length && !everyGroup);
  return isOneCount && needed > votes.length ? needed : undefined;
}

function voteLine({ by, at, vote }: CountedVote): string {
  const allows = isVoteForRun(vote) ? " and would allow it for this run" : "";
  return `◔ ${mention.user(by)} ${VOTED[vote.kind]}${allows} · ${moment(at)}`;
}

const VOTED: Readonly<Record<CountedVote["vote"]["kind"], string>> = {
  approve: "approved",
  edit: "approved",
  reject: "rejected",
  choose: "answered",
  respond: "answered",
  review: "decided",
};

/** How many it takes, where that is more than one. */
export function neededText({ policy: { quorum = 1, everyGroup = false } }: Pick<Approval, "policy">): string {
  const number = quorum > 1 ? `${quorum} needed` : "";
  const groups = everyGroup ? "one of each group" : "";
  const all = [number, groups].filter((text) => text !== "").join(", ");
  return all === "" ? "" : ` (${all})`;
}
