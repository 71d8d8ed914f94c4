// Cancel on a run's own message: nothing more of the run happens, and its open questions are closed.
import { cancelRun } from "../../runs/cancel.ts";
import { decodeRunRef } from "../action-id.ts";
import { cancelledSentence } from "../run-words.ts";
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
      const answer = cancelledSentence(await cancelRun(slack.deps, key, { by: body.user.id }));
      if (answer !== undefined) await tell(slack, respond, answer);
    } catch (error) {
      await tell(slack, respond, troubleSentence(slack, error));
    }
  };
}
