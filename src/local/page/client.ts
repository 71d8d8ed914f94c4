// How the page talks to the local Slack: typed fetches, and a snapshot kept fresh by its event stream.
import type {
  Acted,
  Click,
  Close,
  Everything,
  ImOpened,
  OpenHome,
  OpenIm,
  Read,
  Say,
  Snapshot,
  Submit,
} from "../slack/protocol.ts";

export type Request =
  | { readonly path: "say"; readonly body: Say }
  | { readonly path: "click"; readonly body: Click }
  | { readonly path: "submit"; readonly body: Submit }
  | { readonly path: "close"; readonly body: Close }
  | { readonly path: "home"; readonly body: OpenHome };

export interface Live {
  /** Resolves once a snapshot taken after this call has been delivered. */
  readonly refresh: () => Promise<void>;
  readonly stop: () => void;
}

export interface Listener {
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** Something went over the wire, or changed in the workspace. */
  readonly onPulse: () => void;
  readonly onProblem: (sentence: string) => void;
}

const UNREACHABLE = "The local Slack does not answer. Is it still running?";

export async function send(request: Request): Promise<Acted> {
  return decodeActed(await post(`/local/${request.path}`, request.body));
}

/** Opens the direct message with somebody. */
export async function openIm(body: OpenIm): Promise<ImOpened> {
  const opened = await post("/local/open", body);
  return isObject(opened) && opened["ok"] === true && typeof opened["channel"] === "string"
    ? { ok: true, channel: opened["channel"] }
    : { ok: false, error: errorIn(opened) };
}

/** A mark that did not arrive is made again with the next message. */
export async function markRead(body: Read): Promise<void> {
  await post("/local/read", body);
}

/** What was answered; a refusal when nothing was. */
export async function post(path: string, body: object): Promise<unknown> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return await response.json();
  } catch {
    return { ok: false, error: UNREACHABLE };
  }
}

/** Delivers a snapshot now and after every event. Events that come in during a fetch share one more fetch. */
export function follow(as: string, { onSnapshot, onProblem, onPulse }: Listener): Live {
  const query = `?as=${encodeURIComponent(as)}`;
  const events = new EventSource(`/local/events${query}`);
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;
  let wanted = 0;
  let delivered = 0;
  let running: Promise<void> | undefined;

  async function deliver(): Promise<void> {
    while (delivered < wanted && !isStopped()) {
      const serving = wanted;
      try {
        const snapshot = await fetchSnapshot(query);
        if (!isStopped()) onSnapshot(snapshot);
      } catch (error) {
        if (!isStopped()) onProblem(error instanceof Error ? error.message : UNREACHABLE);
      }
      delivered = serving;
    }
    // At once: who asks a moment later would else be given one that is over.
    running = undefined;
  }

  function refresh(): Promise<void> {
    wanted += 1;
    running ??= deliver();
    return running;
  }

  events.onmessage = () => {
    onPulse();
    void refresh();
  };
  events.addEventListener("traffic", onPulse);
  events.onerror = () => onProblem("Live updates are interrupted; trying again.");
  void refresh();
  return {
    refresh,
    stop: () => {
      stopped.abort();
      events.close();
    },
  };
}

/** Somebody to be, for a URL that names nobody. */
export async function somebody(): Promise<string> {
  const people = decodePeople(await get("/local/everything"));
  return people.find(({ kind }) => kind === "member")?.id ?? "";
}

async function fetchSnapshot(query: string): Promise<Snapshot> {
  return decodeSnapshot(await get(`/local/snapshot${query}`));
}

/** @throws with a sentence when nothing answers. */
export async function get(path: string): Promise<unknown> {
  const response = await fetch(path).catch((cause: unknown) => {
    throw new Error(UNREACHABLE, { cause });
  });
  return response.json();
}

// Page and server are built from one protocol.ts, so the decoders only tell an answer from a refusal.
function decodeSnapshot(body: unknown): Snapshot {
  if (isObject(body) && "people" in body) return body as unknown as Snapshot;
  throw new Error(errorIn(body));
}

function decodePeople(body: unknown): Everything["people"] {
  if (isObject(body) && "people" in body) return (body as unknown as Everything).people;
  throw new Error(errorIn(body));
}

function decodeActed(body: unknown): Acted {
  if (isObject(body) && body["ok"] === true && "answer" in body) return body as unknown as Acted;
  return { ok: false, error: errorIn(body) };
}

export function errorIn(body: unknown): string {
  return isObject(body) && typeof body["error"] === "string"
    ? body["error"]
    : "The local Slack gave an answer this page does not know.";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
