// Retry on a failed run: the failed step runs again with the same answers.
import { retryRun } from "../../runs/retry.ts";
import { decodeRunRef } from "../action-id.ts";
import { retriedSentence } from "../run-words.ts";
import { TROUBLE } from "../words.ts";
import type { ClickListener } from "./click.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";

export function onRetry(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, respond }) => {
    await ack();
    const thread = decodeRunRef(action.value);
    if (thread === undefined) return tell(slack, respond, TROUBLE.oldCard);
    try {
      const answer = retriedSentence(await retryRun(slack.deps, { team: slack.team, thread }, body.user.id));
      if (answer !== undefined) await tell(slack, respond, answer);
    } catch (error) {
      await tell(slack, respond, troubleSentence(slack, error));
    }
  };
}
