// Long text for a form, in pieces that Slack takes: all of it, or as much as a form holds.
import type { KnownBlock } from "@slack/web-api";
import type { Request } from "../approvals/request.ts";
import { argLines } from "./blocks/args.ts";
import { piecesOf } from "./modals/pages.ts";

/** As many pieces as there is room for, drawn, and whether that is all of them. */
export function drawnPieces(
  text: string,
  most: number,
  draw: (piece: string) => KnownBlock,
): { readonly blocks: readonly KnownBlock[]; readonly isWhole: boolean } {
  const pieces = piecesOf(text);
  return { blocks: pieces.slice(0, most).map(draw), isWhole: pieces.length <= most };
}

/** The arguments and the longer texts beside them, unclipped. */
export function fullTextOf({ action, details = [] }: Request): string {
  const long = Object.fromEntries(details.map(({ label, value }) => [label, value]));
  return [argLines(action.args), argLines(long)].filter((lines) => lines !== "").join("\n");
}
