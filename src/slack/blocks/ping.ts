// The reply that notifies people of a question that waits: a reminder, a nudge, a hand-over, or that it goes on to others.
import type { Approval } from "../../approvals/approval.ts";
import { isNobody, type Ping } from "../../approvals/attention.ts";
import { clip, LIMITS } from "../limits.ts";
import { duration, mention, moment } from "../text.ts";
import { namesOf } from "../words.ts";
import { type DrawnMessage, heading, section } from "./parts.ts";

export function pingReply(approval: Approval, ping: Ping): DrawnMessage {
  const text = clip(`${whatFor(approval, ping)}${untilText(approval, ping)}`, LIMITS.fallbackText);
  return { text, blocks: [section(text)] };
}

function whatFor({ request, askedAt, attention }: Approval, { to, why, at }: Ping): string {
  const title = `*${heading(request.title)}*`;
  const waited = duration(attention?.since ?? askedAt, at);
  const whom = namesOf(to);
  switch (why.kind) {
    case "waiting":
      return `⏰ ${whom}: ${title} has been waiting for ${waited}. Please decide on its card.`;
    case "snoozed":
      return `⏰ ${whom}: you wanted to be reminded of ${title} now. It has been waiting for ${waited}.`;
    case "nudged":
      return isNobody(to)
        ? `👋 ${mention.user(why.by)} asks for a decision on ${title}. It has been waiting for ${waited}.`
        : `👋 ${whom}: ${mention.user(why.by)} asks you to decide ${title}. It has been waiting for ${waited}.`;
    case "handed-over":
      return `🤝 ${whom}: ${mention.user(why.by)} handed ${title} over to you. Please decide on its card.`;
    case "escalated":
      return `📣 ${escalatedText({ to, channel: why.channel }, title, waited)}`;
  }
}

function escalatedText(
  { to, channel }: { readonly to: Ping["to"]; readonly channel: string | undefined },
  title: string,
  waited: string,
): string {
  if (channel !== undefined)
    return `Nobody has decided ${title} in ${waited}, so its card stands in <#${channel}> now, too.`;
  // It goes on to whoever is on call, and nobody is.
  if (isNobody(to))
    return `Nobody has decided ${title} in ${waited}, and nobody is on call to decide it, too.`;
  return `${namesOf(to)}: nobody has decided ${title} in ${waited}, so you can decide it now, too.`;
}

function untilText({ expiresAt }: Approval, { at }: Ping): string {
  return expiresAt === undefined ? "" : ` It expires in ${duration(at, expiresAt)} (${moment(expiresAt)}).`;
}
