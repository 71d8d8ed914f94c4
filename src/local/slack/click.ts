// A click in a message, a modal or the App Home: only on what the person can see and what is there.
import { answerOf, refusal, type Acting } from "./acting.ts";
import type { Home, InputValues, Modal, StoredInput, StoredMessage } from "./documents.ts";
import { inputValue, mergeValues, overlay } from "./input-values.ts";
import { choicesOf, interactiveElements, type Element } from "./interactive.ts";
import { stackOf } from "./modal-stack.ts";
import { messageClickPayload, viewClickPayload } from "./payloads.ts";
import type { Acted, Block, Channel, Click } from "./protocol.ts";
import { issueHook } from "./response-url.ts";
import { issueTrigger } from "./triggers.ts";
import { tsFromMicros } from "./timestamps.ts";
import { messageKey, type Workspace } from "./workspace.ts";

type ActionVerdict =
  | { readonly ok: true; readonly action: Readonly<Record<string, unknown>>; readonly value?: StoredInput }
  | { readonly ok: false; readonly error: string };

export async function click(acting: Acting, act: Click): Promise<Acted> {
  const { container } = act;
  if (container.kind === "message") return clickMessage(acting, act, container);
  const view = findView(acting, container.view_id);
  if (typeof view === "string") return refusal(view);
  return clickView(acting, act, view);
}

async function clickMessage(
  { workspace, person, dispatcher, origin }: Acting,
  act: Click,
  address: { readonly channel: string; readonly ts: string },
): Promise<Acted> {
  const channel = workspace.channel(address.channel);
  const message = workspace.messages.get(messageKey(address));
  if (channel === undefined || message === undefined || !maySee(person.id, channel, message))
    return refusal(`${person.name} sees no message ${address.ts} in ${address.channel}.`);
  const verdict = actionIn(workspace, message.blocks, act);
  if (!verdict.ok) return refusal(verdict.error);
  const payload = messageClickPayload(workspace, {
    ...{ person, channel, message, action: verdict.action },
    values: mergeValues(message.blocks, given(act, verdict.value)),
    responseUrl: issueHook(workspace, origin, { user: person.id, channel: channel.id, message }),
    triggerId: issueTrigger(workspace, person.id),
  });
  const delivery = await dispatcher.sendForm("block_actions", { payload: JSON.stringify(payload) });
  return { ok: true, answer: answerOf(delivery) };
}

function maySee(user: string, channel: Channel, message: StoredMessage): boolean {
  return channel.members.includes(user) && (message.visibleTo ?? user) === user;
}

async function clickView(acting: Acting, act: Click, view: Modal | Home): Promise<Acted> {
  const { workspace, person, dispatcher } = acting;
  const verdict = actionIn(workspace, view.blocks, act);
  if (!verdict.ok) return refusal(verdict.error);
  const shown = view.kind === "home" ? view : withValues(workspace, view, given(act, verdict.value));
  const triggerId = issueTrigger(workspace, person.id);
  const payload = viewClickPayload(workspace, { person, view: shown, action: verdict.action, triggerId });
  const delivery = await dispatcher.sendForm("block_actions", { payload: JSON.stringify(payload) });
  return { ok: true, answer: answerOf(delivery) };
}

/** The person's own, or the sentence why not. */
function findView({ workspace, person }: Acting, id: string): Modal | Home | string {
  const home = workspace.homes.get(person.id);
  if (home?.id === id) return home;
  const top = stackOf(workspace, person.id).at(-1);
  return top?.id === id ? top : `${person.name} has no open view ${id} on top.`;
}

function withValues(workspace: Workspace, modal: Modal, typed: InputValues): Modal {
  const next = { ...modal, values: mergeValues(modal.blocks, overlay(modal.values, typed)) };
  workspace.modals.put(next);
  return next;
}

/** What the person has typed so far, with what this click changes. */
function given(act: Click, value: StoredInput | undefined): InputValues {
  const typed = act.values ?? {};
  return value === undefined ? typed : overlay(typed, { [act.block_id]: { [act.action_id]: value } });
}

function actionIn(workspace: Workspace, blocks: readonly Block[], act: Click): ActionVerdict {
  const { block_id, action_id } = act;
  const found = interactiveElements(blocks).find(
    ({ blockId, element }) => blockId === block_id && element.action_id === action_id,
  );
  const common = { action_id, block_id, action_ts: tsFromMicros(Math.floor(workspace.now() * 1_000)) };
  if (found !== undefined && act.value === undefined) return chosenFrom(found.element, act, common);
  if (act.stale !== true)
    return { ok: false, error: `There is no button ${action_id} in the block ${block_id}.` };
  const value = act.value === undefined ? {} : { value: act.value };
  return { ok: true, action: { type: "button", ...common, ...value } };
}

function chosenFrom(element: Element, act: Click, common: Readonly<Record<string, string>>): ActionVerdict {
  const { type, text, value } = element;
  if (type === "button")
    return { ok: true, action: { type, ...common, text, ...(value !== undefined && { value }) } };
  const wanted = act.options ?? [act.option ?? ""];
  const chosen = choicesOf(element).filter((choice) => wanted.includes(choice.value));
  const isPicker = ["datepicker", "timepicker", "datetimepicker", "users_select"].includes(type);
  const isOffered = isPicker || chosen.length === wanted.length;
  if (!isOffered) return { ok: false, error: `${act.action_id} has no option "${wanted.join(", ")}".` };
  // A menu of an overflow has no state of its own; everything else says its new one.
  const state = inputValue(type, chosen, wanted[0] ?? null);
  const said = state ?? { type, selected_option: chosen[0] };
  return { ok: true, action: { ...said, ...common }, ...(state && { value: state }) };
}
