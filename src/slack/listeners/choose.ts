// A choice: a button or a menu entry decides at once, and so does the form that stands for a long menu.
import type {
  BlockAction,
  ButtonAction,
  Middleware,
  SlackActionMiddlewareArgs,
  StaticSelectAction,
} from "@slack/bolt";
import { decideRequest } from "../../runs/decide.ts";
import { type ChoiceRef, decodeChoice } from "../action-id.ts";
import { TROUBLE } from "../words.ts";
import { decidedAnswer } from "./click.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";

type ChoiceListener = Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction | StaticSelectAction>>>;

export function onChoose(slack: SlackContext): ChoiceListener {
  return async ({ ack, action, body, respond }) => {
    await ack();
    const answer = await choose(slack, decodeChoice(action), body.user.id);
    if (answer !== undefined) await tell(slack, respond, answer);
  };
}

/** What the clicker is told; nothing when the card itself will show it in a moment. */
async function choose(
  slack: SlackContext,
  choice: ChoiceRef | undefined,
  by: string,
): Promise<string | undefined> {
  if (choice === undefined) return TROUBLE.oldCard;
  const { option, ...ref } = choice;
  try {
    const vote = { kind: "choose", option } as const;
    return decidedAnswer(slack, await decideRequest(slack.deps, { ...ref, team: slack.team, by, vote }), by);
  } catch (error) {
    return troubleSentence(slack, error);
  }
}
