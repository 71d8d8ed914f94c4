// What somebody asked for in words, typed behind the command or behind a mention of the app, and the one place that knows which handler answers.
import { type Intent, parseCommand } from "../command.ts";
import type { SlackContext } from "../listeners/context.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { audit } from "./audit.ts";
import { cancel } from "./cancel.ts";
import { help } from "./help.ts";
import { history } from "./history.ts";
import { list } from "./list.ts";
import { pending } from "./pending.ts";
import { replay } from "./replay.ts";
import { retry } from "./retry.ts";
import { run } from "./run.ts";
import { show } from "./show.ts";
import { unclearText } from "./start-words.ts";
import { status } from "./status.ts";
import { commandTrouble } from "./trouble.ts";

/** Always an answer: what went wrong is one, too. */
export async function answerTo(slack: SlackContext, asked: Asked, text: string): Promise<Answer> {
  try {
    return await answerOf(slack, asked, parseCommand(text));
  } catch (error) {
    return commandTrouble(slack, error);
  }
}

async function answerOf(slack: SlackContext, asked: Asked, intent: Intent): Promise<Answer> {
  switch (intent.kind) {
    case "run":
      return run(slack, asked, intent);
    case "list":
      return list(slack, asked);
    case "status":
      return status(slack, asked, intent.words);
    case "pending":
      return pending(slack, asked, intent.words);
    case "show":
      return show(slack, asked, intent.words);
    case "history":
      return history(slack, asked, intent.words);
    case "cancel":
      return cancel(slack, asked, intent.words);
    case "retry":
      return retry(slack, asked, intent.words);
    case "replay":
      return replay(slack, asked, intent.words);
    case "audit":
      return audit(slack, asked, intent.words);
    case "help":
      return help(slack);
    case "unclear":
      return answered(unclearText(intent.said, intent.nearest, slack.command));
  }
}
