// Real requests of every kind: people of the local Slack type, click on every button of every card, and submit every form.
import type { Approval } from "../../src/approvals/approval.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import { choicesOf, type Interactive, interactiveElements } from "../../src/local/slack/interactive.ts";
import type { Message, View } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { DEPLOY_COMMAND, DEPLOYS } from "../support/system.ts";

/** A request as it was signed and sent. */
export interface Sent {
  readonly contentType: string;
  readonly body: Buffer;
}

/** A request, and what it is. */
export interface Captured extends Sent {
  readonly name: string;
}

export interface Capturing {
  readonly people: Readonly<Record<"rita" | "ana" | "bo", LocalPerson>>;
  /** One for each kind. */
  readonly cards: readonly Message[];
  /** What was sent since the last time. */
  sent(): readonly Sent[];
  /** As nothing had been clicked. */
  restore(): Promise<void>;
}

const COMMANDS = [
  ...[DEPLOY_COMMAND, "/countersign", "/countersign help", "/countersign list", "/countersign status"],
  ...["/countersign pending all", "/countersign show r-0a1b2c", "/countersign history r-0a1b2c"],
  ...["/countersign audit r-0a1b2c export", "/countersign cancel r-0a1b2c Too late"],
  ...["/countersign retry r-0a1b2c", "/countersign replay r-0a1b2c plan"],
  "/countersign run deploy service=checkout",
];

/** Of an operator. */
const KEY_COMMANDS = [
  ...["/countersign key", "/countersign key create name=ci owner=@rita scopes=start,read"],
  ...["/countersign key rotate ci now", "/countersign key revoke ci"],
];

export async function captureAll(capturing: Capturing): Promise<readonly Captured[]> {
  const { people, cards, sent, restore } = capturing;
  const { rita, ana } = people;
  for (const text of COMMANDS) await rita.say(DEPLOYS, text);
  for (const text of KEY_COMMANDS) await ana.say(DEPLOYS, text);
  await rita.say(DEPLOYS, "/countersign key create name=rita owner=@rita scopes=decide");
  await ana.home();
  await restore();
  for (const card of cards)
    for (const { element } of interactiveElements(card.blocks)) await clickThrough(capturing, card, element);
  const named = sent().map((one) => ({ ...one, name: nameOf(one) }));
  return [...firstOfEach(named), ...eventsOf()];
}

async function clickThrough(
  capturing: Capturing,
  where: Message | View,
  { action_id, ...element }: Interactive["element"],
): Promise<void> {
  const { ana } = capturing.people;
  const [option, ...others] = choicesOf({ action_id, ...element });
  if (element.type === "overflow")
    for (const { value } of others) await ana.click(where, exactly(action_id), { option: value });
  await ana.click(where, exactly(action_id), option === undefined ? {} : { option: option.value });
  const opened = await ana.view();
  // A form that opens has buttons of its own, such as for its next page.
  const [button] = "hash" in where ? [] : buttonsIn(opened);
  if (opened !== undefined && button !== undefined) await clickThrough(capturing, opened, button);
  const view = await ana.view();
  if (view?.submit !== undefined) await ana.submit(view, filledIn(view));
  const left = await ana.view();
  if (left !== undefined) await ana.close(left, true);
  await capturing.restore();
}

const buttonsIn = (view: View | undefined): readonly Interactive["element"][] =>
  interactiveElements(view?.blocks ?? [])
    .filter(({ isInput }) => !isInput)
    .map(({ element }) => element);

const exactly = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);

/** Something for every input that has nothing. */
function filledIn(view: View): Readonly<Record<string, string | readonly string[]>> {
  const filled = interactiveElements(view.blocks)
    .filter(({ isInput }) => isInput)
    .flatMap(({ blockId, element }): readonly (readonly [string, string | readonly string[]])[] => {
      const options = choicesOf(element).map(({ value }) => value);
      if (element.type === "checkboxes") return [[blockId, options]];
      const [first] = options;
      if (first !== undefined) return [[blockId, first]];
      if (element.type === "users_select") return [[blockId, SEED.users.bo]];
      return element.initial_value === undefined ? [[blockId, "Because."]] : [];
    });
  return Object.fromEntries(filled);
}

