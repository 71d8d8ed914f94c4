// Longer texts that belong to a question, below its facts: as much as a card has room for.
import type { KnownBlock } from "@slack/web-api";
import type { Request } from "../../approvals/request.ts";
import { clip, LIMITS, type Room } from "../limits.ts";
import { visible } from "../text.ts";
import { heading, preformatted, section } from "./parts.ts";

/** With more, a card is no longer read; the full request has all of them. */
const MOST_DETAILS = 5;

export function detailBlocks(
  { details = [] }: Request,
  room: Room,
): { readonly blocks: readonly KnownBlock[]; readonly clipped: boolean } {
  const max = room(LIMITS.cardArgs);
  const shown = details.slice(0, MOST_DETAILS);
  const isLong = ({ value }: (typeof details)[number]): boolean => visible(value).length > max;
  return {
    blocks: shown.flatMap(({ label, value }) => [
      section(`*${heading(label)}*`),
      preformatted(clip(visible(value), max)),
    ]),
    clipped: details.length > shown.length || shown.some(isLong),
  };
}
