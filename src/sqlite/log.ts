// The checkpointer in the file of one machine: one transaction is the commit of a superstep, so two workers can never both own a slot.
import type { DatabaseSync } from "node:sqlite";
import {
  CheckpointConflict,
  type Checkpointer,
  decodeMemo,
  decodeSlot,
  encodeMemo,
  encodeSlot,
  type Memo,
  type Slot,
  type ThreadLog,
} from "../graph/index.ts";
import { checkMemoSize, checkSlotSize, MAX_TEXT_BYTES } from "../runs/log-size.ts";
import type { Database } from "./database.ts";
import { decodeSnapshot, encodeSnapshot, snapshotOf } from "./log-snapshot.ts";
import { LOG_ROWS } from "./log-tables.ts";
import { numberIn, textIn } from "./rows.ts";

/** A thread with less than this behind its snapshot is read quickly enough. */
const SNAPSHOT_BYTES = 32 * 1_024;
/** A snapshot is worth its price once so much was written behind it, as a part of its own length. */
const SNAPSHOT_SHARE = 1 / 4;

/**
 * @example
 * const graph = builder.compile({ checkpointer: createLog(openDatabase("./data.db", [LOG_TABLES])) });
 */
export function createLog(database: Database): Checkpointer {
  const read = (log: string, isWhole: boolean): ThreadLog =>
    decoded(database.read("reading a thread", (sql) => textsOf(sql, log, isWhole)));
  return {
    async load(log): Promise<ThreadLog> {
      await Promise.resolve();
      const found = read(log, false);
      if (found.snapshot === undefined || found.slots.length === 0) return found;
      // Whoever folds the slots one by one copies a long list with each of them.
      return { snapshot: snapshotOf(log, found), slots: [], memos: found.memos };
    },

    async history(log): Promise<ThreadLog> {
      await Promise.resolve();
      return read(log, true);
    },

    async append(log, slot): Promise<void> {
      const text = encodeSlot(slot);
      checkSlotSize(text, MAX_TEXT_BYTES);
      await Promise.resolve();
      database.write("committing a step", (sql) => append(sql, log, { slot, text }));
    },

    async saveTask(log, memo): Promise<void> {
      const text = checkedText(memo);
      await Promise.resolve();
      database.write("keeping a task's result", (sql) => saveMemo(sql, log, memo, text));
    },

    async claim(log, memo): Promise<boolean> {
      const text = checkedText(memo);
      await Promise.resolve();
      return database.write("claiming a task", (sql) => {
        saveMemo(sql, log, memo, text);
        const stored = sql.prepare("SELECT text FROM log_memos WHERE log = ? AND slot = ? AND task = ?");
        const { slot, task } = memo;
        return stored.get(log, slot, task)?.["text"] === text && writerOf(sql, log, slot) === undefined;
      });
    },

    async keptWithin(log): Promise<readonly string[]> {
      await Promise.resolve();
      return database.read("reading which graphs keep their state", (sql) =>
        sql
          .prepare("SELECT log FROM log_slots WHERE log > ? AND log < ? AND number = 0")
          .all(...within(log))
          .map((row) => textIn(row, "log"))
          .filter((name) => name.endsWith("@")),
      );
    },

    async delete(log): Promise<void> {
      await Promise.resolve();
      database.write("forgetting a thread", (sql) => deleteLog(sql, log));
    },
  };
}

/** With the logs of graphs within its nodes. */
export function deleteLog(sql: DatabaseSync, log: string): void {
  for (const rows of LOG_ROWS) sql.prepare(`DELETE FROM ${rows}`).run({ log });
}

/** What the names of logs of graphs within its nodes lie between: "}" is the character behind "|". */
function within(log: string): readonly [string, string] {
  return [`${log}|`, `${log}}`];
}

interface LogTexts {
  readonly snapshot: string | undefined;
  readonly slots: readonly string[];
  readonly memos: readonly string[];
}

