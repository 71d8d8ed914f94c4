// What somebody asked for in words, typed behind the command or behind a mention of the app, and the one place that knows which handler answers.
import { type Intent, parseCommand, type Worded } from "../command.ts";
import type { SlackContext } from "../listeners/context.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { audit } from "./audit.ts";
import { cancel } from "./cancel.ts";
import { help } from "./help.ts";
import { inWords } from "./in-words.ts";
import { namingRun } from "./thread-run.ts";
import { history } from "./history.ts";
import { key } from "./key.ts";
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
  ...{ cancel, retry, replay, audit, key },
};

async function answerOf(slack: SlackContext, asked: Asked, intent: Intent): Promise<Answer> {
  switch (intent.kind) {
    case "run":
      return run(slack, asked, intent);
    case "list":
      return list(slack, asked);
    case "help":
      return help(slack);
    case "unclear": {
      const { said, nearest, text } = intent;
      const answer = await inWords(slack, asked, { text, isAnswer: false });
      return answer ?? answered(unclearText(said, nearest, slack.command));
    }
    case "answer":
      return (await inWords(slack, asked, { text: intent.text, isAnswer: true })) ?? help(slack);
    case "worded":
      return WORDED[intent.command](slack, asked, await namingRun(slack, asked, intent));
  }
}
