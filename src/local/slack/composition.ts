// Block Kit's composition objects: texts, options, confirm dialogs.
import { z } from "zod";
import { LIMITS } from "./limits.ts";

export type PlainText = z.ZodObject<
  { type: z.ZodLiteral<"plain_text">; text: z.ZodString; emoji: z.ZodOptional<z.ZodBoolean> },
  z.core.$strict
>;
type Mrkdwn = z.ZodObject<
  { type: z.ZodLiteral<"mrkdwn">; text: z.ZodString; verbatim: z.ZodOptional<z.ZodBoolean> },
  z.core.$strict
>;
export type Text = z.ZodDiscriminatedUnion<[PlainText, Mrkdwn]>;

export function plainText(max: number): PlainText {
  return z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
}

export function mrkdwn(max: number): Mrkdwn {
  return z.strictObject({
    type: z.literal("mrkdwn"),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
}

export function text(max: number): Text {
  return z.discriminatedUnion("type", [plainText(max), mrkdwn(max)]);
}

const { option: limit, confirm } = LIMITS;
const value = z.string().min(1).max(limit.value);

export const plainOption = z.strictObject({
  text: plainText(limit.text),
  value,
  description: plainText(limit.text).optional(),
});

/** Checkboxes and radio buttons may format their texts. */
export const richOption = z.strictObject({
  text: text(limit.text),
  value,
  description: text(limit.text).optional(),
});

export const overflowOption = z.strictObject({
  ...plainOption.shape,
  url: z.string().max(limit.url).optional(),
});

export const optionGroup = z.strictObject({
  label: plainText(limit.text),
  options: z.array(plainOption).min(1).max(LIMITS.select.options),
});

export const confirmDialog = z.strictObject({
  title: plainText(confirm.title),
  text: text(confirm.text),
  confirm: plainText(confirm.button).optional(),
  deny: plainText(confirm.button).optional(),
  style: z.enum(["primary", "danger"]).optional(),
});
