// The direct message of one person with the app.
import type { WebClient } from "@slack/web-api";

/** Slack opens it once, however often it is asked to. */
export async function directMessage(slack: WebClient, users: string): Promise<string> {
  const { channel } = await slack.conversations.open({ users });
  // Without one, a file would be shared with nobody, and a card would be posted nowhere.
  if (channel?.id === undefined) throw new Error("Slack opened a direct message without saying where.");
  return channel.id;
}
