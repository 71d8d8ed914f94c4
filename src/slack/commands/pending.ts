// pending: what waits for a decision; one's own to decide, a group's, or all that one may see.
import { closest } from "fastest-levenshtein";
import type { Approval } from "../../approvals/approval.ts";
import { scheduleOf } from "../../approvals/declared-policy.ts";
import { pendingFor, type Pending, type Whose } from "../../runs/pending.ts";
import { runName } from "../../runs/run.ts";
import { viewerOf } from "../../runs/viewer.ts";
import type { SlackContext } from "../listeners/context.ts";
import { duration, mention, placeOf } from "../text.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { MEMBERS_ONLY } from "./named-run.ts";
import { titleOf } from "./run-line.ts";
import { unclearText } from "./start-words.ts";

const PAGE = 10;

export async function pending(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  const { deps, team, command } = slack;
  const meant = meantBy(words);
  if (meant.kind === "unclear")
    return answered(
      unclearText(meant.said, `pending ${closest(meant.said.toLowerCase(), ["me", "all"])}`, command),
    );
  const viewer = await viewerOf(deps, asked.user);
  if (viewer.person.kind !== "member") return answered(MEMBERS_ONLY);
  const { whose } = meant;
  const waiting = await pendingFor(deps, { team, viewer, whose });
  const { approvals, isCut } = waiting;
  if (approvals.length === 0) return answered(NOTHING[whose.kind]);
  const last = Math.ceil(approvals.length / PAGE);
  const page = Math.min(meant.page, last);
  const now = deps.clock.now();
  return answered(
    [
      headOf(whose, waiting),
      ...approvals.slice((page - 1) * PAGE, page * PAGE).map((approval) => lineOf(approval, now)),
      ...(page < last ? [moreOf(approvals.length - page * PAGE, { whose, page, command })] : []),
      ...(isCut ? ["Only the oldest were looked at; there may be more behind them."] : []),
    ].join("\n"),
  );
}

type Meant =
  | { readonly kind: "whose"; readonly whose: Whose; readonly page: number }
  | { readonly kind: "unclear"; readonly said: string };

/** As Slack writes groups, and as policies name who is on call. */
const GROUP = /^(?:S[A-Z0-9]+|oncall:[a-z][a-z0-9-]*)$/;
const PAGE_NUMBER = /^[1-9]\d{0,3}$/;

function meantBy(words: readonly string[]): Meant {
  const last = words.at(-1) ?? "";
  const isPaged = PAGE_NUMBER.test(last);
  const page = isPaged ? Number(last) : 1;
  const [who = "me", ...stray] = isPaged ? words.slice(0, -1) : words;
  if (stray.length > 0) return { kind: "unclear", said: words.join(" ") };
  if (GROUP.test(who)) return { kind: "whose", whose: { kind: "group", group: who }, page };
  const said = who.toLowerCase();
  if (said === "me" || said === "all") return { kind: "whose", whose: { kind: said }, page };
  return { kind: "unclear", said: who };
}

const NOTHING: Readonly<Record<Whose["kind"], string>> = {
  me: "Nothing waits for your decision.",
  all: "Nothing that you may see waits for a decision.",
  group: "Nothing that you may see waits for this group.",
};

function headOf(whose: Whose, { approvals, isCut }: Pending): string {
  const count = `${isCut ? "at least " : ""}${approvals.length}`;
  switch (whose.kind) {
    case "me":
      return `Waiting for your decision: ${count}`;
    case "all":
      return `Waiting for a decision, as far as you may see: ${count}`;
    case "group":
      return `Waiting for ${mention.group(whose.group)}, as far as you may see: ${count}`;
  }
}

function lineOf(approval: Approval, now: string): string {
  const { requester, askedAt, expiresAt, thread, channel } = approval;
  return [
    `• ${titleOf(approval)}`,
    `asked ${duration(askedAt, now)} ago for ${mention.user(requester)}`,
    ...(expiresAt === undefined
      ? []
      : [expiresAt > now ? `expires in ${duration(now, expiresAt)}` : "expired"]),
    runName(thread),
    placeOf(channel),
  ].join(" · ");
}

function moreOf(
  left: number,
  { whose, page, command }: { readonly whose: Whose; readonly page: number; readonly command: string },
): string {
  const next = page + 1;
  const isTyped = whose.kind !== "group" || scheduleOf(whose.group) !== undefined;
  const who = whose.kind === "group" ? whose.group : whose.kind;
  return isTyped
    ? `… and ${left} more: \`${command} pending ${who} ${next}\``
    : `… and ${left} more: write \`${next}\` behind the group.`;
}
