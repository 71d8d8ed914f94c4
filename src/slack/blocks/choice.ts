// The answers of a request to choose: what each sends and leads to, and the buttons, the menu or the form to choose with.
import type { ActionsBlock, Button, ConfirmationDialog, KnownBlock, StaticSelect } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import type { Decision } from "../../approvals/decision.ts";
import { maskedText } from "../../approvals/redaction.ts";
import type { ChooseRequest } from "../../approvals/request.ts";
import { ACTION, chooseAction, encodeChoiceRef, encodeRequestRef } from "../action-id.ts";
import { bytesOf, clip, LIMITS, type Room } from "../limits.ts";
import { oneLine } from "../text.ts";
import { actionsOf } from "./actions.ts";
import { button, context, inLine, plain, section } from "./parts.ts";

/** With more, a row of buttons is no longer read at a glance. */
const MOST_BUTTONS = 5;

type Option = ChooseRequest["options"][number];

/** A line for each option: what it is called, what the node is sent where that is something else, what comes of it. */
export function optionLines({ options }: ChooseRequest, room: Room): readonly string[] {
  const max = room(LIMITS.optionLine);
  return options.map(({ label, value, effect }) => {
    const sent = (typeof value === "string" ? value : JSON.stringify(value)).replaceAll(/[“”]/g, '"');
    const sends = value === label ? "" : ` sends “${inLine(sent, max)}”`;
    const what = effect === "" ? "" : `. ${inLine(effect, max)}`;
    return `• *${inLine(label, max)}*${sends}${what}`;
  });
}

/** Whether its buttons say all that there is to say. */
function saysItself({ options }: ChooseRequest): boolean {
  const isPlain = ({ label, value, effect }: Option): boolean =>
    value === label && effect === "" && label.length <= LIMITS.buttonText;
  return options.length <= MOST_BUTTONS && options.every(isPlain);
}

/** With more, the buttons are off the screen; the menu and the full request have all of them. */
const MOST_LINES = 12;

/** As many lines as there is room for, and how many more options there are. */
function optionsText(request: ChooseRequest, room: Room): string {
  const max = room(LIMITS.sectionText);
  const lines = optionLines(request, room);
  for (let count = Math.min(lines.length, MOST_LINES); count > 0; count--) {
    const left = lines.length - count;
    const more = left === 0 ? [] : [`… and ${left} more, each of which sends its own words`];
    const text = [...lines.slice(0, count), ...more].join("\n");
    if (text.length <= max) return text;
  }
  return clip(`${lines.length} options, each of which sends its own words`, max);
}

/** `isWhole`: all of the question stands on the card. */
export function choiceBlocks(
  approval: Approval,
  request: ChooseRequest,
  { room, isWhole }: { readonly room: Room; readonly isWhole: boolean },
): readonly KnownBlock[] {
  const clipped = `Not everything fits here. *${READ_ALL}* opens all of it and decides there.`;
  return [
    ...(isWhole && saysItself(request) ? [] : [section(optionsText(request, room))]),
    ...(isWhole ? [] : [context(clipped)]),
    choiceActions(approval, request, isWhole),
  ];
}

function choiceActions(approval: Approval, request: ChooseRequest, isWhole: boolean): ActionsBlock {
  const value = encodeRequestRef(approval);
  const inWords = button({ text: "Answer…", action: ACTION.answer, value });
  return actionsOf(approval, [
    ...(isWhole ? waysToChoose(approval, request) : [formButton(approval, READ_ALL)]),
    ...(request.inWords === true ? [inWords] : []),
  ]);
}

/** Nobody chooses at a click by what does not stand on the card. */
const READ_ALL = "Read all and choose…";

function formButton(approval: Approval, text: string): Button {
  const value = encodeRequestRef(approval);
  return button({ text, action: ACTION.chooseForm, value, style: "primary" });
}

function waysToChoose(approval: Approval, request: ChooseRequest): ActionsBlock["elements"] {
  if (request.options.length <= MOST_BUTTONS) return buttonsOf(approval, request);
  const menu = optionMenu(request);
  return bytesOf(menu) <= LIMITS.menuBytes ? [menu] : [formButton(approval, "Choose…")];
}

function buttonsOf(approval: Approval, request: ChooseRequest): Button[] {
  return request.options.map((option, index) => {
    const { id, label, style } = option;
    const isDangerous = style === "danger" || request.risk === "destructive";
    return button({
      ...{ text: oneLine(label), action: chooseAction(index), value: encodeChoiceRef(approval, id) },
      ...(style && { style }),
      ...(isDangerous && { confirm: confirmOf(request, option) }),
    });
  });
}

function confirmOf({ title }: ChooseRequest, { label, effect }: Option): ConfirmationDialog {
  return {
    title: plain(oneLine(label), LIMITS.confirmTitle),
    text: plain(oneLine(effect === "" ? title : effect), LIMITS.confirmText),
    confirm: plain(oneLine(label), 30),
    deny: plain("Go back", 30),
    style: "danger",
  };
}

/** A slip of the finger in a menu is easy, so it asks to confirm. */
function optionMenu(request: ChooseRequest): StaticSelect {
  return {
    type: "static_select",
    action_id: ACTION.choose,
    placeholder: plain("Choose…", LIMITS.optionText),
    options: menuOptions(request),
    confirm: {
      title: plain("Is this your answer?", LIMITS.confirmTitle),
      text: plain("It decides the request at once.", LIMITS.confirmText),
      confirm: plain("Yes", 30),
      deny: plain("Go back", 30),
    },
  };
}

export function menuOptions({ options }: ChooseRequest): NonNullable<StaticSelect["options"]> {
  return options.map(({ id, label }) => ({
    text: plain(clip(oneLine(label), LIMITS.optionText), LIMITS.optionText),
    value: id,
  }));
}

/** What was chosen, as it stands on its button. */
export function chosenLabel(
  { options }: ChooseRequest,
  { option }: Pick<Extract<Decision, { kind: "chosen" }>, "option">,
): string {
  const label = options.find(({ id }) => id === option)?.label ?? option;
  return inLine(maskedText(label), LIMITS.optionLine);
}
