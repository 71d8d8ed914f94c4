// What people are told who start, cancel or retry a run, by a button or by a command.
import type { Cancelled } from "../runs/cancel.ts";
import type { Retried } from "../runs/retry.ts";
import type { Run } from "../runs/run.ts";
import { removedSentence } from "./removed-words.ts";
import { placeOf } from "./text.ts";

/** Of a run that is recorded; `woken` is false when the queue did not take its job. */
export function cardAppears(channel: string, woken: boolean): string {
  return woken
    ? `Its card appears in ${placeOf(channel)} in a moment.`
    : `The queue did not answer, so it starts within about two minutes; its card appears in ${placeOf(channel)} then.`;
}

export function cardShows(channel: string): string {
  return `Its card in ${placeOf(channel)} shows it in a moment.`;
}

/** Nothing when the run's card will show it in a moment. */
export function cancelledSentence(cancelled: Cancelled): string | undefined {
  switch (cancelled.kind) {
    case "cancelled":
      return cancelled.woken
        ? undefined
        : "The run is cancelled and does nothing more. The queue did not answer, so its cards show it within about two minutes.";
    case "not-allowed":
      return "Only the requester, the approvers and the operators can cancel a run. Nothing was cancelled.";
    case "over":
      return overSentence(cancelled.run, "This run is over already, so there is nothing to cancel.");
  }
}

/** Nothing when the run's card will show it in a moment. */
export function retriedSentence(retried: Retried): string | undefined {
  switch (retried.kind) {
    case "retrying":
      return retried.woken
        ? undefined
        : "The run is queued again. The queue did not answer, so it continues within about two minutes.";
    case "not-allowed":
      return "Only the requester and the operators can retry a run. Nothing was retried.";
    case "not-failed":
      return overSentence(retried.run, "This run has not failed any more, so there is nothing to retry.");
  }
}

/** Also of one that is not kept, or not whole. */
export function overSentence(run: Run | undefined, sentence: string): string {
  if (run === undefined) return "I don't know this run; it may have been removed.";
  return [removedSentence(run), sentence].filter((said) => said !== undefined).join(" ");
}
