// Sends to the app what Slack sends, signed as Slack signs, and times the answer.
import { createHmac } from "node:crypto";
import { LIMITS } from "./limits.ts";
import type { Journal } from "./journal.ts";
import type { Answer } from "./protocol.ts";

/** The app's answer with its body, which says more than people are shown. */
export interface Delivery extends Answer {
  readonly body: string;
}

export interface Dispatcher {
  /** `type` is for the journal only. */
  sendForm(type: string, fields: Readonly<Record<string, string>>): Promise<Delivery>;
  sendJson(type: string, event: unknown): Promise<Delivery>;
}

/** Shorter in tests; Slack waits three seconds. */
export interface Patience {
  readonly lateAfterMs: number;
  readonly giveUpAfterMs: number;
}

export interface DispatcherDeps {
  readonly signingSecret: string;
  readonly appUrl: () => string;
  readonly now: () => number;
  readonly journal: Journal;
  readonly patience?: Patience | undefined;
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { now, journal, patience = LIMITS.answer } = deps;
  async function send(type: string, contentType: string, body: string): Promise<Delivery> {
    const startedAt = now();
    const response = await post(deps, contentType, body, patience.giveUpAfterMs);
    const ms = now() - startedAt;
    const isLate = response.gaveUp || ms > patience.lateAfterMs;
    const kind = isLate ? "late" : response.status === 200 ? "ok" : "failed";
    const answer = { kind, status: response.status, ms } as const;
    journal.delivered({ type, ...answer });
    return { ...answer, body: response.body };
  }
  return {
    sendForm: (type, fields) =>
      send(type, "application/x-www-form-urlencoded", new URLSearchParams(fields).toString()),
    sendJson: (type, event) => send(type, "application/json", JSON.stringify(event)),
  };
}

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly gaveUp: boolean;
}

async function post(
  { signingSecret, appUrl, now }: DispatcherDeps,
  contentType: string,
  body: string,
  giveUpAfterMs: number,
): Promise<Answered> {
  const timestamp = String(Math.floor(now() / 1_000));
  const headers = {
    "Content-Type": contentType,
    "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "X-Slack-Request-Timestamp": timestamp,
    "X-Slack-Signature": signatureOf(signingSecret, timestamp, body),
  };
  const signal = AbortSignal.timeout(giveUpAfterMs);
  try {
    const url = `${appUrl().replace(/\/$/, "")}/slack/events`;
    const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
    return { status: response.status, body: await response.text(), gaveUp: false };
  } catch {
    // Refused, cut off or too slow: to the person in front of Slack the difference is only late or failed.
    return { status: 0, body: "", gaveUp: signal.aborted };
  }
}

function signatureOf(signingSecret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}
