// What is said of a run whose details are not kept any more.
import { maskedText } from "../approvals/redaction.ts";
import { type Removed, type Run, runName } from "../runs/run.ts";
import { countOf } from "./blocks/history.ts";
import { type DrawnMessage, inLine, section } from "./blocks/parts.ts";
import { LIMITS } from "./limits.ts";
import { moment } from "./text.ts";

/** Undefined of a run that is kept whole. */
export function removedSentence({ thread, removed }: Pick<Run, "thread" | "removed">): string | undefined {
  return removed && sentenceOf(runName(thread), removed);
}

function sentenceOf(name: string, removed: Removed): string {
  switch (removed.kind) {
    case "expired":
      return `The details of ${name} were deleted on ${moment(removed.at)}, as it had been over for as long as they are kept. Its history is kept.`;
    case "purged": {
      const { at, by, reason } = removed;
      const why = inLine(maskedText(reason), LIMITS.reason);
      return `${name} was purged on ${moment(at)} by ${inLine(maskedText(by), LIMITS.factLabel)}: “${why}”. Nothing of it is kept but this.`;
    }
  }
}

/** In place of the history of a purged run; undefined of one that has its own. */
export function goneHistory(run: Pick<Run, "thread" | "removed" | "audit">): string | undefined {
  if (run.removed?.kind !== "purged") return undefined;
  const { length, head } = run.audit;
  return `${removedSentence(run) ?? ""} Its history is gone as well: it had ${countOf(length)}, and its head was \`${head}\`.`;
}

/** Of a button whose question is not there. */
export function unknownSentence({ run }: { readonly run: Run | undefined }): string {
  const removed = run && removedSentence(run);
  return `${removed ?? "I don't know this request; it may have been removed."} Your click was not counted.`;
}

/** In place of what a card of it showed: nothing of that. */
export function purgedCard({ thread, removed }: Pick<Run, "thread" | "removed">): DrawnMessage {
  const when = removed === undefined ? "" : ` on ${moment(removed.at)}`;
  const text = `🗑️ ${runName(thread)} was purged${when}. What stood here is not kept any more.`;
  return { text, blocks: [section(text)] };
}
