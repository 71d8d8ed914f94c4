// Brings a thread's cards up to date, under its claim: whatever shows less than the records say is drawn, the run's own message first.
import { type CardPlace, type CardPlaces, RUN_CARD } from "./card.ts";
import { MessengerUnavailable, NowhereToShow } from "./errors.ts";
import type { Clock, Log, Messenger, Place, Placed } from "./ports.ts";
import { later } from "../approvals/later.ts";
import type { Run } from "./run.ts";
import { type Shown, type Wanted, wantedCards, withoutOldReplies } from "./wanted-cards.ts";

/** Longer than Slack can take to answer, with its retries: a drawing that begins later could land after another drawer's. */
const DRAWING_MS = 15_000;

/** Slack takes about fifty updates a minute in all; a message is updated at most this often, and what it showed in between nobody misses. */
const UPDATES_APART_MS = 2_000;

/** When it is looked again for a message of which nobody knew whether it had been posted. */
const LOOK_AGAIN_MS = 180_000;

export interface RedrawDeps {
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Drawn {
  readonly cards: CardPlaces;
  /**
   * "nothing left" to draw; some can only be drawn "later", see drawableAt; "slack" did not take something, or takes nothing until
   * somebody "repairs" it; "time" was over.
   */
  readonly left: "nothing" | "later" | "slack" | "repair" | "time";
  /** Slack was given something that it took, or may have taken. */
  readonly hasDrawn: boolean;
}

export interface Pass {
  /** When the claim ends. */
  readonly until: string;
  /** Cards that are marked as tried by this pass, and were not tried by anybody before. */
  readonly fresh: ReadonlySet<string>;
}

/** The cards that are to be posted, marked as tried: to be stored before the first of them is, so that a crash in between makes the next drawer look. */
export function markedCards(shown: Shown): { readonly cards: CardPlaces; readonly fresh: Set<string> } {
  const toPost = wantedCards(shown).filter(({ place, isBehind }) => isBehind && place.ts === undefined);
  const fresh = new Set(toPost.filter(({ place }) => !place.tried).map(({ name }) => name));
  const marked = toPost.map(({ name, place }) => [name, { ...place, tried: true }] as const);
  return { cards: { ...shown.cards, ...Object.fromEntries(marked) }, fresh };
}

/** Whether any card shows less than the records say. */
export function cardsBehind(shown: Shown): boolean {
  return wantedCards(shown).some(({ isBehind }) => isBehind);
}

/** When a card that is behind may be drawn: now at the earliest; undefined when none is behind. */
export function drawableAt(shown: Shown, now: string): string | undefined {
  const behind = wantedCards(shown).filter(({ isBehind }) => isBehind);
  // Nothing can be posted before the run's own message is.
  const first = behind.find(({ name, place }) => name === RUN_CARD && place.ts === undefined);
  const times = (first === undefined ? behind : [first]).map((wanted) => earliest(wanted) ?? now);
  return times.reduce<string | undefined>(
    (at, time) => (at === undefined || time < at ? time : at),
    undefined,
  );
}

/** Draws what is behind. `shown.cards` are marked already. */
export async function drawCards(deps: RedrawDeps, shown: Shown, { until, fresh }: Pass): Promise<Drawn> {
  const passing: Passing = {
    untried: new Set(fresh),
    limits: new Map(),
    cards: shown.cards,
    left: "nothing",
    hasDrawn: false,
  };
  for (const { name } of wantedCards(shown)) {
    const wanted = wantedCards({ ...shown, cards: passing.cards }).find((one) => one.name === name);
    if (wanted?.isBehind !== true) continue;
    if (Date.parse(deps.clock.now()) + DRAWING_MS > Date.parse(until)) {
      passing.left = "time";
      break;
    }
    const place = noEarlier(wanted.place, passing.limits.get(callOf(wanted.place)));
    const outcome = await drawNext(deps, shown, { wanted: { ...wanted, place }, passing });
    // Everything else stands in the thread of the run's own message, so nothing can be posted before that exists. But a
    // question does not wait for the run's message to be brought up to date.
    const hasNoThread = name === RUN_CARD && place.ts === undefined && outcome !== "drawn";
    if (hasNoThread || outcome === "no answer" || outcome === "broken") break;
  }
  const { hasDrawn } = passing;
  const cards = withoutOldReplies(shown, withoutMarks(passing.cards, passing.untried));
  // What was posted now may already be one to look at again.
  const isLater = passing.left === "nothing" && cardsBehind({ ...shown, cards });
  return { cards, left: isLater ? "later" : passing.left, hasDrawn };
}

/** How far a pass has come. */
interface Passing {
  readonly untried: Set<string>;
  readonly limits: Map<Call, string>;
  cards: CardPlaces;
  left: Drawn["left"];
  hasDrawn: boolean;
}

async function drawNext(
  deps: RedrawDeps,
  shown: Shown,
  { wanted, passing }: { readonly wanted: Wanted; readonly passing: Passing },
): Promise<Outcome["kind"] | "too early"> {
  const { name, place } = wanted;
  const now = deps.clock.now();
  if (now < (earliest(wanted) ?? now)) {
    passing.cards = { ...passing.cards, [name]: place };
    if (passing.left === "nothing") passing.left = "later";
    return "too early";
  }
  const tried = place.tried && !passing.untried.delete(name);
  const outcome = await drawOrLater(deps, shown, { ...wanted, ...doubtsOf(wanted, tried) });
  passing.hasDrawn ||= outcome.kind === "drawn" || outcome.kind === "no answer";
  const after = placeAfter(outcome, { ...place, tried }, deps.clock.now());
  passing.cards = { ...passing.cards, [name]: after };
  const isLeft = outcome.kind !== "drawn" && outcome.kind !== "given up";
  if (isLeft) passing.left = outcome.kind === "broken" ? "repair" : "slack";
  if (outcome.kind === "limited" && after.notBefore !== undefined)
    passing.limits.set(callOf(place), after.notBefore);
  return outcome.kind;
}

/** What is to show something new is drawn first, and looked at for itself. */
function doubtsOf({ place: { ts, lookAt }, isOutdated }: Wanted, tried: boolean): Doubts {
  return { mayExist: tried && ts === undefined, mayHaveCopies: lookAt !== undefined && !isOutdated };
}

/** One that shows what it should is only looked at again, which has its time. */
function earliest({ place: { notBefore, lookAt }, isOutdated }: Wanted): string | undefined {
  if (isOutdated || lookAt === undefined) return notBefore;
  return notBefore === undefined || notBefore < lookAt ? lookAt : notBefore;
}

/** Slack limits each of its methods on its own: questions are posted though nothing can be updated. */
type Call = "post" | "update";

function callOf({ ts }: CardPlace): Call {
  return ts === undefined ? "post" : "update";
}

function noEarlier(place: CardPlace, at: string | undefined): CardPlace {
  return at === undefined || at < (place.notBefore ?? at) ? place : { ...place, notBefore: at };
}

/** What Slack refused is known not to be there; what it did not answer may be. */
function placeAfter(outcome: Outcome, place: CardPlace, now: string): CardPlace {
  const apart = later(now, UPDATES_APART_MS);
  switch (outcome.kind) {
    case "drawn":
      return outcome.isUpdate ? { ...outcome.place, notBefore: apart } : outcome.place;
    case "given up":
      return outcome.place;
    case "refused":
    case "broken":
      return place;
    case "limited":
      return { ...place, notBefore: later(now, outcome.retryAfterMs) };
    case "no answer":
      return { ...place, tried: true, ...(place.ts !== undefined && { notBefore: apart }) };
  }
}

/** Nobody has tried these after all. */
function withoutMarks(cards: CardPlaces, untried: ReadonlySet<string>): CardPlaces {
  return Object.fromEntries(
    Object.entries(cards).map(([name, place]) => [
      name,
      untried.has(name) ? { ...place, tried: false } : place,
    ]),
  );
}

type Outcome =
  | { readonly kind: "given up"; readonly place: CardPlace }
  | { readonly kind: "drawn"; readonly place: CardPlace; readonly isUpdate: boolean }
  /** By Slack, so that it is known not to be there. */
  | { readonly kind: "refused" }
  /** For now: too much has been asked of Slack. */
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  /** Until somebody has mended it, and so is every other card. */
  | { readonly kind: "broken" }
  | { readonly kind: "no answer" };

type Doubts = Required<Pick<Place, "mayExist" | "mayHaveCopies">>;

/** A card whose turn has come. */
type Due = Wanted & Doubts;

async function drawOrLater(deps: RedrawDeps, { run }: Shown, due: Due): Promise<Outcome> {
  try {
    const placed = await deps.messenger.draw(due.drawing, placeOf(run, due));
    tellOfCopies(deps, run, { due, placed });
    return outcomeOf(due, placed, deps.clock.now());
  } catch (error) {
    if (error instanceof NowhereToShow) return notThere(deps, run, { due, error });
    if (!(error instanceof MessengerUnavailable)) throw error;
    return failureOf(deps, run, { due, error });
  }
}

function placeOf({ team, thread }: Run, due: Due): Place {
  const { name, place, inThread, mayExist, mayHaveCopies, isElsewhere } = due;
  const { channel, ts } = place;
  return {
    ...{ team, thread, card: name, channel, mayExist },
    ...(ts !== undefined && { ts }),
    ...inThread,
    ...(mayHaveCopies && { mayHaveCopies }),
    ...(isElsewhere && { isElsewhere }),
  };
}

function tellOfCopies(
  { log }: RedrawDeps,
  { thread }: Run,
  { due, placed }: { readonly due: Due; readonly placed: Placed },
): void {
  const { name: card, place } = due;
  const { ts, copies = 0 } = placed;
  if (copies > 0) log.warn("A card was there more than once.", { thread, card, copies });
  if (place.ts !== undefined && place.ts !== ts)
    log.warn("A card was posted anew; the message that it stood in was deleted, or stays as it is.", {
      ...{ thread, card, from: place.ts, to: ts },
    });
}

function outcomeOf({ place, version, mayExist, mayHaveCopies }: Due, placed: Placed, now: string): Outcome {
  const { copies: _, ...where } = placed;
  // What could not be found may only be late in showing, and beside what was found there may be another one.
  const lookAt = mayExist ? later(now, LOOK_AGAIN_MS) : place.lookAt;
  const isLookedAtLater = lookAt !== undefined && !mayHaveCopies;
  const drawn = { ...where, drawn: version, tried: true, ...(isLookedAtLater && { lookAt }) };
  // One that was found had been posted before.
  return { kind: "drawn", place: drawn, isUpdate: where.ts === place.ts || mayExist };
}

/** A copy is given up. What was to be emptied is looked for once more: whoever was about to post it may have done so since. */
function notThere(
  { log, clock }: RedrawDeps,
  { thread }: Run,
  { due, error }: { readonly due: Due; readonly error: NowhereToShow },
): Outcome {
  const { lookAt, ...place } = due.place;
  if (due.drawing.kind === "purged" && lookAt === undefined) {
    const again = later(clock.now(), LOOK_AGAIN_MS);
    return { kind: "given up", place: { ...place, lookAt: again, notBefore: again } };
  }
  log.warn("A card is given up.", { thread, card: due.name, reason: error.message });
  return { kind: "given up", place: { ...place, nowhere: true } };
}

function failureOf(
  { log }: RedrawDeps,
  { thread }: Run,
  { due, error }: { readonly due: Due; readonly error: MessengerUnavailable },
): Outcome {
  const { needsRepair, refused, retryAfterMs, message: reason } = error;
  // Of what is to be repaired, whoever wraps the messenger tells once.
  if (needsRepair) return { kind: "broken" };
  log.warn("A card could not be written and is drawn later.", { thread, card: due.name, reason });
  if (retryAfterMs !== undefined) return { kind: "limited", retryAfterMs };
  return { kind: refused ? "refused" : "no answer" };
}

/** Once Slack has said that somebody has to mend something, it is asked no more: it would say the same of every card. */
export function untilBroken({ messenger, log }: Pick<RedrawDeps, "messenger" | "log">): Messenger {
  let broken: MessengerUnavailable | undefined;
  return {
    async draw(drawing, place) {
      if (broken !== undefined) throw broken;
      try {
        return await messenger.draw(drawing, place);
      } catch (error) {
        if (error instanceof MessengerUnavailable && error.needsRepair) {
          broken = error;
          log.error("Slack takes no cards until somebody has mended it.", {
            ...{ thread: place.thread, reason: error.message },
          });
        }
        throw error;
      }
    },
  };
}
