// What is said on top of a home about a click in it, where the cards have no words for it.
import type { Nudged } from "../../runs/nudge.ts";
import { runName } from "../../runs/run.ts";
import { overSentence } from "../run-words.ts";

export function nudgedSentence(nudged: Nudged, thread: string): string {
  switch (nudged.kind) {
    case "nudged":
      if (nudged.woken) return `Nudged ${runName(thread)}${remindedText(nudged.reminded)}.`;
      return `The queue did not answer, so ${runName(thread)} is looked at within about two minutes.`;
    case "not-allowed":
      return "Only the requester and the operators can nudge a run. Nothing was done.";
    case "over":
      return overSentence(nudged.run, "This run is over already, so there is nothing to nudge.");
  }
}

function remindedText(reminded: number): string {
  return reminded === 0 ? ": a worker looks at it now" : "; whoever it waits for is reminded in its thread";
}
