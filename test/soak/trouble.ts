// What goes wrong while the soak goes on: with Slack, with deliveries, and with processes that are killed.
import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../../src/local/slack/protocol.ts";
import type { Chance } from "../faults/processes/chance.ts";
import type { Fleet } from "../faults/processes/fleet.ts";
import { tried } from "../faults/processes/screen.ts";

export interface Trouble {
  readonly kills: Record<string, number>;
  readonly faults: Record<string, number>;
}

const KILLED = ["worker 2", "worker 3", "slack handler 2", "api handler 2"] as const;
const FAULTS_EVERY_MS = 10_000;

const FAULTS: readonly (readonly [weight: number, fault: Fault])[] = [
  [4, { kind: "rate-limit", times: 2, retryAfterSeconds: 2 }],
  [2, { kind: "rate-limit", method: "chat.postMessage", times: 2, retryAfterSeconds: 1 }],
  [4, { kind: "lose-reply", method: "chat.postMessage", times: 1 }],
  [3, { kind: "lose-reply", method: "chat.update", times: 1 }],
  [2, { kind: "lose-reply", method: "response_url", times: 1 }],
  [2, { kind: "refuse", method: "chat.postMessage", error: "internal_error", times: 1 }],
  [2, { kind: "refuse", error: "service_unavailable", times: 1 }],
  [2, { kind: "delay-reply", method: "chat.update", ms: 6_000, times: 1 }],
  [4, { kind: "deliver-twice", times: 2 }],
  [2, { kind: "delay-delivery", ms: 1_500, times: 1 }],
  [2, { kind: "deliver-after-next", times: 1 }],
  [1, { kind: "expire-trigger", times: 1 }],
];

export async function makeTrouble(
  { fleet, slackUrl }: { readonly fleet: Fleet; readonly slackUrl: string },
  {
    chance,
    killEveryMs,
    trouble,
  }: { readonly chance: Chance; readonly killEveryMs: number; readonly trouble: Trouble },
  over: AbortSignal,
): Promise<void> {
  const waited = (ms: number): Promise<unknown> =>
    pause(ms, undefined, { signal: over }).catch(() => undefined);
  const isOver = (): boolean => over.aborted;
  async function kill(): Promise<void> {
    while (!isOver()) {
      await waited(killEveryMs * (0.5 + chance.part()));
      const name = KILLED[chance.between(0, KILLED.length - 1)] ?? KILLED[0];
      if (!isOver() && fleet.kill(name)) trouble.kills[name] = (trouble.kills[name] ?? 0) + 1;
    }
  }
  async function fail(): Promise<void> {
    while (!over.aborted) {
      const drawn = FAULTS.filter(([weight]) => chance.part() < weight / 12).map(([, fault]) => fault);
      for (const { kind } of drawn) trouble.faults[kind] = (trouble.faults[kind] ?? 0) + 1;
      await setFaults(slackUrl, drawn);
      await waited(FAULTS_EVERY_MS);
    }
    await setFaults(slackUrl, []);
  }
  await Promise.all([kill(), fail()]);
}

/** A connection that Slack's server has just closed is no reason to have no faults. */
async function setFaults(slackUrl: string, faults: readonly Fault[]): Promise<void> {
  const headers = { "content-type": "application/json" };
  const asked = { method: "POST", headers, body: JSON.stringify({ faults }) };
  for (let tries = 1; tries <= 5; tries++)
    if ((await tried(() => fetch(`${slackUrl}/local/faults`, asked)))?.ok === true) return;
}
