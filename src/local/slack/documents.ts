// The shapes of what the local Slack stores; a file from an older version fails here, with the field's name.
import { z } from "zod";

const blockSchema = z.looseObject({ type: z.string(), block_id: z.string() });

export const metadataSchema = z.object({
  event_type: z.string().min(1),
  event_payload: z.record(z.string(), z.unknown()),
});

const sharedFileSchema = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  bytes: z.number(),
});

/** A file on its way, or in the messages that name it. */
export const fileSchema = z.object({
  ...sharedFileSchema.shape,
  /** Where it is uploaded to, which nobody can guess. */
  token: z.string(),
  state: z.enum(["announced", "uploaded", "shared"]),
  /** Its bytes, in base64. */
  content: z.string(),
});

export const messageSchema = z.object({
  channel: z.string(),
  ts: z.string(),
  threadTs: z.string().exactOptional(),
  broadcast: z.boolean().exactOptional(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(blockSchema),
  edited: z.boolean(),
  visibleTo: z.string().exactOptional(),
  metadata: metadataSchema.exactOptional(),
  files: z.array(sharedFileSchema).exactOptional(),
});

const optionSchema = z.object({
  text: z.object({ type: z.enum(["plain_text", "mrkdwn"]), text: z.string() }),
  value: z.string(),
});

/** One entry of `view.state.values`, as people send it and as apps receive it. */
export const inputValueSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.enum(["plain_text_input", "number_input", "email_text_input", "url_text_input"]),
    value: z.string().nullable(),
  }),
  z.object({ type: z.enum(["static_select", "radio_buttons"]), selected_option: optionSchema.nullable() }),
  z.object({
    type: z.enum(["checkboxes", "multi_static_select"]),
    selected_options: z.array(optionSchema).readonly(),
  }),
  z.object({ type: z.literal("datepicker"), selected_date: z.string().nullable() }),
  z.object({ type: z.literal("timepicker"), selected_time: z.string().nullable() }),
  z.object({ type: z.literal("datetimepicker"), selected_date_time: z.int().nullable() }),
  z.object({ type: z.literal("users_select"), selected_user: z.string().nullable() }),
]);

export const inputValuesSchema = z.record(z.string(), z.record(z.string(), inputValueSchema));

const viewCore = {
  id: z.string(),
  user: z.string(),
  callbackId: z.string(),
  blocks: z.array(blockSchema),
  privateMetadata: z.string(),
  externalId: z.string(),
  hash: z.string(),
};

export const modalSchema = z.object({
  ...viewCore,
  kind: z.literal("modal"),
  title: z.string(),
  submit: z.string().exactOptional(),
  close: z.string(),
  errors: z.record(z.string(), z.string()),
  rootId: z.string(),
  previousId: z.string().nullable(),
  notifyOnClose: z.boolean(),
  clearOnClose: z.boolean(),
  values: inputValuesSchema,
});

export const homeSchema = z.object({ ...viewCore, kind: z.literal("home") });

export const imSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.literal("im"),
  members: z.array(z.string()),
});

/** The last message of a channel that somebody has seen. */
export const readSchema = z.object({ user: z.string(), channel: z.string(), ts: z.string() });

export const triggerSchema = z.object({
  id: z.string(),
  user: z.string(),
  expiresAt: z.number(),
  exchanged: z.boolean(),
});

/** Where a response_url leads. */
export const hookSchema = z.object({
  token: z.string(),
  user: z.string(),
  channel: z.string(),
  /** The message whose button gave this hook, when there is one. */
  message: z.string().exactOptional(),
  uses: z.number(),
  expiresAt: z.number(),
});

/** Counters that must never go back, not even over a restart. */
export const clockSchema = z.object({
  id: z.literal("clock"),
  version: z.number(),
  lastMicros: z.number(),
  lastId: z.number(),
});

export type StoredMessage = z.infer<typeof messageSchema>;
export type StoredFile = z.infer<typeof fileSchema>;
export type Modal = z.infer<typeof modalSchema>;
export type Home = z.infer<typeof homeSchema>;
export type ReadMark = z.infer<typeof readSchema>;
export type Trigger = z.infer<typeof triggerSchema>;
export type Hook = z.infer<typeof hookSchema>;
export type InputValues = z.infer<typeof inputValuesSchema>;
export type StoredInput = z.infer<typeof inputValueSchema>;
