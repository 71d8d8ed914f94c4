// The texts of a request in full, as a form shows them: in as many pieces as each takes.
import type { KnownBlock } from "@slack/web-api";
import type { Request } from "../../approvals/request.ts";
import { pairLines } from "../blocks/args.ts";
import { heading, preformatted, section } from "../blocks/parts.ts";
import { wholeSummary } from "../blocks/summary.ts";
import { LIMITS } from "../limits.ts";
import { visible } from "../text.ts";
import { piecesOf } from "./pages.ts";

/** What stands above a question's answers: what is said of it, its facts and its longer texts. */
export function questionTexts(request: Request): readonly KnownBlock[] {
  const facts = request.facts.map(({ label, value }) => [label, value] as const);
  return [
    ...wholeSummary(request),
    ...textBlocks("Facts", pairLines([...titleIfCut(request), ...facts])),
    ...detailTexts(request),
  ];
}

/** A title that is cut above its own page stands among the facts in full. */
export function titleIfCut({ title }: Request): readonly (readonly [string, string])[] {
  return title.length > LIMITS.title ? [["Title", title]] : [];
}

export function detailTexts({ details = [] }: Request): readonly KnownBlock[] {
  return details.flatMap(({ label, value }) => textBlocks(label, visible(value)));
}

export function textBlocks(title: string, text: string): readonly KnownBlock[] {
  return text === "" ? [] : [section(`*${heading(title)}*`), ...piecesOf(text).map(preformatted)];
}
