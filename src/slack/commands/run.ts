// run: starts what is named with the fields that are given.
import { startRun } from "../../runs/start.ts";
import type { Intent } from "../command.ts";
import type { SlackContext } from "../listeners/context.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { notStartedSentence, startedSentence, strayText } from "./start-words.ts";

type RunIntent = Extract<Intent, { kind: "run" }>;

export async function run(slack: SlackContext, asked: Asked, intent: RunIntent): Promise<Answer> {
  const { deps, team, command } = slack;
  const { workflow, words, stray } = intent;
  if (stray.length > 0) return answered(strayText(stray));
  try {
    const { delivery, user: requester, channel } = asked;
    const started = await startRun(deps, { team, delivery, workflow, words, requester, channel });
    return answered(startedSentence(started, command));
  } catch (error) {
    deps.log.error("A run could not be started.", {
      reason: error instanceof Error ? error.message : String(error),
    });
    return answered(notStartedSentence(error));
  }
}
