// One worker at a time on a thread, and one drawer at its cards, in the file of one machine: each method reads the thread, decides, and writes, as one.
import type { DatabaseSync } from "node:sqlite";
import {
  heldIn,
  HOLDS,
  type HoldRecord,
  type HoldRecords,
  isFree,
  isTakenOver,
  refusalOf,
  sinceRead,
  type Taker,
  wayOf,
} from "../runs/holds.ts";
import type { Metrics } from "../runs/metrics.ts";
import type { Held, HoldChange, HoldWritten, Threads, Wanted } from "../runs/ports.ts";
import type { ThreadKey } from "../runs/run.ts";
import { answered } from "./answered.ts";
import type { Database } from "./database.ts";
import { cardsOf, type StoredRun, storedRun, writeCards, writeDue, writeHolds, writeRun } from "./run-row.ts";

export function createThreads(database: Database, metrics: Metrics): Threads {
  return {
    take: (key, wanted, taker) =>
      answered(() => {
        const taken = database.write("taking a thread", (sql) => take(sql, key, wanted, taker));
        if (taken?.isTakenOver === true) metrics.add("Takeover", 1);
        return taken?.held;
      }),
    write: (held, change) =>
      answered(() => database.write("writing to a thread", (sql) => changed(sql, held, change))),
    strayed: (key, now) =>
      answered(() => database.write("writing to a thread", (sql) => strayed(sql, key, now))),
  };
}

interface Taken {
  readonly held: Held;
  readonly isTakenOver: boolean;
}

function take(sql: DatabaseSync, key: ThreadKey, wanted: Wanted, taker: Taker): Taken | undefined {
  const stored = storedRun(sql, key);
  if (stored === undefined) return undefined;
  let { holds } = stored;
  for (const hold of HOLDS) {
    const until = wanted[hold];
    if (until !== undefined) holds = { ...holds, [hold]: takenOrNudged(holds[hold], { ...taker, until }) };
  }
  writeHolds(sql, key, holds);
  const hasLease = wanted.lease !== undefined && holds.lease.by === taker.by;
  // Should the holder die, this is when the sweeper is to look.
  if (hasLease) writeDue(sql, key, wanted.lease);
  const { team, thread } = key;
  return {
    held: heldBy({ ...stored, holds }, { team, thread, by: taker.by }),
    isTakenOver: hasLease && isTakenOver(holds.lease),
  };
}

function takenOrNudged(hold: HoldRecord, taker: Taker & { readonly until: string }): HoldRecord {
  if (!isFree(hold, taker)) return nudged(hold);
  const { by, until } = taker;
  return { by, until, before: hold.by, nudge: hold.nudge, epoch: hold.epoch + 1 };
}

function nudged(hold: HoldRecord): HoldRecord {
  return { ...hold, nudge: hold.nudge + 1 };
}

function given({ before, nudge, epoch }: HoldRecord): HoldRecord {
  return { before, nudge, epoch };
}

function changed(sql: DatabaseSync, held: Held, change: HoldChange): HoldWritten {
  const stored = storedRun(sql, held);
  if (stored === undefined) return { kind: "lost" };
  const refusal = refusalOf({ version: stored.run.version, holds: stored.holds }, held, change);
  if (refusal === "lost") return { kind: refusal };
  if (refusal !== undefined) return { kind: refusal, held: heldBy(stored, held) };
  const way = wayOf(stored.holds, held, change);
  const cards = way.isClaimBusy || way.isOutdated ? undefined : change.cards;
  const after = {
    run: change.run ?? stored.run,
    cards: cards ?? stored.cards,
    holds: holdsAfter(stored.holds, held, { ...change, cards }),
  };
  if (change.run !== undefined) writeRun(sql, change.run);
  if (change.due !== undefined) writeDue(sql, held, change.due.at);
  if (cards !== undefined) writeCards(sql, held, cards);
  writeHolds(sql, held, after.holds);
  return { kind: "written", held: sinceRead(held, heldBy(after, held)), hasCards: cards !== undefined };
}

type Written = Pick<HoldChange, "takeClaim" | "give"> & { readonly cards: HoldChange["cards"] };

function holdsAfter(
  before: HoldRecords,
  { by, strays }: Held,
  { cards, takeClaim, give = [] }: Written,
): HoldRecords {
  let { lease, claim, straysSeen } = before;
  if (takeClaim !== undefined) claim = takenOrNudged(claim, { by, ...takeClaim });
  if (cards !== undefined) {
    // Whoever has read the cards before sees by the count that they are others now; taking the claim counts as well.
    if (takeClaim === undefined) claim = { ...claim, epoch: claim.epoch + 1 };
    if (strays > 0) straysSeen = strays;
  }
  if (give.includes("lease")) lease = given(lease);
  if (give.includes("claim")) claim = given(claim);
  return { ...before, lease, claim, straysSeen };
}

/** Counted as a nudge as well: whoever holds the thread looks again before it lets go. */
function strayed(sql: DatabaseSync, key: ThreadKey, now: string): void {
  const stored = storedRun(sql, key);
  if (stored === undefined) return;
  const { lease, claim, strays, straysSeen } = stored.holds;
  writeHolds(sql, key, { lease: nudged(lease), claim: nudged(claim), strays: strays + 1, straysSeen });
  writeDue(sql, key, now);
}

function heldBy({ run, cards, holds }: StoredRun, holder: ThreadKey & { readonly by: string }): Held {
  return heldIn({ run, cards: cardsOf({ cards, holds }), holds }, holder);
}
