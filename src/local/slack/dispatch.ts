// Sends to the app what Slack sends, signed as Slack signs, and times the answer.
import { createHmac } from "node:crypto";
import type { DeliveryFault, FaultBook } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { LIMITS } from "./limits.ts";
import type { Answer } from "./protocol.ts";
import type { Traffic } from "./traffic.ts";

/** The app's answer with its body, which says more than people are shown. */
export interface Delivery extends Answer {
  readonly body: string;
}

export interface Dispatcher {
  /** `type` is what the traffic and the faults call it. */
  sendForm(type: string, fields: Readonly<Record<string, string>>): Promise<Delivery>;
  sendJson(type: string, event: unknown): Promise<Delivery>;
}

/** Shorter in tests; Slack waits three seconds. */
export interface Patience {
  readonly lateAfterMs: number;
  readonly giveUpAfterMs: number;
}

export type Sleep = (ms: number) => Promise<void>;

interface DispatcherDeps {
  readonly signingSecret: string;
  readonly teamId: string;
  readonly appUrl: () => string;
  readonly now: () => number;
  /** For how long something took: the other clock may be moved meanwhile. */
  readonly elapsed: () => number;
  readonly sleep: Sleep;
  readonly journal: Journal;
  readonly traffic: Traffic;
  readonly faults: FaultBook;
  /** Makes this trigger id one that has run out. */
  readonly expireTrigger: (id: string) => void;
  readonly patience?: Patience | undefined;
}

interface Letter {
  readonly type: string;
  readonly contentType: string;
  readonly body: string;
}

/** A workspace that has nothing to do with this one. */
const OTHER_TEAM = "T0ANOTHER";

/** How long a delivery waits for the one that is to overtake it. */
const HELD_AT_MOST_MS = 10_000;

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { sleep, faults, expireTrigger, teamId } = deps;
  let waiting: readonly (() => void)[] = [];

  async function dispatch(letter: Letter): Promise<Delivery> {
    const fault = faults.ofDelivery({ type: letter.type, hasTrigger: triggerIn(letter.body) !== "" });
    if (fault?.kind === "deliver-after-next") return sendWith(fault, letter);
    // Only those that waited before this one set out: it is the next one for them.
    const overtaken = waiting;
    waiting = [];
    const delivery = await sendWith(fault, letter);
    for (const release of overtaken) release();
    return delivery;
  }

  async function sendWith(fault: DeliveryFault | undefined, letter: Letter): Promise<Delivery> {
    const send = (sent: Letter): Promise<Delivery> => sendOnce(deps, sent, fault?.kind);
    switch (fault?.kind) {
      case undefined:
        return send(letter);
      case "deliver-twice": {
        const [first] = await Promise.all([send(letter), send(letter)]);
        return first;
      }
      case "delay-delivery":
        await sleep(fault.ms);
        return send(letter);
      case "deliver-after-next":
        await Promise.race([
          new Promise<void>((release) => (waiting = [...waiting, release])),
          sleep(HELD_AT_MOST_MS),
        ]);
        return send(letter);
      case "expire-trigger":
        expireTrigger(triggerIn(letter.body));
        return send(letter);
      case "wrong-team":
        return send({ ...letter, body: letter.body.replaceAll(teamId, OTHER_TEAM) });
    }
  }

  return {
    sendForm: (type, fields) =>
      dispatch({
        type,
        contentType: "application/x-www-form-urlencoded",
        body: new URLSearchParams(fields).toString(),
      }),
    sendJson: (type, event) =>
      dispatch({ type, contentType: "application/json", body: JSON.stringify(event) }),
  };
}

async function sendOnce(
  deps: DispatcherDeps,
  { type, contentType, body }: Letter,
  fault: DeliveryFault["kind"] | undefined,
): Promise<Delivery> {
  const { elapsed, journal, traffic, patience = LIMITS.answer } = deps;
  const startedAt = elapsed();
  const headers = signedHeaders(deps, contentType, body);
  const answered = traffic.begin({ direction: "to the app", name: type, headers, body, fault });
  const response = await post(deps, { headers, body }, patience.giveUpAfterMs);
  const ms = Math.round(elapsed() - startedAt);
  answered(response);
  const isLate = response.gaveUp || ms > patience.lateAfterMs;
  const kind = isLate ? "late" : response.status === 200 ? "ok" : "failed";
  const answer = { kind, status: response.status, ms } as const;
  journal.delivered({ type, ...answer });
  return { ...answer, body: response.body };
}

function signedHeaders(
  { signingSecret, now }: DispatcherDeps,
  contentType: string,
  body: string,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now() / 1_000));
  const signature = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return {
    "Content-Type": contentType,
    "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "X-Slack-Request-Timestamp": timestamp,
    "X-Slack-Signature": `v0=${signature}`,
  };
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly gaveUp: boolean;
}

async function post(
  { appUrl }: DispatcherDeps,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  giveUpAfterMs: number,
): Promise<Answered> {
  const signal = AbortSignal.timeout(giveUpAfterMs);
  try {
    const url = `${appUrl().replace(/\/$/, "")}/slack/events`;
    const response = await fetch(url, { method: "POST", ...request, signal, redirect: "manual" });
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: await response.text(), gaveUp: false };
  } catch {
    // Refused, cut off or too slow: to the person in front of Slack the difference is only late or failed.
    return { status: 0, headers: {}, body: "", gaveUp: signal.aborted };
  }
}

/** Of a slash command in its own field, of everything else in the payload; an event has none. */
function triggerIn(body: string): string {
  const form = new URLSearchParams(body);
  return form.get("trigger_id") ?? /"trigger_id":"([^"]+)"/.exec(form.get("payload") ?? "")?.[1] ?? "";
}
