// What people are told who stop what was allowed for the rest of a run.
import { unknownSentence } from "./removed-words.ts";
import type { Approval } from "../approvals/approval.ts";
import type { Revoked } from "../runs/revoke.ts";
import { actionText } from "./blocks/allowed.ts";
import { duration, mention, moment } from "./text.ts";
import { decidersOf } from "./words.ts";

export function revokedSentence(revoked: Revoked, now: string): string {
  switch (revoked.kind) {
    case "revoked": {
      const shows = revoked.woken
        ? ""
        : " The queue did not answer, so the cards show it within about two minutes.";
      return `${actionText(revoked.allowance.action)} asks again in this run from now on. What has run stays as it is.${shows}`;
    }
    case "not-allowed":
      return `Only ${decidersOf(revoked.approval)}, the requester and the operators can stop this. Nothing was changed.`;
    case "not-standing":
      return stoppedSentence(revoked.approval, now);
    case "over":
      return "This run is over, and what was allowed for it with it. Nothing more to do.";
    case "unknown":
      return unknownSentence(revoked);
  }
}

function stoppedSentence({ revoked, request }: Approval, now: string): string {
  const action = actionText(request.action.name);
  if (revoked === undefined)
    return `${action} is asked about in this run, so there is nothing to stop. Nothing was changed.`;
  const when = `${duration(revoked.at, now)} ago (${moment(revoked.at)})`;
  return `${mention.user(revoked.by)} stopped this ${when}, and ${action} asks again. Nothing more to do.`;
}
