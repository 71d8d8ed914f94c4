// Names on buttons and modals, both ways: which request somebody clicked, and what they clicked. All of it comes back untrusted.
import * as z from "zod";
import type { Approval } from "../approvals/approval.ts";
import { parsedJson } from "../approvals/json.ts";
import { LIMITS } from "./limits.ts";

export const ACTION = {
  approve: "approve",
  approveAll: "approve_all",
  reject: "reject",
  edit: "edit",
  review: "review",
  retry: "retry",
  askAgain: "ask_again",
  cancel: "cancel",
  choose: "choose",
  chooseForm: "choose_form",
  details: "details",
  answer: "answer",
  ignore: "ignore",
  each: "decide_each",
  more: "more",
  stopAllowing: "stop_allowing",
  /** Its value is a workflow's name, or what `encodeStart` makes of more. */
  startForm: "start_form",
} as const;

/** In the App Home, where what comes of a click is said in the home itself. */
export const HOME_ACTION = {
  filter: "home:filter",
  refresh: "home:refresh",
  back: "home:back",
  more: "home:more",
  review: "home:review",
  nudge: "home:nudge",
  retry: "home:retry",
  cancel: "home:cancel",
  askAgain: "home:ask_again",
} as const;

/** Turning pages; each button of a row wants a name of its own. */
export const PAGE_ACTION = { previous: "page:previous", next: "page:next" } as const;

export const VIEW = {
  reject: "reject_request",
  edit: "edit_request",
  /** As it was called when it only showed what did not fit a card: forms that are open stay open. */
  details: "review_request",
  choose: "choose_request",
  answer: "answer_request",
  each: "decide_each_request",
  allow: "allow_for_run",
  approveAll: "approve_all_requests",
  handOver: "hand_over_request",
  start: "start_run",
} as const;

/** What a card offers besides its buttons. */
export const MORE = ["allow-for-run", "hand-over", "snooze-30-min", "snooze-4-h"] as const;

/** Of one of several buttons in a row, which Slack wants to have names of their own. */
export function chooseAction(index: number): string {
  return `${ACTION.choose}:${index}`;
}

/** A button or a menu that chooses. */
export const CHOOSE_ACTION = /^choose(?::\d+)?$/;

/** Short names: a button's value may have 2,000 characters, and a modal's metadata 3,000. */
const StoredRef = z.object({ v: z.literal(1), t: z.string(), s: z.int(), i: z.string(), d: z.string() });

/** Which request a button belongs to, at which digest. */
export interface RequestRef {
  readonly thread: string;
  readonly slot: number;
  readonly interrupt: string;
  readonly digest: string;
}

export function encodeRequestRef({ thread, slot, interrupt, digest }: Approval | RequestRef): string {
  return JSON.stringify({ v: 1, t: thread, s: slot, i: interrupt, d: digest } satisfies z.input<
    typeof StoredRef
  >);
}

/** Undefined when the button is not of this version of ours. */
export function decodeRequestRef(value: string | undefined): RequestRef | undefined {
  const parsed = StoredRef.safeParse(parsedJson(value));
  if (!parsed.success) return undefined;
  const { t, s, i, d } = parsed.data;
  return { thread: t, slot: s, interrupt: i, digest: d };
}

/** What was chosen, too. */
const StoredChoice = StoredRef.extend({ o: z.string() });

export interface ChoiceRef extends RequestRef {
  /** An option's id. */
  readonly option: string;
}

export function encodeChoiceRef(
  { thread, slot, interrupt, digest }: Approval | RequestRef,
  option: string,
): string {
  const stored: z.input<typeof StoredChoice> = {
    v: 1,
    t: thread,
    s: slot,
    i: interrupt,
    d: digest,
    o: option,
  };
  return JSON.stringify(stored);
}

const MenuAction = z.object({ block_id: z.string(), selected_option: z.object({ value: z.string() }) });
const ButtonAction = z.object({ value: z.string() });

/** From a button, which says all of it, or from a menu, whose block says which request it is. Undefined when it is not of this version of ours. */
export function decodeChoice(action: unknown): ChoiceRef | undefined {
  const menu = MenuAction.safeParse(action).data;
  if (menu !== undefined) {
    const ref = decodeRequestRef(menu.block_id);
    return ref && { ...ref, option: menu.selected_option.value };
  }
  const value = ButtonAction.safeParse(action).data?.value;
  const ref = decodeRequestRef(value);
  const option = StoredChoice.safeParse(parsedJson(value)).data?.o;
  return ref === undefined || option === undefined ? undefined : { ...ref, option };
}

const MoreAction = z.object({
  block_id: z.string(),
  selected_option: z.object({ value: z.enum(MORE) }),
});

export interface MoreRef extends RequestRef {
  readonly what: (typeof MORE)[number];
}

/** An option's value is too short for all that says which request this is; the block's id is not. Undefined when it is not of this version of ours. */
export function decodeMore(action: unknown): MoreRef | undefined {
  const menu = MoreAction.safeParse(action).data;
  const ref = decodeRequestRef(menu?.block_id);
  return menu && ref && { ...ref, what: menu.selected_option.value };
}

/** What somebody typed before turning the page, too. */
const StoredPage = StoredRef.extend({ p: z.int().nonnegative(), c: z.string().exactOptional() });

export interface PageRef extends RequestRef {
  readonly page: number;
  readonly comment: string;
}

export function encodePageRef(
  { thread, slot, interrupt, digest }: Approval | RequestRef,
  { page, comment }: Pick<PageRef, "page" | "comment">,
): string {
  const stored: z.input<typeof StoredPage> = { v: 1, t: thread, s: slot, i: interrupt, d: digest, p: page };
  const withComment = JSON.stringify({ ...stored, c: comment });
  // Escaped, a comment may be longer than a modal's metadata; then it is typed again.
  const fits = withComment.length <= LIMITS.privateMetadata;
  return comment !== "" && fits ? withComment : JSON.stringify(stored);
}

export function decodePageRef(value: string | undefined): PageRef | undefined {
  const parsed = StoredPage.safeParse(parsedJson(value)).data;
  const ref = decodeRequestRef(value);
  return parsed && ref && { ...ref, page: parsed.p, comment: parsed.c ?? "" };
}

const StoredRunRef = z.object({ v: z.literal(1), t: z.string() });

export function encodeRunRef(thread: string): string {
  return JSON.stringify({ v: 1, t: thread } satisfies z.input<typeof StoredRunRef>);
}

export function decodeRunRef(value: string | undefined): string | undefined {
  return StoredRunRef.safeParse(parsedJson(value)).data?.t;
}
