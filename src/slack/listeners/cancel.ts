// Cancel on a run's own message: nothing more of the run happens, and its open questions are closed.
import { type Cancelled, cancelRun } from "../../runs/cancel.ts";
import { decodeRunRef } from "../action-id.ts";
import { TROUBLE } from "../words.ts";
import type { ClickListener } from "./click.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";

export function onCancel(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, respond }) => {
    await ack();
    const thread = decodeRunRef(action.value);
    if (thread === undefined) return tell(slack, respond, TROUBLE.oldCard);
    try {
      const key = { team: slack.team, thread };
      const answer = cancelledSentence(await cancelRun(slack.deps, key, body.user.id));
      if (answer !== undefined) await tell(slack, respond, answer);
    } catch (error) {
      await tell(slack, respond, troubleSentence(slack, error));
    }
  };
}

/** Nothing when the run's card will show it in a moment. */
export function cancelledSentence(cancelled: Cancelled): string | undefined {
  switch (cancelled.kind) {
    case "cancelled":
      return cancelled.woken
        ? undefined
        : "The run is cancelled and does nothing more. The queue did not answer, so its cards show it within about two minutes.";
    case "not-allowed":
      return "Only the requester, the approvers and the operators can cancel a run. Nothing was cancelled.";
    case "over":
      return cancelled.run === undefined
        ? "I don't know this run; it may have been removed."
        : "This run is over already, so there is nothing to cancel.";
  }
}
