// What a process had in hand when it ended is anybody's again at once: who has the file to itself need not wait until that would have come back.
import type { DatabaseSync } from "node:sqlite";
import { later } from "../approvals/later.ts";
import { type HoldRecord, HOLDS } from "../runs/holds.ts";
import type { ThreadKey } from "../runs/run.ts";
import { ifKnown } from "../runs/stored.ts";
import type { Database } from "./database.ts";
import { textIn } from "./rows.ts";
import { storedHolds, writeHolds } from "./run-row.ts";

/**
 * Only for an app that has the file's lock, before it begins: nobody else may be at work.
 *
 * @throws StorageUnavailable
 * @example
 * freeLeftBehind(database, clock.now());
 */
export function freeLeftBehind(database: Database, now: string): void {
  database.write("freeing what was in hand", (sql) => {
    // Those that were sent later than now are from before the clock was set back, and would wait until it is as late again.
    sql
      .prepare(
        `UPDATE jobs SET visible_at = :now, sent_at = min(sent_at, :now)
         WHERE dead = 0 AND visible_at > :now AND (receipt IS NOT NULL OR sent_at > :now)`,
      )
      .run({ now: Date.parse(now) });
    for (const key of threadsToLookAt(sql)) freeThread(sql, key, later(now, -1));
  });
}

/** Whoever takes a thread says when to look at it, should it die. */
function threadsToLookAt(sql: DatabaseSync): readonly ThreadKey[] {
  const rows = sql.prepare("SELECT team, thread FROM runs WHERE due IS NOT NULL").all();
  return rows.map((row) => ({ team: textIn(row, "team"), thread: textIn(row, "thread") }));
}

/** By its end and not by its holder's name: the next one sees that it takes it over. */
function freeThread(sql: DatabaseSync, key: ThreadKey, until: string): void {
  const holds = ifKnown(() => storedHolds(sql, key));
  if (holds === undefined || HOLDS.every((hold) => holds[hold].by === undefined)) return;
  const ended = (hold: HoldRecord): HoldRecord => (hold.by === undefined ? hold : { ...hold, until });
  writeHolds(sql, key, { ...holds, lease: ended(holds.lease), claim: ended(holds.claim) });
}
