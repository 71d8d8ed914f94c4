// Which messages a run is to have, and where: its own, each question with its copies, the replies that notify, and the outcome.
import { allowanceOf } from "../approvals/allowance.ts";
import type { Approval } from "../approvals/approval.ts";
import { channelsReached, isNobody, type Ping, standingPolicy } from "../approvals/attention.ts";
import { isPerson } from "../approvals/policy.ts";
import { type CardPlace, type CardPlaces, RUN_CARD } from "./card.ts";
import type { Drawing } from "./ports.ts";
import { hasEnded } from "./retention.ts";
import type { Run } from "./run.ts";

const OUTCOME_CARD = "outcome";
/** The outcome, told to the requester alone. */
const TOLD_CARD = "told";
/** Whoever has more approvers by name reaches them by a group. */
const MOST_COPIES = 10;

/** What cards are drawn from. */
export interface Shown {
  readonly run: Run;
  readonly approvals: readonly Approval[];
  readonly cards: CardPlaces;
}

export interface Wanted {
  readonly name: string;
  readonly drawing: Drawing;
  readonly version: number;
  readonly place: CardPlace;
  /** It shows less than the records say. */
  readonly isOutdated: boolean;
  /** That, or it is to be looked at again. */
  readonly isBehind: boolean;
  readonly inThread: { readonly threadTs?: string };
  /** It stands for itself, and is given up where nobody can be reached: the run's own messages say it all. */
  readonly isElsewhere: boolean;
}

interface Card {
  readonly name: string;
  readonly drawing: Drawing;
  readonly version: number;
  /** A person or a channel, in place of the run's own thread; in a thread there, where there is one. */
  readonly elsewhere?: Destined;
}

interface Destined {
  readonly channel: string;
  readonly threadTs?: string;
}

/** The run's own message first, then each question with its copies, then the replies, then the outcome. */
export function wantedCards({ run, approvals, cards }: Shown): readonly Wanted[] {
  if (run.removed !== undefined) return withoutRun(run, cards);
  // Either record changing changes the drawing, and both only ever count up: what shows more than we know of was drawn by who knew more.
  const version = approvals.reduce((sum, approval) => sum + approval.version, run.version);
  const wanted: readonly Card[] = [
    { name: RUN_CARD, drawing: { kind: "run", run, approvals }, version },
    ...approvals.flatMap((approval) => cardsOf(approval, run, cards)),
    ...approvals.flatMap((approval) => repliesOf(approval, run, cards)),
    ...outcomes(run, cards),
  ];
  return wanted.map((card) => wantedAt(card, run, cards));
}

/** Nothing follows it. */
const LAST = Number.MAX_SAFE_INTEGER;

/** What stands somewhere, or may, stays as it is, unless it was purged. Each for itself: nothing is posted in its place. */
function withoutRun(run: Run, cards: CardPlaces): readonly Wanted[] {
  if (run.removed?.kind !== "purged") return [];
  return Object.entries(cards)
    .filter(([, { ts, tried }]) => ts !== undefined || tried)
    .map(([name, { channel }]) => {
      const beside = besideRun(name, run, cards);
      // It, or another of its name, is looked for with the others of the run; or by itself, where that is another place.
      const elsewhere = channel === beside.channel ? beside : { channel };
      return wantedAt({ name, drawing: { kind: "purged", run }, version: LAST, elsewhere }, run, cards);
    });
}

function wantedAt({ name, drawing, version, elsewhere }: Card, run: Run, cards: CardPlaces): Wanted {
  const known = cards[name];
  const destined = elsewhere ?? besideRun(name, run, cards);
  const channel = known?.ts === undefined ? destined.channel : known.channel;
  const place = { drawn: 0, tried: false, ...known, channel };
  const { threadTs } = destined;
  const inThread = threadTs === undefined ? {} : { threadTs };
  const isOutdated = place.drawn < version && place.nowhere === undefined;
  const isBehind = isOutdated || place.lookAt !== undefined;
  return {
    ...{ name, drawing, version, place, isOutdated, isBehind, inThread },
    isElsewhere: elsewhere !== undefined,
  };
}

