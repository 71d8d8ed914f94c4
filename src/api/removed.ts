// What callers are told of a run whose details, or whose history as well, are not kept any more.
import { maskedText } from "../approvals/redaction.ts";
import { type Removed, type Run, runName } from "../runs/run.ts";
import { problem, type Reply } from "./problem.ts";

/** Undefined of a run that is kept whole. */
export function removedText({ thread, removed }: Pick<Run, "thread" | "removed">): string | undefined {
  return removed && textOf(runName(thread), removed);
}

function textOf(name: string, removed: Removed): string {
  switch (removed.kind) {
    case "expired":
      return `The details of ${name} were deleted on ${removed.at}, its requests among them, as it had been over for as long as they are kept. Its history is kept.`;
    case "purged":
      return `${name} was purged on ${removed.at} by ${maskedText(removed.by)}: "${maskedText(removed.reason)}". Nothing of it is kept but this.`;
  }
}

/** Of a request that is not there. */
export function noSuchRequest(run: Run | undefined, sentence: string): Reply {
  return problem("unknown", (run && removedText(run)) ?? sentence);
}
