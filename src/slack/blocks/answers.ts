// What the answers to a request are called on its buttons, and what they send where nobody has said so.
import type { Decision } from "../../approvals/decision.ts";
import { GUESSES, type Reply } from "../../approvals/reply.ts";
import type { ApproveRequest, Request } from "../../approvals/request.ts";

interface AnswerNames {
  readonly approve: string;
  readonly reject: string;
  /** What is said of a request that was rejected. */
  readonly rejected: string;
}

/** In the words of the format that the request came in. */
export function answerNames(request: Request): AnswerNames {
  const isInbox = request.kind !== "choose" && request.reply?.kind === "agent-inbox";
  return isInbox
    ? { approve: "Approve", reject: "Ignore", rejected: "Ignored" }
    : { approve: "Approve", reject: "Reject", rejected: "Rejected" };
}

/** Whoever ignores is asked for no reason. */
export function isIgnorable(request: Request): boolean {
  return request.kind === "approve" && request.reply?.kind === "agent-inbox";
}

/** Undefined where the node has stated its answers or its format has. */
export function guessNote(request: Request): string | undefined {
  if (request.kind === "ask")
    return request.reply?.kind === "guess" ? "The answer is sent as it is written" : undefined;
  const sends = request.kind === "approve" ? sentBy(request.reply) : undefined;
  return request.kind === "approve" && sends ? sentences(request, sends) : undefined;
}

interface Sent {
  readonly approve: string;
  readonly reject: string;
}

function sentBy(reply: Reply | undefined): Sent | undefined {
  if (reply?.kind === "guess") return { approve: `"${GUESSES.approve}"`, reject: `"${GUESSES.reject}"` };
  if (reply?.kind !== "action") return undefined;
  return { approve: '"approved": true', reject: '"approved": false and the reason' };
}

function sentences({ answers = {}, allowed }: ApproveRequest, sends: Sent): string | undefined {
  const isApproveGuessed = answers.approve === undefined && answers.edit === undefined;
  const parts = [
    ...(allowed.includes("approve") && isApproveGuessed ? [`Approve sends ${sends.approve}`] : []),
    ...(allowed.includes("reject") && answers.reject === undefined ? [`Reject sends ${sends.reject}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(" · ");
}

const OUTCOME: Readonly<Record<Decision["kind"], { readonly mark: string; readonly word: string }>> = {
  approved: { mark: "✅", word: "Approved" },
  edited: { mark: "✅", word: "Approved with changes" },
  rejected: { mark: "⛔", word: "Rejected" },
  chosen: { mark: "✅", word: "Answered" },
  responded: { mark: "✅", word: "Answered" },
  reviewed: { mark: "✅", word: "Decided" },
};

export function outcomeOf(
  request: Request,
  { kind }: Pick<Decision, "kind">,
): { readonly mark: string; readonly word: string } {
  const outcome = OUTCOME[kind];
  return kind === "rejected" ? { ...outcome, word: answerNames(request).rejected } : outcome;
}
