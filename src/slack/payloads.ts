// What Slack may send, as far as it is used: anything else is malformed and never reaches a listener.
import * as z from "zod";

const text = z.string();
/** Slack's own have a dozen characters; they go into records and the log as they are. */
const id = text.max(64);
const user = z.looseObject({ id });
const action = z.looseObject({ action_id: text, block_id: text.optional(), type: text });

const Command = z.looseObject({
  command: text,
  text,
  user_id: id,
  channel_id: id,
  trigger_id: text,
  response_url: text,
  team_id: id,
});
const BlockActions = z.looseObject({
  type: z.literal("block_actions"),
  user,
  trigger_id: text,
  actions: z.array(action).min(1),
});
const view = z.looseObject({
  callback_id: text,
  private_metadata: text,
  blocks: z.array(z.looseObject({ type: text })).default([]),
  state: z.looseObject({ values: z.record(text, z.record(text, z.unknown())) }),
});
const ViewSubmission = z.looseObject({ type: z.literal("view_submission"), user, view });
const EventCallback = z.looseObject({
  type: z.literal("event_callback"),
  event: z.looseObject({ type: text }),
  team_id: id,
});
/** Needs no answer of ours, but deserves a polite one. */
const Other = z.looseObject({
  type: z.enum(["view_closed", "shortcut", "message_action", "block_suggestion", "url_verification"]),
});
const SslCheck = z.looseObject({ ssl_check: text });

export const Payload = z.union([Command, BlockActions, ViewSubmission, EventCallback, Other, SslCheck]);
