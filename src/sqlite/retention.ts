// Until when a run is kept in the file of one machine, in its own row; and the deletion of what is not to be kept any more, which here is nobody else's.
import { setImmediate as othersFirst } from "node:timers/promises";
import type { DatabaseSync } from "node:sqlite";
import {
  type Erasure,
  type Expiry,
  hasEnded,
  type KeptUntil,
  type Retention,
  secondsOf,
} from "../runs/retention.ts";
import { logOf, type ThreadKey } from "../runs/run.ts";
import { answered } from "./answered.ts";
import type { Database } from "./database.ts";
import { LOG_ROWS } from "./log-tables.ts";
import { numberIn, textIn } from "./rows.ts";
import { keepRun, readRun } from "./run-row.ts";

/** As many runs each time: whoever asks comes again. */
const MOST = 100;

const OF_THREAD = "team = :team AND thread = :thread";

/** Which rows belong to a run, beside its record. */
const ROWS = {
  details: [...["approvals", "approvers"].map((table) => `${table} WHERE ${OF_THREAD}`), ...LOG_ROWS],
  history: ["audit_parts", "noted_entries"].map((table) => `${table} WHERE ${OF_THREAD}`),
} as const satisfies Record<keyof KeptUntil, readonly string[]>;

export interface OwnRetention extends Retention {
  /** Deletes what was to be kept until then, of so many runs; says of how many. To be called again and again. */
  deleteExpired(now: string): Promise<number>;
}

/**
 * @example
 * const retention = createRetention(database);
 * setInterval(() => void retention.deleteExpired(clock.now()), 60_000);
 */
export function createRetention(database: Database): OwnRetention {
  const write = <T>(act: (sql: DatabaseSync) => T): Promise<T> =>
    answered(() => database.write("changing how long a run is kept", act));
  return {
    expire: (key, until) => write((sql) => expire(sql, key, until)),
    spare: (key) => write((sql) => keepRun(sql, key)),
    count: (key) =>
      answered(() =>
        database.read("counting what is kept of a run", (sql) =>
          readRun(sql, key) === undefined ? 0 : 1 + countOf(sql, key, [...ROWS.details, ...ROWS.history]),
        ),
      ),
    erase: (key) => write((sql) => erase(sql, key)),
    async deleteExpired(now): Promise<number> {
      const seconds = Math.floor(Date.parse(now) / 1_000);
      const expired = database.read("reading what is to be deleted", (sql) => expiredBy(sql, seconds));
      for (const key of expired) {
        await othersFirst();
        database.write("deleting what is kept of a run", (sql) => deleteOf(sql, key, seconds));
      }
      return expired.length;
    },
  };
}

function expire(sql: DatabaseSync, key: ThreadKey, { details, history }: KeptUntil): Expiry {
  const until = { details: secondsOf(details), history: history === undefined ? null : secondsOf(history) };
  const run = readRun(sql, key);
  if (run === undefined) return { kind: "unknown" };
  if (!hasEnded(run.status)) return { kind: "not-ended", status: run.status.kind };
  // Only its record is kept of a purged run, whatever a crash has left beside it.
  const left = run.removed?.kind === "purged" ? deleteRows(sql, key, [...ROWS.details, ...ROWS.history]) : 0;
  const before = untilsOf(sql, key);
  sql
    .prepare("UPDATE runs SET details_until = ?, history_until = ? WHERE team = ? AND thread = ?")
    .run(until.details, until.history, key.team, key.thread);
  const ofDetails = before.details === until.details ? 0 : countOf(sql, key, ROWS.details);
  const ofHistory = before.history === until.history ? 0 : 1 + countOf(sql, key, ROWS.history);
  return { kind: "expiring", items: left + ofDetails + ofHistory };
}

interface Untils {
  readonly details: number | null;
  readonly history: number | null;
}

function untilsOf(sql: DatabaseSync, { team, thread }: ThreadKey): Untils {
  const row =
    sql
      .prepare("SELECT details_until, history_until FROM runs WHERE team = ? AND thread = ?")
      .get(team, thread) ?? {};
  const until = (column: string): number | null => (row[column] == null ? null : numberIn(row, column));
  return { details: until("details_until"), history: until("history_until") };
}

function erase(sql: DatabaseSync, key: ThreadKey): Erasure {
  const run = readRun(sql, key);
  if (run === undefined) return { kind: "unknown" };
  if (run.removed?.kind !== "purged") return { kind: "not-purged" };
  return { kind: "erased", items: deleteRows(sql, key, [...ROWS.details, ...ROWS.history]) };
}

/** Each half by an index of its own. */
function expiredBy(sql: DatabaseSync, seconds: number): readonly ThreadKey[] {
  const rows = ["details_until", "history_until"].flatMap((until) =>
    sql.prepare(`SELECT team, thread FROM runs WHERE ${until} <= ? LIMIT ?`).all(seconds, MOST),
  );
  const keys = rows.map((row) => ({ team: textIn(row, "team"), thread: textIn(row, "thread") }));
  return [...new Map(keys.map((key) => [logOf(key), key])).values()].slice(0, MOST);
}

/** As it is now: meanwhile the run may have been continued. */
function deleteOf(sql: DatabaseSync, key: ThreadKey, seconds: number): void {
  const { details, history } = untilsOf(sql, key);
  const isOver = (until: number | null): boolean => until !== null && until <= seconds;
  if (isOver(details) || isOver(history)) deleteRows(sql, key, ROWS.details);
  const { team, thread } = key;
  if (isOver(history)) {
    deleteRows(sql, key, ROWS.history);
    sql.prepare("DELETE FROM runs WHERE team = ? AND thread = ?").run(team, thread);
  } else if (isOver(details)) {
    sql.prepare("UPDATE runs SET details_until = NULL WHERE team = ? AND thread = ?").run(team, thread);
  }
}

function countOf(sql: DatabaseSync, key: ThreadKey, rows: readonly string[]): number {
  const counts = rows.map((these) => {
    const row = sql.prepare(`SELECT count(*) AS count FROM ${these}`).get(namedIn(these, key)) ?? {};
    return numberIn(row, "count");
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

function deleteRows(sql: DatabaseSync, key: ThreadKey, rows: readonly string[]): number {
  const counts = rows.map((these) =>
    Number(sql.prepare(`DELETE FROM ${these}`).run(namedIn(these, key)).changes),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** SQLite refuses a name that a statement does not have. */
function namedIn(rows: string, { team, thread }: ThreadKey): Record<string, string> {
  return rows.endsWith(OF_THREAD) ? { team, thread } : { log: logOf({ team, thread }) };
}
