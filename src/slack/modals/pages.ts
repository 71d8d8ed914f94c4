// Long texts in pieces that fit a block, and blocks on pages that fit a view: whatever its length, all of a request can be read.
import type { KnownBlock } from "@slack/web-api";
import { bytesOf } from "../limits.ts";

const PIECE = 2_900;
/** Of a page's own blocks. Less than Slack takes, so that a page opens quickly on a phone. */
const PAGE_BLOCKS = 60;
const PAGE_BYTES = 100_000;

/** Never cuts through a character, and cuts at the end of a line where one is near. Together they are the text. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    const to = endOfPiece(text, from);
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

function endOfPiece(text: string, from: number): number {
  const to = from + PIECE;
  if (to >= text.length) return text.length;
  const middle = from + PIECE / 2;
  const line = text.slice(middle, to).lastIndexOf("\n");
  if (line >= 0) return middle + line + 1;
  return endOfCharacter(text, to);
}

/** What belongs to the character before it: the second half of a pair, a mark, a joiner and what it joins. */
const BELONGS = /^(?:[\uDC00-\uDFFF]|\u200D|\uFE0F|\p{M}|\p{Emoji_Modifier})/u;
const LONGEST_CHARACTER = 40;

/** At or before `to`; what is longer than any character of a language is cut where it may be. */
function endOfCharacter(text: string, to: number): number {
  for (let end = to; end > to - LONGEST_CHARACTER; end--) {
    const isWithin = BELONGS.test(text.slice(end, end + 2)) || text[end - 1] === "\u200D";
    const isHalf = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
    if (!isWithin && !isHalf) return end;
  }
  return (text.charCodeAt(to - 1) & 0xfc00) === 0xd800 ? to - 1 : to;
}

/** At least one page, and at least one block on each. */
export function pagesOf(blocks: readonly KnownBlock[]): readonly (readonly KnownBlock[])[] {
  const pages: KnownBlock[][] = [[]];
  let bytes = 0;
  for (const block of blocks) {
    const size = bytesOf(block);
    const page = pages.at(-1) ?? [];
    const isFull = page.length >= PAGE_BLOCKS || bytes + size > PAGE_BYTES;
    if (isFull && page.length > 0) {
      pages.push([block]);
      bytes = size;
    } else {
      page.push(block);
      bytes += size;
    }
  }
  return pages;
}
