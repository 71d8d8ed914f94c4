// What the answers to a request are called on its buttons, and what they send where nobody has said so.
import type { Decision } from "../../approvals/decision.ts";
import { GUESSES, type Reply } from "../../approvals/reply.ts";
import type { ApproveRequest, Request } from "../../approvals/request.ts";
import { clip, LIMITS } from "../limits.ts";
import { escaped } from "../text.ts";

interface AnswerNames {
  readonly approve: string;
  readonly reject: string;
  readonly edit: string;
  /** What is said of a request once it was. */
  readonly approved: string;
  readonly edited: string;
  readonly rejected: string;
}

/** In the words of the format that the request came in. */
export function answerNames(request: Request): AnswerNames {
  const reply = request.kind === "choose" ? undefined : request.reply;
  if (reply?.kind === "form") return { ...PLAIN, edit: "Answer", edited: "Answered" };
  if (reply?.kind === "agent-inbox") return { ...PLAIN, reject: "Ignore", rejected: "Ignored" };
  if (reply?.kind !== "raised" || reply.takesAnswer) return PLAIN;
  return { ...PLAIN, approve: "Run again", reject: "Stop", approved: "Run again", rejected: "Stopped" };
}

const PLAIN: AnswerNames = {
  ...{ approve: "Approve", reject: "Reject", edit: "Edit" },
  ...{ approved: "Approved", edited: "Approved with changes", rejected: "Rejected" },
};

/** Whoever ignores is asked for no reason. */
export function isIgnorable(request: Request): boolean {
  return request.kind === "approve" && request.reply?.kind === "agent-inbox";
}

/** A question with fields to fill in, and nothing that is approved. */
export function isForm(request: Request): boolean {
  return request.kind === "approve" && request.reply?.kind === "form";
}

/** Undefined where the node has stated its answers or its format has. */
export function guessNote(request: Request): string | undefined {
  if (request.kind === "ask") return askNote(request.reply);
  if (request.kind !== "approve") return undefined;
  const sends = sentBy(request.reply);
  return sends === undefined ? stopNote(request.reply) : sentences(request, sends);
}

function askNote(reply: Reply | undefined): string | undefined {
  if (reply?.kind === "number") return "The answer is a number";
  return reply?.kind === "guess" ? "The answer is sent as it is written" : undefined;
}

/** What comes of either answer where the graph has only stopped. */
function stopNote(reply: Reply | undefined): string | undefined {
  if (reply?.kind === "raised")
    return reply.takesAnswer
      ? "The step is told what you decide, and runs again"
      : "Run again runs the step once more · Stop ends the run";
  if (reply?.kind !== "breakpoint") return undefined;
  const next = clip(escaped(reply.goesOnWith.join(", ").replaceAll(/\s+/g, " ")), LIMITS.title);
  const rejects =
    reply.rejects === "run" ? "ends the run" : "answers the calls with your reason instead, and goes on";
  return `Approve goes on with ${next} · Reject ${rejects}`;
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
  expired: { mark: "⌛", word: "Expired with no decision" },
};

export function outcomeOf(
  request: Request,
  { kind }: Pick<Decision, "kind">,
): { readonly mark: string; readonly word: string } {
  const outcome = OUTCOME[kind];
  const names = answerNames(request);
  const isNamed = kind === "rejected" || kind === "approved" || kind === "edited";
  return isNamed ? { ...outcome, word: names[kind] } : outcome;
}
