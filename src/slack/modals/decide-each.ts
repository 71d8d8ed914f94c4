// The form for several actions: all of them in full, and for each what to do with it. Built and read on one screen.
import type { InputBlock, KnownBlock, View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import { JsonObject } from "../../approvals/json.ts";
import { maskedApproval } from "../../approvals/masked-approval.ts";
import { reasonOf } from "../../approvals/reason.ts";
import { isMasked, maskedText } from "../../approvals/redaction.ts";
import type { ReviewRequest } from "../../approvals/request.ts";
import { Allowed, type Item, type ItemVote } from "../../approvals/review.ts";
import type { FieldErrors } from "../../approvals/schema.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { argLines } from "../blocks/args.ts";
import { answerNames } from "../blocks/answers.ts";
import { context, heading, plain, preformatted, section } from "../blocks/parts.ts";
import { bytesOf, clip, LIMITS } from "../limits.ts";
import { drawnPieces, fullTextOf } from "../pieces.ts";
import { escaped } from "../text.ts";
import { without } from "./edit/json.ts";
import { noticeModal } from "./notice.ts";

const DO = "do:";
const SAY = "say:";
const ARGS = "args:";
const INPUT = "value";

/** Heading, choice, message and arguments to change, and the blocks around all of them. */
const BLOCKS_OF_ITEM = 4;
const BLOCKS_AROUND = 2;
/** Of the arguments of one action. */
const MOST_PIECES = 20;
const LONGEST_DESCRIPTION = 1_000;

export function eachModal(asked: Approval): View {
  const { value: approval } = maskedApproval(asked);
  const { request } = approval;
  if (request.kind !== "review" || asked.request.kind !== "review")
    return noticeModal("Not a review", "This request has one action only.");
  const beside = besideBlocks(request);
  const around = { asked: asked.request.items, taken: beside.length };
  const whole = viewOf(approval, [...beside, ...request.items.flatMap(fullItem(request, around))]);
  if (isTaken(whole)) return whole;
  const short = viewOf(approval, request.items.map(shortItem(request)));
  return isTaken(short) ? short : tooLong(request);
}

/** What was said beside the actions. */
function besideBlocks(request: ReviewRequest): readonly KnownBlock[] {
  return drawnPieces(fullTextOf(request), MOST_PIECES, preformatted).blocks;
}

function isTaken(view: View): boolean {
  return view.blocks.length <= LIMITS.modalBlocks && bytesOf(view) <= LIMITS.viewBytes;
}

function viewOf(approval: Approval, blocks: readonly KnownBlock[]): View {
  return {
    type: "modal",
    callback_id: VIEW.each,
    private_metadata: encodeRequestRef(approval),
    title: plain("Decide each", LIMITS.modalTitle),
    submit: plain("Decide", LIMITS.modalTitle),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [section(`*${heading(approval.request.title)}*`), ...blocks],
  };
}

function tooLong({ items }: ReviewRequest): View {
  return noticeModal(
    "Too many",
    `These ${items.length} actions are more than Slack can show in a form. Ask for fewer of them at once.`,
  );
}

type Drawn<Block> = (item: Item, index: number) => Block;

interface Around {
  /** With nothing masked. */
  readonly asked: readonly Item[];
  /** Blocks of what was said beside the actions. */
  readonly taken: number;
}

/** All that is to be decided upon stands there: what does not is not approved here. */
function fullItem(request: ReviewRequest, { asked, taken }: Around): Drawn<KnownBlock[]> {
  const room = (LIMITS.modalBlocks - BLOCKS_AROUND - taken) / request.items.length - BLOCKS_OF_ITEM;
  const most = Math.min(MOST_PIECES, Math.max(1, Math.floor(room)));
  return (item, index) => {
    const { name, args, description } = item;
    const { blocks, isWhole } = drawnPieces(argLines(args), isTight(room) ? 0 : most, preformatted);
    const said = description === "" ? "" : `\n${clip(escaped(description), LONGEST_DESCRIPTION)}`;
    const editing = editingOf(asked[index] ?? item);
    const allowed = item.allowed.filter((one) =>
      one === "edit" ? isEditable(editing) : one !== "approve" || isWhole,
    );
    return [
      section(`*${index + 1}. ${heading(name)}*${said}`),
      ...blocks,
      ...(isWhole
        ? []
        : [context("The arguments are too long to be shown here whole, so they cannot be approved here.")]),
      choiceFor(request, { allowed: allowed.length === 0 ? ["reject"] : allowed, index, label: "Decision" }),
      ...messageFor(item, index),
      ...(item.allowed.includes("edit") ? argsFor(editing, index) : []),
    ];
  };
}

/** No block is left for the arguments: the short form has room for them. */
function isTight(room: number): boolean {
  return room < 1;
}

/** Many actions: each is one input, with what it would do in its label. */
function shortItem(request: ReviewRequest): Drawn<KnownBlock> {
  return ({ name, args, allowed }, index) => {
    const plainly = allowed.filter((one) => one === "approve" || one === "reject");
    const text = `${index + 1}. ${maskedText(name)}\n${argLines(args)}`;
    const label = clip(text, LIMITS.label);
    const offered = label === text ? plainly : plainly.filter((one) => one !== "approve");
    return choiceFor(request, { allowed: offered.length === 0 ? ["reject"] : offered, index, label });
  };
}

function choiceFor(
  request: ReviewRequest,
  {
    allowed,
    index,
    label,
  }: { readonly allowed: readonly Allowed[]; readonly index: number; readonly label: string },
): InputBlock {
  const names = answerNames(request);
  const texts: Readonly<Record<Allowed, string>> = {
    approve: names.approve,
    reject: names.reject,
    edit: "Approve with the arguments as changed below",
    respond: "Respond with the message below",
  };
  const options = allowed.map((one) => ({ text: plain(texts[one], LIMITS.optionText), value: one }));
  return {
    type: "input",
    block_id: `${DO}${index}`,
    label: plain(label, LIMITS.label),
    element: { type: "radio_buttons", action_id: INPUT, options },
  };
}

function messageFor({ allowed }: Item, index: number): InputBlock[] {
  if (!allowed.includes("respond") && !allowed.includes("reject")) return [];
  const element = { type: "plain_text_input", action_id: INPUT, multiline: true } as const;
  return [
    {
      type: "input",
      block_id: `${SAY}${index}`,
      optional: true,
      label: plain(messageLabel(allowed), LIMITS.label),
      element: { ...element, max_length: LIMITS.inputText },
    },
  ];
}

/** An approval goes without one. */
function messageLabel(allowed: readonly Allowed[]): string {
  if (!allowed.includes("respond")) return "Reason, if you reject it";
  return allowed.includes("reject") ? "Message, or reason if you reject it" : "Message";
}

/** Of the arguments of an action, what somebody can change, and what is masked and stays as it is. */
interface Editing {
  readonly shown: JsonObject;
  readonly masked: readonly string[];
}

function editingOf({ args, schema }: Item): Editing {
  const masked = Object.keys(args).filter((name) => isMasked(name, args, schema));
  return { shown: without(args, masked), masked };
}

function isEditable({ shown, masked }: Editing): boolean {
  const isAllMasked = masked.length > 0 && Object.keys(shown).length === 0;
  return !isAllMasked && jsonText(shown).length <= LIMITS.inputText;
}

function jsonText(args: JsonObject): string {
  return JSON.stringify(args, null, 2);
}

function argsFor(editing: Editing, index: number): KnownBlock[] {
  const { shown, masked } = editing;
  if (!isEditable(editing)) return [context(notEditable(editing))];
  const element = { type: "plain_text_input", action_id: INPUT, multiline: true } as const;
  const stays = `Masked, and stays as it is: ${masked.join(", ")}`;
  return [
    {
      type: "input",
      block_id: `${ARGS}${index}`,
      optional: true,
      label: plain("Arguments as JSON, used when they are to be changed", LIMITS.label),
      ...(masked.length > 0 && { hint: plain(stays, LIMITS.label) }),
      element: { ...element, initial_value: jsonText(shown) },
    },
  ];
}

function notEditable({ shown }: Editing): string {
  return Object.keys(shown).length === 0
    ? "These arguments are masked and stay as they are."
    : "These arguments are too long to edit in Slack.";
}

const Value = z.looseObject({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});
const Values = z.record(z.string(), z.record(z.string(), Value));
type Values = z.infer<typeof Values>;

export type Decided =
  | { readonly kind: "items"; readonly items: readonly ItemVote[] }
  | { readonly kind: "incomplete"; readonly errors: FieldErrors };

/** Errors are keyed by block, as Slack wants them. Whether it is allowed and fits is for `decide` to say. */
export function itemsIn({ items: asked }: ReviewRequest, submitted: unknown): Decided {
  const values = Values.safeParse(submitted).data ?? {};
  const errors: Record<string, string> = {};
  const items: ItemVote[] = [];
  for (const [index, item] of asked.entries()) {
    const read = voteIn(values, index, item);
    if ("error" in read) errors[read.block] = read.error;
    else items.push(read);
  }
  return Object.keys(errors).length > 0 ? { kind: "incomplete", errors } : { kind: "items", items };
}

interface Unread {
  readonly block: string;
  readonly error: string;
}

function voteIn(values: Values, index: number, item: Item): ItemVote | Unread {
  const [doing, saying, changing] = [`${DO}${index}`, `${SAY}${index}`, `${ARGS}${index}`];
  const written = (block: string): string => values[block]?.[INPUT]?.value ?? "";
  const said = written(saying).trim().toWellFormed();
  const chosen = Allowed.safeParse(values[doing]?.[INPUT]?.selected_option?.value);
  if (!chosen.success) return { block: doing, error: "Please choose." };
  switch (chosen.data) {
    case "approve":
      return { kind: "approve" };
    case "reject":
      return { kind: "reject", reason: said };
    case "respond":
      return said === ""
        ? { block: saying, error: "Please write the message." }
        : { kind: "respond", text: said };
    case "edit":
      return editIn(written(changing), changing, item);
  }
}

function editIn(text: string, block: string, item: Item): ItemVote | Unread {
  try {
    const args = JsonObject.safeParse(JSON.parse(text));
    if (!args.success) return { block, error: "Must be a JSON object, with { and } around it." };
    const { masked } = editingOf(item);
    const taken = masked.find((name) => Object.hasOwn(args.data, name));
    if (taken !== undefined) return { block, error: `"${taken}" stays as it is and cannot be set here.` };
    const kept = Object.entries(item.args).filter(([name]) => masked.includes(name));
    return { kind: "edit", args: { ...Object.fromEntries(kept), ...args.data } };
  } catch (error) {
    return { block, error: `This is not JSON: ${reasonOf(error)}` };
  }
}

/** Errors by the number of the action as errors by block. */
export function eachErrors(errors: FieldErrors, items: readonly ItemVote[]): FieldErrors {
  return Object.fromEntries(
    Object.entries(errors).map(([index, error]) => {
      const block = items[Number(index)]?.kind === "edit" && index !== "" ? ARGS : DO;
      return [`${block}${index === "" ? 0 : index}`, error];
    }),
  );
}
