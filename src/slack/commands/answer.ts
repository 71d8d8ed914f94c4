// What somebody asked for in words, typed behind the command or behind a mention of the app, and the one place that knows which handler answers.
import { type Intent, parseCommand, type Worded } from "../command.ts";
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

type Handler = (slack: SlackContext, asked: Asked, words: readonly string[]) => Promise<Answer>;

const WORDED: Readonly<Record<Worded, Handler>> = {
  ...{ status, pending, show, history },
  ...{ cancel, retry, replay, audit },
};

async function answerOf(slack: SlackContext, asked: Asked, intent: Intent): Promise<Answer> {
  switch (intent.kind) {
    case "run":
      return run(slack, asked, intent);
    case "list":
      return list(slack, asked);
    case "help":
      return help(slack);
    case "unclear":
      return answered(unclearText(intent.said, intent.nearest, slack.command));
    case "worded":
      return WORDED[intent.command](slack, asked, intent.words);
  }
}
