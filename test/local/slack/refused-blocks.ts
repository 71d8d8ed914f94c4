// Blocks that Slack refuses, one for each limit, with the sentence it refuses them with.
import type { Surface } from "../../../src/local/slack/blocks.ts";
import { plain } from "./support.ts";

export const long = (length: number): string => "x".repeat(length);
export const option = (value: string) => ({ text: plain(value), value });
export const options = (count: number) => Array.from({ length: count }, (_, index) => option(`o${index}`));
export const section = (extra: object) => ({ type: "section", text: plain("hi"), ...extra });
export const actions = (...elements: object[]) => ({ type: "actions", elements });
export const button = (extra: object = {}) => ({ type: "button", text: plain("Go"), ...extra });
export const input = (element: object) => ({ type: "input", label: plain("Label"), element });
const confirm = (extra: object) => ({ title: plain("Sure?"), text: plain("Really"), ...extra });

export const REFUSED: readonly (readonly [string, Surface, readonly unknown[], string])[] = [
  [
    "more than 50 blocks in a message",
    "message",
    Array(51).fill({ type: "divider" }),
    "no more than 50 items allowed [json-pointer:/blocks]",
  ],
  [
    "more than 100 blocks in a modal",
    "modal",
    Array(101).fill({ type: "divider" }),
    "no more than 100 items allowed [json-pointer:/blocks]",
  ],
  [
    "more than 100 blocks in a home",
    "home",
    Array(101).fill({ type: "divider" }),
    "no more than 100 items allowed [json-pointer:/blocks]",
  ],
  [
    "an unknown block type",
    "message",
    [{ type: "sectoin" }],
    "unsupported type: sectoin [json-pointer:/blocks/0/type]",
  ],
  [
    "a block without a type",
    "message",
    [{ text: "a" }],
    "missing required field: type [json-pointer:/blocks/0]",
  ],
  [
    "a section text over 3,000",
    "message",
    [{ type: "section", text: { type: "mrkdwn", text: long(3001) } }],
    "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "an empty section text",
    "message",
    [{ type: "section", text: plain("") }],
    "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "a section with nothing in it",
    "message",
    [{ type: "section" }],
    "must define either `text` or `fields` [json-pointer:/blocks/0]",
  ],
  [
    "more than 10 fields",
    "message",
    [{ type: "section", fields: Array(11).fill(plain("a")) }],
    "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
  ],
  [
    "a field over 2,000",
    "message",
    [{ type: "section", fields: [plain(long(2001))] }],
    "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
  ],
  [
    "a text that is a string",
    "message",
    [{ type: "section", text: "hello" }],
    "must provide an object [json-pointer:/blocks/0/text]",
  ],
  [
    "a property Slack does not know",
    "message",
    [actions(button({ disabled: true }))],
    "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]",
  ],
  [
    "a header over 150",
    "message",
    [{ type: "header", text: plain(long(151)) }],
    "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "mrkdwn in a header",
    "message",
    [{ type: "header", text: { type: "mrkdwn", text: "a" } }],
    "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
  ],
  [
    "more than 10 context elements",
    "message",
    [{ type: "context", elements: Array(11).fill(plain("a")) }],
    "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "more than 25 actions",
    "message",
    [actions(...Array<object>(26).fill(button()))],
    "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
  ],
  [
    "no actions at all",
    "message",
    [actions()],
    "must provide at least 1 items [json-pointer:/blocks/0/elements]",
  ],
  [
    "mrkdwn on a button",
    "message",
    [actions(button({ text: { type: "mrkdwn", text: "a" } }))],
    "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]",
  ],
  [
    "a button text over 75",
    "message",
    [actions(button({ text: plain(long(76)) }))],
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
  ],
  [
    "a button value over 2,000",
    "message",
    [actions(button({ value: long(2001) }))],
    "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
  ],
  [
    "a button url over 3,000",
    "message",
    [actions(button({ url: long(3001) }))],
    "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
  ],
  [
    "a button label over 75",
    "message",
    [actions(button({ accessibility_label: long(76) }))],
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/accessibility_label]",
  ],
  [
    "a style Slack does not have",
    "message",
    [actions(button({ style: "success" }))],
    "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
  ],
  [
    "a confirm title over 100",
    "message",
    [actions(button({ confirm: confirm({ title: plain(long(101)) }) }))],
    "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
  ],
  [
    "a confirm text over 300",
    "message",
    [actions(button({ confirm: confirm({ text: plain(long(301)) }) }))],
    "must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]",
  ],
  [
    "a confirm button over 30",
    "message",
    [actions(button({ confirm: confirm({ deny: plain(long(31)) }) }))],
    "must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/deny/text]",
  ],
  [
    "a block_id over 255",
    "message",
    [{ type: "divider", block_id: long(256) }],
    "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
  ],
  [
    "an action_id over 255",
    "message",
    [actions(button({ action_id: long(256) }))],
    "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
  ],
  [
    "a block_id twice",
    "message",
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ],
    '`block_id` "a" already exists [json-pointer:/blocks/1/block_id]',
  ],
  [
    "an action_id twice in a block",
    "message",
    [actions(button({ action_id: "go" }), button({ action_id: "go" }))],
    '`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]',
  ],
  [
    "more than 5 overflow options",
    "message",
    [actions({ type: "overflow", options: options(6) })],
    "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "more than 100 options",
    "message",
    [section({ accessory: { type: "static_select", options: options(101) } })],
    "no more than 100 items allowed [json-pointer:/blocks/0/accessory/options]",
  ],
  [
    "a select without options",
    "message",
    [section({ accessory: { type: "static_select" } })],
    "must define either `options` or `option_groups` [json-pointer:/blocks/0/accessory]",
  ],
  [
    "an initial option that is not offered",
    "message",
    [section({ accessory: { type: "static_select", options: options(2), initial_option: option("x") } })],
    "initial option must match one of the options provided [json-pointer:/blocks/0/accessory]",
  ],
  [
    "an option text over 75",
    "message",
    [actions({ type: "overflow", options: [{ text: plain(long(76)), value: "a" }] })],
    "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
  ],
  [
    "an option value over 150",
    "message",
    [actions({ type: "overflow", options: [{ text: plain("a"), value: long(151) }] })],
    "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
  ],
  [
    "more than 10 checkboxes",
    "message",
    [actions({ type: "checkboxes", options: options(11) })],
    "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
  ],
  [
    "more than 10 radio buttons",
    "modal",
    [input({ type: "radio_buttons", options: options(11) })],
    "no more than 10 items allowed [json-pointer:/blocks/0/element/options]",
  ],
  [
    "an image without alt_text",
    "message",
    [{ type: "image", image_url: "https://a/b.png" }],
    "missing required field: alt_text [json-pointer:/blocks/0]",
  ],
  [
    "an image title over 2,000",
    "message",
    [{ type: "image", image_url: "u", alt_text: "a", title: plain(long(2001)) }],
    "must be less than 2001 characters [json-pointer:/blocks/0/title/text]",
  ],
  [
    "12,001 characters of markdown in two blocks",
    "message",
    [
      { type: "markdown", text: long(6000) },
      { type: "markdown", text: long(6001) },
    ],
    "markdown text must be less than 12001 characters in total [json-pointer:/blocks]",
  ],
  [
    "markdown in a modal",
    "modal",
    [{ type: "markdown", text: "a" }],
    "unsupported type: markdown [json-pointer:/blocks/0/type]",
  ],
  [
    "an alert outside of a modal",
    "message",
    [{ type: "alert", text: plain("a") }],
    "unsupported type: alert [json-pointer:/blocks/0/type]",
  ],
  [
    "an alert over 200",
    "modal",
    [{ type: "alert", text: plain(long(201)) }],
    "must be less than 201 characters [json-pointer:/blocks/0/text/text]",
  ],
  [
    "an input in a message",
    "message",
    [input({ type: "plain_text_input" })],
    "unsupported type: input [json-pointer:/blocks/0/type]",
  ],
  [
    "a button as an input",
    "modal",
    [input({ type: "button" })],
    "unsupported type: button [json-pointer:/blocks/0/element/type]",
  ],
  [
    "an input without its element",
    "modal",
    [{ type: "input", label: plain("a") }],
    "missing required field: element [json-pointer:/blocks/0]",
  ],
  [
    "a label over 2,000",
    "modal",
    [{ ...input({ type: "plain_text_input" }), label: plain(long(2001)) }],
    "must be less than 2001 characters [json-pointer:/blocks/0/label/text]",
  ],
  [
    "a max_length over 3,000",
    "modal",
    [input({ type: "plain_text_input", max_length: 3001 })],
    "must be less than 3001 [json-pointer:/blocks/0/element/max_length]",
  ],
  [
    "a placeholder over 150",
    "modal",
    [input({ type: "plain_text_input", placeholder: plain(long(151)) })],
    "must be less than 151 characters [json-pointer:/blocks/0/element/placeholder/text]",
  ],
  [
    "a number input that leaves decimals open",
    "modal",
    [input({ type: "number_input" })],
    "missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]",
  ],
  [
    "an initial date that is none",
    "modal",
    [input({ type: "datepicker", initial_date: "tomorrow" })],
    "must be a date of the form YYYY-MM-DD [json-pointer:/blocks/0/element/initial_date]",
  ],
  [
    "an initial time that is none",
    "modal",
    [input({ type: "timepicker", initial_time: "7:30" })],
    "must be a time of the form HH:mm [json-pointer:/blocks/0/element/initial_time]",
  ],
  [
    "a moment that has not ten digits",
    "modal",
    [input({ type: "datetimepicker", initial_date_time: 999_999_999 })],
    "must be a UNIX timestamp of 10 digits [json-pointer:/blocks/0/element/initial_date_time]",
  ],
  [
    "a choice of several with more than 100 options",
    "modal",
    [input({ type: "multi_static_select", options: options(101) })],
    "no more than 100 items allowed [json-pointer:/blocks/0/element/options]",
  ],
  [
    "a choice of several that begins with something else",
    "modal",
    [input({ type: "multi_static_select", options: options(2), initial_options: [option("x")] })],
    "initial option must match one of the options provided [json-pointer:/blocks/0/element]",
  ],
];
