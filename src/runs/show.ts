// Shows where a thread stands, under its claim: draws what is behind and gives the claim back. Runs nothing.
import type { Approval } from "../approvals/approval.ts";
import type { Noted } from "../approvals/noted.ts";
import { type CardPlaces, RUN_CARD } from "./card.ts";
import { StorageUnavailable } from "./errors.ts";
import type { Metrics } from "./metrics.ts";
import type { Held, Hold, HoldChange, Records, Threads } from "./ports.ts";
import { drawCards, type Drawn, markedCards, type RedrawDeps, untilBroken } from "./redraw.ts";
import { later } from "../approvals/later.ts";
import type { ThreadKey } from "./run.ts";
import type { Shown } from "./wanted-cards.ts";

/** How long a drawer keeps the others away, should it die. */
export const CLAIM_MS = 30_000;

/** What bringing a thread's cards up to date takes. */
export interface ShowDeps extends RedrawDeps {
  readonly records: Records;
  readonly threads: Threads;
  readonly newId: () => string;
  readonly metrics: Metrics;
}

/** What is shown of a thread. */
export interface Seen extends Shown, Pick<Drawn, "left"> {}

/**
 * Draws what is behind and runs nothing, so it takes the claim alone. What is shown then; undefined when there is no such run.
 *
 * @throws StorageUnavailable
 */
export async function showThread(given: ShowDeps, { team, thread }: ThreadKey): Promise<Seen | undefined> {
  const deps = { ...given, messenger: untilBroken(given) };
  const key = { team, thread };
  const now = deps.clock.now();
  const held = await deps.threads.take(key, { claim: later(now, CLAIM_MS) }, { by: deps.newId(), now });
  if (held === undefined) return undefined;
  try {
    const { stands, left } = await showDecisions(deps, await readAgain(deps, held));
    return { ...shownOf(stands), left };
  } catch (error) {
    await letGo(deps, held);
    throw error;
  }
}

/** A thread as it stands, with what of it this worker holds. */
export interface Stands {
  readonly held: Held;
  readonly approvals: readonly Approval[];
  readonly noted: readonly Noted[];
  /** Nobody has had the thread before, so nothing of it is stored but its run. */
  readonly isNew: boolean;
}

export function shownOf({ held, approvals }: Stands): Shown {
  return { run: held.run, approvals, cards: held.cards };
}

export async function readAgain({ records }: ShowDeps, held: Held): Promise<Stands> {
  const { run = held.run, approvals, cards, noted } = await records.thread(held);
  // Cards change only under the claim; without it, those that were read with the hold are as old as what it knows of the claim.
  return { held: { ...held, run, ...(held.holds.claim && { cards }) }, approvals, noted, isNew: false };
}

/**
 * Draws what is behind, and gives the claim back, so that others can draw while the graph runs. Whoever has the claim was nudged, and looks again before
 * it lets go: then nothing is left to this one.
 */
export async function showDecisions(
  deps: ShowDeps,
  start: Stands,
): Promise<{ readonly stands: Stands } & Pick<Drawn, "left">> {
  let stands = start;
  let left: Drawn["left"] = "nothing";
  while (stands.held.holds.claim !== undefined) {
    const pass = await drawn(deps, stands);
    const { held, cards, hasDrawn } = pass;
    ({ left } = pass);
    const given = await giveBack(deps, held, { cards, give: ["claim"] }, hasDrawn);
    if (given.kind === "given") return { stands: { ...stands, held: given.held }, left };
    if (given.kind === "lost") return { stands: { ...stands, held: withoutClaim(held) }, left: "nothing" };
    ({ stands } = given);
  }
  return { stands, left };
}

function withoutClaim(held: Held): Held {
  const { claim: _, ...holds } = held.holds;
  return { ...held, holds };
}

interface Pass extends Omit<Drawn, "cards"> {
  readonly held: Held;
  readonly cards: CardPlaces;
}

/** One pass under the claim. */
async function drawn(deps: ShowDeps, stands: Stands): Promise<Pass> {
  const { held } = stands;
  const { claim } = held.holds;
  const shown = shownOf(stands);
  const { cards, fresh } = markedCards({ ...shown, cards: knownCards(held) });
  // The very first drawer need not note that it posts the run's own message: whoever comes next sees by the claim that somebody was there.
  const isKnownByClaim = claim?.epoch === 1 && [...fresh].every((name) => name === RUN_CARD);
  if (fresh.size > 0 && !isKnownByClaim) {
    const noted = await deps.threads.write(held, { cards });
    if (noted.kind !== "written") return { held, cards: held.cards, left: "time", hasDrawn: false };
  }
  const drawing = await drawCards(deps, { ...shown, cards }, { until: claim?.until ?? "", fresh });
  return { held, ...drawing };
}

/** What is known of the cards; the first drawer may be about to post the run's own message, or have died before it said where that is. */
export function knownCards({ holds, cards, claimEpoch, run }: Held): CardPlaces {
  const others = claimEpoch - (holds.claim === undefined ? 0 : 1);
  const isUnknown = cards[RUN_CARD] === undefined && others > 0;
  return isUnknown ? { ...cards, [RUN_CARD]: { channel: run.channel, drawn: 0, tried: true } } : cards;
}

export type Given =
  | { readonly kind: "given"; readonly held: Held }
  /** It is still held: somebody asked for it or wrote the run, and this is how things stand since then. */
  | { readonly kind: "kept"; readonly stands: Stands }
  | { readonly kind: "lost" };

/** `hasDrawn` when something was drawn meanwhile that others may have drawn as well, should the claim have been lost. */
export async function giveBack(
  deps: ShowDeps,
  held: Held,
  change: HoldChange,
  hasDrawn = false,
): Promise<Given> {
  const given = await deps.threads.write(held, change);
  if (given.kind === "written") return { kind: "given", held: given.held };
  if (given.kind === "nudged") deps.metrics.add("Nudged", 1);
  // What was drawn must be known before anybody draws again; of drawings that came too late since it was read, it knows nothing.
  const { cards } = change;
  const noted =
    given.kind === "lost" || cards === undefined
      ? given
      : await deps.threads.write({ ...given.held, strays: held.strays }, { cards });
  if (noted.kind !== "lost") return { kind: "kept", stands: await readAgain(deps, noted.held) };
  if (hasDrawn) await deps.threads.strayed(held, deps.clock.now());
  return { kind: "lost" };
}

/** Gives back what is held even when there was a nudge: the job that failed comes again and sees what the nudge was about. */
export async function letGo({ threads, log }: ShowDeps, held: Held): Promise<void> {
  const holds: readonly Hold[] = ["claim", "lease"];
  try {
    for (const hold of holds) await threads.write(held, { give: [hold], heedless: true });
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    log.warn("A thread could not be given back; its lease will run out.", { thread: held.thread });
  }
}
