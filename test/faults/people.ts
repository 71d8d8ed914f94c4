// People in front of Slack: they see cards, click what they are for, and click again when nobody answers them.
import * as z from "zod";
import { handOver } from "../../src/runs/attend.ts";
import { cancelRun } from "../../src/runs/cancel.ts";
import { decideRequest } from "../../src/runs/decide.ts";
import { retryRun } from "../../src/runs/retry.ts";
import { startRun } from "../../src/runs/start.ts";
import { decodeRequestRef } from "../../src/slack/action-id.ts";
import { directMessageOf, type PostedMessage } from "./model/slack.ts";
import { CHANNEL, type Ports, type Surroundings } from "./ports.ts";
import { answered, bearer, toldBy } from "./programs.ts";
import type { Click, PersonScript, Scenario, Seen, Told } from "./scenario.ts";
import type { Choice } from "./scheduler.ts";

export const REQUESTER = "URITA";
const OPERATOR = "UOTTO";

interface Manner {
  /** Nobody waits for an answer longer than this before they do it again. */
  readonly patienceMs: number;
  /** Whether it is not done a second time when it is delivered twice. */
  readonly isOnce: boolean;
}

const CLICK: Manner = { patienceMs: 4_000, isOnce: false };
/** Two of them at once would each do what the other does. Only who sleeps for long is given up. */
const BY_HAND: Manner = { patienceMs: 60_000, isOnce: true };

export interface People {
  /** What somebody might do now. */
  ready(): readonly Choice[];
  nextMs(): number | undefined;
  readonly told: readonly Told[];
  /** All, those that nobody answered too. */
  readonly clicks: readonly Click[];
  readonly cancelledAt: () => number | undefined;
  /** Whether the run has been asked for, and that was acknowledged. */
  readonly hasStarted: () => boolean;
}

/** What one click takes: a process of its own. */
export type InHandler = (name: string, body: (ports: Ports) => Promise<void>) => void;

interface Intent {
  /** Not again before; it is under way, or nobody answered. */
  notBeforeMs: number;
  tries: number;
}

const MAX_TRIES = 40;

