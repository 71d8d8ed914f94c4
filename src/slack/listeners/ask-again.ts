// Ask again on a question that has expired.
import { unknownSentence } from "../removed-words.ts";
import { askAgain, type AskedAgainResult } from "../../runs/ask-again.ts";
import { decodeRequestRef } from "../action-id.ts";
import { TROUBLE } from "../words.ts";
import type { ClickListener } from "./click.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";

export function onAskAgain(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, respond }) => {
    await ack();
    const ref = decodeRequestRef(action.value);
    if (ref === undefined) return tell(slack, respond, TROUBLE.oldCard);
    try {
      const answer = askedSentence(await askAgain(slack.deps, { ...ref, team: slack.team }, body.user.id));
      if (answer !== undefined) await tell(slack, respond, answer);
    } catch (error) {
      await tell(slack, respond, troubleSentence(slack, error));
    }
  };
}

/** Nothing when the card will show it in a moment. */
export function askedSentence(asked: AskedAgainResult): string | undefined {
  switch (asked.kind) {
    case "asked":
      return asked.woken
        ? undefined
        : "The question is open again. The queue did not answer, so its card shows it within about two minutes.";
    case "not-allowed":
      return "Only the requester, the approvers and the operators can ask again. Nothing was changed.";
    case "not-expired":
      return "This question has not expired any more; its card shows how it stands. Nothing was changed.";
    case "unknown":
      return unknownSentence(asked);
  }
}
