// Brings a thread's cards up to date, under its claim: whatever shows less than the records say is drawn, the run's own message first.
import type { Approval } from "../approvals/approval.ts";
import type { CardPlace, CardPlaces } from "./card.ts";
import { MessengerUnavailable } from "./errors.ts";
import type { Clock, Drawing, Log, Messenger } from "./ports.ts";
import type { Run } from "./run.ts";

export const RUN_CARD = "run";
const OUTCOME_CARD = "outcome";
/** Longer than Slack can take to answer, with its retries: a drawing that begins later could land after another drawer's. */
const DRAWING_MS = 15_000;

/** What cards are drawn from. */
export interface Shown {
  readonly run: Run;
  readonly approvals: readonly Approval[];
  readonly cards: CardPlaces;
}

export interface RedrawDeps {
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Drawn {
  readonly cards: CardPlaces;
  /** "nothing left" to draw; "slack" did not take something; "time" was over. */
  readonly left: "nothing" | "slack" | "time";
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

/** Draws what is behind. `shown.cards` are marked already. */
export async function drawCards(deps: RedrawDeps, shown: Shown, { until, fresh }: Pass): Promise<Drawn> {
  const untried = new Set(fresh);
  let cards: CardPlaces = shown.cards;
  let left: Drawn["left"] = "nothing";
  for (const { name } of wantedCards(shown)) {
    const wanted = wantedCards({ ...shown, cards }).find((one) => one.name === name);
    if (wanted?.isBehind !== true) continue;
    if (Date.parse(deps.clock.now()) + DRAWING_MS > Date.parse(until)) {
      left = "time";
      break;
    }
    const mayExist = wanted.place.tried && !untried.delete(name);
    const drawn = await drawOrLater(deps, shown, { ...wanted, mayExist });
    cards = { ...cards, [name]: placeAfter(drawn, { ...wanted.place, tried: mayExist }) };
    if (drawn.kind !== "drawn") left = "slack";
    // Everything else stands in the thread of the run's own message, so nothing can be posted before that exists. But a
    // question does not wait for the run's message to be brought up to date.
    const hasNoThread = name === RUN_CARD && drawn.kind !== "drawn" && wanted.place.ts === undefined;
    if (hasNoThread || drawn.kind === "no answer") break;
  }
  return { cards: withoutMarks(cards, untried), left };
}

/** What Slack refused is known not to be there; what it did not answer may be. */
function placeAfter(drawn: Outcome, place: CardPlace): CardPlace {
  if (drawn.kind === "drawn") return drawn.place;
  return drawn.kind === "refused" ? place : { ...place, tried: true };
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
  | { readonly kind: "drawn"; readonly place: CardPlace }
  /** By Slack, so that it is known not to be there. */
  | { readonly kind: "refused" }
  | { readonly kind: "no answer" };

async function drawOrLater(
  { messenger, log }: RedrawDeps,
  { run }: Shown,
  { name, place, version, drawing, inThread, mayExist }: Wanted & { readonly mayExist: boolean },
): Promise<Outcome> {
  const { team, thread } = run;
  try {
    const { channel, ts } = place;
    const where = { channel, ...(ts !== undefined && { ts }), mayExist: mayExist && ts === undefined };
    const placed = await messenger.draw(drawing, { team, thread, card: name, ...where, ...inThread });
    return { kind: "drawn", place: { ...place, ...placed, drawn: version, tried: true } };
  } catch (error) {
    if (!(error instanceof MessengerUnavailable)) throw error;
    log.warn("A card could not be written and is drawn later.", {
      thread,
      card: name,
      reason: error.message,
    });
    return { kind: error.refused ? "refused" : "no answer" };
  }
}

interface Wanted {
  readonly name: string;
  readonly drawing: Drawing;
  readonly version: number;
  readonly place: CardPlace;
  readonly isBehind: boolean;
  readonly inThread: { readonly threadTs?: string };
}

/** The run's own message first, then each question, then the closing reply. */
function wantedCards({ run, approvals, cards }: Shown): readonly Wanted[] {
  const parent = cards[RUN_CARD];
  const wanted = (name: string, drawing: Drawing, version: number): Wanted => {
    const known = cards[name];
    // What is not posted yet goes where the run's own message came to be, which need not be where the run was asked for.
    const channel = known?.ts === undefined ? (parent?.channel ?? run.channel) : known.channel;
    const place = { drawn: 0, tried: false, ...known, channel };
    const isParent = name === RUN_CARD || parent === undefined;
    const inThread = isParent || parent.ts === undefined ? {} : { threadTs: parent.ts };
    return { name, drawing, version, place, isBehind: place.drawn < version, inThread };
  };
  // Either record changing changes the drawing, and both only ever count up: what shows more than we know of was drawn by who knew more.
  const version = approvals.reduce((sum, approval) => sum + approval.version, run.version);
  const asks = approvals.map((approval) =>
    // The run's end is all of it that this card shows; should the answer have been taken all the same, what it says then stays true.
    wanted(
      `ask:${approval.interrupt}`,
      { kind: "ask", approval, run },
      approval.version + (goesNoFurther(approval, run) ? 1 : 0),
    ),
  );
  const notes = approvals
    .filter(({ state, revision }) => state.kind === "pending" && revision > 1)
    .map((approval) =>
      wanted(`note:${approval.interrupt}:${approval.revision}`, { kind: "note", approval, run }, 1),
    );
  const outcome = isClosed(run) ? [wanted(OUTCOME_CARD, { kind: "outcome", run }, run.version)] : [];
  return [wanted(RUN_CARD, { kind: "run", run, approvals }, version), ...asks, ...notes, ...outcome];
}

/** It was answered, and its run was cancelled before it is known to have gone on. */
export function goesNoFurther({ state }: Approval, { status }: Run): boolean {
  return status.kind === "cancelled" && state.kind === "decided" && !state.resumed;
}

function isClosed({ status }: Run): boolean {
  return status.kind === "done" || status.kind === "failed" || status.kind === "cancelled";
}
