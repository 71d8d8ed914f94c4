// Deletes a message of the app's own, as far as Slack lets anybody.
import type { WebClient } from "@slack/web-api";
import { platformError } from "./directory.ts";

/** There is no such message any more, or the workspace lets nobody delete it. */
const UNDELETABLE = ["message_not_found", "cant_delete_message", "compliance_exports_prevent_deletion"];

export async function deleteIfAllowed(
  slack: WebClient,
  message: { readonly channel: string; readonly ts: string },
): Promise<void> {
  try {
    await slack.chat.delete(message);
  } catch (error) {
    if (!UNDELETABLE.includes(platformError(error) ?? "")) throw error;
  }
}
