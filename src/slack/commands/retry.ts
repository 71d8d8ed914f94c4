// retry: the same as the button on a failed run's own message.
import { retryRun } from "../../runs/retry.ts";
import { runName } from "../../runs/run.ts";
import type { SlackContext } from "../listeners/context.ts";
import { cardShows, retriedSentence } from "../run-words.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { namedRun } from "./named-run.ts";

export async function retry(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  const named = await namedRun(slack, asked, { name: words[0], command: "retry" });
  if (named.kind === "answer") return named.answer;
  const { team, thread } = named.run;
  const retried = await retryRun(slack.deps, { team, thread }, asked.user);
  const sentence = retriedSentence(retried);
  return answered(sentence ?? `Retrying ${runName(thread)}. ${cardShows(named.run.channel)}`);
}