/** What is not posted yet goes where the run's own message came to be, which need not be where the run was asked for. */
function besideRun(name: string, run: Run, cards: CardPlaces): Destined {
  const parent = cards[RUN_CARD];
  const channel = parent?.channel ?? run.channel;
  const threadTs = parent?.threadTs ?? (name === RUN_CARD ? undefined : parent?.ts);
  return threadTs === undefined ? { channel } : { channel, threadTs };
}

function cardsOf(approval: Approval, run: Run, cards: CardPlaces): readonly Card[] {
  // The run's end is all of it that this card shows; should the answer have been taken all the same, what it says then stays true.
  // What the run adds to it, for good: else its next state could seem to be drawn already.
  const added = [showsEnd(approval, run), run.alertResolvedAt !== undefined].filter(Boolean).length;
  const version = approval.version + added;
  const { interrupt } = approval;
  return [
    { name: askName(interrupt), drawing: { kind: "ask", approval, run }, version },
    ...copiesOf(approval, cards).map((channel) => ({
      ...{ name: copyName(approval, channel), version },
      ...{ drawing: { kind: "copy" as const, approval, run }, elsewhere: { channel } },
    })),
  ];
}

/** When people were told of it as it is asked now: by its card, or by the reply that tells of a later revision. Slack's name for that message, which is its time. */
export function toldAt({ interrupt, revision }: Approval, cards: CardPlaces): string | undefined {
  return cards[revision === 1 ? askName(interrupt) : noteName(interrupt, revision)]?.ts;
}

function askName(interrupt: string): string {
  return `ask:${interrupt}`;
}

function noteName(interrupt: string, revision: number): string {
  return `note:${interrupt}:${revision}`;
}

function copyName({ interrupt }: Approval, channel: string): string {
  return `copy:${interrupt}:${channel}`;
}

/** Where it also stands: with the people that it names, and in channels that the escalation has reached. Once posted, whatever comes of it. */
function copiesOf(approval: Approval, cards: CardPlaces): readonly string[] {
  const posted = Object.keys(cards)
    .filter((name) => name.startsWith(copyName(approval, "")) && cards[name]?.tried === true)
    .map((name) => name.slice(copyName(approval, "").length));
  if (approval.state.kind !== "pending") return posted;
  const { approvers, requesterMayApprove } = standingPolicy(approval);
  const { handedTo, onCall = [] } = approval.attention ?? {};
  const named = [...approvers.users, ...onCall, ...(handedTo === undefined ? [] : [handedTo.user])];
  const people = named.filter((user) => requesterMayApprove || user !== approval.requester);
  return [...new Set([...posted, ...people.slice(0, MOST_COPIES), ...channelsReached(approval)])];
}

/** Replies are told while they are new, and never changed. */
function repliesOf(approval: Approval, run: Run, cards: CardPlaces): readonly Card[] {
  const replies = [...notesOf(approval, run, cards), ...pingsOf(approval, run, cards)];
  return replies
    .filter(({ name, isNow }) => isNow || cards[name]?.lookAt !== undefined)
    .map(({ isNow: _, ...card }) => card);
}

interface Reply extends Card {
  readonly isNow: boolean;
}

/** One for each revision but the first. */
function notesOf(approval: Approval, run: Run, cards: CardPlaces): readonly Reply[] {
  const { interrupt, revision, state } = approval;
  return Array.from({ length: revision - 1 }, (_, index) => index + 2).flatMap((number) => {
    const isNow = number === revision && state.kind === "pending";
    const note = { drawing: { kind: "note" as const, approval, run }, version: 1, isNow };
    const name = noteName(interrupt, number);
    const inCopies = placedCopies(approval, cards).map(({ where, elsewhere }) => ({
      ...{ ...note, name: `${name}:${where}`, elsewhere },
    }));
    return [{ ...note, name }, ...inCopies];
  });
}

