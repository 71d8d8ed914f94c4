// Deliveries over HTTP: posted to the app's one address, signed as Slack signs.
import { createHmac } from "node:crypto";
import type { Carried, Carrier, Letter, Parcel } from "./carrier.ts";

interface HttpOptions {
  readonly signingSecret: string;
  readonly appUrl: () => string;
  readonly now: () => number;
}

export function overHttp({ signingSecret, appUrl, now }: HttpOptions): Carrier {
  return {
    pack: (letter) => ({ headers: signedHeaders(letter, signingSecret, now()), body: letter.body }),
    send: (parcel, giveUpAfterMs) =>
      post(`${appUrl().replace(/\/$/, "")}/slack/events`, parcel, giveUpAfterMs),
  };
}

function signedHeaders({ contentType, body, retry }: Letter, secret: string, now: number): Parcel["headers"] {
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
  return {
    "Content-Type": contentType,
    "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "X-Slack-Request-Timestamp": timestamp,
    "X-Slack-Signature": `v0=${signature}`,
    ...(retry > 0 && { "X-Slack-Retry-Num": String(retry), "X-Slack-Retry-Reason": "http_error" }),
  };
}

async function post(url: string, parcel: Parcel, giveUpAfterMs: number): Promise<Carried> {
  const signal = AbortSignal.timeout(giveUpAfterMs);
  try {
    const response = await fetch(url, { method: "POST", ...parcel, signal, redirect: "manual" });
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: await response.text(), gaveUp: false };
  } catch {
    // Refused, cut off or too slow: to the person in front of Slack the difference is only late or failed.
    return { status: 0, headers: {}, body: "", gaveUp: signal.aborted };
  }
}
