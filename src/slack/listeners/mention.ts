// A mention of the app, in a thread or beside one: the same words as behind the command, and an answer that only its writer sees.
import type { Middleware, SlackEventMiddlewareArgs } from "@slack/bolt";
import * as z from "zod";
import { reasonOf } from "../../approvals/reason.ts";
import { answerTo } from "../commands/answer.ts";
import type { SlackContext } from "./context.ts";

/** How people call it where there are no commands. */
const NAME = "@Countersign";

/** What a person has just written: bots and other apps have an id of their own, and what was edited has been answered already. */
const Written = z.object({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  text: z.string(),
  thread_ts: z.string().optional(),
  ...{
    bot_id: z.undefined().optional(),
    subtype: z.undefined().optional(),
    edited: z.undefined().optional(),
  },
});

/**
 * Why Slack delivers an event again: the delivery before this one was with us, and was not answered within three seconds. It is worked on to its end all the
 * same, so that to do it again would answer twice, and send a file twice. Every other reason, such as connection_failed or http_error, may mean that nobody
 * has ever worked on it: then this delivery is the first one. Should a function have been ended in the middle, nobody is answered, and whoever wrote writes
 * again, which starts or cancels nothing a second time that is recorded.
 */
const ANSWERED_LATE = "http_timeout";

export function onMention(
  slack: SlackContext,
  botUserId: string,
): Middleware<SlackEventMiddlewareArgs<"app_mention">> {
  return async ({ event, context }) => {
    if (context.retryReason === ANSWERED_LATE) return;
    const written = Written.safeParse(event).data;
    if (written === undefined) return;
    const { user, channel, ts, text, thread_ts: threadTs } = written;
    const inThread = threadTs === undefined ? {} : { inThread: { threadTs, ts } };
    // Slack delivers an event again, at times under another id; the message stays the same.
    const asked = { user, channel, delivery: `mention:${channel}:${ts}`, ...inThread };
    const answer = await answerTo({ ...slack, command: NAME }, asked, wordsIn(text, botUserId));
    const where = { channel, user, ...(threadTs !== undefined && { thread_ts: threadTs }) };
    await tellThere(slack, { ...where, ...answer });
  };
}

/** Behind the mention, or before one that ends the message. */
function wordsIn(text: string, botUserId: string): string {
  const [before = "", ...behind] = text.split(new RegExp(`<@${botUserId}(?:\\|[^>]*)?>`));
  return behind.join(" ").trim() || before.trim();
}

type Private = Parameters<SlackContext["client"]["chat"]["postEphemeral"]>[0];

/** A failure to say it is logged: what was done stands either way. */
async function tellThere({ client, deps }: SlackContext, said: Private): Promise<void> {
  try {
    await client.chat.postEphemeral(said);
  } catch (error) {
    deps.log.warn("A mention could not be answered.", {
      reason: reasonOf(error),
    });
  }
}
