// Turning the pages of a form: which one this is, and the buttons to the ones beside it.
import type { ActionsBlock, KnownBlock } from "@slack/web-api";
import { PAGE_ACTION } from "../action-id.ts";
import { button, context } from "../blocks/parts.ts";

/** `submit`: what the button on the last page is called, for whoever may use it. */
export function turning(at: number, last: number, submit: string | undefined): readonly KnownBlock[] {
  const where = `Page ${at + 1} of ${last + 1}`;
  const approve = submit !== undefined && at < last ? `. *${submit}* is on the last page.` : "";
  const to = (text: string, action: string, page: number): ActionsBlock["elements"][number] =>
    button({ text, action, value: String(page) });
  return [
    context(`${where}${approve}`),
    {
      type: "actions",
      // A new block for each page, so that no click is taken for one on another page.
      block_id: `pages:${at}`,
      elements: [
        ...(at > 0 ? [to("Previous", PAGE_ACTION.previous, at - 1)] : []),
        ...(at < last ? [to("Next", PAGE_ACTION.next, at + 1)] : []),
      ],
    },
  ];
}
