// What others wrote, set off by a bar: rich text has no markup, so nothing in it can pass for a line of ours.
import type { RichTextBlock } from "@slack/web-api";
import { visible } from "../text.ts";

/** Under a label, where it has one. */
export function quoted(text: string, label = ""): RichTextBlock {
  const quote: RichTextBlock["elements"][number] = {
    type: "rich_text_quote",
    elements: [{ type: "text", text: visible(text) || " " }],
  };
  if (label === "") return { type: "rich_text", elements: [quote] };
  const bold = { type: "text" as const, text: visible(label), style: { bold: true } };
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [bold] }, quote] };
}
