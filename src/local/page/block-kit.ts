// The interactive part of Block Kit as this page draws it, parsed once from the blocks the server accepted.
// As a namespace, so that the bundle leaves out what is not used (all of Zod's languages, for one).
import * as z from "zod";
import type { Block } from "../slack/protocol.ts";

// The page runs under a policy without eval, which Zod's compiled parsers would need.
z.config({ jitless: true });

const TextObject = z.object({
  type: z.enum(["plain_text", "mrkdwn"]),
  text: z.string(),
  emoji: z.boolean().optional(),
  verbatim: z.boolean().optional(),
});
const OptionObject = z.object({
  text: TextObject,
  value: z.string().default(""),
  description: TextObject.optional(),
});
const OptionGroup = z.object({ label: TextObject, options: z.array(OptionObject) });
const Confirm = z.object({
  title: TextObject,
  text: TextObject,
  confirm: TextObject,
  deny: TextObject,
  style: z.enum(["primary", "danger"]).optional(),
});

const acting = { action_id: z.string(), confirm: Confirm.optional() };
const entering = {
  action_id: z.string(),
  placeholder: TextObject.optional(),
  focus_on_load: z.boolean().optional(),
};
const typing = { ...entering, initial_value: z.string().optional() };
const lengths = { min_length: z.number().optional(), max_length: z.number().optional() };

const Button = z.object({
  type: z.literal("button"),
  ...acting,
  text: TextObject,
  url: z.string().optional(),
  style: z.enum(["primary", "danger"]).optional(),
  accessibility_label: z.string().optional(),
});
const Overflow = z.object({ type: z.literal("overflow"), ...acting, options: z.array(OptionObject) });
const Image = z.object({ type: z.literal("image"), image_url: z.string(), alt_text: z.string().default("") });

const StaticSelect = z.object({
  type: z.literal("static_select"),
  ...entering,
  ...acting,
  options: z.array(OptionObject).optional(),
  option_groups: z.array(OptionGroup).optional(),
  initial_option: OptionObject.optional(),
});
const UsersSelect = z.object({
  type: z.literal("users_select"),
  ...entering,
  ...acting,
  initial_user: z.string().optional(),
});
const RadioButtons = z.object({
  type: z.literal("radio_buttons"),
  ...acting,
  options: z.array(OptionObject),
  initial_option: OptionObject.optional(),
});
const Checkboxes = z.object({
  type: z.literal("checkboxes"),
  ...acting,
  options: z.array(OptionObject),
  initial_options: z.array(OptionObject).optional(),
});
const MultiSelect = z.object({
  type: z.literal("multi_static_select"),
  ...entering,
  ...acting,
  options: z.array(OptionObject),
  initial_options: z.array(OptionObject).optional(),
});
const PlainText = z.object({
  type: z.literal("plain_text_input"),
  ...typing,
  ...lengths,
  multiline: z.boolean().optional(),
});
const Email = z.object({ type: z.literal("email_text_input"), ...typing });
const Url = z.object({ type: z.literal("url_text_input"), ...typing });
const NumberInput = z.object({
  type: z.literal("number_input"),
  ...typing,
  is_decimal_allowed: z.boolean().default(false),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
});
const DatePicker = z.object({
  type: z.literal("datepicker"),
  ...entering,
  ...acting,
  initial_date: z.string().optional(),
});
const TimePicker = z.object({
  type: z.literal("timepicker"),
  ...entering,
  ...acting,
  initial_time: z.string().optional(),
});
const DateTimePicker = z.object({
  type: z.literal("datetimepicker"),
  ...acting,
  focus_on_load: z.boolean().optional(),
  initial_date_time: z.number().optional(),
});

const Field = z.discriminatedUnion("type", [
  StaticSelect,
  UsersSelect,
  RadioButtons,
  Checkboxes,
  MultiSelect,
  PlainText,
  Email,
  Url,
  NumberInput,
  DatePicker,
  TimePicker,
  DateTimePicker,
]);
const Element = z.discriminatedUnion("type", [Button, Overflow, Image, ...Field.options]);

const Actions = z.object({ elements: z.array(z.unknown()) });
const Section = z.object({
  text: TextObject.optional(),
  fields: z.array(TextObject).optional(),
  accessory: z.unknown().optional(),
});
const Header = z.object({ text: TextObject });
const Context = z.object({ elements: z.array(z.union([TextObject, Image])) });
const Input = z.object({
  label: TextObject,
  element: z.unknown(),
  hint: TextObject.optional(),
  optional: z.boolean().default(false),
});

const Container = z.object({
  title: TextObject,
  child_blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().optional() })),
  is_collapsible: z.boolean().default(false),
  default_collapsed: z.boolean().default(false),
});

export type TextObject = z.infer<typeof TextObject>;
export type OptionObject = z.infer<typeof OptionObject>;
export type ConfirmObject = z.infer<typeof Confirm>;
export type ButtonElement = z.infer<typeof Button>;
export type OverflowElement = z.infer<typeof Overflow>;
export type TextElement = z.infer<typeof PlainText | typeof Email | typeof Url | typeof NumberInput>;
export type SelectElement = z.infer<typeof StaticSelect | typeof UsersSelect>;
export type ChoiceElement = z.infer<typeof RadioButtons | typeof Checkboxes | typeof MultiSelect>;
export type DateElement = z.infer<typeof DatePicker | typeof TimePicker | typeof DateTimePicker>;
/** An element that holds a value until it is submitted or acted on. */
export type FieldElement = z.infer<typeof Field>;
export type Element = z.infer<typeof Element>;

export function isTyped(element: FieldElement): element is TextElement {
  return element.type.endsWith("_input");
}

/** A decoder gives undefined for what this page cannot draw, so that the drawing can say so instead of failing. */
const decoder =
  <T>(schema: z.ZodType<T>) =>
  (value: unknown): T | undefined =>
    schema.safeParse(value).data;

export const decodeElement = decoder(Element);
export const decodeField = decoder(Field);
export const decodeActions = decoder(Actions);
export const decodeSection = decoder(Section);
export const decodeHeader = decoder(Header);
export const decodeContext = decoder(Context);
export const decodeContainer = decoder(Container);
export const decodeInput = decoder(Input);

/** The blocks of a container, which need no block_id of their own in Slack. */
export function decodeBlocks(
  blocks: z.infer<typeof Container>["child_blocks"],
  containerId: string,
): Block[] {
  return blocks.map((block, index) => ({ ...block, block_id: block.block_id ?? `${containerId}/${index}` }));
}