interface Copy {
  readonly where: string;
  readonly elsewhere: Destined;
}

/** Copies that can be replied to. */
function placedCopies(approval: Approval, cards: CardPlaces): readonly Copy[] {
  return copiesOf(approval, cards).flatMap((where) => {
    const place = cards[copyName(approval, where)];
    return place?.ts === undefined
      ? []
      : [{ where, elsewhere: { channel: place.channel, threadTs: place.ts } }];
  });
}

/** Whoever has a copy of their own is reminded there, and everybody else in the run's thread. */
function pingsOf(approval: Approval, run: Run, cards: CardPlaces): readonly Reply[] {
  const { attention, state, revision, interrupt } = approval;
  const copies = placedCopies(approval, cards);
  return (attention?.pings ?? []).flatMap((ping) => {
    const isNow = state.kind === "pending" && ping.revision === revision;
    const name = `ping:${interrupt}:${ping.number}`;
    const reply = (to: Ping["to"]): Omit<Reply, "name"> => ({
      ...{ drawing: { kind: "ping", approval, run, ping: { ...ping, to } }, version: 1, isNow },
    });
    // Of how it goes on everybody hears, and those to whom it goes on have the card itself.
    if (ping.why.kind === "escalated") return [{ ...reply(ping.to), name }];
    const own = copies.filter(({ where }) => ping.to.users.includes(where));
    const users = ping.to.users.filter((user) => !own.some(({ where }) => where === user));
    const others = { users, groups: ping.to.groups };
    return [
      ...(isNobody(others) ? [] : [{ ...reply(others), name }]),
      ...own.map(({ where, elsewhere }) => ({
        ...{ ...reply({ users: [where], groups: [] }), name: `${name}:${where}`, elsewhere },
      })),
    ];
  });
}

function outcomes(run: Run, cards: CardPlaces): readonly Card[] {
  if (!isClosed(run)) return [];
  const outcome = { drawing: { kind: "outcome" as const, run }, version: run.version };
  const parent = cards[RUN_CARD];
  const isSeenElsewhere = parent?.ts !== undefined && parent.channel !== run.channel;
  const isTold = isPerson(run.requester) && (run.isRemote === true || isSeenElsewhere);
  return [
    { ...outcome, name: OUTCOME_CARD },
    ...(isTold ? [{ ...outcome, name: TOLD_CARD, elsewhere: { channel: run.requester } }] : []),
  ];
}

/** Where the last replies stand is kept for as long as the question tells of them; there may be many over the weeks. */
export function withoutOldReplies({ approvals }: Pick<Shown, "approvals">, cards: CardPlaces): CardPlaces {
  const oldest = new Map(
    approvals.map(({ interrupt, attention }) => [interrupt, attention?.pings[0]?.number ?? 0]),
  );
  const isOld = ([name, { lookAt }]: [string, CardPlace]): boolean => {
    const [kind, interrupt = "", number] = name.split(":");
    return kind === "ping" && lookAt === undefined && Number(number) < (oldest.get(interrupt) ?? 0);
  };
  return Object.fromEntries(Object.entries(cards).filter((card) => !isOld(card)));
}

/** With the run ends what was allowed for it, too. */
function showsEnd(approval: Approval, run: Run): boolean {
  const isAllowing = hasEnded(run.status) && allowanceOf(approval) !== undefined;
  return isAllowing || goesNoFurther(approval, run);
}

/** It was answered, and its run was over before it is known to have gone on with that. */
export function goesNoFurther({ state }: Approval, { status }: Run): boolean {
  return hasEnded(status) && state.kind === "decided" && !state.resumed;
}

function isClosed({ status }: Run): boolean {
  return status.kind === "done" || status.kind === "failed" || status.kind === "cancelled";
}
