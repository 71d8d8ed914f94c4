// /countersign: reads the text, starts what it names, and answers privately within the three seconds Slack gives.
import type { Middleware, SlackCommandMiddlewareArgs } from "@slack/bolt";
import { maskedText } from "../../approvals/redaction.ts";
import { DirectoryUnavailable, StorageUnavailable } from "../../runs/errors.ts";
import { startRun } from "../../runs/start.ts";
import { parseCommand } from "../command.ts";
import type { Answer, Asked } from "../commands/asked.ts";
import { audit } from "../commands/audit.ts";
import { history } from "../commands/history.ts";
import { replay } from "../commands/replay.ts";
import { escaped, oneLine } from "../text.ts";
import { helpText, startedSentence, TROUBLE, unclearText } from "../words.ts";
import { privately, type SlackContext, troubleSentence } from "./context.ts";

export function onCommand(slack: SlackContext): Middleware<SlackCommandMiddlewareArgs> {
  return async ({ ack, command }) => {
    const { text, blocks = [] } = await answerTo(slack, command);
    await ack({ response_type: "ephemeral", text, blocks: [...blocks] });
  };
}

type SlashCommand = SlackCommandMiddlewareArgs["command"];

async function answerTo(slack: SlackContext, command: SlashCommand): Promise<Answer> {
  const { deps, command: name } = slack;
  const intent = parseCommand(command.text);
  switch (intent.kind) {
    case "help":
      return privately(helpText(deps.catalog, name));
    case "unclear":
      return privately(unclearText(intent.said, intent.nearest, name));
    case "run": {
      if (intent.stray.length > 0)
        return privately(
          `I don't understand “${escaped(oneLine(maskedText(intent.stray.join(" "))))}”: write each field once as name=value, with "quotes" around spaces.`,
        );
      return privately(await start(slack, command, intent));
    }
    case "history":
      return read(slack, command, (asked) => history(slack, asked, intent.words));
    case "audit":
      return read(slack, command, (asked) => audit(slack, asked, intent.words));
    case "replay":
      return read(slack, command, (asked) => replay(slack, asked, intent.words));
  }
}

async function read(
  slack: SlackContext,
  command: SlashCommand,
  answer: (asked: Asked) => Promise<Answer>,
): Promise<Answer> {
  const { user_id: user, channel_id: channel, trigger_id: trigger } = command;
  try {
    return await answer({ user, channel, trigger, delivery: `command:${trigger}` });
  } catch (error) {
    return privately(troubleSentence(slack, error));
  }
}

async function start(
  slack: SlackContext,
  command: SlashCommand,
  intent: { workflow: string; words: Readonly<Record<string, string>> },
): Promise<string> {
  const { deps, team } = slack;
  try {
    const { workflow, words } = intent;
    // Slack gives each command a trigger of its own, so the same delivery twice is the same run.
    const delivery = `command:${command.trigger_id}`;
    const started = await startRun(deps, {
      team,
      delivery,
      workflow,
      words,
      requester: command.user_id,
      channel: command.channel_id,
    });
    return startedSentence(started, slack.command);
  } catch (error) {
    deps.log.error("A run could not be started.", {
      reason: error instanceof Error ? error.message : String(error),
    });
    return notStartedSentence(error);
  }
}

function notStartedSentence(error: unknown): string {
  if (error instanceof DirectoryUnavailable) return TROUBLE.startNotChecked;
  if (!(error instanceof StorageUnavailable)) return TROUBLE.unexpected;
  if (error.uncertain) return TROUBLE.maybeStarted;
  return error.needsRepair ? TROUBLE.startNeedsRepair : TROUBLE.notStarted;
}
