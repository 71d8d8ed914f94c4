// The Bolt app: which listener hears what. Each listener decodes, asks a use case, and answers in private; cards are the worker's.
import { App } from "@slack/bolt";
import { ACTION, CHOOSE_ACTION, HOME_ACTION, PAGE_ACTION, VIEW } from "./action-id.ts";
import { clientOptions, type SlackClientOptions } from "./client.ts";
import { onAskAgain } from "./listeners/ask-again.ts";
import { onApproveAll, onSubmitAll } from "./listeners/approve-all.ts";
import { onCancel } from "./listeners/cancel.ts";
import { onChoose } from "./listeners/choose.ts";
import { onCommand } from "./listeners/command.ts";
import { type SlackAppDeps, type SlackContext } from "./listeners/context.ts";
import { onApprove, onIgnore, onOpenForm } from "./listeners/click.ts";
import { onSubmitAnswer, onSubmitEach } from "./listeners/submit-answer.ts";
import { onTurnPage, onViewDetails } from "./listeners/details.ts";
import {
  onSubmitAllow,
  onSubmitChoice,
  onSubmitEdit,
  onSubmitReject,
  onSubmitDetails,
} from "./listeners/submit.ts";
import {
  onFilterHome,
  onHomeAskAgain,
  onHomeCancel,
  onHomeNudge,
  onHomeOpened,
  onHomeRetry,
  onRefreshHome,
  onTurnHome,
  tellThere,
} from "./listeners/home.ts";
import { onHomeReview } from "./listeners/home-review.ts";
import { onMore, onSubmitHandOver } from "./listeners/more.ts";
import { onMention } from "./listeners/mention.ts";
import { onRetry } from "./listeners/retry.ts";
import { onStopAllowing } from "./listeners/stop-allowing.ts";
import { onStartForm, onSubmitStart } from "./listeners/start-form.ts";
import { slackLogger } from "./logger.ts";
import { noticeModal } from "./modals/notice.ts";
import { createReceiver, type ReceiverOptions, type SlackReceiver } from "./receiver.ts";
import { TROUBLE } from "./words.ts";

export interface SlackAppOptions extends ReceiverOptions, SlackClientOptions {
  readonly botId: string;
  readonly botUserId: string;
  /** What people type, with its slash. */
  readonly command: string;
}

/** Everything Slack sends goes through the returned receiver's `handle`. */
export function createSlackApp(options: SlackAppOptions, deps: SlackAppDeps): SlackReceiver {
  const receiver = createReceiver(options);
  const app = new App({
    receiver,
    token: options.token,
    // With both ids given, Bolt makes no call of its own at start.
    botId: options.botId,
    botUserId: options.botUserId,
    tokenVerificationEnabled: false,
    convoStore: false,
    logger: slackLogger(options.log),
    clientOptions: clientOptions(options),
  });
  const slack = {
    deps,
    team: options.team,
    command: options.command,
    slash: options.command,
    client: app.client,
  };
  app.command(options.command, onCommand(slack));
  hearClicks(app, slack);
  hearForms(app, slack);
  hearHome(app, slack);
  hearEvents(app, slack, options.botUserId);
  app.error((error) => {
    options.log.error("A listener failed.", { error: error.message, code: error.code });
    return Promise.resolve();
  });
  return receiver;
}

function hearClicks(app: App, slack: SlackContext): void {
  app.action(ACTION.approve, onApprove(slack));
  app.action(ACTION.approveAll, onApproveAll(slack));
  app.action(ACTION.reject, onOpenForm(slack, "reject"));
  app.action(ACTION.edit, onOpenForm(slack, "edit"));
  app.action(ACTION.review, onOpenForm(slack, "review"));
  app.action(ACTION.details, onViewDetails(slack));
  for (const turn of Object.values(PAGE_ACTION)) app.action(turn, onTurnPage(slack));
  app.action(ACTION.chooseForm, onOpenForm(slack, "choose"));
  app.action(ACTION.answer, onOpenForm(slack, "answer"));
  app.action(ACTION.ignore, onIgnore(slack));
  app.action(ACTION.each, onOpenForm(slack, "each"));
  app.action(CHOOSE_ACTION, onChoose(slack));
  app.action(ACTION.more, onMore(slack));
  app.action(ACTION.stopAllowing, onStopAllowing(slack));
  app.action(ACTION.retry, onRetry(slack));
  app.action(ACTION.cancel, onCancel(slack));
  app.action(ACTION.askAgain, onAskAgain(slack));
  app.action(ACTION.startForm, onStartForm(slack));
  const names = [ACTION, PAGE_ACTION, HOME_ACTION].flatMap((group) => Object.values<string>(group));
  const isKnown = (id: string): boolean => names.includes(id) || CHOOSE_ACTION.test(id);
  app.action(/.*/, async ({ ack, action, body, respond }) => {
    await ack();
    const isOurs = "action_id" in action && isKnown(action.action_id);
    if (!isOurs) await tellThere(slack, { body, respond }, TROUBLE.oldCard);
  });
}

function hearForms(app: App, slack: SlackContext): void {
  app.view(VIEW.reject, onSubmitReject(slack));
  app.view(VIEW.edit, onSubmitEdit(slack));
  app.view(VIEW.details, onSubmitDetails(slack));
  app.view(VIEW.choose, onSubmitChoice(slack));
  app.view(VIEW.answer, onSubmitAnswer(slack));
  app.view(VIEW.each, onSubmitEach(slack));
  app.view(VIEW.allow, onSubmitAllow(slack));
  app.view(VIEW.approveAll, onSubmitAll(slack));
  app.view(VIEW.start, onSubmitStart(slack));
  app.view(VIEW.handOver, onSubmitHandOver(slack));
  const knownViews: readonly string[] = Object.values(VIEW);
  app.view(/.*/, async ({ ack, view }) => {
    if (knownViews.includes(view.callback_id)) return;
    await ack({ response_action: "update", view: noticeModal("Not counted", TROUBLE.oldCard) });
  });
}

function hearHome(app: App, slack: SlackContext): void {
  app.event("app_home_opened", onHomeOpened(slack));
  app.action(HOME_ACTION.refresh, onRefreshHome(slack));
  app.action(HOME_ACTION.filter, onFilterHome(slack));
  app.action(HOME_ACTION.back, onTurnHome(slack));
  app.action(HOME_ACTION.more, onTurnHome(slack));
  app.action(HOME_ACTION.review, onHomeReview(slack));
  app.action(HOME_ACTION.nudge, onHomeNudge(slack));
  app.action(HOME_ACTION.retry, onHomeRetry(slack));
  app.action(HOME_ACTION.cancel, onHomeCancel(slack));
  app.action(HOME_ACTION.askAgain, onHomeAskAgain(slack));
}

function hearEvents(app: App, slack: SlackContext, botUserId: string): void {
  app.event("app_mention", onMention(slack, botUserId));
  app.event("subteam_members_changed", ({ event }) => {
    slack.deps.forgetGroup(event.subteam_id);
    return Promise.resolve();
  });
}
