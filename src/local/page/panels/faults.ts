// The faults in words, and what each of them can be narrowed to.
import type { Fault } from "../../slack/protocol.ts";

interface FaultWords {
  readonly label: string;
  readonly about: string;
  readonly narrows: "method" | "type" | "nothing";
  /** What the word means that the fault needs, and the words there are. */
  readonly word?: { readonly label: string; readonly words: readonly [string, ...string[]] };
  /** What the number means that the fault needs besides how often. */
  readonly number?: { readonly label: string; readonly initial: number };
  readonly make: (given: Given) => Fault;
  readonly inWords: (fault: Fault) => string;
}

export interface Given {
  readonly times: number;
  readonly number: number;
  readonly word: string;
  /** Empty for every call or delivery. */
  readonly only: string;
}

export const METHODS = [
  "chat.postMessage",
  "chat.update",
  "chat.postEphemeral",
  "views.open",
  "users.info",
  "usergroups.users.list",
  "response_url",
] as const;
export const TYPES = ["slash_command", "block_actions", "view_submission", "app_home_opened"] as const;

const ERRORS = [
  "edit_window_closed",
  "cant_update_message",
  "message_not_found",
  "not_in_channel",
  "is_archived",
  "token_revoked",
  "invalid_auth",
  "account_inactive",
  "internal_error",
] as const;

const method = (only: string): { method?: string } => (only === "" ? {} : { method: only });
const type = (only: string): { type?: string } => (only === "" ? {} : { type: only });
const callOf = (fault: Fault): string => ("method" in fault ? fault.method : "the call");
const deliveryOf = (fault: Fault): string => ("type" in fault ? fault.type : "the delivery");
const seconds = (fault: Fault): string => ("ms" in fault ? `${fault.ms / 1_000} s` : "");

export const FAULTS: Readonly<Record<Fault["kind"], FaultWords>> = {
  "lose-reply": {
    label: "Lose the reply",
    about: "The call is carried out; its answer never reaches the app.",
    narrows: "method",
    make: ({ times, only }) => ({ kind: "lose-reply", times, ...method(only) }),
    inWords: (fault) => `The reply to ${callOf(fault)} is lost`,
  },
  "rate-limit": {
    label: "Answer 429",
    about: "The call is refused with Retry-After and is not carried out.",
    narrows: "method",
    number: { label: "Retry after, in seconds", initial: 1 },
    make: ({ times, number, only }) => ({
      kind: "rate-limit",
      times,
      retryAfterSeconds: number,
      ...method(only),
    }),
    inWords: (fault) => `429 to ${callOf(fault)}`,
  },
  refuse: {
    label: "Refuse",
    about: "The call is refused with one of Slack's errors and is not carried out.",
    narrows: "method",
    word: { label: "Slack's error", words: ERRORS },
    make: ({ times, word, only }) => ({ kind: "refuse", times, error: word, ...method(only) }),
    inWords: (fault) => `${"error" in fault ? fault.error : "An error"} to ${callOf(fault)}`,
  },
  "delay-reply": {
    label: "Delay the reply",
    about: "The call is carried out at once; its answer comes late.",
    narrows: "method",
    number: { label: "By how many seconds", initial: 4 },
    make: ({ times, number, only }) => ({ kind: "delay-reply", times, ms: number * 1_000, ...method(only) }),
    inWords: (fault) => `The reply to ${callOf(fault)} comes ${seconds(fault)} late`,
  },
  "deliver-twice": {
    label: "Deliver twice",
    about: "The app gets the same signed request two times.",
    narrows: "type",
    make: ({ times, only }) => ({ kind: "deliver-twice", times, ...type(only) }),
    inWords: (fault) => `${deliveryOf(fault)} arrives twice`,
  },
  "delay-delivery": {
    label: "Deliver late",
    about: "The request leaves Slack late; the three seconds are counted from then.",
    narrows: "type",
    number: { label: "By how many seconds", initial: 4 },
    make: ({ times, number, only }) => ({ kind: "delay-delivery", times, ms: number * 1_000, ...type(only) }),
    inWords: (fault) => `${deliveryOf(fault)} leaves Slack ${seconds(fault)} late`,
  },
  "deliver-after-next": {
    label: "Deliver out of order",
    about: "The request waits until the one after it has arrived.",
    narrows: "type",
    make: ({ times, only }) => ({ kind: "deliver-after-next", times, ...type(only) }),
    inWords: (fault) => `${deliveryOf(fault)} is overtaken by the next one`,
  },
  "expire-trigger": {
    label: "Expire the trigger",
    about: "The right to open a modal has run out when the app gets it.",
    narrows: "nothing",
    make: ({ times }) => ({ kind: "expire-trigger", times }),
    inWords: () => "The trigger has run out already",
  },
  "wrong-team": {
    label: "Wrong team",
    about: "The request is signed well and comes from another workspace.",
    narrows: "nothing",
    make: ({ times }) => ({ kind: "wrong-team", times }),
    inWords: () => "The delivery comes from another workspace",
  },
};
