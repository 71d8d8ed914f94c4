// The workspace as the soak knows it: from what the local Slack tells of each change.
import * as z from "zod";
import { messageSchema, type Modal, modalSchema } from "../../src/local/slack/documents.ts";
import type { Message } from "../../src/local/slack/protocol.ts";

const Document = z.object({
  kind: z.literal("document"),
  what: z.enum(["message", "modal"]),
  id: z.string(),
  json: z.string().optional(),
});

export interface Watched {
  readonly messages: ReadonlyMap<string, Message>;
  /** Messages that were posted, and deleted again. */
  deleted(): number;
  /** The form on top. */
  formOf(person: string): Modal | undefined;
  /** What this person was told in private, so far. */
  toldTo(person: string): readonly string[];
  hear(said: unknown): void;
}

export function watch(onMessage: (message: Message) => void): Watched {
  const messages = new Map<string, Message>();
  const forms = new Map<string, Modal>();
  const told = new Map<string, string[]>();
  let deleted = 0;

  function takeMessage(id: string, json: string | undefined): void {
    if (json === undefined) {
      if (messages.delete(id)) deleted += 1;
      return;
    }
    const message = messageSchema.parse(JSON.parse(json));
    if (message.visibleTo === undefined) {
      messages.set(id, message);
      onMessage(message);
    } else {
      const before = told.get(message.visibleTo) ?? [];
      before.push(message.text);
      told.set(message.visibleTo, before);
    }
  }

  return {
    messages,
    deleted: () => deleted,
    formOf: (person) => [...forms.values()].findLast(({ user }) => user === person),
    toldTo: (person) => told.get(person) ?? [],
    hear(said): void {
      const { success, data } = Document.safeParse(said);
      if (!success) return;
      if (data.what === "message") takeMessage(data.id, data.json);
      else if (data.json === undefined) forms.delete(data.id);
      else forms.set(data.id, modalSchema.parse(JSON.parse(data.json)));
    },
  };
}
