// What others wrote, set off by a bar: rich text has no markup, so nothing in it can pass for a line of ours.
import type { RichTextBlock } from "@slack/web-api";
import { visible } from "../text.ts";

export function quoted(text: string): RichTextBlock {
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_quote", elements: [{ type: "text", text: visible(text) || " " }] }],
  };
}
