// Block Kit's interactive elements, with their limits.
import { z } from "zod";
import {
  confirmDialog,
  optionGroup,
  overflowOption,
  plainOption,
  plainText,
  richOption,
} from "./composition.ts";
import { LIMITS } from "./limits.ts";

const { button: buttonLimit, image: imageLimit, input, select } = LIMITS;

const actionId = z.string().max(LIMITS.id).optional();
const confirm = confirmDialog.optional();
const placeholder = plainText(select.placeholder).optional();
const focus_on_load = z.boolean().optional();
const asInput = { action_id: actionId, placeholder, focus_on_load };
const typed = {
  ...asInput,
  initial_value: z.string().max(input.length).optional(),
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z.array(z.enum(["on_enter_pressed", "on_character_entered"])).optional(),
    })
    .optional(),
};

export const button = z.strictObject({
  type: z.literal("button"),
  action_id: actionId,
  text: plainText(buttonLimit.text),
  value: z.string().max(buttonLimit.value).optional(),
  url: z.string().max(buttonLimit.url).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  confirm,
  accessibility_label: z.string().max(buttonLimit.label).optional(),
});

export const staticSelect = z
  .strictObject({
    type: z.literal("static_select"),
    ...asInput,
    options: z.array(plainOption).min(1).max(select.options).optional(),
    option_groups: z.array(optionGroup).min(1).max(select.groups).optional(),
    initial_option: plainOption.optional(),
    confirm,
  })
  .superRefine((element, check) => {
    const hasOptions = element.options !== undefined;
    if (hasOptions === (element.option_groups !== undefined))
      check.addIssue("must define either `options` or `option_groups`");
    const offered = element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
    checkInitial(element.initial_option && [element.initial_option], offered, check);
  });

export const multiStaticSelect = z
  .strictObject({
    type: z.literal("multi_static_select"),
    ...asInput,
    options: z.array(plainOption).min(1).max(select.options),
    initial_options: z.array(plainOption).min(1).optional(),
    max_selected_items: z.int().min(1).optional(),
    confirm,
  })
  .superRefine((element, check) => checkInitial(element.initial_options, element.options, check));

export const overflow = z.strictObject({
  type: z.literal("overflow"),
  action_id: actionId,
  options: z.array(overflowOption).min(1).max(LIMITS.overflow),
  confirm,
});

export const checkboxes = z
  .strictObject({
    type: z.literal("checkboxes"),
    action_id: actionId,
    focus_on_load,
    options: z.array(richOption).min(1).max(LIMITS.choices),
    initial_options: z.array(richOption).min(1).optional(),
    confirm,
  })
  .superRefine((element, check) => checkInitial(element.initial_options, element.options, check));

export const radioButtons = z
  .strictObject({
    type: z.literal("radio_buttons"),
    action_id: actionId,
    focus_on_load,
    options: z.array(richOption).min(1).max(LIMITS.choices),
    initial_option: richOption.optional(),
    confirm,
  })
  .superRefine((element, check) =>
    checkInitial(element.initial_option && [element.initial_option], element.options, check),
  );

export const plainTextInput = z
  .strictObject({
    type: z.literal("plain_text_input"),
    ...typed,
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(input.length).optional(),
    max_length: z.int().min(1).max(input.length).optional(),
  })
  .superRefine(({ min_length = 0, max_length = input.length }, check) => {
    if (min_length > max_length) check.addIssue("`min_length` must not be greater than `max_length`");
  });

const numeral = z.string().regex(/^-?\d+(\.\d+)?$/, "must be a number written as a string");

export const numberInput = z.strictObject({
  type: z.literal("number_input"),
  ...typed,
  is_decimal_allowed: z.boolean(),
  initial_value: numeral.optional(),
  min_value: numeral.optional(),
  max_value: numeral.optional(),
});

export const emailInput = z.strictObject({ type: z.literal("email_text_input"), ...typed });
export const urlInput = z.strictObject({ type: z.literal("url_text_input"), ...typed });

export const datepicker = z.strictObject({
  type: z.literal("datepicker"),
  ...asInput,
  initial_date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, "must be a date of the form YYYY-MM-DD")
    .optional(),
  confirm,
});

export const timepicker = z.strictObject({
  type: z.literal("timepicker"),
  ...asInput,
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of the form HH:mm")
    .optional(),
  timezone: z.string().optional(),
  confirm,
});

export const datetimepicker = z.strictObject({
  type: z.literal("datetimepicker"),
  action_id: actionId,
  focus_on_load,
  initial_date_time: z
    .int()
    .refine((seconds) => /^\d{10}$/.test(String(seconds)), "must be a UNIX timestamp of 10 digits")
    .optional(),
  confirm,
});

export const usersSelect = z.strictObject({
  type: z.literal("users_select"),
  ...asInput,
  initial_user: z.string().optional(),
  confirm,
});

const url = z.string().min(1).max(imageLimit.url);

export const imageElement = z.strictObject({
  type: z.literal("image"),
  image_url: url,
  alt_text: z.string().max(imageLimit.alt),
});

export const imageBlockFields = {
  image_url: url,
  alt_text: z.string().max(imageLimit.alt),
  title: plainText(imageLimit.title).optional(),
};

type Choice = z.infer<typeof richOption>;

/** Slack refuses an initial option that is not, texts included, one of the options. */
function checkInitial(
  initial: readonly Choice[] | undefined,
  offered: readonly Choice[],
  check: z.RefinementCtx,
): void {
  const isOffered = (choice: Choice): boolean =>
    offered.some((option) => option.value === choice.value && option.text.text === choice.text.text);
  if (initial?.every(isOffered) === false)
    check.addIssue("initial option must match one of the options provided");
}