interface Named {
  readonly type?: string;
  readonly event?: { readonly type?: string };
  readonly actions?: readonly { readonly action_id?: string }[];
  readonly view?: { readonly callback_id?: string };
}

export function payloadOf({ contentType, body }: Sent): Named & Readonly<Record<string, unknown>> {
  const text = body.toString();
  if (contentType.startsWith("application/json")) return JSON.parse(text) as Named & Record<string, unknown>;
  const form = Object.fromEntries(new URLSearchParams(text));
  return form["payload"] === undefined
    ? form
    : (JSON.parse(form["payload"]) as Named & Record<string, unknown>);
}

function nameOf(sent: Sent): string {
  const { type, event, actions, view, text } = payloadOf(sent);
  if (type === undefined) return `command: ${String(text).split(" ", 2).join(" ")}`;
  return [type, event?.type ?? actions?.[0]?.action_id ?? view?.callback_id].filter(Boolean).join(": ");
}

/** Up to two of each, so that there are cards of both kinds where one button is on several. */
function firstOfEach(all: readonly Captured[]): readonly Captured[] {
  const seen = new Map<string, number>();
  return all.filter(({ name }) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count < 2;
  });
}

/** Which the local Slack sends nobody of its own accord. */
function eventsOf(): readonly Captured[] {
  const event = (inner: object, outer: object = {}): Captured => {
    const body = { token: "t", team_id: SEED.teamId, api_app_id: "A0LOCAL", event_id: "Ev1", event_time: 1 };
    const whole = { ...body, type: "event_callback", event: inner, ...outer };
    const sent = { contentType: "application/json", body: Buffer.from(JSON.stringify(whole)) };
    return { ...sent, name: nameOf(sent) };
  };
  const { users, channels, groups } = SEED;
  return [
    event({
      type: "app_mention",
      user: users.rita,
      text: "<@U0BOT> run deploy",
      ts: "1.0",
      channel: channels.deploys,
    }),
    ...["answer: yes", "use staging-1", "cancel Too late", "status"].map((words, number) =>
      event({
        ...{ type: "app_mention", user: users.ana, text: `<@U0BOT> ${words}`, channel: channels.deploys },
        ...{ ts: `9999999999.00000${number}`, thread_ts: "1.0" },
      }),
    ),
    event({ type: "app_home_opened", user: users.ana, channel: "D1", tab: "home" }),
    event({
      type: "subteam_members_changed",
      subteam_id: groups.oncall,
      team_id: SEED.teamId,
      added_users: [],
    }),
    event({ type: "message", user: users.bo, text: "hello", channel_type: "im", channel: "D1", ts: "2.0" }),
    event({}, { type: "url_verification", challenge: "c".repeat(40) }),
  ];
}

/** Who, where and what else there is to be named. */
export function othersIn(captured: readonly Captured[], approvals: readonly Approval[]): readonly string[] {
  const { users, groups, channels } = SEED;
  const ids = approvals.flatMap(({ thread, interrupt, digest }) => [thread, interrupt, digest]);
  const values = captured.flatMap((one) => {
    const { actions = [], view } = payloadOf(one) as {
      readonly actions?: readonly { readonly value?: string }[];
      readonly view?: { readonly private_metadata?: string };
    };
    return [...actions.map(({ value }) => value), view?.private_metadata].filter(
      (text) => text !== undefined,
    );
  });
  return [
    ...[...Object.values(users), ...Object.values(groups), ...Object.values(channels)],
    ...[SEED.teamId, "T0OTHER", "U0NOBODY", "c".repeat(32), "0".repeat(64), ...ids, ...values],
  ];
}
