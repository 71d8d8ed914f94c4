// /countersign: reads the text, does what it says, and answers privately within the three seconds Slack gives.
import type { Middleware, SlackCommandMiddlewareArgs } from "@slack/bolt";
import { answerTo } from "../commands/answer.ts";
import type { SlackContext } from "./context.ts";

export function onCommand(slack: SlackContext): Middleware<SlackCommandMiddlewareArgs> {
  return async ({ ack, command }) => {
    const { user_id: user, channel_id: channel, trigger_id: trigger, text } = command;
    // Slack gives each command a trigger of its own, so the same delivery twice is the same run.
    const asked = { user, channel, trigger, delivery: `command:${trigger}` };
    await ack({ response_type: "ephemeral", ...(await answerTo(slack, asked, text)) });
  };
}
