// What the page, or a test acting as a person, and the local Slack say to each other.
// Every request is JSON; every refusal is { ok: false, error: "<a sentence>" } with a 4xx status.

/** Somebody of the workspace. Only `member` may ever decide anything; the others exist so that refusals can be tried. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly kind: "member" | "guest" | "external" | "bot";
  readonly teamId: string;
  /** The account is switched off; it can neither act nor be asked. */
  readonly deactivated?: boolean;
}

export interface Channel {
  readonly id: string;
  /** Without the leading #; for a direct message, the real name of the other one. */
  readonly name: string;
  readonly kind: "channel" | "im";
  readonly members: readonly string[];
  /** Nobody can post there any more. */
  readonly archived?: boolean;
}

/** What one person has not read yet in one channel. Their own messages are read, and so are thread replies. */
export interface Unread {
  readonly channel: string;
  readonly count: number;
  /** How many of them name this person or a group of theirs; in a direct message, all. */
  readonly mentions: number;
  /** The ts of the last message that was read, or "0". */
  readonly lastRead: string;
}

/** A Block Kit block as it was sent and accepted; the page narrows it by `type`. */
export type Block = { readonly type: string; readonly block_id: string } & Readonly<Record<string, unknown>>;

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  /** A thread reply that the channel shows too. */
  readonly broadcast?: boolean;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly edited: boolean;
  /** An ephemeral message: only this person sees it. */
  readonly visibleTo?: string;
  readonly metadata?: {
    readonly event_type: string;
    readonly event_payload: Readonly<Record<string, unknown>>;
  };
  readonly files?: readonly SharedFile[];
}

/** What it holds is at GET /local/files/<id>?as=U…, for whoever is in the conversation. */
export interface SharedFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly bytes: number;
}

/** An open modal of one person, top of the stack last. */
export interface View {
  readonly id: string;
  readonly user: string;
  readonly callbackId: string;
  readonly title: string;
  readonly submit?: string;
  readonly close: string;
  readonly blocks: readonly Block[];
  readonly privateMetadata: string;
  readonly hash: string;
  /** Sentences to show at an input, by the block_id of its block. */
  readonly errors: Readonly<Record<string, string>>;
}

/** How the app answered the last thing this person did; `late` is what Slack shows with a warning sign. */
export interface Answer {
  readonly kind: "ok" | "late" | "failed";
  readonly status: number;
  readonly ms: number;
}

/** GET /local/snapshot?as=U…: the workspace as one person sees it. With `&after=` and a version, once it is another one, or after a moment. */
export interface Snapshot {
  readonly version: number;
  /** What time it is there. */
  readonly now: string;
  readonly team: { readonly id: string; readonly name: string };
  readonly me: string;
  readonly people: readonly Person[];
  readonly groups: readonly {
    readonly id: string;
    readonly handle: string;
    readonly members: readonly string[];
  }[];
  readonly channels: readonly Channel[];
  readonly messages: readonly Message[];
  /** Only channels with something unread. */
  readonly unread: readonly Unread[];
  readonly views: readonly View[];
  readonly commands: readonly SlashCommand[];
  /** The user id the app posts as. */
  readonly app: string;
  /** What the app published for this person's App Home, if anything yet. */
  readonly home?: HomeView;
}

/** As the app's manifest describes it. */
export interface SlashCommand {
  readonly name: string;
  readonly description: string;
  readonly hint: string;
}

/** The app's tab for one person. Its buttons are clicked as those of a view. */
export interface HomeView {
  readonly id: string;
  readonly user: string;
  readonly blocks: readonly Block[];
  readonly hash: string;
}

/** POST /local/say: a line in the composer. It is a slash command when it starts with "/". */
export interface Say {
  readonly as: string;
  readonly channel: string;
  readonly text: string;
  readonly thread_ts?: string;
}

/** POST /local/click: a button, menu entry or overflow entry of a message or of an open modal. */
export interface Click {
  readonly as: string;
  readonly container:
    | { readonly kind: "message"; readonly channel: string; readonly ts: string }
    | { readonly kind: "view"; readonly view_id: string };
  readonly block_id: string;
  readonly action_id: string;
  /** The chosen option's value, for menus and overflow; the date or the user's id for those pickers. */
  readonly option?: string;
  /** All chosen options' values, for checkboxes. */
  readonly options?: readonly string[];
  /** What the view's inputs hold at this moment; left out, they hold what they did before. */
  readonly values?: Submit["values"];
  /** The button may be gone from the message, as on a screen that has not been redrawn; `value` is sent as it is. */
  readonly stale?: boolean;
  readonly value?: string;
}

/** POST /local/submit: the modal's submit button. Values as Slack shapes `view.state.values`. */
export interface Submit {
  readonly as: string;
  readonly view_id: string;
  readonly values: Readonly<Record<string, Readonly<Record<string, InputValue>>>>;
}

export type InputValue =
  | {
      readonly type: "plain_text_input" | "number_input" | "email_text_input" | "url_text_input";
      readonly value: string | null;
    }
  | { readonly type: "static_select" | "radio_buttons"; readonly selected_option: Option | null }
  | { readonly type: "checkboxes" | "multi_static_select"; readonly selected_options: readonly Option[] }
  | { readonly type: "datepicker"; readonly selected_date: string | null }
  | { readonly type: "timepicker"; readonly selected_time: string | null }
  | { readonly type: "datetimepicker"; readonly selected_date_time: number | null }
  | { readonly type: "users_select"; readonly selected_user: string | null };

