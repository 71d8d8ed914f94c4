// Retry on a failed run: the failed step runs again with the same answers.
import { type Retried, retryRun } from "../../runs/retry.ts";
import { decodeRunRef } from "../action-id.ts";
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

/** Nothing when the run's card will show it in a moment. */
export function retriedSentence(retried: Retried): string | undefined {
  switch (retried.kind) {
    case "retrying":
      return retried.woken
        ? undefined
        : "The run is queued again. The queue did not answer, so it continues within about two minutes.";
    case "not-allowed":
      return "Only the requester and the operators can retry a run. Nothing was retried.";
    case "not-failed":
      return retried.run === undefined
        ? "I don't know this run; it may have been removed."
        : "This run has not failed any more, so there is nothing to retry.";
  }
}
