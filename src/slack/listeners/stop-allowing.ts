// Stop allowing, on a run's own message or on the card of the question with which it was allowed: such actions are asked about again.
import { revokeAllowance, type Revoked } from "../../runs/revoke.ts";
import { decodeRequestRef } from "../action-id.ts";
import { revokedSentence } from "../allow-words.ts";
import { TROUBLE } from "../words.ts";
import type { ClickListener } from "./click.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";

export function onStopAllowing(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, respond }) => {
    await ack();
    const ref = decodeRequestRef(action.value);
    if (ref === undefined) return tell(slack, respond, TROUBLE.oldCard);
    const { thread, interrupt } = ref;
    try {
      const asked = { team: slack.team, thread, interrupt, by: body.user.id };
      const revoked: Revoked = await revokeAllowance(slack.deps, asked);
      await tell(slack, respond, revokedSentence(revoked, slack.deps.clock.now()));
    } catch (error) {
      await tell(slack, respond, troubleSentence(slack, error));
    }
  };
}
