// The App Home: opened, steered, and clicked in. What comes of a click is said in the home itself, which is published anew.
import type {
  BlockAction,
  Middleware,
  RespondFn,
  SlackActionMiddlewareArgs,
  SlackEventMiddlewareArgs,
} from "@slack/bolt";
import * as z from "zod";
import { askAgain } from "../../runs/ask-again.ts";
import { cancelRun } from "../../runs/cancel.ts";
import { FIRST_STATE, filteredBy, type HomeState, turnedTo } from "../../runs/home-state.ts";
import { type Asked, showHome } from "../../runs/homes.ts";
import { nudgeRun } from "../../runs/nudge.ts";
import { retryRun } from "../../runs/retry.ts";
import { runName, type ThreadKey } from "../../runs/run.ts";
import { viewerOf } from "../../runs/viewer.ts";
import { decodeRequestRef, decodeRunRef } from "../action-id.ts";
import { nudgedSentence } from "../home/said.ts";
import { decodeFilter, decodeHomeState, decodeTurn } from "../home/state.ts";
import { cancelledSentence, retriedSentence } from "../run-words.ts";
import { TROUBLE } from "../words.ts";
import { askedSentence } from "./ask-again.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";

const Opened = z.object({ user: z.string().max(64), tab: z.literal("home") });

export function onHomeOpened(slack: SlackContext): Middleware<SlackEventMiddlewareArgs<"app_home_opened">> {
  return async ({ event }) => {
    const opened = Opened.safeParse(event).data;
    if (opened !== undefined) await showHome(slack.deps, { team: slack.team, user: opened.user });
  };
}

type HomeListener = Middleware<SlackActionMiddlewareArgs<BlockAction>>;

interface HomeClick {
  /** Of the button, or of the option that was chosen. */
  readonly value: string | undefined;
  readonly by: string;
  /** Undefined when the home is not of this version of ours. */
  readonly state: HomeState | undefined;
}

/** What was done may take this much of Slack's three seconds before there is no time left to read a home; see lambda/time-outs.ts. */
const TIME_TO_READ_MS = 600;

const Chosen = z.object({ selected_option: z.object({ value: z.string() }) });
const Pressed = z.object({ value: z.string() });

/** Does it and shows the home anew; what goes wrong is said there, too. */
function onHomeClick(slack: SlackContext, act: (click: HomeClick) => Promise<Asked> | Asked): HomeListener {
  const { deps, team } = slack;
  return async ({ ack, action, body }) => {
    await ack();
    const user = body.user.id;
    const value =
      Chosen.safeParse(action).data?.selected_option.value ?? Pressed.safeParse(action).data?.value;
    const state = decodeHomeState(body.view?.private_metadata);
    const kept = state && { state };
    const begun = Date.parse(deps.clock.now());
    const [asked] = await Promise.all([
      answered(slack, () => act({ value, by: user, state })),
      // Asked for meanwhile, so that it is known when the home is read; what is wrong with it is found out then.
      viewerOf(deps, user).catch(() => undefined),
    ]);
    const isLate = Date.parse(deps.clock.now()) - begun > TIME_TO_READ_MS;
    await showHome(deps, { team, user }, { ...kept, ...asked, ...(isLate && { isLate }) });
  };
}

async function answered(slack: SlackContext, act: () => Promise<Asked> | Asked): Promise<Asked> {
  try {
    return await act();
  } catch (error) {
    return { said: troubleSentence(slack, error) };
  }
}

export function onRefreshHome(slack: SlackContext): HomeListener {
  return onHomeClick(slack, () => ({}));
}

export function onFilterHome(slack: SlackContext): HomeListener {
  return onHomeClick(slack, ({ value }) => {
    const filter = decodeFilter(value);
    return filter === undefined ? { said: TROUBLE.oldCard } : { state: filteredBy(filter) };
  });
}

export function onTurnHome(slack: SlackContext): HomeListener {
  return onHomeClick(slack, ({ value, state = FIRST_STATE }) => {
    const turn = decodeTurn(value);
    return turn === undefined
      ? { said: TROUBLE.oldCard }
      : { state: turnedTo(state, turn.section, turn.page) };
  });
}

export function onHomeCancel(slack: SlackContext): HomeListener {
  return onRunClick(slack, async (key, by) => {
    const sentence = cancelledSentence(await cancelRun(slack.deps, key, { by }));
    return sentence ?? `Cancelled ${runName(key.thread)}. What was done stays done.`;
  });
}

export function onHomeRetry(slack: SlackContext): HomeListener {
  return onRunClick(slack, async (key, by) => {
    const sentence = retriedSentence(await retryRun(slack.deps, key, by));
    return sentence ?? `${runName(key.thread)} runs again, from the step that failed.`;
  });
}

export function onHomeNudge(slack: SlackContext): HomeListener {
  return onRunClick(slack, async (key, by) =>
    nudgedSentence(await nudgeRun(slack.deps, key, by), key.thread),
  );
}

export function onHomeAskAgain(slack: SlackContext): HomeListener {
  return onHomeClick(slack, async ({ value, by }) => {
    const ref = decodeRequestRef(value);
    if (ref === undefined) return { said: TROUBLE.oldCard };
    const sentence = askedSentence(await askAgain(slack.deps, { ...ref, team: slack.team }, by));
    return { said: sentence ?? `The question of ${runName(ref.thread)} is open again.` };
  });
}

function onRunClick(slack: SlackContext, act: (key: ThreadKey, by: string) => Promise<string>): HomeListener {
  return onHomeClick(slack, async ({ value, by }) => {
    const thread = decodeRunRef(value);
    return { said: thread === undefined ? TROUBLE.oldCard : await act({ team: slack.team, thread }, by) };
  });
}

/** After a form that was opened in a home. It has closed by itself: when there is no time left, the home follows in a few seconds. */
export async function showHomeInTime(
  { deps, team }: SlackContext,
  user: string,
  begun: number,
): Promise<void> {
  if (Date.parse(deps.clock.now()) - begun > TIME_TO_READ_MS) return;
  await showHome(deps, { team, user });
}

const InHome = z.object({ view: z.object({ type: z.literal("home") }) });

interface Where {
  readonly body: { readonly user: { readonly id: string } };
  readonly respond: RespondFn;
}

/** Where the click was made: in private, or in the home, where nobody can be answered in private. */
export function tellThere(slack: SlackContext, { body, respond }: Where, text: string): Promise<void> {
  if (!InHome.safeParse(body).success) return tell(slack, respond, text);
  return showHome(slack.deps, { team: slack.team, user: body.user.id }, { said: text });
}