export function createPeople(around: Surroundings, inHandler: InHandler): People {
  const { scenario, key, scheduler, seam, slack, target } = around;
  const scripts: readonly PersonScript[] = "people" in scenario ? scenario.people : [];
  const told: Told[] = [];
  const clicks: Click[] = [];
  const intents = new Map<string, Intent>();
  const firstSeen = new Map<string, number>();
  let isStarted = false;
  let startedMs = Infinity;
  let cancelledAt: number | undefined;

  /** Something that somebody does until it is answered; nothing while it is under way. */
  function attempt(
    name: string,
    { patienceMs, isOnce }: Manner,
    body: (ports: Ports) => Promise<boolean>,
  ): Choice | undefined {
    const intent = intents.get(name) ?? { notBeforeMs: 0, tries: 0 };
    if (scheduler.nowMs() < intent.notBeforeMs || intent.tries >= MAX_TRIES) return undefined;
    return () => {
      intents.set(name, {
        notBeforeMs: scheduler.nowMs() + patienceMs,
        tries: intent.tries + 1,
      });
      let isBegun = false;
      inHandler(name, async (ports) => {
        if (isOnce && isBegun) return;
        isBegun = true;
        if (await body(ports)) intents.set(name, { notBeforeMs: Infinity, tries: intent.tries + 1 });
      });
    };
  }

  function start(): Choice | undefined {
    if (isStarted) return undefined;
    if ("script" in scenario)
      return attempt("script", BY_HAND, async (ports) => {
        await scenario.script(ports);
        isStarted = true;
        return true;
      });
    const { asked } = scenario;
    return attempt("start", CLICK, async (ports) => {
      if (asked !== undefined) return (isStarted = await asked.send(ports, key.team));
      const { kind } = await startRun(ports, {
        ...{ team: key.team, delivery: DELIVERY, workflow: scenario.name, words: { version: "v1" } },
        ...{ requester: REQUESTER, channel: CHANNEL },
      });
      if (kind !== "started") throw new Error(`The run did not start: ${kind}.`);
      isStarted = true;
      return true;
    });
  }

  function retry(): Choice | undefined {
    const failed = slack.shown().find(({ blocks }) => blocks.includes('"action_id":"retry"'));
    if (failed === undefined) return undefined;
    // Each failure has a button of its own, whose message says another time.
    return attempt(`retry ${failed.text}`, CLICK, async (ports) => {
      await retryRun(ports, key, OPERATOR);
      return false;
    });
  }

  function handOvers({ id, handsTo, afterMs = 0 }: PersonScript): readonly (Choice | undefined)[] {
    if (handsTo === undefined) return [];
    return slack.shown().map((message) => {
      const seen = seenBy({ id }, message);
      if (seen === undefined || scheduler.nowMs() < firstSeenBy(id, seen.digest) + afterMs) return undefined;
      const { interrupt, digest } = seen;
      return attempt(`${id} hands over ${digest.slice(0, 6)}`, CLICK, async (ports) => {
        await handOver(ports, { ...key, interrupt, digest, by: id }, handsTo);
        return true;
      });
    });
  }

  function votes(person: PersonScript): readonly (Choice | undefined)[] {
    const { id, vote, afterMs = 0 } = person;
    if (vote === undefined) return [];
    return slack.shown().map((message) => {
      const seen = seenBy(person, message);
      if (seen === undefined || scheduler.nowMs() < firstSeenBy(id, seen.digest) + afterMs) return undefined;
      const wanted = vote(seen, target.acts);
      if (wanted === undefined) return undefined;
      const { interrupt, digest } = seen;
      return attempt(`${id} ${interrupt.slice(0, 6)} ${digest.slice(0, 6)}`, CLICK, async (ports) => {
        const click: Click = { person: id, interrupt, digest, vote: wanted };
        clicks.push(click);
        const said = await cast(ports, person, click);
        // Sent again, it is answered as before.
        const isSaid = told.some(
          (one) => one.person === id && one.digest === digest && one.kind === said?.kind,
        );
        if (said !== undefined && !(person.key !== undefined && isSaid)) told.push(said);
        return said !== undefined;
      });
    });
  }

  /** What the vote came to; undefined where that is not known, and it is cast again. */
  async function cast(
    ports: Ports,
    { key: name, id }: PersonScript,
    click: Click,
  ): Promise<Told | undefined> {
    const { interrupt, digest, vote } = click;
    if (name === undefined) {
      const decided = await decideRequest(ports, { ...key, interrupt, digest, by: id, vote });
      const because = decided.kind === "refused" ? { because: decided.because } : {};
      return { ...click, kind: decided.kind, ...because };
    }
    const answer = await answered(ports, key.team, {
      path: `/v1/runs/${key.thread}/requests/${interrupt}/${vote.kind}`,
      headers: { ...bearer(name), "if-match": `"${digest}"` },
      body: {},
    });
    return answer && { ...click, ...toldBy(answer, id) };
  }

  function errands({ id, does, afterMs = 0 }: PersonScript): Choice | undefined {
    if (does === undefined || !isStarted) return undefined;
    startedMs = Math.min(startedMs, scheduler.nowMs());
    if (scheduler.nowMs() < startedMs + afterMs) return undefined;
    return attempt(`${id} does`, CLICK, (ports) => does(ports, key.team));
  }

  function firstSeenBy(id: string, digest: string): number {
    const name = `${id} ${digest}`;
    const first = firstSeen.get(name) ?? scheduler.nowMs();
    firstSeen.set(name, first);
    return first;
  }

  function seenBy(
    { id, onCopy }: Pick<PersonScript, "id" | "onCopy">,
    { channel, blocks, card, text }: PostedMessage,
  ): Seen | undefined {
    const isTheirs =
      onCopy === true ? card.includes('"copy:') && channel === directMessageOf(id) : card.includes('"ask:');
    const asks = blocks.includes('"action_id":"approve"') ? "approve" : "choose";
    const ref = isTheirs ? decodeRequestRef(valueOf(asks, blocks)) : undefined;
    if (ref === undefined) return undefined;
    const { interrupt, digest } = ref;
    const before = told.filter((one) => one.person === id && one.interrupt === interrupt).length;
    return { interrupt, digest, asks, text, before };
  }

  function cancel({ id, cancels }: PersonScript): Choice | undefined {
    if (cancelledAt !== undefined || cancels?.(target.acts) !== true) return undefined;
    return attempt(`${id} cancels`, CLICK, async (ports) => {
      const { kind } = await cancelRun(ports, key, { by: id });
      if (kind === "cancelled") cancelledAt ??= seam.calls.length;
      return kind === "cancelled" || kind === "over";
    });
  }

  return {
    told,
    clicks,
    cancelledAt: () => cancelledAt,
    hasStarted: () => isStarted,
    ready: () =>
      [
        start(),
        retry(),
        ...scripts.flatMap((person) => [
          ...handOvers(person),
          ...votes(person),
          errands(person),
          cancel(person),
        ]),
      ].filter((choice) => choice !== undefined),
    nextMs() {
      const again = [...intents.values()]
        .filter(({ tries }) => tries < MAX_TRIES)
        .map(({ notBeforeMs }) => notBeforeMs);
      const patient = scripts.flatMap(({ id, afterMs = 0 }) =>
        [...firstSeen].filter(([name]) => name.startsWith(`${id} `)).map(([, ms]) => ms + afterMs),
      );
      const errand = scripts.flatMap(({ does, afterMs }) =>
        does === undefined || afterMs === undefined ? [] : [startedMs + afterMs],
      );
      const times = [...again, ...patient, ...errand].filter(
        (ms) => ms > scheduler.nowMs() && ms !== Infinity,
      );
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}

const DELIVERY = "delivery-1";

/** What names the one delivery by which the run is asked for. */
export function deliveryIn(scenario: Scenario): string {
  return ("workflow" in scenario ? scenario.asked?.delivery : undefined) ?? DELIVERY;
}

const Blocks = z.array(
  z.looseObject({
    elements: z
      .array(z.looseObject({ action_id: z.string().optional(), value: z.string().optional() }))
      .optional(),
  }),
);

/** What the button of a card says that approves, or the first that chooses; undefined when it has none. */
function valueOf(asks: Seen["asks"], blocks: string): string | undefined {
  const action = asks === "approve" ? "approve" : "choose:0";
  if (!blocks.includes(`"action_id":"${action}"`)) return undefined;
  const buttons = Blocks.parse(JSON.parse(blocks)).flatMap(({ elements = [] }) => elements);
  return buttons.find((button) => button.action_id === action)?.value;
}
