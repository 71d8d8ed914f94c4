// cancel: the same as the button on a run's own message, with a reason for those who read it later.
import { cancelRun } from "../../runs/cancel.ts";
import { runName } from "../../runs/run.ts";
import type { SlackContext } from "../listeners/context.ts";
import { cancelledSentence, cardShows } from "../run-words.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { namedRun } from "./named-run.ts";

export async function cancel(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  const [name, ...reason] = words;
  const named = await namedRun(slack, asked, { name, command: "cancel" });
  if (named.kind === "answer") return named.answer;
  const { team, thread } = named.run;
  const by = { by: asked.user, reason: reason.join(" ") };
  const cancelled = await cancelRun(slack.deps, { team, thread }, by);
  const sentence = cancelledSentence(cancelled);
  return answered(sentence ?? `Cancelled ${runName(thread)}. ${cardShows(named.run.channel)}`);
}