export interface Option {
  readonly text: { readonly type: "plain_text" | "mrkdwn"; readonly text: string };
  readonly value: string;
}

/** POST /local/close: the modal's close button, or, with `clear`, its × that closes the whole stack. */
export interface Close {
  readonly as: string;
  readonly view_id: string;
  readonly clear?: boolean;
}

/** POST /local/home: the person opens the app's tab. */
export interface OpenHome {
  readonly as: string;
}

/** POST /local/read: everything in the channel up to and including this message has been seen. */
export interface Read {
  readonly as: string;
  readonly channel: string;
  readonly ts: string;
}

/** POST /local/open: opens the direct message between two people, or between a person and the app. */
export interface OpenIm {
  readonly as: string;
  readonly with: string;
}

export type ImOpened =
  { readonly ok: true; readonly channel: string } | { readonly ok: false; readonly error: string };

/** What say, click, submit and close answer. */
export type Acted =
  { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly error: string };

/** What opening the App Home answers; the app may publish later, which the snapshot then shows. */
export type HomeOpened =
  | { readonly ok: true; readonly answer: Answer; readonly view?: HomeView }
  | { readonly ok: false; readonly error: string };

/** GET /local/everything: what no person sees, for tests. */
export interface Everything {
  readonly version: number;
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  /** Ephemeral ones too. */
  readonly messages: readonly Message[];
  readonly views: readonly View[];
  readonly homes: readonly HomeView[];
  /** The last thousand Web API calls since the server started. */
  readonly calls: readonly Call[];
  /** What was sent to the app since then, and how it answered. */
  readonly deliveries: readonly (Answer & { readonly type: string })[];
}

export interface Call {
  readonly method: string;
  readonly ok: boolean;
  readonly error?: string;
}

/**
 * Something that goes wrong on purpose, as it does with the real Slack; each use takes one off `times`.
 * `method` narrows a fault to one Web API method; `type` to one kind of delivery, as the traffic calls it.
 */
export type Fault =
  /** The call is carried out; its answer never arrives. */
  | { readonly kind: "lose-reply"; readonly method?: string; readonly times: number }
  /** The call is refused with 429 and is not carried out. */
  | {
      readonly kind: "rate-limit";
      readonly method?: string;
      readonly retryAfterSeconds: number;
      readonly times: number;
    }
  /** The call is refused with this error and is not carried out. */
  | { readonly kind: "refuse"; readonly method?: string; readonly error: string; readonly times: number }
  /** The call is carried out at once; its answer comes late. */
  | { readonly kind: "delay-reply"; readonly method?: string; readonly ms: number; readonly times: number }
  /** The app gets the same signed request twice. */
  | { readonly kind: "deliver-twice"; readonly type?: string; readonly times: number }
  /** The delivery leaves Slack late; the three seconds are counted from then. */
  | { readonly kind: "delay-delivery"; readonly type?: string; readonly ms: number; readonly times: number }
  /** The delivery waits until the one after it has been sent, for ten seconds at the most. */
  | { readonly kind: "deliver-after-next"; readonly type?: string; readonly times: number }
  /** The delivery carries a trigger id that has run out already. */
  | { readonly kind: "expire-trigger"; readonly times: number }
  /** The delivery is signed well, and comes from another workspace. */
  | { readonly kind: "wrong-team"; readonly times: number };

/** GET and POST /local/faults: those still to come. Posting replaces the list; an empty one puts everything right. */
export interface Faults {
  readonly faults: readonly Fault[];
}

/** POST /local/change: what an administrator of the workspace does. */
export type Change =
  | { readonly kind: "group"; readonly group: string; readonly user: string; readonly isMember: boolean }
  | { readonly kind: "archive"; readonly channel: string; readonly archived: boolean }
  | { readonly kind: "deactivate"; readonly user: string; readonly deactivated: boolean };

/** POST /local/disconnect, in Socket Mode: all connections end, with Slack's word for why, or dropped without a word as by a network. */
export type Disconnection = "warning" | "refresh_requested" | "link_disabled" | "drop";

/** GET /local/clock, and POST with `advanceSeconds`: the time that everything on this machine goes by. */
export interface ClockReading {
  readonly now: string;
  /** How far it is ahead of the machine's own. */
  readonly aheadSeconds: number;
}

/** GET /local/traffic?after=<number>: what went over the wire, oldest first, with every secret replaced by "•••". */
export interface Traffic {
  /** When it is another one than before, the numbering has begun anew. */
  readonly epoch: string;
  readonly entries: readonly Exchange[];
}

/** One request and its answer. A request still under way has no answer yet; it comes again when it has one. */
export interface Exchange {
  readonly number: number;
  /** Grows with every change of an entry; `after` counts in these. */
  readonly revision: number;
  readonly at: string;
  /** "to the app": a signed delivery. "to Slack": a Web API call or a response URL. */
  readonly direction: "to the app" | "to Slack";
  /** The kind of delivery, or the Web API method. */
  readonly name: string;
  readonly request: Wire;
  readonly answer?: Wire & { readonly status: number; readonly ms: number };
  /** What was done to it on purpose. */
  readonly fault?: Fault["kind"];
}

export interface Wire {
  readonly headers: Readonly<Record<string, string>>;
  /** Forms and JSON as readable JSON; anything else as it is. */
  readonly body: string;
}
