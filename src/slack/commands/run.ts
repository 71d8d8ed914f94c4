// run: starts what is named with the fields that are given; where fields are missing or do not fit, a form takes over what was typed.
import { reasonOf } from "../../approvals/reason.ts";
import { argsFromWords } from "../../approvals/schema.ts";
import { openStart, startRun, type Started } from "../../runs/start.ts";
import { ACTION } from "../action-id.ts";
import { button } from "../blocks/parts.ts";
import type { Intent } from "../command.ts";
import { LIMITS } from "../limits.ts";
import type { SlackContext } from "../listeners/context.ts";
import { prefilled, startModal } from "../modals/start.ts";
import { encodeStart } from "../start-ref.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { problemLines, startedSentence, startTrouble, strayText } from "./start-words.ts";

type RunIntent = Extract<Intent, { kind: "run" }>;

export async function run(slack: SlackContext, asked: Asked, intent: RunIntent): Promise<Answer> {
  const { deps, team, command } = slack;
  const { workflow, words, stray } = intent;
  if (stray.length > 0) return answered(strayText(stray));
  try {
    const { delivery, user: requester, channel } = asked;
    const started = await startRun(deps, { team, delivery, workflow, words, requester, channel });
    if (started.kind !== "bad-input") return answered(startedSentence(started, command));
    const opened = await openStart(deps, { workflow, requester });
    if (opened.kind !== "open") return answered(startedSentence(opened, command));
    return await offeredForm(slack, asked, { started, words });
  } catch (error) {
    return answered(startTrouble(slack, error));
  }
}

interface Unfit {
  readonly started: Extract<Started, { kind: "bad-input" }>;
  readonly words: RunIntent["words"];
}

/** The form itself, or where nothing opens one, a button that does; else what to type instead. */
async function offeredForm(slack: SlackContext, asked: Asked, { started, words }: Unfit): Promise<Answer> {
  const { workflow, errors } = started;
  const text = startedSentence(started, slack.command);
  const { args, notes } = prefilled(workflow, argsFromWords(workflow.inputSchema, words));
  const ref = { workflow: workflow.name, args };
  if (asked.trigger === undefined) {
    const value = encodeStart(ref, LIMITS.buttonValue) ?? workflow.name;
    const open = button({ text: "Fill in the form…", action: ACTION.startForm, value, style: "primary" });
    return answered(text, [{ type: "actions", elements: [open] }]);
  }
  const told = [`What you typed does not start a run yet:`, problemLines(errors), ...notes];
  const { delivery, channel } = asked;
  const view = startModal(workflow, { ...ref, delivery, channel }, told);
  if (view === undefined) return answered(text);
  try {
    const { client, deps } = slack;
    await client.views.open({ trigger_id: asked.trigger, view });
    deps.log.info("A form to start a run was opened.", { workflow: workflow.name });
  } catch (error) {
    // Slack's three seconds may be over, and what is missing can be typed, too.
    slack.deps.log.warn("A form could not be opened.", { reason: reasonOf(error) });
    return answered(text);
  }
  return answered(`Opened a form for *${workflow.name}*. Nothing is started until you submit it.`);
}
