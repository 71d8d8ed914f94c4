// Acts as one person of the local Slack over HTTP, for tests and scripts: says, clicks, fills in, and looks.
import { z } from "zod";
import type { InputValues } from "./documents.ts";
import { fillIn, type Filled } from "./fill-in.ts";
import { choicesOf, interactiveElements, type Element, type Interactive } from "./interactive.ts";
import type {
  Acted,
  Click,
  HomeOpened,
  HomeView,
  ImOpened,
  Message,
  SharedFile,
  Snapshot,
  View,
} from "./protocol.ts";

/** Where something can be clicked. */
export type Clickable = Message | View | HomeView;

export interface ClickMore {
  /** For menus: the option's value or its text. */
  readonly option?: string;
  readonly options?: readonly string[];
  /** Click what was seen, even if it is gone by now. */
  readonly stale?: boolean;
  /** What the view's inputs hold at this moment. */
  readonly values?: InputValues;
}

export interface LocalPerson {
  readonly id: string;
  say(channel: string, text: string, threadTs?: string): Promise<Acted>;
  /** By the button's text, by an overflow or menu option's text, or by a pattern of the action id. */
  click(where: Clickable, what: string | RegExp, more?: ClickMore): Promise<Acted>;
  /** Inputs that are not named keep their initial values. */
  submit(view: View, filled?: Filled): Promise<Acted>;
  close(view: View, clear?: boolean): Promise<Acted>;
  home(): Promise<HomeOpened>;
  /** Opens the direct message with somebody. */
  openIm(withUser: string): Promise<ImOpened>;
  /** Has seen everything in the channel up to this message. */
  read(channel: string, ts: string): Promise<Acted>;
  snapshot(): Promise<Snapshot>;
  /** The open modal on top. */
  view(): Promise<View | undefined>;
  /** What the channel shows: no thread replies but broadcast ones, no ephemeral ones. */
  messages(channel: string): Promise<readonly Message[]>;
  /** The first message and its replies, ephemeral ones included. */
  thread(channel: string, ts: string): Promise<readonly Message[]>;
  ephemerals(): Promise<readonly Message[]>;
  /** What a file holds that was shared with this person. */
  download(file: SharedFile): Promise<string>;
  /** The first value that is not undefined, null or false. */
  waitFor<T>(look: (snapshot: Snapshot) => T | undefined | null | false, ms?: number): Promise<T>;
}

export function createPerson(localSlackUrl: string, userId: string): LocalPerson {
  const as = userId;
  const post = (act: string, body: object): Promise<unknown> =>
    ask(`${localSlackUrl}/local/${act}`, { as, ...body });
  const acted = async (act: string, body: object): Promise<Acted> => decodeActed(await post(act, body));
  const look = async (query: string): Promise<Snapshot> =>
    decodeSnapshot(await ask(`${localSlackUrl}/local/snapshot?as=${as}${query}`));
  const snapshot = (): Promise<Snapshot> => look("");
  return {
    id: userId,
    snapshot,
    say: (channel, text, threadTs) =>
      acted("say", { channel, text, ...(threadTs && { thread_ts: threadTs }) }),
    click: async (where, what, more = {}) => acted("click", clickOn(where, what, more)),
    submit: (view, filled = {}) => acted("submit", { view_id: view.id, values: fillIn(view, filled) }),
    close: (view, clear = false) => acted("close", { view_id: view.id, clear }),
    home: async () => decodeHome(await post("home", {})),
    openIm: async (withUser) => decodeImOpened(await post("open", { with: withUser })),
    read: (channel, ts) => acted("read", { channel, ts }),
    view: async () => (await snapshot()).views.at(-1),
    messages: async (channel) =>
      (await snapshot()).messages.filter(
        (message) =>
          message.channel === channel &&
          message.visibleTo === undefined &&
          (message.threadTs === undefined || message.broadcast === true),
      ),
    thread: async (channel, ts) =>
      (await snapshot()).messages.filter(
        (message) => message.channel === channel && (message.ts === ts || message.threadTs === ts),
      ),
    ephemerals: async () => (await snapshot()).messages.filter((message) => message.visibleTo === userId),
    download: async ({ id }) => {
      const response = await fetch(`${localSlackUrl}/local/files/${id}?as=${as}`);
      if (!response.ok) throw new Error(await response.text());
      return response.text();
    },
    waitFor: (found, ms = PATIENCE_MS) => waitFor(look, found, ms),
  };
}