function textsOf(sql: DatabaseSync, log: string, isWhole: boolean): LogTexts {
  const kept = isWhole
    ? undefined
    : sql.prepare("SELECT number, text FROM log_snapshots WHERE log = ?").get(log);
  const behind = kept === undefined ? -1 : numberIn(kept, "number");
  const slots = sql.prepare("SELECT text FROM log_slots WHERE log = ? AND number > ? ORDER BY number");
  const texts = slots.all(log, behind).map((row) => textIn(row, "text"));
  const memos = sql.prepare("SELECT text FROM log_memos WHERE log = ? AND slot = ?");
  return {
    snapshot: kept && textIn(kept, "text"),
    slots: texts,
    memos: memos.all(log, behind + 1 + texts.length).map((row) => textIn(row, "text")),
  };
}

function decoded({ snapshot, slots, memos }: LogTexts): ThreadLog {
  return {
    ...(snapshot !== undefined && { snapshot: decodeSnapshot(snapshot) }),
    slots: slots.map(decodeSlot),
    memos: memos.map(decodeMemo),
  };
}

function append(
  sql: DatabaseSync,
  log: string,
  { slot, text }: { readonly slot: Slot; readonly text: string },
): void {
  const { number, writer } = slot;
  const taken = writerOf(sql, log, number);
  // Its own retry: it has the slot already.
  if (taken === writer) return;
  const before = number === 0 ? 0 : bytesUpTo(sql, log, number - 1);
  if (taken !== undefined || before === undefined) throw new CheckpointConflict(log, number);
  const bytes = before + text.length;
  sql
    .prepare("INSERT INTO log_slots (log, number, writer, bytes, text) VALUES (?, ?, ?, ?, ?)")
    .run(log, number, writer, bytes, text);
  sql.prepare("DELETE FROM log_memos WHERE log = ? AND slot <= ?").run(log, number);
  snapshotIfDue(sql, log, { slot, bytes });
}

function snapshotIfDue(
  sql: DatabaseSync,
  log: string,
  { slot, bytes }: { readonly slot: Slot; readonly bytes: number },
): void {
  const kept = keptSnapshot(sql, log);
  const base = slot.kind === "checkpoint" ? slot.base : undefined;
  const isPassed = kept !== undefined && base !== undefined && base < kept.number;
  if (isPassed) sql.prepare("DELETE FROM log_snapshots WHERE log = ?").run(log);
  const worth = Math.max(SNAPSHOT_BYTES, (kept?.size ?? 0) * SNAPSHOT_SHARE);
  if (!isPassed && bytes - (kept?.bytes ?? 0) < worth) return;
  const text = encodeSnapshot(snapshotOf(log, decoded(textsOf(sql, log, false))));
  sql
    .prepare("INSERT OR REPLACE INTO log_snapshots (log, number, bytes, size, text) VALUES (?, ?, ?, ?, ?)")
    .run(log, slot.number, bytes, text.length, text);
}

/** Without its text. */
function keptSnapshot(
  sql: DatabaseSync,
  log: string,
): { readonly number: number; readonly bytes: number; readonly size: number } | undefined {
  const row = sql.prepare("SELECT number, bytes, size FROM log_snapshots WHERE log = ?").get(log);
  return (
    row && { number: numberIn(row, "number"), bytes: numberIn(row, "bytes"), size: numberIn(row, "size") }
  );
}

function writerOf(sql: DatabaseSync, log: string, number: number): string | undefined {
  const row = sql.prepare("SELECT writer FROM log_slots WHERE log = ? AND number = ?").get(log, number);
  return row && textIn(row, "writer");
}

function bytesUpTo(sql: DatabaseSync, log: string, number: number): number | undefined {
  const row = sql.prepare("SELECT bytes FROM log_slots WHERE log = ? AND number = ?").get(log, number);
  return row && numberIn(row, "bytes");
}

/** The first one stands. */
function saveMemo(sql: DatabaseSync, log: string, { slot, task }: Memo, text: string): void {
  sql
    .prepare("INSERT OR IGNORE INTO log_memos (log, slot, task, text) VALUES (?, ?, ?, ?)")
    .run(log, slot, task, text);
}

function checkedText(memo: Memo): string {
  const text = encodeMemo(memo);
  checkMemoSize(text, MAX_TEXT_BYTES);
  return text;
}
