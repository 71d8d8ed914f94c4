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
}

export interface Channel {
  readonly id: string;
  /** Without the leading #; for a direct message, the other person's name. */
  readonly name: string;
  readonly kind: "channel" | "im";
  readonly members: readonly string[];
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

/** GET /local/snapshot?as=U…: the workspace as one person sees it. */
export interface Snapshot {
  readonly version: number;
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
  readonly views: readonly View[];
  readonly commands: readonly { readonly name: string; readonly hint: string }[];
  /** What the app published for this person's App Home, if anything yet. */
  readonly home?: HomeView;
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
  | { readonly type: "checkboxes"; readonly selected_options: readonly Option[] }
  | { readonly type: "datepicker"; readonly selected_date: string | null }
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
