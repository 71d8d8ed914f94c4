// Sends one person a file, in their direct message with the app.
import type { WebClient } from "@slack/web-api";
import type { Log } from "../runs/ports.ts";
import { directMessage } from "./direct-message.ts";
import { platformError } from "./directory.ts";

export interface PersonalFile {
  readonly name: string;
  readonly title: string;
  readonly content: string;
  /** Stands above it. */
  readonly comment: string;
}

export type FileSent =
  | { readonly kind: "sent" }
  /** By Slack, in its word for why. */
  | { readonly kind: "refused"; readonly error: string }
  /** It may have arrived all the same. */
  | { readonly kind: "unsure" };

export interface FileSender {
  send(user: string, file: PersonalFile): Promise<FileSent>;
}

export function createFileSender(slack: WebClient, log: Log): FileSender {
  return {
    async send(user, { name, title, content, comment }): Promise<FileSent> {
      try {
        const where = { channel_id: await directMessage(slack, user), initial_comment: comment };
        await slack.files.uploadV2({ ...where, filename: name, title, content });
        return { kind: "sent" };
      } catch (error) {
        const refusal = platformError(error);
        log.warn("A file could not be sent.", { refusal, reason: String(error) });
        return refusal === undefined ? { kind: "unsure" } : { kind: "refused", error: refusal };
      }
    },
  };
}
