// Brings a thread's cards up to date: whoever holds a card's claim draws until what is drawn is the record's version.
import type { Cards, Clock, Drawing, Log, Messenger, Records, ThreadRecords } from "./ports.ts";
import { MessengerUnavailable } from "./errors.ts";
import { later, type ThreadKey } from "./run.ts";

/** Longer than Slack can take to answer, with its retries. */
const CLAIM_MS = 30_000;
const RUN_CARD = "run";
const OUTCOME_CARD = "outcome";

export interface RedrawDeps {
  readonly records: Records;
  readonly cards: Cards;
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

/** True when nothing is left to draw; false when a card is still behind, because somebody else holds it or Slack did not take it. */
export async function redrawCards(deps: RedrawDeps, key: ThreadKey): Promise<boolean> {
  const records = await deps.records.thread(key);
  let allDrawn = true;
  for (const card of cardsOf(records)) {
    const wanted = wantedCard(records, card);
    if (wanted === undefined || wanted.drawn === wanted.version) continue;
    const outcome = await drawOrLater(deps, key, { card, channel: wanted.channel });
    allDrawn &&= outcome === "drawn";
    // Everything else stands in the thread of the run's own message, so nothing can be posted before that exists. But a
    // question does not wait for the run's message to be brought up to date.
    const hasNoThread = card === RUN_CARD && outcome !== "drawn" && wanted.ts === undefined;
    if (hasNoThread || outcome === "no answer") return false;
  }
  return allDrawn;
}

type Outcome = "drawn" | "held by somebody else" | "refused" | "no answer";

async function drawOrLater(
  deps: RedrawDeps,
  key: ThreadKey,
  { card, channel }: { readonly card: string; readonly channel: string },
): Promise<Outcome> {
  try {
    return (await drawCard(deps, key, card, channel)) ? "drawn" : "held by somebody else";
  } catch (error) {
    if (!(error instanceof MessengerUnavailable)) throw error;
    deps.log.warn("A card could not be written and is drawn later.", {
      thread: key.thread,
      card,
      reason: error.message,
    });
    return error.refused ? "refused" : "no answer";
  }
}

async function drawCard(deps: RedrawDeps, key: ThreadKey, name: string, channel: string): Promise<boolean> {
  const now = deps.clock.now();
  const claim = { by: deps.newId(), now, until: later(now, CLAIM_MS) };
  let held = await deps.cards.claim({ ...key, card: name, channel }, claim);
  if (held === undefined) return false;
  try {
    for (;;) {
      const wanted = wantedCard(await deps.records.thread(key), name);
      if (wanted === undefined || held.drawn === wanted.version) return true;
      // The run's message may meanwhile stand elsewhere than where it was asked for; what is not posted yet follows it.
      const card = held.ts === undefined ? { ...held, channel: wanted.channel } : held;
      const placed = await deps.messenger.draw(wanted.drawing, { card, ...wanted.inThread });
      held = { ...held, ...placed, drawn: wanted.version };
      if (!(await deps.cards.drawn(held, claim))) return false;
    }
  } finally {
    await deps.cards.release(held, claim);
  }
}

/** The run's own message first, then each question, then the closing reply. */
function cardsOf({ run, approvals }: ThreadRecords): readonly string[] {
  if (run === undefined) return [];
  const asks = approvals.map((approval) => `ask:${approval.interrupt}`);
  return [RUN_CARD, ...asks, ...(isClosed(run) ? [OUTCOME_CARD] : [])];
}

function isClosed(run: NonNullable<ThreadRecords["run"]>): boolean {
  return run.status.kind === "done" || run.status.kind === "failed";
}

interface Wanted {
  readonly drawing: Drawing;
  readonly version: number;
  readonly drawn: number;
  /** Slack's name for the message, if it is known to exist. */
  readonly ts: string | undefined;
  readonly channel: string;
  readonly inThread: { readonly threadTs?: string };
}

function wantedCard({ run, approvals, cards }: ThreadRecords, name: string): Wanted | undefined {
  if (run === undefined) return undefined;
  const { drawn = 0, ts } = cards.find((card) => card.card === name) ?? {};
  const parent = cards.find((card) => card.card === RUN_CARD);
  const inThread = parent?.ts === undefined ? {} : { threadTs: parent.ts };
  // Where the run's own message came to be, its thread is; that need not be where the run was asked for.
  const common = { drawn, ts, channel: parent?.channel ?? run.channel };
  if (name === RUN_CARD) {
    // Either record changing changes the drawing, and both only ever count up.
    const version = approvals.reduce((sum, approval) => sum + approval.version, run.version);
    return { ...common, drawing: { kind: "run", run, approvals }, version, inThread: {} };
  }
  if (name === OUTCOME_CARD)
    return { ...common, drawing: { kind: "outcome", run }, version: run.version, inThread };
  const approval = approvals.find(({ interrupt }) => name === `ask:${interrupt}`);
  return (
    approval && { ...common, drawing: { kind: "ask", approval, run }, version: approval.version, inThread }
  );
}

/** Whether any card shows less than the records say. */
export function cardsBehind(records: ThreadRecords): boolean {
  return cardsOf(records).some((name) => {
    const wanted = wantedCard(records, name);
    return wanted !== undefined && wanted.drawn !== wanted.version;
  });
}