/** Far longer than anything takes on a busy machine; waiting ends with what is waited for. */
const PATIENCE_MS = 15_000;

async function waitFor<T>(
  snapshot: (query: string) => Promise<Snapshot>,
  look: (snapshot: Snapshot) => T | undefined | null | false,
  ms: number,
): Promise<T> {
  const deadline = performance.now() + ms;
  let query = "";
  for (;;) {
    const seen = await snapshot(query);
    const found = look(seen);
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > deadline)
      throw new Error(`${seen.me} waited ${ms} ms in vain and sees ${summary(seen)}.`);
    // The local Slack holds its answer until there is something else to see.
    query = `&after=${seen.version}`;
  }
}

function summary({ messages, views }: Snapshot): string {
  const lines = messages.slice(-5).map((message) => `"${message.text.slice(0, 80)}"`);
  return `${messages.length} messages (last: ${lines.join(", ")}) and ${views.length} modals`;
}

async function ask(url: string, body?: object): Promise<unknown> {
  const headers = { "Content-Type": "application/json" };
  const init = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  return response.json();
}

function clickOn(where: Clickable, what: string | RegExp, more: ClickMore): Omit<Click, "as"> {
  const { blockId, element } = findElement(where, what);
  const chosen = chosenOf(element, what, more);
  const isView = "hash" in where;
  return {
    container: isView
      ? { kind: "view", view_id: where.id }
      : { kind: "message", channel: where.channel, ts: where.ts },
    block_id: blockId,
    action_id: element.action_id,
    ...(chosen !== undefined && { option: chosen }),
    ...(more.options && { options: more.options }),
    ...(more.values && { values: more.values }),
    ...(more.stale && { stale: true, value: element.value ?? chosen ?? "" }),
  };
}

function findElement(where: Clickable, what: string | RegExp): Interactive {
  const all = interactiveElements(where.blocks);
  const found = all.find(({ element }) =>
    typeof what === "string" ? isCalled(element, what) : what.test(element.action_id),
  );
  if (found !== undefined) return found;
  const names = all.map(({ element }) => element.text?.text ?? element.action_id);
  throw new Error(`There is no button ${String(what)}; there are: ${names.join(", ") || "none"}.`);
}

function isCalled(element: Element, name: string): boolean {
  const isNamed = element.text?.text === name || element.action_id === name;
  return isNamed || choicesOf(element).some((choice) => choice.text.text === name);
}

/** The option asked for, or the one whose text was asked for as if it were a button. */
function chosenOf(element: Element, what: string | RegExp, { option }: ClickMore): string | undefined {
  const wanted = option ?? (typeof what === "string" ? what : undefined);
  const choice = choicesOf(element).find(({ text, value }) => value === wanted || text.text === wanted);
  return choice?.value ?? option;
}

const answerSchema = z.object({ kind: z.enum(["ok", "late", "failed"]), status: z.number(), ms: z.number() });
const refusedSchema = z.object({ ok: z.literal(false), error: z.string() });

function decodeActed(raw: unknown): Acted {
  return z.union([z.object({ ok: z.literal(true), answer: answerSchema }), refusedSchema]).parse(raw);
}

// Our own server's words, in the types it wrote them in.
function decodeSnapshot(raw: unknown): Snapshot {
  const refused = refusedSchema.safeParse(raw);
  if (refused.success) throw new Error(refused.data.error);
  return raw as Snapshot;
}

function decodeHome(raw: unknown): HomeOpened {
  return raw as HomeOpened;
}

function decodeImOpened(raw: unknown): ImOpened {
  return z.union([z.object({ ok: z.literal(true), channel: z.string() }), refusedSchema]).parse(raw);
}
