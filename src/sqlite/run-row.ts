// A run's row: its record, where its cards are, and who holds its thread.
import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { CardPlaces, conversationOf } from "../runs/card.ts";
import { cardsInDoubt, type HoldRecords } from "../runs/holds.ts";
import { place } from "../runs/list-places.ts";
import { hasEnded } from "../runs/retention.ts";
import { Run, runName, type ThreadKey } from "../runs/run.ts";
import { recordFrom, textToStore } from "../runs/stored.ts";
import { numberIn, type Row, textIn } from "./rows.ts";

const HoldRow = z.object({
  by: z.string().exactOptional(),
  until: z.string().exactOptional(),
  before: z.string().exactOptional(),
  nudge: z.int().nonnegative().default(0),
  epoch: z.int().nonnegative().default(0),
});

const HoldsRow = z.object({
  lease: HoldRow.prefault({}),
  claim: HoldRow.prefault({}),
  strays: z.int().nonnegative().default(0),
  straysSeen: z.int().nonnegative().default(0),
});

export interface StoredRun {
  readonly run: Run;
  /** As they were written; `cardsOf` says which are in doubt. */
  readonly cards: CardPlaces;
  readonly holds: HoldRecords;
}

export function readRun(sql: DatabaseSync, { team, thread }: ThreadKey): Run | undefined {
  const select = sql.prepare("SELECT team, thread, record FROM runs WHERE team = ? AND thread = ?");
  const row = select.get(team, thread);
  return row && runIn(row);
}

/** Of a row with these columns. */
export function runIn(row: Row): Run {
  const of = `${textIn(row, "team")}#${textIn(row, "thread")}`;
  return recordFrom(textIn(row, "record"), Run, { name: "run", of });
}

export function storedRun(sql: DatabaseSync, { team, thread }: ThreadKey): StoredRun | undefined {
  const select = sql.prepare(
    "SELECT team, thread, record, cards, holds FROM runs WHERE team = ? AND thread = ?",
  );
  const row = select.get(team, thread);
  if (row === undefined) return undefined;
  const of = `${team}#${thread}`;
  return {
    run: runIn(row),
    cards: recordFrom(textIn(row, "cards"), CardPlaces, { name: "cards", of }),
    holds: recordFrom(textIn(row, "holds"), HoldsRow, { name: "holds", of }),
  };
}

/** Of a run alone: who has its thread; undefined when there is none. */
export function storedHolds(sql: DatabaseSync, { team, thread }: ThreadKey): HoldRecords | undefined {
  const row = sql.prepare("SELECT holds FROM runs WHERE team = ? AND thread = ?").get(team, thread);
  return row && recordFrom(textIn(row, "holds"), HoldsRow, { name: "holds", of: `${team}#${thread}` });
}

export function cardsOf({ cards, holds }: Pick<StoredRun, "cards" | "holds">): CardPlaces {
  return cardsInDoubt(cards, holds);
}

export function versionOfRun(sql: DatabaseSync, { team, thread }: ThreadKey): number | undefined {
  const row = sql.prepare("SELECT version FROM runs WHERE team = ? AND thread = ?").get(team, thread);
  return row && numberIn(row, "version");
}

/** Leaves cards and holds alone. A run that goes on is kept, whatever was said when it had ended. */
export function writeRun(sql: DatabaseSync, run: Run): void {
  const { team, thread, version, workflow, channel, status } = run;
  sql
    .prepare(
      `INSERT INTO runs (team, thread, version, record, place, status, workflow, channel, name)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (team, thread) DO UPDATE SET version = excluded.version, record = excluded.record,
         place = excluded.place, status = excluded.status, workflow = excluded.workflow, channel = excluded.channel`,
    )
    .run(
      ...[team, thread, version, textToStore(Run, run)],
      ...[place.ofRun(run), status.kind, workflow, channel, runName(thread)],
    );
  if (!hasEnded(status)) keepRun(sql, run);
}

export function keepRun(sql: DatabaseSync, { team, thread }: ThreadKey): void {
  sql
    .prepare("UPDATE runs SET details_until = NULL, history_until = NULL WHERE team = ? AND thread = ?")
    .run(team, thread);
}

export function writeDue(sql: DatabaseSync, { team, thread }: ThreadKey, due: string | undefined): void {
  sql.prepare("UPDATE runs SET due = ? WHERE team = ? AND thread = ?").run(due ?? null, team, thread);
}

export function writeHolds(sql: DatabaseSync, { team, thread }: ThreadKey, holds: HoldRecords): void {
  const update = sql.prepare("UPDATE runs SET holds = ? WHERE team = ? AND thread = ?");
  update.run(JSON.stringify(holds), team, thread);
}

export function writeCards(sql: DatabaseSync, { team, thread }: ThreadKey, cards: CardPlaces): void {
  const shown = conversationOf(cards);
  sql
    .prepare("UPDATE runs SET cards = ?, shown_channel = ?, shown_thread = ? WHERE team = ? AND thread = ?")
    .run(textToStore(CardPlaces, cards), shown?.channel ?? null, shown?.threadTs ?? null, team, thread);
}
