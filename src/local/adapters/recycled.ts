// Slack recycles connections and says so before: the library would close at once, and what is in hand could not be answered any more.
import type { SocketModeClient } from "@slack/socket-mode";
import * as z from "zod";

/** Resolves at Slack's word that the connection is about to end. Until then, and then too, the client hears everything else. */
export function recycled(client: SocketModeClient): Promise<void> {
  const listeners = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  return new Promise((resolve) => {
    client.on("ws_message", (data: unknown, isBinary: unknown) => {
      if (isFarewell(data)) resolve();
      else for (const listen of listeners) listen(data, isBinary);
    });
  });
}

const Farewell = z.object({
  type: z.literal("disconnect"),
  reason: z.enum(["warning", "refresh_requested"]),
});

function isFarewell(data: unknown): boolean {
  if (typeof data !== "string") return false;
  try {
    return Farewell.safeParse(JSON.parse(data)).success;
  } catch {
    // Not JSON: the library passes it over with a word.
    return false;
  }
}
