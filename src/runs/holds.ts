// Who holds a thread, as it is stored, and what they may write: what all keepers of threads decide alike.
import { later } from "../approvals/later.ts";
import type { CardPlaces } from "./card.ts";
import type { Held, Hold, HoldChange, HoldWritten } from "./ports.ts";
import type { Run, ThreadKey } from "./run.ts";

export const HOLDS = ["lease", "claim"] as const satisfies readonly Hold[];

export interface HoldRecord {
  /** Without a holder it is free. */
  readonly by?: string | undefined;
  readonly until?: string | undefined;
  /** Who had it when it was taken last, and had not given it back. */
  readonly before?: string | undefined;
  /** How often others asked. */
  readonly nudge: number;
  /** How often it changed hands; of the claim, also how often cards were written. */
  readonly epoch: number;
}

/** What is stored beside a run. */
export interface HoldRecords extends Readonly<Record<Hold, HoldRecord>> {
  /** Drawings that came too late: how many there were, and how many were known of when the cards were written. */
  readonly strays: number;
  readonly straysSeen: number;
}

/** Whoever lost the claim may be asleep instead of dead, and draw when it wakes up. It is waited for this long behind the end of the next claim. */
const SLEEP_MS = 150_000;
const AT_ONCE = new Date(0).toISOString();

export interface Taker {
  readonly by: string;
  readonly now: string;
}

export function isFree({ by, until }: HoldRecord, taker: Taker): boolean {
  return by === undefined || by === taker.by || (until ?? "") < taker.now;
}

/** From somebody whose time had run out; who had given it back, or asks twice, is nobody it was taken from. */
export function isTakenOver({ by, before }: HoldRecord): boolean {
  return by !== undefined && before !== undefined && before !== by;
}

/** Whether a write is the holder's alone. */
export function needs(hold: Hold, { run, cards, due, takeClaim, give = [] }: HoldChange): boolean {
  const writes =
    hold === "lease"
      ? run !== undefined || due !== undefined
      : cards !== undefined && takeClaim === undefined;
  return writes || give.includes(hold);
}

/** The version of the run that a write is meant for; when to look at it again was judged by its record, too. */
export function replacedBy({ run: known }: Held, { run, due }: HoldChange): number | undefined {
  if (run !== undefined) return run.version - 1;
  return due === undefined ? undefined : known.version;
}

/** Why nothing may be written; undefined when nothing but the claim can be in the way. */
export function refusalOf(
  { version, holds }: { readonly version: number; readonly holds: HoldRecords },
  held: Held,
  change: HoldChange,
): Exclude<HoldWritten["kind"], "written"> | undefined {
  if (HOLDS.some((hold) => needs(hold, change) && holds[hold].by !== held.by)) return "lost";
  const replaced = replacedBy(held, change);
  if (replaced !== undefined && version !== replaced) return "changed";
  const isNudged = (change.give ?? []).some((hold) => holds[hold].nudge !== (held.holds[hold]?.nudge ?? 0));
  return isNudged && change.heedless !== true ? "nudged" : undefined;
}

/** How a write that takes the claim along can be carried out. */
export interface Way {
  readonly isClaimBusy: boolean;
  /** Somebody has drawn since the cards were read. */
  readonly isOutdated: boolean;
}

export function wayOf({ claim }: HoldRecords, held: Held, { takeClaim }: HoldChange): Way {
  if (takeClaim === undefined) return { isClaimBusy: false, isOutdated: false };
  return {
    isClaimBusy: !isFree(claim, { by: held.by, now: takeClaim.now }),
    isOutdated: claim.epoch !== held.claimEpoch,
  };
}

/** While a drawing that came too late has not been looked into, or one may still come, every posted card is in doubt. */
export function cardsInDoubt(cards: CardPlaces, { claim, strays, straysSeen }: HoldRecords): CardPlaces {
  const doubtFrom = strays === straysSeen ? wakesBy(claim) : AT_ONCE;
  if (doubtFrom === undefined) return cards;
  const inDoubt = Object.entries(cards).map(
    ([name, place]) => [name, place.ts === undefined ? place : { ...place, lookAt: doubtFrom }] as const,
  );
  return Object.fromEntries(inDoubt);
}

/** When whoever lost the claim to the one who has it now will have done what it was about to do; undefined when nobody lost it. */
function wakesBy(claim: HoldRecord): string | undefined {
  return isTakenOver(claim) && claim.until !== undefined ? later(claim.until, SLEEP_MS) : undefined;
}

/** What somebody holds; `cards` are those in doubt. */
export function heldIn(
  { run, cards, holds }: { readonly run: Run; readonly cards: CardPlaces; readonly holds: HoldRecords },
  { team, thread, by }: ThreadKey & { readonly by: string },
): Held {
  const ours = HOLDS.filter((hold) => holds[hold].by === by);
  const stateOf = ({ epoch, nudge, until = "" }: HoldRecord) => ({ epoch, nudge, until });
  return {
    ...{ team, thread, by, run, cards },
    holds: Object.fromEntries(ours.map((hold) => [hold, stateOf(holds[hold])])),
    claimEpoch: holds.claim.epoch,
    strays: holds.strays,
  };
}

/** A write reads nothing: what the holder was nudged for since it read the records, it has still to look at. */
export function sinceRead({ holds: read }: Held, after: Held): Held {
  const states = HOLDS.flatMap((hold) => {
    const state = after.holds[hold];
    return state === undefined
      ? []
      : [[hold, { ...state, nudge: read[hold]?.nudge ?? state.nudge }] as const];
  });
  return { ...after, holds: Object.fromEntries(states) };
}
