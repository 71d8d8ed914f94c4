// What to do about a run as it stands, in sentences; the first one matters most.
import { standingPolicy } from "../../approvals/attention.ts";
import type { Approval } from "../../approvals/approval.ts";
import { later } from "../../approvals/later.ts";
import { removedText } from "../../api/removed.ts";
import { runName } from "../../runs/run.ts";
import { decidersOf } from "../../slack/words.ts";
import type { NamedRun } from "../named-run.ts";
import { oneLine, plain } from "../plain.ts";
import type { Report } from "./report.ts";
import { span, utc } from "../times.ts";

/** The sweeper comes by every minute; what has been due for longer, it does not get done. */
const PATIENCE_MS = 5 * 60_000;

type Seen = Omit<Report, "next">;

export function nextSteps(seen: Seen, { run, approvals }: NamedRun): readonly string[] {
  const name = runName(run.thread);
  const trouble = [...logSteps(seen), ...overdueSteps(seen)];
  const cards = cardSteps(seen);
  switch (run.status.kind) {
    case "queued":
      return [...trouble, workSentence(seen), ...cards];
    case "waiting":
      return [...trouble, ...approvals.flatMap((approval) => questionSteps(approval, seen)), ...cards];
    case "failed":
      return [
        `It failed, and its decisions stand. Mend what the error says, then type /countersign retry ${name}: the failed step runs again with the same answers. Or end it: /countersign cancel ${name}.`,
        ...trouble,
        ...cards,
      ];
    case "done":
    case "cancelled":
      return [...trouble, ...overSteps(run), ...cards];
  }
}

function overSteps(run: NamedRun["run"]): readonly string[] {
  const removed = removedText(run);
  return [...(removed === undefined ? [] : [oneLine(removed)]), "It is over; there is nothing to do."];
}

function logSteps({ logTrouble }: Seen): readonly string[] {
  if (logTrouble === undefined) return [];
  return [
    "Its log cannot be read, so it goes no further. Look at docs/operations.md for what LogGap means, before anything is deleted.",
  ];
}

/** Undefined holders are those whose lease has run out. */
function holderOf({ holds, now }: Seen): string | undefined {
  return holds.find(({ hold, until }) => hold === "lease" && until > now)?.until;
}

function workSentence(seen: Seen): string {
  const until = holderOf(seen);
  return until === undefined
    ? "No worker has it: one takes it up as soon as its job comes out of the queue."
    : `A worker has it until ${utc(until)} UTC, and goes on as long as it gets further. There is nothing to do.`;
}

function overdueSteps(seen: Seen): readonly string[] {
  const { due, now } = seen;
  if (due === undefined || later(due, PATIENCE_MS) > now || holderOf(seen) !== undefined) return [];
  return [
    `The sweeper should have looked at it ${span(due, now)} ago. Look at the sweeper's log and at the queue: npm run countersign -- doctor says what is wrong.`,
  ];
}

function cardSteps({ cards }: Seen): readonly string[] {
  const behind = cards.filter(({ state }) => state === "behind").length;
  if (behind === 0) return [];
  return [
    `${behind === 1 ? "1 card is behind, and is" : `${behind} cards are behind, and are`} drawn with the next job; where none comes, the sweeper sends one.`,
  ];
}

function questionSteps(approval: Approval, seen: Seen): readonly string[] {
  const { state, expiresAt } = approval;
  switch (state.kind) {
    case "pending": {
      const until = expiresAt === undefined ? "" : `, until ${utc(expiresAt)} UTC`;
      const { quorum = 1 } = standingPolicy(approval);
      const many = quorum === 1 ? "" : ` (${quorum} of them)`;
      return [`It waits for ${plain(decidersOf(approval))}${many}${until}: they decide on its card.`];
    }
    case "expired":
      return ["Nobody decided in time. Ask again, on its card, opens the question once more."];
    case "decided":
      return state.resumed ? [] : [`It is decided. ${workSentence(seen)}`];
    case "superseded":
    case "cancelled":
      return [];
  }
}
