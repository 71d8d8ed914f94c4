// Sends to the app what Slack sends, times the answer, and sends an event again that got none.
import { randomUUID } from "node:crypto";
import type { Carrier, Letter } from "./carrier.ts";
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
  readonly carrier: Carrier;
  readonly teamId: string;
  /** For how long something took: the other clock may be moved meanwhile. */
  readonly elapsed: () => number;
  readonly sleep: Sleep;
  readonly journal: Journal;
  readonly traffic: Traffic;
  readonly faults: FaultBook;
  /** Makes this trigger id one that has run out. */
  readonly expireTrigger: (id: string) => void;
  readonly patience?: Patience | undefined;
  /** How long after a failure an event is sent again, and after the next one. */
  readonly retryAfterMs: readonly number[];
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

  async function sendAgain(letter: Letter): Promise<void> {
    for (const [index, ms] of deps.retryAfterMs.entries()) {
      await sleep(ms);
      const { kind } = await sendOnce(deps, { ...letter, retry: index + 1 }, undefined);
      if (kind === "ok") return;
    }
  }

  return {
    sendForm: (type, fields) =>
      dispatch({
        ...{ id: randomUUID(), type, retry: 0 },
        contentType: "application/x-www-form-urlencoded",
        body: new URLSearchParams(fields).toString(),
      }),
    async sendJson(type, event): Promise<Delivery> {
      const contentType = "application/json";
      const letter = { id: randomUUID(), type, contentType, body: JSON.stringify(event), retry: 0 } as const;
      const delivery = await dispatch(letter);
      // Nobody waits for it, and it cannot fail: what is not delivered is noted as that.
      if (delivery.kind !== "ok") void sendAgain(letter);
      return delivery;
    },
  };
}

async function sendOnce(
  { carrier, elapsed, journal, traffic, patience = LIMITS.answer }: DispatcherDeps,
  letter: Letter,
  fault: DeliveryFault["kind"] | undefined,
): Promise<Delivery> {
  const { type } = letter;
  const startedAt = elapsed();
  const parcel = carrier.pack(letter);
  const answered = traffic.begin({ direction: "to the app", name: type, ...parcel, fault });
  const response = await carrier.send(parcel, patience.giveUpAfterMs);
  const ms = Math.round(elapsed() - startedAt);
  answered(response);
  const isLate = response.gaveUp || ms > patience.lateAfterMs;
  const kind = isLate ? "late" : response.status === 200 ? "ok" : "failed";
  const answer = { kind, status: response.status, ms } as const;
  journal.delivered({ type, ...answer });
  return { ...answer, body: response.body };
}

/** Of a slash command in its own field, of everything else in the payload; an event has none. */
function triggerIn(body: string): string {
  const form = new URLSearchParams(body);
  return form.get("trigger_id") ?? /"trigger_id":"([^"]+)"/.exec(form.get("payload") ?? "")?.[1] ?? "";
}
